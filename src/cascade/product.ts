// Products as their factors, and back.
//
// In:  an expression of `*` and `/`.
// Out: factors in text order; their product.
// Not here: which factors are summed first (interpret/product.ts, src/schedule/product.ts).

import type { Expr } from "./cascade.js";

export interface Factor {
  readonly e: Expr;
  readonly isDivisor: boolean;
}

/** `a * b / c` as a, b and the divisor c. */
export function factorsOf(e: Expr): readonly Factor[] {
  if (e.kind !== "map" || (e.op !== "mul" && e.op !== "div")) return [{ e, isDivisor: false }];
  const [left, right] = e.args;
  if (left === undefined || right === undefined) return [{ e, isDivisor: false }];
  if (e.op === "div") return [...factorsOf(left), { e: right, isDivisor: true }];
  return [...factorsOf(left), ...factorsOf(right)];
}

/** The product of factors in their order, then the divisors; 1 for none. */
export function productOf(factors: readonly Factor[], at: Expr["at"]): Expr {
  const above = factors.filter((f) => !f.isDivisor).map((f) => f.e);
  const below = factors.filter((f) => f.isDivisor).map((f) => f.e);
  const one: Expr = { kind: "number", value: 1, type: "real", at };
  const top = above.length === 0 ? one : above.reduce((a, b) => joined("mul", a, b));
  return below.reduce((a, b) => joined("div", a, b), top);
}

function joined(op: "mul" | "div", a: Expr, b: Expr): Expr {
  const isInteger = op === "mul" && a.type === "integer" && b.type === "integer";
  return { kind: "map", op, args: [a, b], type: isInteger ? "integer" : "real", at: a.at };
}
