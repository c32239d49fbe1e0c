// Rules of `where` and `else`.

import type { Expr } from "../../cascade/cascade.js";
import { sameKind, type Rule } from "./rule.js";

export const whereTrue: Rule = {
  name: "where-true",
  law: "x where true = x",
  numerics: "exact",
  apply(e) {
    if (e.kind !== "where") return undefined;
    return e.predicate.kind === "boolean" && e.predicate.value ? e.value : undefined;
  },
};

export const whereFalse: Rule = {
  name: "where-false",
  law: "x where false else y = y",
  numerics: "exact",
  apply(e) {
    if (e.kind !== "else" || e.first.kind !== "where") return undefined;
    const { predicate } = e.first;
    return predicate.kind === "boolean" && !predicate.value ? sameKind(e, e.second) : undefined;
  },
};

export const elseOfPresent: Rule = {
  name: "else-of-present",
  law: "2.5 else y = 2.5; (x else 2.5) else y = x else 2.5",
  numerics: "exact",
  apply(e) {
    if (e.kind !== "else" || !isPresent(e.first)) return undefined;
    return sameKind(e, e.first);
  },
};

/** Present whatever it is made of. A read may be absent, and so may a reduction. */
function isPresent(e: Expr): boolean {
  switch (e.kind) {
    case "number":
    case "boolean":
    case "size":
    case "scalar":
    case "index":
      return true;
    case "map":
      return e.args.every(isPresent);
    case "cast":
      return isPresent(e.arg);
    case "else":
      return isPresent(e.first) || isPresent(e.second);
    case "reduce":
      return e.op === "any" || e.op === "all" || e.op === "count";
    default:
      return false;
  }
}
