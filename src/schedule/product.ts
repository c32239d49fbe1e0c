// Products: their factors, and sums of three and more factors pairwise where that costs less.
//
// In:  a contraction.
// Out: its factors; or an equal expression, sums within sums.
// Not here: sums that are written: their one factor is taken as it stands.

import type { Expr, VariableId } from "../cascade/cascade.js";
import { freeVariables } from "../cascade/walk.js";
import type { Factor } from "./plan.js";

type Reduce = Extract<Expr, { readonly kind: "reduce" }>;

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
