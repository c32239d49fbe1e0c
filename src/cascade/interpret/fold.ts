// A user's monoid as an accumulator: the state of nothing is absent, points are merged in order.
//
// In:  a fold node and the cells of its arguments.
// Out: an accumulator.
// Not here: the laws of monoids, which are tested elsewhere.

import type { Expr, MonoidFunction } from "../cascade.js";
import type { Accumulator } from "./accumulator.js";
import { known, newCell, type Cell, type Node } from "./node.js";
import type { Compile, Scope } from "./scope.js";

export type FoldExpr = Extract<Expr, { readonly kind: "fold" }>;

export function foldAccumulator(
  e: FoldExpr,
  inputs: readonly Cell[],
  scope: Scope,
  compile: Compile,
): Accumulator {
  const monoid = known(scope.context.cascade.monoids, e.monoid, "monoid");
  const lifted = monoid.fields.map(() => newCell());
  const state = monoid.fields.map(() => newCell());
  const named = (prefix: string, cells: readonly Cell[]): [string, Cell][] =>
    monoid.fields.map((field, n) => [`${prefix}${field}`, cells[n] ?? newCell()]);
  const parameters = monoid.parameters.map((name, n): [string, Cell] => [
    name,
    inputs[n] ?? newCell(),
  ]);
  const lift = compileFunction(monoid.lift, parameters, scope, compile);
  const merge = compileFunction(
    monoid.merge,
    [...named("a.", state), ...named("b.", lifted)],
    scope,
    compile,
  );
  const result = compile(monoid.result, { ...scope, locals: new Map(named("", state)) });
  let isPresent = false;
  return {
    reset: () => {
      isPresent = false;
    },
    take: () => {
      if (!isPresent) isPresent = lift(state);
      else if (lift(lifted)) merge(state);
    },
    finish: (out) => {
      if (!isPresent || !result.run()) return false;
      out.value = result.cell.value;
      return true;
    },
  };
}

/**
 * Computes every field before it writes the first; false, and nothing written, if one is absent.
 */
function compileFunction(
  f: MonoidFunction,
  parameters: readonly (readonly [string, Cell])[],
  scope: Scope,
  compile: Compile,
): (into: readonly Cell[]) => boolean {
  const locals = new Map(parameters);
  const steps: Node[] = [];
  const compileHere = (value: Expr): Node => {
    const made = compile(value, { ...scope, locals: new Map(locals) });
    steps.push(made);
    return made;
  };
  for (const { name, value } of f.lets) locals.set(name, compileHere(value).cell);
  const fields = f.fields.map((field) => copied(compileHere(field)));
  return (into) => {
    for (const step of steps) if (!step.run()) return false;
    for (const field of fields) field.value = field.from.value;
    into.forEach((cell, n) => (cell.value = fields[n]?.value ?? NaN));
    return true;
  };
}

/** A field apart from the cell that it is computed in: `(m = b.m, s = a.m)` may exchange. */
function copied(made: Node): Cell & { readonly from: Cell } {
  return { value: NaN, from: made.cell };
}
