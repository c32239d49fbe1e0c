// The value of a host scalar when extents and scalars are known.
//
// In:  a cascade with its extents and scalars.
// Out: a function from expressions to numbers; undefined for what only a step knows.

import type { Cascade, Expr } from "../../cascade/cascade.js";
import type { Bound } from "../../cascade/interpret/bind.js";
import { evaluate, type Names } from "../../runtime/host-expr.js";
import { isHost } from "../../schedule/hosts.js";
import { toHost } from "../../tile/lower/host.js";

export function valueIn(
  cascade: Cascade,
  { extents, scalars }: Bound,
): (e: Expr) => number | undefined {
  const names: Names = {
    size: (rank) => extents.get(rank) ?? (rank === "params" ? 1 : NaN),
    scalar: (name) => scalars.get(name) ?? NaN,
    local: () => NaN,
    element: () => NaN,
  };
  return (e) => {
    if (!isHost(e, new Set())) return undefined;
    const value = evaluate(toHost(cascade, e), names);
    return Number.isNaN(value) ? undefined : value;
  };
}
