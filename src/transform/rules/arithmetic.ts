// Rules of arithmetic that keep every bit.
//
// `x + 0 = x` is not among them for reals: -0 + 0 is 0.

import type { Expr } from "../../cascade/cascade.js";
import { sameExpr } from "../../cascade/walk.js";
import { isLiteral, pair, sameKind, single, type Rule } from "./rule.js";

export const timesOne: Rule = {
  name: "times-one",
  law: "x * 1 = x; 1 * x = x; x / 1 = x; n * 1 = n; 1 * n = n",
  numerics: "exact",
  apply(e) {
    const factors = pair(e, "mul");
    if (factors !== undefined && isLiteral(factors[1], 1)) return sameKind(e, factors[0]);
    if (factors !== undefined && isLiteral(factors[0], 1)) return sameKind(e, factors[1]);
    const quotient = pair(e, "div");
    if (quotient === undefined || !isLiteral(quotient[1], 1)) return undefined;
    return sameKind(e, quotient[0]);
  },
};

export const plusZero: Rule = {
  name: "plus-zero",
  law: "x - 0 = x; n - 0 = n; n + 0 = n; 0 + n = n",
  numerics: "exact",
  apply(e) {
    const difference = pair(e, "sub");
    if (difference !== undefined && isLiteral(difference[1], 0)) return sameKind(e, difference[0]);
    const sum = e.type === "integer" ? pair(e, "add") : undefined;
    if (sum === undefined) return undefined;
    if (isLiteral(sum[1], 0)) return sum[0];
    return isLiteral(sum[0], 0) ? sum[1] : undefined;
  },
};

export const addedAndTaken: Rule = {
  name: "added-and-taken",
  law: "m + size(i) - size(i) = m; size(i) + m - size(i) = m; m - size(i) + size(i) = m",
  numerics: "exact", // of integers: they wrap back
  apply(e) {
    if (e.type !== "integer") return undefined;
    const outer = pair(e, "sub", "add");
    const inner = outer === undefined ? undefined : pair(outer[0], "add", "sub");
    if (outer === undefined || inner === undefined || outer[1].kind !== "size") return undefined;
    if (sameOp(e, outer[0])) return undefined;
    const [left, right] = inner;
    if (sameExpr(right, outer[1])) return left;
    return pair(outer[0], "add") !== undefined && sameExpr(left, outer[1]) ? right : undefined;
  },
};

function sameOp(a: Expr, b: Expr): boolean {
  return a.kind === "map" && b.kind === "map" && a.op === b.op;
}

export const powerOne: Rule = {
  name: "power-one",
  law: "x^1 = x; n^1 = n",
  numerics: "exact",
  apply(e) {
    const power = pair(e, "pow");
    if (power === undefined || !isLiteral(power[1], 1)) return undefined;
    return sameKind(e, power[0]);
  },
};

export const twiceNegated: Rule = {
  name: "twice-negated",
  law: "-(-x) = x; -(-n) = n",
  numerics: "exact",
  apply(e) {
    const inner = single(e, "neg");
    return inner === undefined ? undefined : single(inner, "neg");
  },
};
