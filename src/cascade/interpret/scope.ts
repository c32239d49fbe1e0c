// What surrounds an expression while it is compiled, and what is known of an expression by itself.
//
// In:  expressions of a cascade.
// Out: `Scope`, the facts that decide where a value is remembered, and loops over variables.
// Not here: values (context.ts).

import type { Expr, VariableId } from "../cascade.js";
import { children, freeVariables } from "../walk.js";
import { extentOf, variableCell, type Context } from "./context.js";
import type { Arithmetic } from "./map.js";
import type { Cell, Node } from "./node.js";

export interface Scope {
  readonly context: Context;
  /** Variables that loops of this statement walk around the expression. */
  readonly active: ReadonlySet<VariableId>;
  /** Variables of the scans around the statement. */
  readonly scans: ReadonlySet<VariableId>;
  /** What a monoid binds. */
  readonly locals: ReadonlyMap<string, Cell>;
  readonly arithmetic: Arithmetic;
  /** The statement, and how many reductions over `params` it has had so far. */
  /** A value around this one is kept while the innermost loop goes on; one such is enough. */
  readonly isKept: boolean;
  readonly place: { readonly path: string; reductions: number };
}

export type Compile = (e: Expr, scope: Scope) => Node;

export function within(scope: Scope, variables: readonly VariableId[]): Scope {
  return { ...scope, isKept: false, active: new Set([...scope.active, ...variables]) };
}

interface Facts {
  readonly free: ReadonlySet<VariableId>;
  readonly hasLocal: boolean;
}

const remembered = new WeakMap<Expr, Facts>();

export function factsOf(e: Expr): Facts {
  const found = remembered.get(e);
  if (found !== undefined) return found;
  const hasLocal = e.kind === "local" || children(e).some((child) => factsOf(child).hasLocal);
  const facts = { free: freeVariables(e), hasLocal };
  remembered.set(e, facts);
  return facts;
}

/** The variables around `e` that it varies over, in the order of their loops. */
export function variesOver(e: Expr, scope: Scope): readonly VariableId[] {
  const { free } = factsOf(e);
  return [...scope.active].filter((v) => free.has(v));
}

export interface Loop {
  readonly cell: Cell;
  readonly extent: number;
}

export function loopsOver(context: Context, variables: readonly VariableId[]): readonly Loop[] {
  return variables.map((v) => ({
    cell: variableCell(context, v),
    extent: extentOf(context, v),
  }));
}

/** A nest of loops around `step`, the last one innermost. */
export function sweep(loops: readonly Loop[], step: () => void): () => void {
  const inner = loops.at(-1);
  if (inner === undefined) return step;
  const { cell, extent } = inner;
  const row = (): void => {
    for (let n = 0; n < extent; n++) {
      cell.value = n;
      step();
    }
  };
  return sweep(loops.slice(0, -1), row);
}
