// Whether a contraction may be written as its product alone.
//
// In:  a reduction that the checker marked, or that a pass made.
// Out: true when LANGUAGE.md §3's rule would sum the product over the same variables again.
// Not here: whether a name is free where it stands (expression.ts).

import type { Expr, VariableId } from "../cascade.js";
import { children, freeVariables } from "../walk.js";

/** The factors of a product as it is printed: its left spine without parentheses. */
export function factorsOf(e: Expr): readonly Expr[] {
  if (!isProduct(e)) return [e];
  const [left, right] = e.args;
  if (left === undefined || right === undefined) return [e];
  return [...factorsOf(left), right];
}

export function isProduct(e: Expr): e is Extract<Expr, { kind: "map" }> {
  return e.kind === "map" && (e.op === "mul" || e.op === "div");
}

/** Each variable is used by two factors, and no product further in would sum it first. */
export function contractionFits(e: Extract<Expr, { kind: "reduce" }>): boolean {
  if (e.op !== "sum" || !isProduct(e.body)) return false;
  const factors = factorsOf(e.body);
  return e.over.every((v) => uses(factors, v) >= 2 && !factors.some((f) => isSummedIn(f, v)));
}

function uses(factors: readonly Expr[], v: VariableId): number {
  return factors.filter((factor) => freeVariables(factor).has(v)).length;
}

function isSummedIn(e: Expr, v: VariableId): boolean {
  if (isProduct(e) && uses(factorsOf(e), v) >= 2) return true;
  return children(e).some((child) => isSummedIn(child, v));
}
