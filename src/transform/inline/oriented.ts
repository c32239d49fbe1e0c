// Whether a callee with `orient` can be called with what it is given.
//
// In:  a call, its callee, the two ranks.
// Out: a tensor that has only one of them. Which of the caller's ranks it would be over depends on
//      the extents, so such a tensor cannot be passed or returned.

import type { CallStatement, Cascade, RankId, TensorId } from "../../cascade/cascade.js";

export function isPassedHalf(
  call: CallStatement,
  callee: Cascade,
  [i, j]: readonly [RankId, RankId],
): TensorId | undefined {
  const outs = [...callee.tensors.values()].filter((t) => t.role === "out");
  const taken = outs.filter((_t, n) => call.results[n] !== undefined);
  const ins = [...callee.tensors.values()].filter((t) => call.tensors.has(t.id));
  const count = (ranks: readonly RankId[], rank: RankId): number =>
    ranks.filter((r) => r === rank).length;
  return [...ins, ...taken].find((t) => count(t.ranks, i) !== count(t.ranks, j))?.id;
}
