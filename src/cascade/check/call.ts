// Calls of cascades: one statement each, before the statement whose expression they stand in.
//
// In:  a Match, and what takes the results.
// Out: a CallStatement; for a call within an expression, a read of its first result.
// Not here: arguments (match.ts), targets of an assignment (results.ts).

import type { Argument, Expression, Name } from "../../../grammar/syntax.js";
import type { CallStatement, Expr, Format, RankId, Tensor, VariableId } from "../cascade.js";
import { boundVariables, freeVariables, substitute } from "../walk.js";
import { variableValue } from "./access.js";
import { renameApart } from "./apart.js";
import { all, made, textOf, type Context, type Value } from "./context.js";
import { freshId, rankOf, report, variableBeside } from "./draft.js";
import { settleRanks } from "./extent.js";
import { calleeRank, matchCall, type Callable, type Match, type Nested } from "./match.js";

/** The parts of a call as written, whichever way it is. */
export interface Written {
  readonly name: Name;
  readonly binds: readonly Name[] | undefined;
  readonly arguments: readonly Argument[];
  readonly callable: Callable;
}

/** `e` as a call of a cascade; undefined when it is none. "failed": reported. */
export function writtenCall(c: Context, e: Expression): Written | "failed" | undefined {
  if (e.kind === "group") return writtenCall(c, e.inner);
  if (e.kind !== "call" && e.kind !== "reduce") return undefined;
  const found = c.draft.library.find(e.name.text, e.name.at);
  if (found === "failed") return "failed";
  if (found?.kind !== "cascade") return undefined;
  if (e.kind === "call") {
    return { name: e.name, binds: e.binds, arguments: e.arguments, callable: found };
  }
  const within = e.over.find((dimension) => dimension.within !== undefined);
  if (within !== undefined || e.into !== undefined) {
    report(c.draft, "E0714", e.at, [e.name.text]);
    return "failed";
  }
  const args = e.arguments.map((value): Argument => ({ value, at: value.at }));
  const binds = e.over.map((dimension) => dimension.name);
  return { name: e.name, binds, arguments: args, callable: found };
}

export function matchWritten(c: Context, call: Written, at: Match["at"]): Match | undefined {
  if (c.statement.hoisted === undefined) {
    return report(c.draft, "E0715", at, [call.name.text, c.statement.what]);
  }
  return matchCall(c, call.callable, call.name, call.binds, call.arguments, at, nestedCall);
}

/** A call as an argument: a tensor of its first result, with the ranks that it has. */
const nestedCall: Nested = (c, e) => {
  const call = writtenCall(c, e);
  if (call === "failed") return undefined;
  if (call === undefined) return "not a call";
  if (call.binds !== undefined) return "not a call"; // an expression over named variables
  const match = matchWritten(c, call, e.at);
  return match === undefined ? undefined : firstResult(c, match)?.tensor;
};

/** A call within an expression is its first result, at the variables that the call shows. */
export function callValue(c: Context, call: Written, at: Match["at"]): Value | undefined {
  const match = matchWritten(c, call, at);
  if (match === undefined) return undefined;
  const { left } = c.statement;
  match.mapped.sort((a, b) => placeIn(left, a) - placeIn(left, b)); // as the left side has them
  const result = firstResult(c, match);
  if (result === undefined) return undefined;
  const indices = all(result.shown.map((v) => variableValue(c, v, at, false)));
  if (indices === undefined) return undefined;
  const read: Expr = {
    kind: "read",
    type: result.tensor.type,
    tensor: result.tensor.id,
    indices: indices.map((index) => index.expr),
    at,
  };
  const value = made(c, read, indices);
  const text = textOf(at);
  return { ...value, free: new Map([...value.free.keys()].map((v) => [v, { at, text }])) };
}

function placeIn(left: readonly VariableId[], v: VariableId): number {
  const place = left.indexOf(v);
  return place < 0 ? left.length : place;
}

interface FirstResult {
  readonly tensor: Tensor;
  readonly shown: readonly VariableId[];
}

function firstResult(c: Context, match: Match): FirstResult | undefined {
  const [result] = resultsOf(match);
  if (result === undefined) return report(c.draft, "E0716", match.at, [match.callee.name]);
  if (!settleRanks(c, match, neededRanks(match, [result]))) return undefined;
  const tensor = resultTensor(c, match, result, freshId(c.draft, match.callee.name), undefined);
  c.draft.tensors.set(tensor.id, tensor);
  emitCall(c, match, [{ result, target: tensor.id, isLet: true }]);
  const rest = result.variables.map((theirs) => shownAs(match, theirs));
  return { tensor, shown: [...match.mapped, ...rest] };
}

function shownAs(match: Match, theirs: VariableId): VariableId {
  return match.shown.get(theirs) ?? match.ranks.get(calleeRank(match, theirs)) ?? theirs;
}

export function resultsOf(match: Match): readonly Tensor[] {
  return [...match.callee.tensors.values()].filter((tensor) => tensor.role === "out");
}

/** Ranks that a tensor given or a result taken has. */
export function neededRanks(match: Match, taken: readonly Tensor[]): ReadonlySet<RankId> {
  const given = [...match.tensors.keys()].map((id) => match.callee.tensors.get(id));
  return new Set([...given, ...taken].flatMap((tensor) => tensor?.ranks ?? []));
}

/** Ranks of a result in the caller, those mapped over first. */
export function resultRanks(c: Context, match: Match, result: Tensor): readonly RankId[] {
  const lead = match.mapped.map((v) => rankOf(c.draft, v));
  return [...lead, ...result.ranks.map((rank) => match.ranks.get(rank) ?? rank)];
}

/** The `let` that takes a result. `variables`: as the left side names them. */
export function resultTensor(
  c: Context,
  match: Match,
  result: Tensor,
  id: string,
  variables: readonly VariableId[] | undefined,
): Tensor {
  const ranks = resultRanks(c, match, result);
  const taken = new Set<VariableId>();
  const own =
    variables ??
    ranks.map((rank) => {
      const v = variableBeside(c.draft, rank, taken);
      taken.add(v);
      return v;
    });
  return {
    id,
    role: "let",
    ranks,
    variables: own,
    format: resultFormat(match, result.format),
    type: result.type,
    value: undefined,
    shared: false,
    tier: undefined,
    doc: undefined,
    at: match.at,
  };
}

function resultFormat(match: Match, format: Format): Format {
  if (format.kind === "block") return { kind: "float", name: "f32" };
  if (format.kind !== "index") return format;
  return { kind: "index", rank: match.ranks.get(format.rank) ?? format.rank };
}

export interface Taken {
  readonly result: Tensor;
  readonly target: string;
  readonly isLet: boolean;
}

/** Puts the call before the statement. Each rank of the callee gets a variable of its own. */
export function emitCall(c: Context, match: Match, taken: readonly Taken[]): void {
  const walks = walkVariables(
    c,
    match,
    taken.map(({ result }) => result),
  );
  const of = (theirs: VariableId): VariableId => walks.get(theirs)?.variable ?? theirs;
  const statement: CallStatement = {
    kind: "call",
    callee: match.callee,
    mapped: match.mapped,
    ranks: walks,
    scalars: match.scalars,
    tensors: walkedArguments(c, match, of),
    results: resultsOf(match).map((result) => {
      const found = taken.find((one) => one.result.id === result.id);
      if (found === undefined) return undefined;
      const indices = [...match.mapped, ...result.variables.map(of)];
      return { target: found.target, indices, isLet: found.isLet };
    }),
    at: match.at,
  };
  c.statement.hoisted?.push(statement);
}

function walkVariables(
  c: Context,
  match: Match,
  results: readonly Tensor[],
): CallStatement["ranks"] {
  const given = [...match.tensors.keys()].flatMap((id) => {
    return match.callee.tensors.get(id)?.variables ?? [];
  });
  const statics = [...match.callee.ranks.values()].flatMap((rank) => {
    return rank.extent.kind === "derived" ? [] : [rank.id];
  });
  const shown = results.flatMap((result) => result.variables);
  const taken = new Set([...match.mapped, ...c.statement.loops]);
  const walks = new Map<VariableId, { rank: RankId; variable: VariableId }>();
  for (const theirs of new Set([...given, ...shown, ...statics])) {
    const rank = match.ranks.get(calleeRank(match, theirs));
    if (rank === undefined) continue;
    const own = match.shown.get(theirs) ?? rank;
    const variable = variableBeside(c.draft, own, taken);
    taken.add(variable);
    walks.set(theirs, { rank, variable });
  }
  return walks;
}

function walkedArguments(
  c: Context,
  match: Match,
  of: (theirs: VariableId) => VariableId,
): ReadonlyMap<string, Expr> {
  const tensors = new Map<string, Expr>();
  const walked = new Set(match.callee.variables.keys());
  const outside = new Set([...match.mapped, ...c.statement.loops, ...[...walked].map(of)]);
  for (const [id, { expr, own }] of match.tensors) {
    const parameter = match.callee.tensors.get(id);
    const by = new Map<VariableId, Expr>();
    own.forEach((ours, p) => {
      const variable = of(parameter?.variables[p] ?? "");
      if (ours === variable || by.has(ours)) return;
      by.set(ours, { kind: "index", type: "integer", variable, at: expr.at });
    });
    const apart = new Set([...freeVariables(expr), ...boundVariables(expr), ...outside]);
    const fresh = (like: VariableId): VariableId => variableBeside(c.draft, like, apart);
    tensors.set(id, renameApart(c.draft, substitute(expr, by, fresh), new Set(outside)));
  }
  return tensors;
}
