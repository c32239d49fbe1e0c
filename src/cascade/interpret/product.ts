// The order of a contraction of three and more factors: pairwise where that is cheaper.
//
// In:  an implicit sum of a product, and the variables around it.
// Out: an equal expression: sums within sums, each over the factors that need it. What an inner sum
//      yields is remembered (memo.ts), so B[i,l] * G[l,k] * A[k,j] is two matrix products.
// Not here: sums that are written: their one factor is taken as it stands.

import type { Expr, VariableId } from "../cascade.js";
import type { ReduceExpr } from "./accumulator.js";
import { extentOf } from "./context.js";
import { factsOf, type Scope } from "./scope.js";

interface Factor {
  readonly e: Expr;
  readonly isDivisor: boolean;
}

export function reorderProduct(e: ReduceExpr, scope: Scope): ReduceExpr {
  if (!e.contraction || e.op !== "sum" || e.over.length < 2) return e;
  let factors = factorsOf(e.body, false);
  let over = e.over;
  for (;;) {
    const group = cheapestGroup(factors, over, scope);
    if (group === undefined) break;
    const inner = factors.filter((f) => dependsOn(f, group));
    if (inner.length === factors.length) break;
    const sum: ReduceExpr = { ...e, over: group, body: productOf(inner) };
    const first = factors.findIndex((f) => dependsOn(f, group));
    const rest = factors.filter((f) => !dependsOn(f, group));
    factors = [...rest.slice(0, first), { e: sum, isDivisor: false }, ...rest.slice(first)];
    over = over.filter((v) => !group.includes(v));
  }
  return over === e.over ? e : { ...e, over, body: productOf(factors) };
}

function factorsOf(e: Expr, isDivisor: boolean): readonly Factor[] {
  if (e.kind !== "map" || (e.op !== "mul" && e.op !== "div")) return [{ e, isDivisor }];
  const [left, right] = e.args;
  if (left === undefined || right === undefined || isDivisor) return [{ e, isDivisor }];
  return [...factorsOf(left, false), ...factorsOf(right, e.op === "div")];
}

function dependsOn(f: Factor, variables: readonly VariableId[]): boolean {
  const { free } = factsOf(f.e);
  return variables.some((v) => free.has(v));
}

/** The variables summed next: those whose factors together have the fewest points. */
function cheapestGroup(
  factors: readonly Factor[],
  over: readonly VariableId[],
  scope: Scope,
): readonly VariableId[] | undefined {
  let best: { readonly group: readonly VariableId[]; readonly cost: number } | undefined;
  for (const v of over) {
    const inner = factors.filter((f) => dependsOn(f, [v]));
    const outer = factors.filter((f) => !dependsOn(f, [v]));
    const group = over.filter((u) => !outer.some((f) => dependsOn(f, [u])));
    const cost = pointsOf(inner, over, scope);
    if (best === undefined || cost < best.cost) best = { group, cost };
  }
  return best?.group;
}

function pointsOf(factors: readonly Factor[], over: readonly VariableId[], scope: Scope): number {
  const used = new Set(factors.flatMap((f) => [...factsOf(f.e).free]));
  const counted = [...used].filter((v) => over.includes(v) || scope.active.has(v));
  return counted.reduce((product, v) => product * extentOf(scope.context, v), 1);
}

function productOf(factors: readonly Factor[]): Expr {
  const above = factors.filter((f) => !f.isDivisor).map((f) => f.e);
  const below = factors.filter((f) => f.isDivisor).map((f) => f.e);
  const at = factors[0]?.e.at;
  if (at === undefined) throw new Error("internal: a product of nothing");
  const one: Expr = { kind: "number", value: 1, type: "real", at };
  const top = above.length === 0 ? one : above.reduce((a, b) => joined("mul", a, b));
  return below.reduce((a, b) => joined("div", a, b), top);
}

function joined(op: "mul" | "div", a: Expr, b: Expr): Expr {
  const isInteger = op === "mul" && a.type === "integer" && b.type === "integer";
  return { kind: "map", op, args: [a, b], type: isInteger ? "integer" : "real", at: a.at };
}
