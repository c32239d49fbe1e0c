// The laws of a monoid on values: a point lifted, two states as one, a state finished.
//
// In:  cells: the fields of one state, or of four in the lanes of vectors.
// Out: cells.
// Not here: where accumulators are kept (states.ts, scratch-states.ts).

import type { StateOp } from "../../src/tile/tile.js";
import { define, type Context } from "./context.js";
import { bind, type Value } from "./scope.js";
import { i32, sx } from "./text.js";
import { selectValue, widen } from "./values.js";

/**
 * One accumulator, or four. `present` undefined: something was merged for sure, or `empty` stands
 * for it.
 */
export interface Cell {
  readonly fields: readonly Value[];
  readonly present: Value | undefined;
}

/** Something stands for an accumulator that nothing was merged into. */
const hasEmpties = (op: StateOp): boolean =>
  op.monoid.fields.every((field) => field.empty !== undefined);

/** Presence is kept for each accumulator when nothing stands for an empty one. */
export const isTracked = (op: StateOp): boolean => op.tracksPresence || !hasEmpties(op);

/** The fields of one point; each may then be named several times. */
export function lift(c: Context, op: StateOp, args: readonly Value[]): readonly Value[] {
  const inner: Context = { ...c, values: new Map() };
  args.forEach((arg, n) => define(inner, `arg${n}`, arg));
  return op.monoid.lift.map((e, n) => {
    const value = inner.evaluate(inner, e);
    return bind(c.fn, c.scope, `${op.name}.${op.monoid.fields[n]?.name ?? ""}'`, value);
  });
}

/**
 * `a` then `b` as one; of a point (`b` may be masked) or, folding, of another accumulator. Where
 * empties
 * stand for absent states they are merged like any other. Pure, but for lines that the monoid
 * needs.
 */
export function combine(c: Context, op: StateOp, a: Cell, b: Cell, isFold = false): Cell {
  const inner: Context = { ...c, values: new Map() };
  op.monoid.fields.forEach(({ name }, n) => {
    define(inner, `a.${name}`, at(a.fields, n));
    define(inner, `b.${name}`, at(b.fields, n));
  });
  const isMasked = b.present !== undefined && !(isFold && hasEmpties(op));
  const fields = op.monoid.merge.map((e, n) => {
    const merged = inner.evaluate(inner, e);
    const kept = isMasked ? selectValue(c, b.present ?? always, merged, at(a.fields, n)) : merged;
    const isFirst = a.present !== undefined && !hasEmpties(op);
    return isFirst ? selectValue(c, a.present ?? always, kept, at(b.fields, n)) : kept;
  });
  return {
    fields,
    present: a.present === undefined ? undefined : eitherPresent(c, a.present, b.present),
  };
}

function eitherPresent(c: Context, a: Value, b: Value | undefined): Value {
  if (b === undefined) return { text: i32(1), type: "bool", wide: false, level: 0 };
  const wide = a.wide || b.wide;
  const [x, y] = wide ? [widen(c, a), widen(c, b)] : [a, b];
  const level = Math.max(a.level, b.level);
  return { text: sx(wide ? "v128.or" : "i32.or", x.text, y.text), type: "bool", wide, level };
}

export function at<T>(list: readonly T[], n: number): T {
  const found = list[n];
  if (found === undefined) throw new Error("internal: a monoid lacks a field");
  return found;
}

/** Every part in a local of its own. */
export function bindCell(c: Context, op: StateOp, cell: Cell): Cell {
  const name = (n: number): string => `${op.name}.${op.monoid.fields[n]?.name ?? ""}`;
  return {
    fields: cell.fields.map((value, n) => bind(c.fn, c.scope, name(n), value)),
    present:
      cell.present === undefined
        ? undefined
        : bind(c.fn, c.scope, `${op.name}.present`, cell.present),
  };
}

export const always: Value = { text: i32(1), type: "bool", wide: false, level: 0 };

/** The results of a state whose one accumulator is `cell`, and whether anything was merged. */
export function finish(c: Context, op: StateOp, cell: Cell): [readonly Value[], Value] {
  const inner: Context = { ...c, values: new Map() };
  op.monoid.fields.forEach(({ name }, n) => define(inner, name, at(cell.fields, n)));
  const results = op.monoid.finish.map(({ value }) =>
    bind(c.fn, c.scope, op.name, inner.evaluate(inner, value)),
  );
  return [results, cell.present ?? always];
}
