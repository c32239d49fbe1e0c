// The laws of a monoid, tried on random states: merge is associative, and may commute.
//
// In:  a checked monoid.
// Out: whether its order is free; an error with the counter-example, if it is none.
// Not here: a proof.

import type { MonoidDefinition } from "../../../grammar/syntax.js";
import type { Expr, Monoid, MonoidFunction } from "../cascade.js";
import { report, type Draft } from "./draft.js";
import { evaluate } from "./static.js";

const trials = 64;
const tolerance = 1e-6;

type State = readonly number[];

/** Whether the merge commutes, as far as trials tell; a merge that could not be tried does not. */
export function checkLaws(draft: Draft, d: MonoidDefinition, monoid: Monoid): boolean {
  const random = generator(1);
  let commutes = true;
  for (let n = 0; n < trials; n++) {
    const inputs = [0, 1, 2].map(() => monoid.parameters.map(() => scale(n) * (random() * 2 - 1)));
    const [a, b, c] = inputs.map((input) => lift(monoid, input));
    if (a === undefined || b === undefined || c === undefined) return false; // not tried
    const [x, y] = [merge(monoid, a, b), merge(monoid, b, c)];
    if (x === undefined || y === undefined) return false;
    const left = resultOf(monoid, merge(monoid, x, c));
    const right = resultOf(monoid, merge(monoid, a, y));
    const shown = inputs.map((input) => input.map((v) => v.toPrecision(3)).join(", ")).join("; ");
    if (differ(left, right)) {
      report(draft, "E0731", d.merge.at, [monoid.id, "a, (b, c)", "(a, b), c", shown]);
      return true;
    }
    if (differ(resultOf(monoid, x), resultOf(monoid, merge(monoid, b, a)))) commutes = false;
  }
  return commutes;
}

function scale(n: number): number {
  return [0.1, 1, 10][n % 3] ?? 1;
}

/** Numbers from 0 to 1, the same at every run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function lift(monoid: Monoid, input: State): State | undefined {
  return carryOut(monoid.lift, new Map(monoid.parameters.map((name, n) => [name, input[n] ?? 0])));
}

function merge(monoid: Monoid, a: State, b: State): State | undefined {
  const locals = new Map<string, number>();
  monoid.fields.forEach((field, n) => {
    locals.set(`a.${field}`, a[n] ?? 0);
    locals.set(`b.${field}`, b[n] ?? 0);
  });
  return carryOut(monoid.merge, locals);
}

function carryOut(f: MonoidFunction, locals: Map<string, number>): State | undefined {
  for (const { name, value } of f.lets) {
    const result = valueOf(value, locals);
    if (result === undefined) return undefined;
    locals.set(name, result);
  }
  const fields = f.fields.map((field) => valueOf(field, locals));
  const known = fields.filter((field) => field !== undefined);
  return known.length < fields.length ? undefined : known;
}

function resultOf(monoid: Monoid, state: State | undefined): number | undefined {
  if (state === undefined) return undefined;
  return valueOf(monoid.result, new Map(monoid.fields.map((field, n) => [field, state[n] ?? 0])));
}

function valueOf(e: Expr, locals: ReadonlyMap<string, number>): number | undefined {
  const value = evaluate(
    e,
    () => undefined,
    (name) => locals.get(name),
  );
  return typeof value === "number" ? value : undefined;
}

function differ(a: number | undefined, b: number | undefined): boolean {
  if (a === undefined || b === undefined || !Number.isFinite(a) || !Number.isFinite(b))
    return false;
  return Math.abs(a - b) > tolerance * Math.max(1, Math.abs(a), Math.abs(b));
}
