// The order of a contraction of three and more factors: pairwise where that is cheaper.
//
// In:  an implicit sum of a product, and the variables around it.
// Out: an equal expression: sums within sums, each over the factors that need it. What an inner sum
//      yields is remembered (memo.ts), so B[i,l] * G[l,k] * A[k,j] is two matrix products.
// Not here: sums that are written: their one factor is taken as it stands.

import type { VariableId } from "../cascade.js";
import { factorsOf, productOf, type Factor } from "../product.js";
import type { ReduceExpr } from "./accumulator.js";
import { extentOf } from "./context.js";
import { factsOf, type Scope } from "./scope.js";

export function reorderProduct(e: ReduceExpr, scope: Scope): ReduceExpr {
  if (!e.contraction || e.op !== "sum" || e.over.length < 2) return e;
  let factors = factorsOf(e.body);
  let over = e.over;
  for (;;) {
    const group = cheapestGroup(factors, over, scope);
    if (group === undefined) break;
    const inner = factors.filter((f) => dependsOn(f, group));
    if (inner.length === factors.length) break;
    const sum: ReduceExpr = { ...e, over: group, body: productOf(inner, e.at) };
    const first = factors.findIndex((f) => dependsOn(f, group));
    const rest = factors.filter((f) => !dependsOn(f, group));
    factors = [...rest.slice(0, first), { e: sum, isDivisor: false }, ...rest.slice(first)];
    over = over.filter((v) => !group.includes(v));
  }
  return over === e.over ? e : { ...e, over, body: productOf(factors, e.at) };
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
