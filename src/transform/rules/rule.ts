// What a rewrite rule is.

import type { Expr } from "../../cascade/cascade.js";

export interface Rule {
  readonly name: string;
  /**
   * `left = right`, several joined by `; `. In it x and y are reals, m and n integers, p and q
   * predicates, and any of them may be absent. The test of each rule is made from this text.
   */
  readonly law: string;
  /** Whether the last bits may change; see LANGUAGE.md §11. */
  readonly numerics: "exact" | "defers" | "expands" | "reassociates";
  /** The node rewritten, with fewer nodes; undefined when the rule does not apply. */
  readonly apply: (e: Expr) => Expr | undefined;
}

export type MapExpr = Extract<Expr, { kind: "map" }>;

/** The two arguments of `e` when it is a map by one of `ops`. */
export function pair(e: Expr, ...ops: readonly MapExpr["op"][]): readonly [Expr, Expr] | undefined {
  if (e.kind !== "map" || !ops.includes(e.op)) return undefined;
  const [left, right] = e.args;
  return left === undefined || right === undefined ? undefined : [left, right];
}

/** The argument of `e` when it is a map by `op`. */
export function single(e: Expr, op: MapExpr["op"]): Expr | undefined {
  return e.kind === "map" && e.op === op ? e.args[0] : undefined;
}

/** Whether `e` is the literal `value`; 0 is not -0. */
export function isLiteral(e: Expr, value: number): boolean {
  return e.kind === "number" && Object.is(e.value, value);
}

/** `part` in place of `e`, unless the kind would change: `1 * n` is real, n is not. */
export function sameKind(e: Expr, part: Expr): Expr | undefined {
  return part.type === e.type ? part : undefined;
}
