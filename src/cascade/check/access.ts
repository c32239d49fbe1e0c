// Names and accesses: which tensor, variable or scalar is meant, and whether the indices fit.
//
// In:  `x`, `T[i, k+1]` as written.
// Out: reads, indices, scalars; variables of a split as functions of those that are bound.
// Not here: calls (call.ts) and what stands on a left side (assign.ts).

import { maxErrors } from "../../../grammar/limits.js";
import type { Span } from "../../../grammar/span.js";
import type { Expression, Name } from "../../../grammar/syntax.js";
import { paramsRank, type Expr, type RankId, type Tensor, type VariableId } from "../cascade.js";
import { kindNames, constant, made, textOf, type Context, type Value } from "./context.js";
import { rankOf, report, tensorOf } from "./draft.js";
import { builtinScalar } from "./scalars.js";
import { meaningOf, nearest, visibleNames, type Meaning } from "./scope.js";

type Access = Extract<Expression, { kind: "access" }>;

/** The name's meaning; undefined, and reported, when it has none. `poison` was reported before. */
export function lookUp(c: Context, name: Name): Exclude<Meaning, { kind: "poison" }> | undefined {
  const found = meaningOf(c.scope, name.text);
  if (found?.kind === "poison") return undefined;
  return found ?? unknownName(c, name);
}

/** Reports `name` once; it is known, and says nothing more, from then on. */
export function unknownName(c: Context, name: Name): undefined {
  const { draft } = c;
  if (meaningOf(c.scope, name.text) !== undefined) return undefined;
  draft.scope.names.set(name.text, { kind: "poison", at: name.at });
  const definition = draft.library.find(name.text, name.at);
  if (definition === "failed") return undefined;
  if (definition !== undefined) {
    return report(draft, "E0209", name.at, [name.text, definition.kind, "a value"]);
  }
  const later = draft.later.get(name.text);
  if (later !== undefined && later.start > name.at.start) {
    return report(draft, "E0202", name.at, [name.text], [{ text: "introduced here", at: later }]);
  }
  const isOfOptimizers = ["t", "key", "params"].includes(name.text);
  if (isOfOptimizers) return report(draft, "E0211", name.at, [name.text]);
  const isWorth = draft.problems.length < maxErrors; // the others are not shown
  const known = isWorth ? [...visibleNames(c.scope), ...draft.library.names()] : [];
  const meant = nearest(name.text, known);
  return report(draft, "E0201", name.at, [name.text, meant]);
}

/** A bare name as a value. */
export function nameValue(c: Context, e: Extract<Expression, { kind: "name" }>): Value | undefined {
  const name: Name = { text: e.name, at: e.at };
  if (meaningOf(c.scope, e.name) === undefined) {
    const known = fixedValue(c, e) ?? builtinScalar(c.draft, e.name, e.at);
    if (known !== undefined) return constant(known);
    if (e.name === paramsRank && c.draft.kind === "optimizer") {
      return report(c.draft, "E0408", e.at, []);
    }
    if (e.name === "inf") return report(c.draft, "E0306", e.at, []);
  }
  const meaning = lookUp(c, name);
  if (meaning === undefined) return undefined;
  switch (meaning.kind) {
    case "rank":
    case "variable":
      return variableValue(c, meaning.id, e.at, true);
    case "scalar":
      return scalarValue(c, meaning.id, e.at);
    case "local":
      return constant({ kind: "local", type: "real", name: meaning.id, at: e.at });
    case "tensor": {
      const tensor = tensorOf(c.draft, meaning.id);
      if (tensor.ranks.length > 0) {
        const ranks = tensor.variables.join(",");
        return report(c.draft, "E0404", e.at, [e.name, ranks, tensor.ranks.length]);
      }
      return readOf(c, tensor, [], e.at);
    }
  }
}

function fixedValue(c: Context, e: { readonly name: string; readonly at: Span }): Expr | undefined {
  if (e.name !== "pi") return undefined;
  return { kind: "number", type: "real", value: Math.PI, at: e.at };
}

function scalarValue(c: Context, id: string, at: Span): Value | undefined {
  const scalar = c.draft.scalars.get(id);
  if (scalar === undefined) return undefined; // its default did not check
  return constant({ kind: "scalar", type: scalar.type, scalar: id, at });
}

function readOf(
  c: Context,
  tensor: Tensor,
  indices: readonly Value[],
  at: Span,
): Value | undefined {
  const exprs = indices.map((index) => index.expr);
  const expr: Expr = { kind: "read", type: tensor.type, tensor: tensor.id, indices: exprs, at };
  const value = made(c, expr, indices);
  const text = textOf(at);
  const free = new Map([...value.free].map(([v, use]) => [v, { at: use.at, text }]));
  return c.draft.poisoned.has(tensor.id) ? undefined : { ...value, free };
}

/** `T[i, k+1]` */
export function accessValue(c: Context, e: Access): Value | undefined {
  const meaning = lookUp(c, e.name);
  if (meaning === undefined) return undefined;
  if (meaning.kind !== "tensor") {
    return report(c.draft, "E0209", e.name.at, [e.name.text, meaning.kind, "a tensor"]);
  }
  const tensor = tensorOf(c.draft, meaning.id);
  if (e.indices.length !== tensor.ranks.length) {
    const wanted = `${e.name.text}[${tensor.variables.join(",")}]`;
    return report(c.draft, "E0403", e.at, [wanted, tensor.ranks.length, e.indices.length]);
  }
  const indices = e.indices.map((index, n) => indexValue(c, tensor, n, index));
  const found = indices.filter((index) => index !== undefined);
  return found.length < indices.length ? undefined : readOf(c, tensor, found, e.at);
}

/** What stands in position `n` of an access to `tensor`. */
function indexValue(c: Context, tensor: Tensor, n: number, e: Expression): Value | undefined {
  const rank = tensor.ranks[n] ?? "";
  const inner = e.kind === "group" ? e.inner : e;
  const plain = inner.kind === "name" ? meaningOf(c.scope, inner.name) : undefined;
  if (plain?.kind === "rank" || plain?.kind === "variable") {
    if (!fits(c, plain.id, rank, tensor, inner.at)) return undefined;
    return variableValue(c, plain.id, inner.at, false);
  }
  const walked = inner.kind === "call" ? meaningOf(c.scope, inner.name.text) : undefined;
  if (inner.kind === "call" && walked?.kind === "rank") return alongRank(c, tensor, rank, inner);
  const value = c.check(c, e);
  if (value === undefined) return undefined;
  if (value.expr.type !== "integer") {
    return report(c.draft, "E0302", e.at, [tensor.id, kindNames[value.expr.type]]);
  }
  const held = indexRank(c, value.expr);
  if (held === undefined || held === rank) return value;
  return report(c.draft, "E0402", e.at, [textOf(e.at), held, rank, tensor.id]);
}

/** `x[i(k)]`: the value of k along i, on purpose. */
function alongRank(
  c: Context,
  tensor: Tensor,
  rank: RankId,
  e: Extract<Expression, { kind: "call" }>,
): Value | undefined {
  const [argument, more] = e.arguments;
  if (argument === undefined || more !== undefined) {
    return report(c.draft, "E0307", e.at, [e.name.text, "1", e.arguments.length]);
  }
  if (!fits(c, e.name.text, rank, tensor, e.name.at)) return undefined;
  const value = c.check(c, argument.value);
  if (value === undefined || value.expr.type === "integer") return value;
  return report(c.draft, "E0302", argument.at, [tensor.id, kindNames[value.expr.type]]);
}

function fits(c: Context, v: VariableId, rank: RankId, tensor: Tensor, at: Span): boolean {
  const own = rankOf(c.draft, v);
  if (own === rank) return true;
  report(
    c.draft,
    "E0401",
    at,
    [v, own, rank, tensor.id],
    [{ text: `\`${tensor.id}\` has its ranks here`, at: tensor.at }],
  );
  return false;
}

/** The rank whose indices an integer holds, where its form says so. */
export function indexRank(c: Context, e: Expr): RankId | undefined {
  switch (e.kind) {
    case "read": {
      const format = tensorOf(c.draft, e.tensor).format;
      return format.kind === "index" ? format.rank : undefined;
    }
    case "topk":
      return rankOf(c.draft, e.over);
    case "reduce":
      return e.op === "argmax" || e.op === "argmin" ? overRank(c, e.over) : undefined;
    case "where":
      return indexRank(c, e.value);
    case "else": {
      const first = indexRank(c, e.first);
      return first === indexRank(c, e.second) ? first : undefined;
    }
    default:
      return undefined;
  }
}

function overRank(c: Context, over: readonly VariableId[]): RankId | undefined {
  const [v] = over;
  return v === undefined ? undefined : rankOf(c.draft, v);
}

/**
 * A variable where it is used. One of a split that nothing binds is a function of those that
 * something does. `isNumber`: its value is wanted, so past the end of a short block is absent.
 */
export function variableValue(
  c: Context,
  id: VariableId,
  at: Span,
  isNumber: boolean,
): Value | undefined {
  if (id === paramsRank) return report(c.draft, "E0408", at, []);
  if (c.bound.has(id)) {
    const part = reducedPart(c, id);
    if (part !== undefined) return report(c.draft, "E0420", at, [id, part]);
    return constant({ kind: "index", type: "integer", variable: id, at });
  }
  for (const split of c.draft.splits.get(id) ?? []) {
    if (split.outer === id && c.bound.has(split.whole)) return part("floordiv", split.whole);
    if (split.inner === id && c.bound.has(split.whole)) return part("mod", split.whole);
    if (split.whole !== id) continue;
    const isMentioned = [split.outer, split.inner].some((v) => c.statement.mentions.has(v));
    if (isMentioned) return wholeOf(split.outer, split.inner, split.factor);

    function part(op: "floordiv" | "mod", whole: VariableId): Value {
      const index: Expr = { kind: "index", type: "integer", variable: whole, at };
      return constant({ kind: "map", op, type: "integer", args: [index, split.factor], at });
    }
  }
  const use = { at, text: textOf(at) };
  const expr: Expr = { kind: "index", type: "integer", variable: id, at };
  return { expr, free: new Map([[id, use]]), closed: new Set() };

  /** `factor * outer + inner` */
  function wholeOf(outer: VariableId, inner: VariableId, factor: Expr): Value | undefined {
    const high = variableValue(c, outer, at, false);
    const low = variableValue(c, inner, at, false);
    if (high === undefined || low === undefined) return undefined;
    const scaled: Expr = { kind: "map", op: "mul", type: "integer", args: [factor, high.expr], at };
    const sum: Expr = { kind: "map", op: "add", type: "integer", args: [scaled, low.expr], at };
    const isGuarded = isNumber && !c.statement.indexed.has(id);
    return made(c, isGuarded ? insideExtent(sum, id) : sum, [high, low]);
  }
}

/** The part of a whole on the left that a reduction around walks: the whole would not move. */
function reducedPart(c: Context, whole: VariableId): VariableId | undefined {
  const { left, loops } = c.statement;
  if (!left.includes(whole)) return undefined;
  const splits = (c.draft.splits.get(whole) ?? []).filter((split) => split.whole === whole);
  return splits
    .flatMap(({ outer, inner }) => [outer, inner])
    .find((v) => c.bound.has(v) && !left.includes(v) && !loops.has(v));
}

/** Absent past the end of a short block. */
function insideExtent(value: Expr, rank: RankId): Expr {
  const { at } = value;
  const size: Expr = { kind: "size", type: "integer", rank, at };
  const predicate: Expr = { kind: "map", op: "lt", type: "boolean", args: [value, size], at };
  return { kind: "where", type: "integer", value, predicate, at };
}
