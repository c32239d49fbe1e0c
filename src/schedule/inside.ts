// Whether an index certainly lies inside an extent.
//
// In:  an index expression and the rank of its position.
// Out: yes, or unknown; never a wrong yes.
// Not here: masks (src/tile/lower); an unknown index is tested at each point.

import type { Cascade, Expr, RankId, VariableId } from "../cascade/cascade.js";
import { sameExpr } from "../cascade/walk.js";

export function isInside(cascade: Cascade, index: Expr, rank: RankId): boolean {
  if (index.kind === "index") return rankOf(cascade, index.variable) === rank;
  if (index.kind !== "map") return false;
  const [first, second] = index.args;
  if (first === undefined || second === undefined) return false;
  if (index.op === "mod") return isExtent(cascade, second, rank);
  if (index.op === "floordiv") return isGrouped(cascade, first, second, rank);
  return false;
}

export function rankOf(cascade: Cascade, variable: VariableId): RankId {
  const found = cascade.variables.get(variable);
  if (found === undefined) throw new Error(`internal: no variable ${variable}`);
  return found.rank;
}

/** `e` is the extent of `rank`: `size(rank)`, or what the rank is derived as. */
function isExtent(cascade: Cascade, e: Expr, rank: RankId): boolean {
  if (e.kind === "size" && e.rank === rank) return true;
  const extent = cascade.ranks.get(rank)?.extent;
  return extent?.kind === "derived" && sameExpr(extent.value, e);
}

/** `h * size(g) div size(h)` lies in g. */
function isGrouped(cascade: Cascade, top: Expr, bottom: Expr, rank: RankId): boolean {
  if (top.kind !== "map" || top.op !== "mul") return false;
  const variable = top.args.find((arg) => arg.kind === "index");
  const factor = top.args.find((arg) => arg.kind !== "index");
  if (variable?.kind !== "index" || factor === undefined) return false;
  const walked = rankOf(cascade, variable.variable);
  return isExtent(cascade, bottom, walked) && isExtent(cascade, factor, rank);
}
