// Targets of a call that stands alone: `let Q[i,r], _ = qr(Y)`, `O, L = attention(Q, K, V)`.
//
// In:  the targets as written; their index lists bind ranks of the callee.
// Out: a call statement whose results are the targets; new names for those of a `let`.
// Not here: arguments (match.ts), calls within expressions (call.ts).

import type { Expression, Name, Target } from "../../../grammar/syntax.js";
import type { RankId, Tensor, VariableId } from "../cascade.js";
import {
  emitCall,
  matchWritten,
  neededRanks,
  resultRanks,
  resultsOf,
  resultTensor,
  writtenCall,
  type Taken,
  type Written,
} from "./call.js";
import { kindNames, type Context } from "./context.js";
import { freshId, introduce, rankOf, report, tensorOf } from "./draft.js";
import { declaredFormat } from "./formats.js";
import { adoptRank, extentAt, introduceRank, settleRanks } from "./extent.js";
import { bindRank, calleeRank, canHold, type Match } from "./match.js";
import { dimensionVariable } from "./ranks.js";
import { meaningOf } from "./scope.js";
import { typeOfFormat } from "./scalars.js";
import { assignable, leftName } from "./left.js";

/** One target and the result that it takes. */
interface Pairing {
  readonly target: Target;
  readonly result: Tensor;
  /** Variables of the left side; undefined: none are written. */
  readonly variables: readonly VariableId[] | undefined;
}

/** `isLet`: the targets are new. False when something was wrong, and reported. */
export function assignCall(
  c: Context,
  targets: readonly Target[],
  isLet: boolean,
  call: Written,
  at: Match["at"],
): boolean {
  const match = matchWritten(c, call, at);
  if (match === undefined) return false;
  const results = resultsOf(match);
  const extra = targets[results.length];
  if (extra !== undefined) {
    const facts = [match.callee.name, results.length, targets.length] as const;
    report(c.draft, "E0708", extra.at, [...facts]);
    return false;
  }
  const pairings = targets.flatMap((target, n): (Pairing | undefined)[] => {
    const result = results[n];
    if (target.name.text === "_" || result === undefined) return [];
    return [pairUp(c, match, target, result, isLet)];
  });
  const found = pairings.filter((pairing) => pairing !== undefined);
  if (found.length < pairings.length) return false;
  const needed = neededRanks(
    match,
    found.map(({ result }) => result),
  );
  if (!settleRanks(c, match, needed)) return false;
  const taken = found.map((pairing) => takeResult(c, match, pairing, isLet));
  const good = taken.filter((one) => one !== undefined);
  if (good.length < taken.length) return false;
  emitCall(c, match, good);
  return true;
}

function pairUp(
  c: Context,
  match: Match,
  target: Target,
  result: Tensor,
  isLet: boolean,
): Pairing | undefined {
  if (!target.hasIndices) return { target, result, variables: undefined };
  const names = target.indices.map((index) => leftName(c, index));
  const known = names.filter((name) => name !== undefined);
  if (known.length < names.length) return undefined;
  const lead = match.mapped.length;
  const wanted = lead + result.variables.length;
  if (known.length !== wanted) {
    const ranks = resultRanks(c, match, result);
    return report(c.draft, "E0702", target.at, [target.name.text, known.length, ranks.join(",")]);
  }
  const leading = mapOver(c, match, known.slice(0, lead), target);
  if (leading === undefined) return undefined;
  const rest = known.slice(lead).map((name, p) => {
    return bindResult(c, match, result.variables[p] ?? "", name, isLet);
  });
  const variables = [...leading, ...rest].filter((v) => v !== undefined);
  return variables.length < wanted ? undefined : { target, result, variables };
}

/** The left side names the variables mapped over, in an order of its own. */
function mapOver(
  c: Context,
  match: Match,
  names: readonly Name[],
  target: Target,
): readonly VariableId[] | undefined {
  const variables = names.map((name) => dimensionVariable(c, name));
  const known = variables.filter((v) => v !== undefined);
  if (known.length < names.length) return undefined;
  const left = [...match.mapped];
  const order = known.map((v) => {
    const exact = left.indexOf(v);
    const n =
      exact >= 0 ? exact : left.findIndex((other) => rankOf(c.draft, other) === rankOf(c.draft, v));
    return n < 0 ? undefined : left.splice(n, 1)[0];
  });
  const found = order.filter((v) => v !== undefined);
  if (found.length < order.length) {
    const ranks = match.mapped.map((v) => rankOf(c.draft, v)).join(", ");
    return report(c.draft, "E0724", target.at, [match.callee.name, ranks]);
  }
  match.mapped.splice(0, match.mapped.length, ...found);
  return known;
}

/** One further index on the left: a rank of the callee's result, known or new here. */
function bindResult(
  c: Context,
  match: Match,
  theirs: VariableId,
  name: Name,
  isLet: boolean,
): VariableId | undefined {
  const rank = calleeRank(match, theirs);
  const isKnown = meaningOf(c.scope, name.text) !== undefined;
  if (!isKnown && isLet && !match.ranks.has(rank)) {
    const id = introduceRank(c, match, rank, name.text, name.at);
    if (id === undefined) return undefined;
    c.draft.scope.names.set(name.text, { kind: "rank", id, at: name.at });
    return id;
  }
  const ours = dimensionVariable(c, name);
  if (ours === undefined) return undefined;
  if (!match.shown.has(theirs)) match.shown.set(theirs, ours);
  return adoptRank(c, match, rank, rankOf(c.draft, ours), name.at) ? ours : undefined;
}

function takeResult(
  c: Context,
  match: Match,
  { target, result, variables }: Pairing,
  isLet: boolean,
): Taken | undefined {
  return isLet
    ? newTarget(c, match, target, result, variables)
    : oldTarget(c, match, target, result, variables);
}

function newTarget(
  c: Context,
  match: Match,
  target: Target,
  result: Tensor,
  variables: readonly VariableId[] | undefined,
): Taken | undefined {
  const { draft } = c;
  const id = freshId(draft, target.name.text);
  const made = resultTensor(c, match, result, id, variables);
  const format =
    target.format === undefined ? made.format : declaredFormat(c, target.format, made.variables);
  if (format === undefined) return undefined;
  const type = typeOfFormat(format);
  if (!canHold(type, result.type)) {
    const facts = [target.name.text, kindNames[type], kindNames[result.type]] as const;
    return report(draft, "E0304", target.at, [...facts]);
  }
  const meaning = { kind: "tensor", id, at: target.name.at } as const;
  if (!introduce(draft, c.scope, target.name, meaning)) return undefined;
  draft.tensors.set(id, { ...made, format, type, at: target.at });
  return { result, target: id, isLet: true };
}

function oldTarget(
  c: Context,
  match: Match,
  target: Target,
  result: Tensor,
  variables: readonly VariableId[] | undefined,
): Taken | undefined {
  const { draft } = c;
  const tensor = assignable(c, target.name);
  if (tensor === undefined) return undefined;
  const ranks = variables?.map((v) => rankOf(draft, v)) ?? resultRanks(c, match, result);
  if (ranks.length !== tensor.ranks.length || ranks.some((rank, n) => rank !== tensor.ranks[n])) {
    const shown = `${target.name.text}[${tensor.variables.join(",")}]`;
    return report(draft, "E0725", target.at, [shown, match.callee.name, ranks.join(",")]);
  }
  if (!canHold(tensor.type, result.type)) {
    const facts = [tensor.id, kindNames[tensor.type], kindNames[result.type]] as const;
    return report(draft, "E0304", target.at, [...facts]);
  }
  const looped = variables?.find((v) => c.statement.loops.has(v));
  if (looped === undefined) return { result, target: tensor.id, isLet: false };
  return report(draft, "E0726", target.at, [looped, target.name.text]);
}

/** `const T[c] = dynamic_map(signed)`: a call that is carried out at compile time. */
export function callTable(
  c: Context,
  name: Name,
  ranks: readonly Name[],
  e: Expression,
): "not a call" | "called" {
  const { draft } = c;
  const inner: Context = { ...c, statement: { ...c.statement, hoisted: draft.prelude } };
  const call = writtenCall(inner, e);
  if (call === undefined) return "not a call";
  const id = call === "failed" ? undefined : callOne(inner, name, ranks, call, e.at);
  const meaning =
    id === undefined
      ? ({ kind: "poison", at: name.at } as const)
      : ({ kind: "tensor", id, at: name.at } as const);
  introduce(draft, draft.scope, name, meaning);
  return "called";
}

function callOne(
  c: Context,
  name: Name,
  ranks: readonly Name[],
  call: Written,
  at: Match["at"],
): string | undefined {
  const { draft } = c;
  const match = matchWritten(c, call, at);
  const [result] = match === undefined ? [] : resultsOf(match);
  if (match === undefined || result === undefined) return undefined;
  if (result.variables.length !== ranks.length || match.mapped.length > 0) {
    const shown = resultRanks(c, match, result).join(",");
    return report(draft, "E0702", name.at, [name.text, ranks.length, shown]);
  }
  const variables = ranks.map((rank, p) => {
    const theirs = calleeRank(match, result.variables[p] ?? "");
    fixOpenRank(c, match, theirs, rank);
    return bindResult(c, match, result.variables[p] ?? "", rank, false);
  });
  const known = variables.filter((v) => v !== undefined);
  if (known.length < ranks.length) return undefined;
  if (!settleRanks(c, match, neededRanks(match, [result]))) return undefined;
  const id = freshId(draft, name.text);
  const table = resultTensor(c, match, result, id, known);
  draft.tensors.set(id, { ...table, role: "const", at: name.at });
  emitCall(c, match, [{ result, target: id, isLet: true }]);
  return id;
}

/** A rank that only this table introduces takes its extent from the callee. */
function fixOpenRank(c: Context, match: Match, theirs: RankId, name: Name): void {
  const rank = c.draft.ranks.get(name.text);
  if (rank === undefined || rank.extent.kind !== "free" || rank.at !== name.at) return;
  const value = match.ranks.has(theirs) ? undefined : extentAt(match, theirs);
  if (value === undefined) return;
  c.draft.ranks.set(rank.id, { ...rank, extent: { kind: "derived", value } });
  bindRank(c, match, theirs, rank.id, name.at);
}

export function poisonTargets(c: Context, targets: readonly Target[]): void {
  for (const { name } of targets) {
    if (name.text === "_") continue;
    const id = c.scope.names.get(name.text);
    if (id?.kind === "tensor" && tensorOf(c.draft, id.id).role === "let") {
      c.draft.poisoned.add(id.id);
    } else if (id === undefined) {
      c.scope.names.set(name.text, { kind: "poison", at: name.at });
    }
  }
}
