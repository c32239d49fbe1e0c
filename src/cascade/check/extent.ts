// Extents of a callee's ranks in the caller's terms.
//
// In:  a Match, after its arguments and perhaps results have fixed ranks.
// Out: a rank of the caller for each rank of the callee that a call needs; new ones are derived.
// Not here: which ranks the arguments fix (match.ts).

import type { Span } from "../../../grammar/span.js";
import type { Expr, Rank, RankId } from "../cascade.js";
import { mapChildren } from "../walk.js";
import type { Context } from "./context.js";
import { addRank, freshId, report } from "./draft.js";
import { bindRank, type Match } from "./match.js";

/** `e`, of the callee's statics and extents, in the caller's terms; undefined: not known. */
export function translate(match: Match, e: Expr): Expr | undefined {
  if (e.kind === "size") {
    const ours = match.ranks.get(e.rank);
    if (ours !== undefined) return { ...e, rank: ours };
    return match.extents.get(e.rank) ?? extentOf(match, match.callee.ranks.get(e.rank));
  }
  if (e.kind === "scalar") {
    const given = match.scalars.get(e.scalar);
    const own = match.callee.scalars.get(e.scalar)?.value;
    return given ?? (own === undefined ? undefined : translate(match, own));
  }
  let isKnown = true;
  const translated = mapChildren(e, (child) => {
    const ours = translate(match, child);
    if (ours === undefined) isKnown = false;
    return ours ?? child;
  });
  return isKnown ? translated : undefined;
}

/** The extent of a rank that nothing at the call has fixed. */
function extentOf(match: Match, rank: Rank | undefined): Expr | undefined {
  if (rank === undefined || rank.extent.kind === "free") return undefined;
  const { value } = rank.extent;
  return value === undefined ? undefined : translate(match, value);
}

/** The extent of the callee's rank `theirs` at this call, by a value, a formula or a default. */
export function extentAt(match: Match, theirs: RankId): Expr | undefined {
  return match.extents.get(theirs) ?? extentOf(match, match.callee.ranks.get(theirs));
}

/** Makes a rank of the caller, called `name`, for a rank of the callee that nothing else fixes. */
export function introduceRank(
  c: Context,
  match: Match,
  theirs: RankId,
  name: string,
  at: Span,
): RankId | undefined {
  const value = extentAt(match, theirs);
  if (value === undefined) {
    return report(c.draft, "E0707", at, [theirs, match.callee.name]);
  }
  const id = freshId(c.draft, name);
  addRank(c.draft, id, { kind: "derived", value }, at);
  match.ranks.set(theirs, id);
  return id;
}

/** Binds a rank of a result to one that the caller names; where both have extents, they agree. */
export function adoptRank(
  c: Context,
  match: Match,
  theirs: RankId,
  ours: RankId,
  at: Span,
): boolean {
  const isNew = !match.ranks.has(theirs);
  const rank = match.callee.ranks.get(theirs);
  const isFixed = match.extents.has(theirs) || rank?.extent.kind === "derived";
  const value = isNew && isFixed ? extentAt(match, theirs) : undefined;
  if (!bindRank(c, match, theirs, ours, at)) return false;
  if (value === undefined) return true;
  const size: Expr = { kind: "size", type: "integer", rank: ours, at };
  const isEqual: Expr = { kind: "map", op: "eq", type: "boolean", args: [size, value], at };
  c.draft.contracts.push({ kind: "extents", subject: undefined, value: isEqual, at });
  return true;
}

/** Ranks for what is left: statics by their defaults, and derived ones that `needed` asks for. */
export function settleRanks(c: Context, match: Match, needed: ReadonlySet<RankId>): boolean {
  let isGood = true;
  for (const rank of match.callee.ranks.values()) {
    const isWanted = needed.has(rank.id) || rank.extent.kind === "static";
    if (!isWanted || match.ranks.has(rank.id)) continue;
    if (introduceRank(c, match, rank.id, rank.id, match.at) === undefined) isGood = false;
  }
  return isGood;
}
