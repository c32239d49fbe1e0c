// Rules of predicates. An absent predicate stays absent: `p and true` is p where p is absent too.

import type { Expr } from "../../cascade/cascade.js";
import { pair, single, type Rule } from "./rule.js";

function isTruth(e: Expr, value: boolean): boolean {
  return e.kind === "boolean" && e.value === value;
}

export const notNot: Rule = {
  name: "not-not",
  law: "not (not p) = p",
  numerics: "exact",
  apply(e) {
    const inner = single(e, "not");
    return inner === undefined ? undefined : single(inner, "not");
  },
};

export const andTrue: Rule = {
  name: "and-true",
  law: "p and true = p; true and p = p; p and false = false; false and p = false",
  numerics: "exact",
  apply(e) {
    const both = pair(e, "and");
    if (both === undefined) return undefined;
    const [left, right] = both;
    if (isTruth(right, true) || isTruth(left, false)) return left;
    return isTruth(left, true) || isTruth(right, false) ? right : undefined;
  },
};

export const orFalse: Rule = {
  name: "or-false",
  law: "p or false = p; false or p = p; p or true = true; true or p = true",
  numerics: "exact",
  apply(e) {
    const either = pair(e, "or");
    if (either === undefined) return undefined;
    const [left, right] = either;
    if (isTruth(right, false) || isTruth(left, true)) return left;
    return isTruth(left, false) || isTruth(right, true) ? right : undefined;
  },
};
