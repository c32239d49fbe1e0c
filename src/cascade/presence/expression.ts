// Whether an expression has a value at every point of the variables around it.
//
// In:  an expression, what is known of extents, and which tensors are present everywhere.
// Out: undefined when it is present; else the part that may be absent.
// Not here: the order of statements (../presence.ts).

import { unreachable } from "../../../grammar/span.js";
import type { Expr, RankId, TensorId, VariableId } from "../cascade.js";
import { freeVariables, substitute } from "../walk.js";
import { equationAt, freshVariable, isInside, isTrue, type Facts } from "./bounds.js";

export interface Knowledge {
  readonly facts: Facts;
  /** Tensors that are present everywhere. */
  readonly always: { has(tensor: TensorId): boolean };
  /** Loop variables around: the tensor is present where its indices are these. */
  readonly present?: (tensor: TensorId) => ReadonlySet<VariableId> | undefined;
}

/** The part of `e` that may be absent. */
export function absentPart(k: Knowledge, e: Expr): Expr | undefined {
  if (k.facts.work.left-- <= 0) return e;
  switch (e.kind) {
    case "number":
    case "boolean":
    case "size":
    case "scalar":
    case "index":
    case "local":
      return undefined;
    case "read":
      return absentRead(k, e);
    case "map":
    case "random":
    case "stochastic":
      return firstAbsent(k, partsOf(e));
    case "cast":
      return absentPart(k, e.arg);
    case "straight":
      return absentPart(k, e.value);
    case "where":
      return absentPart(k, e.value) ?? (isTrue(k.facts, e.predicate) ? undefined : e);
    case "else":
      return absentPart(k, e.first) === undefined ? undefined : absentPart(k, e.second);
    case "reduce":
      if (["any", "all", "count"].includes(e.op)) return undefined;
      return isSomewhere(k, [e.body], e.over) ? undefined : e;
    case "fold":
      return isSomewhere(k, e.args, e.over) ? undefined : e;
    case "topk":
      return firstAbsent(k, e.keys) ?? (isEnough(k, e) ? undefined : e);
    default:
      return unreachable(e);
  }
}

function partsOf(e: Extract<Expr, { kind: "map" | "random" | "stochastic" }>): readonly Expr[] {
  switch (e.kind) {
    case "map":
      return e.args;
    case "random":
      return [e.key, ...e.counters];
    case "stochastic":
      return [e.arg, e.key, ...e.counters];
  }
}

function firstAbsent(k: Knowledge, parts: readonly Expr[]): Expr | undefined {
  for (const part of parts) {
    const absent = absentPart(k, part);
    if (absent !== undefined) return absent;
  }
  return undefined;
}

/** A read is present where its indices are, lie inside, and the tensor is. */
function absentRead(k: Knowledge, e: Extract<Expr, { kind: "read" }>): Expr | undefined {
  const absentIndex = firstAbsent(k, e.indices);
  if (absentIndex !== undefined) return absentIndex;
  const ranks = k.facts.cascade.tensors.get(e.tensor)?.ranks ?? [];
  const isWithin = e.indices.every((index, n) => isInside(k.facts, index, ranks[n] ?? ""));
  if (!isWithin) return e;
  if (k.always.has(e.tensor) || isOfThisPass(k, e, ranks)) return undefined;
  const equation = equationAt(k.facts, e);
  return equation !== undefined && absentPart(k, equation) === undefined ? undefined : e;
}

/** `scan k { h[k] = …` and then `h[k]`: written in this pass. */
function isOfThisPass(
  { facts, present }: Knowledge,
  e: Extract<Expr, { kind: "read" }>,
  ranks: readonly RankId[],
): boolean {
  const written = present?.(e.tensor);
  if (written === undefined) return false;
  return [...written].every((v) => {
    const along = ranks.flatMap((rank, n) => (rank === facts.variables.get(v)?.rank ? [n] : []));
    const index = e.indices[along[0] ?? -1];
    return along.length === 1 && index?.kind === "index" && index.variable === v;
  });
}

/** Whether some point of the reduction is present, wherever the variables around it are. */
function isSomewhere(k: Knowledge, bodies: readonly Expr[], over: readonly VariableId[]): boolean {
  if (firstAbsent(k, bodies) === undefined) return true; // extents are at least 1
  const body = bodies[0];
  if (body === undefined) return false;
  const fresh = (like: VariableId): VariableId => freshVariable(k.facts, like);
  const isPresentAt = (by: ReadonlyMap<VariableId, Expr>): boolean => {
    return (
      firstAbsent(
        k,
        bodies.map((one) => substitute(one, by, fresh)),
      ) === undefined
    );
  };
  const choices = over.map((v) => witnesses(k, bodies, v));
  for (let n = 0; n < over.length; n++) {
    const v = over[n] ?? "";
    for (const choice of choices[n] ?? []) if (isPresentAt(new Map([[v, choice]]))) return true;
  }
  const ends = [0, 1].map(
    (end) =>
      new Map(
        over.flatMap((v, n) => {
          const choice = choices[n]?.[end];
          return choice === undefined ? [] : [[v, choice] as const];
        }),
      ),
  );
  return over.length > 1 && ends.some(isPresentAt);
}

/** Points of a rank that are worth a try: the first, the last, and where other variables are. */
function witnesses(k: Knowledge, bodies: readonly Expr[], v: VariableId): readonly Expr[] {
  const at = bodies[0]?.at;
  const rank = k.facts.variables.get(v)?.rank;
  if (at === undefined || rank === undefined) return [];
  const number = (value: number): Expr => ({ kind: "number", type: "integer", value, at });
  const size: Expr = { kind: "size", type: "integer", rank, at };
  const last: Expr = { kind: "map", op: "sub", type: "integer", args: [size, number(1)], at };
  const others = [...new Set(bodies.flatMap((body) => [...freeVariables(body)]))].filter(
    (other) => {
      return other !== v && k.facts.variables.get(other)?.rank === rank;
    },
  );
  const indices = others.map((variable): Expr => ({
    kind: "index",
    type: "integer",
    variable,
    at,
  }));
  return [number(0), last, ...indices];
}

/** `topk` of at least as many points as it names. */
function isEnough(k: Knowledge, e: Extract<Expr, { kind: "topk" }>): boolean {
  const { variables } = k.facts;
  const [from, into] = [variables.get(e.over)?.rank, variables.get(e.into)?.rank];
  if (from === undefined || into === undefined || from === into) return from === into;
  const sizes = [into, from].map((rank): Expr => ({
    kind: "size",
    type: "integer",
    rank,
    at: e.at,
  }));
  return isTrue(k.facts, { kind: "map", op: "le", type: "boolean", args: sizes, at: e.at });
}
