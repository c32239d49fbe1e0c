// Ranks and variables of a definition: who introduces them, and what their extents are.
//
// In:  the survey of a definition.
// Out: ranks and variables in the draft; extents of derived ones, in terms of the others.
// Not here: tensors and scalars (declare.ts).

import type { Span } from "../../../grammar/span.js";
import type { Expression, Name } from "../../../grammar/syntax.js";
import type { Expr, Rank, RankId } from "../cascade.js";
import { sizesOf } from "../walk.js";
import type { Context } from "./context.js";
import { inOrder, pathText } from "./circles.js";
import { addRank, addSplit, introduce, report, type Draft } from "./draft.js";
import { meaningOf, nearest, visibleNames } from "./scope.js";
import { isStatic } from "./static.js";
import type { Survey } from "./survey.js";

/** Gives every rank and every further variable of the definition its meaning. */
export function declareRanks(draft: Draft, found: Survey): void {
  const within = variableNames(found);
  for (const p of found.parameters) {
    if (p.kind === "rank") newRank(draft, p.name, { kind: "static", value: undefined });
  }
  for (const s of found.ranks) newRank(draft, s.name, { kind: "free" });
  for (const { ranks } of found.constants) {
    for (const name of ranks) if (!within.has(name.text)) rankOnce(draft, name);
  }
  for (const { tensor, role } of found.tensors) {
    if (role === "store") continue;
    for (const d of tensor.dimensions) {
      if (!within.has(d.name.text)) rankOnce(draft, d.name);
    }
  }
  for (const { whole, outer, inner } of found.splits) {
    for (const name of [whole, outer, inner]) if (!within.has(name.text)) rankOnce(draft, name);
  }
  declareVariables(draft, within);
}

/** Names of `index` and of `k in i`, with the rank that each walks. */
function variableNames(found: Survey): ReadonlyMap<string, { name: Name; within: Name }> {
  const names = new Map<string, { name: Name; within: Name }>();
  for (const { names: own, within } of found.indices) {
    for (const name of own) if (!names.has(name.text)) names.set(name.text, { name, within });
  }
  for (const { tensor } of found.tensors) {
    for (const { name, within } of tensor.dimensions) {
      if (within !== undefined && !names.has(name.text)) names.set(name.text, { name, within });
    }
  }
  return names;
}

function newRank(draft: Draft, name: Name, extent: Rank["extent"]): void {
  const meaning = { kind: "rank", id: name.text, at: name.at } as const;
  if (introduce(draft, draft.scope, name, meaning)) addRank(draft, name.text, extent, name.at);
}

function rankOnce(draft: Draft, name: Name): void {
  const known = draft.scope.names.get(name.text);
  if (known?.kind !== "rank") newRank(draft, name, { kind: "free" });
}

function declareVariables(
  draft: Draft,
  within: ReadonlyMap<string, { name: Name; within: Name }>,
): void {
  const rankBehind = (written: Name): RankId | undefined => {
    let name = written;
    for (let next = within.get(name.text), n = 0; next !== undefined && n < within.size; n++) {
      const known = draft.variables.get(name.text);
      if (known !== undefined) return known.rank;
      name = next.within;
      next = within.get(name.text);
    }
    const meaning = draft.scope.names.get(name.text);
    if (meaning?.kind === "rank") return meaning.id;
    if (meaning?.kind === "poison") return undefined;
    if (within.has(name.text)) return report(draft, "E0419", written.at, [written.text]);
    return report(draft, "E0201", name.at, [name.text, nearest(name.text, draft.ranks.keys())]);
  };
  for (const { name, within: rank } of within.values()) {
    const id = rankBehind(rank);
    const meaning =
      id === undefined
        ? ({ kind: "poison", at: name.at } as const)
        : ({ kind: "variable", id: name.text, at: name.at } as const);
    if (!introduce(draft, draft.scope, name, meaning) || id === undefined) continue;
    draft.variables.set(name.text, { id: name.text, rank: id });
  }
}

/** Values of `static rank r = 128`, `rank c = …`, `split n = …`, once the scalars are known. */
export function deriveExtents(c: Context, found: Survey): void {
  const { draft } = c;
  for (const p of found.parameters) {
    if (p.kind !== "rank" || p.value === undefined) continue;
    const value = extentValue(c, p.value, p.name.text);
    if (value !== undefined) setExtent(draft, p.name, { kind: "static", value });
  }
  for (const s of found.ranks) {
    const value = extentValue(c, s.value, s.name.text);
    if (value !== undefined) setExtent(draft, s.name, { kind: "derived", value });
  }
  const given = givenRanks(draft, found);
  for (const s of found.splits) split(c, given, s);
  refuseCircles(draft);
}

function setExtent(draft: Draft, name: Name, extent: Rank["extent"]): void {
  const rank = draft.ranks.get(name.text);
  if (rank?.at === name.at) draft.ranks.set(name.text, { ...rank, extent });
}

/** An integer of statics and extents. */
export function extentValue(c: Context, e: Expression, name: string): Expr | undefined {
  const value = c.check(c, e);
  if (value === undefined) return undefined;
  if (!isStatic(c.draft.scalars, value.expr)) {
    return report(c.draft, "E0825", e.at, [`rank \`${name}\``]);
  }
  if (value.expr.type === "integer") return value.expr;
  return report(c.draft, "E0312", e.at, [name]);
}

/** Two extents give the third; given ones agree: the inner is the factor, the outer covers. */
function split(c: Context, given: ReadonlySet<RankId>, s: Survey["splits"][number]): void {
  const { draft } = c;
  const factor = extentValue(c, s.factor, s.whole.text);
  const names = [s.whole, s.outer, s.inner].map((name) => {
    const meaning = meaningOf(draft.scope, name.text);
    if (meaning === undefined || meaning.kind === "rank") return meaning?.id;
    return meaning.kind === "poison"
      ? undefined
      : report(draft, "E0209", name.at, [name.text, meaning.kind, "a rank"]);
  });
  const [whole, outer, inner] = names;
  if (factor === undefined || whole === undefined || outer === undefined) return;
  if (inner === undefined) return;
  addSplit(draft, { whole, factor, outer, inner });

  const isGiven = (id: RankId): boolean => {
    return given.has(id) || draft.ranks.get(id)?.extent.kind !== "free";
  };
  const blocks = blockCount(sizeOf(whole, s.at), factor, s.at);
  const knows = { whole: isGiven(whole), outer: isGiven(outer), inner: isGiven(inner) };
  const isInner = factor.kind === "size" && factor.rank === inner;
  if (!knows.inner) derive(draft, inner, factor);
  else if (!isInner) demandEqual(draft, sizeOf(inner, s.at), factor, s.at);
  if (!knows.whole && !knows.outer) {
    report(draft, "E0416", s.at, [s.whole.text, s.outer.text]);
  } else if (!knows.outer) {
    derive(draft, outer, blocks);
  } else if (!knows.whole) {
    derive(draft, whole, integer("mul", factor, sizeOf(outer, s.at), s.at));
  } else {
    demandEqual(draft, sizeOf(outer, s.at), blocks, s.at);
  }
}

function demandEqual(draft: Draft, size: Expr, is: Expr, at: Span): void {
  const value: Expr = { kind: "map", op: "eq", type: "boolean", args: [size, is], at };
  draft.contracts.push({ kind: "extents", subject: undefined, value, at });
}

function derive(draft: Draft, id: RankId, value: Expr): void {
  const rank = draft.ranks.get(id);
  if (rank !== undefined) draft.ranks.set(id, { ...rank, extent: { kind: "derived", value } });
}

/** Ranks that a tensor brings which comes in. */
function givenRanks(draft: Draft, found: Survey): ReadonlySet<RankId> {
  const coming = found.tensors.filter(({ role }) => role !== "out" && role !== "store");
  const names = coming.flatMap(({ tensor }) => tensor.dimensions.map(({ name }) => name.text));
  return new Set(names.flatMap((name) => draft.variables.get(name)?.rank ?? []));
}

export function sizeOf(rank: RankId, at: Span): Expr {
  return { kind: "size", type: "integer", rank, at };
}

function integer(op: "add" | "sub" | "mul" | "floordiv", a: Expr, b: Expr, at: Span): Expr {
  return { kind: "map", op, type: "integer", args: [a, b], at };
}

/** Blocks of `factor` that hold `whole`: the last may be short. */
function blockCount(whole: Expr, factor: Expr, at: Span): Expr {
  const one: Expr = { kind: "number", type: "integer", value: 1, at };
  const rest =
    factor.kind === "number"
      ? { ...one, value: factor.value - 1 }
      : integer("sub", factor, one, at);
  return integer("floordiv", integer("add", whole, rest, at), factor, at);
}

/** `rank a = size(b)`, `rank b = size(a)` */
function refuseCircles(draft: Draft): void {
  const { circles } = inOrder(draft.ranks.keys(), (id) => {
    const extent = draft.ranks.get(id)?.extent;
    const value = extent === undefined || extent.kind === "free" ? undefined : extent.value;
    return value === undefined ? [] : sizesOf(value);
  });
  for (const circle of circles) {
    const rank = draft.ranks.get(circle[0] ?? "");
    if (rank !== undefined) report(draft, "E0826", rank.at, [pathText(circle)]);
  }
}

/** The variable that a position of a declared tensor introduces or names. */
export function dimensionVariable(c: Context, name: Name): string | undefined {
  const meaning = meaningOf(c.scope, name.text);
  if (meaning?.kind === "poison") return undefined;
  if (meaning?.kind === "rank" || meaning?.kind === "variable") return meaning.id;
  if (meaning !== undefined) {
    return report(c.draft, "E0209", name.at, [name.text, meaning.kind, "a rank or an index"]);
  }
  c.draft.scope.names.set(name.text, { kind: "poison", at: name.at });
  return report(c.draft, "E0204", name.at, [name.text, nearest(name.text, visibleNames(c.scope))]);
}
