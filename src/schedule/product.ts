// Products: their factors, and sums of three and more factors pairwise where that costs less.
//
// In:  a contraction.
// Out: its factors; or an equal expression, sums within sums.
// Not here: sums that are written: their one factor is taken as it stands.

import type { Expr, VariableId } from "../cascade/cascade.js";
import { factorsOf, productOf, type Factor } from "../cascade/product.js";
import { freeVariables } from "../cascade/walk.js";

type Reduce = Extract<Expr, { readonly kind: "reduce" }>;

/**
 * A contraction over several variables as contractions within: each takes the variables whose
 * factors
 * together vary over the fewest, as long as another factor is left outside.
 */
export function splitProduct(e: Reduce): Reduce {
  if (!e.contraction || e.op !== "sum" || e.over.length < 2) return e;
  let factors = factorsOf(e.body);
  let over = e.over;
  for (;;) {
    const group = cheapestGroup(factors, over);
    const inner = factors.filter((f) => dependsOn(f, group));
    if (inner.length === factors.length || group.length === over.length) break;
    if (!inner.some((f) => !f.isDivisor)) break;
    const sum: Reduce = { ...e, over: group, body: productOf(inner, e.at) };
    const first = factors.findIndex((f) => dependsOn(f, group));
    const rest = factors.filter((f) => !dependsOn(f, group));
    factors = [...rest.slice(0, first), { e: sum, isDivisor: false }, ...rest.slice(first)];
    over = over.filter((v) => !group.includes(v));
  }
  return over === e.over ? e : { ...e, over, body: productOf(factors, e.at) };
}

function dependsOn(f: Factor, variables: readonly VariableId[]): boolean {
  const free = freeVariables(f.e);
  return variables.some((v) => free.has(v));
}

function cheapestGroup(
  factors: readonly Factor[],
  over: readonly VariableId[],
): readonly VariableId[] {
  let best: readonly VariableId[] = [];
  let least = Infinity;
  for (const v of over) {
    const inner = factors.filter((f) => dependsOn(f, [v]));
    const outer = factors.filter((f) => !dependsOn(f, [v]));
    const degree = new Set(inner.flatMap((f) => [...freeVariables(f.e)])).size;
    if (degree >= least) continue;
    least = degree;
    best = over.filter((u) => !outer.some((f) => dependsOn(f, [u])));
  }
  return best;
}
