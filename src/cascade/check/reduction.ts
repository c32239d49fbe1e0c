// Reductions that are written out: `sum[k] e`, `topk[k; n] e`, `logsumexp[m] e`.
//
// In:  a reduction as written; its brackets may rebind names of the left side.
// Out: `reduce`, `topk` and `fold` nodes.
// Not here: implicit sums (product.ts); cascades called alike (call.ts).

import type { Dimension, Expression } from "../../../grammar/syntax.js";
import {
  paramsRank,
  type Expr,
  type Monoid,
  type ReduceOp,
  type ValueType,
  type VariableId,
} from "../cascade.js";
import { lookUp, variableValue } from "./access.js";
import { together, wantBoolean, wantNumber } from "./arithmetic.js";
import { all, binding, made, type Context, type Value } from "./context.js";
import { addRank, rankOf, report } from "./draft.js";
import { openScope } from "./scope.js";

export type Reduction = Extract<Expression, { kind: "reduce" }>;

/** Kind of the result; "same" keeps that of the body. */
const operations: ReadonlyMap<string, "same" | ValueType> = new Map([
  ["sum", "same"],
  ["prod", "same"],
  ["max", "same"],
  ["min", "same"],
  ["mean", "real"],
  ["any", "boolean"],
  ["all", "boolean"],
  ["count", "integer"],
  ["argmax", "integer"],
  ["argmin", "integer"],
]);

export const reductionNames: readonly string[] = [...operations.keys(), "topk"];

/** The context of a reduction's body, and the variables that its brackets bind. */
export function openBinders(
  c: Context,
  over: readonly Dimension[],
): { readonly inner: Context; readonly variables: readonly VariableId[] } | undefined {
  const scope = openScope(c.scope);
  const variables = over.map((dimension) => binder({ ...c, scope }, dimension));
  const found = variables.filter((v) => v !== undefined);
  if (found.length < over.length) return undefined;
  const twice = found.find((v, n) => found.indexOf(v) < n);
  const at = over.at(-1)?.at;
  if (twice !== undefined && at !== undefined) return report(c.draft, "E0406", at, [twice]);
  return { inner: binding({ ...c, scope }, found), variables: found };
}

function binder(c: Context, { name, within, at }: Dimension): VariableId | undefined {
  const { draft } = c;
  if (within !== undefined) {
    const rank = variableId(c, within.text, within.at);
    if (rank === undefined) return undefined;
    const known = draft.variables.get(name.text);
    const id = known === undefined || known.rank === rankOf(draft, rank) ? name.text : undefined;
    if (id === undefined) return report(draft, "E0203", name.at, [name.text]);
    draft.variables.set(id, { id, rank: rankOf(draft, rank) });
    c.scope.names.set(name.text, { kind: "variable", id, at });
    return id;
  }
  if (name.text === paramsRank && draft.kind === "optimizer") {
    if (!draft.ranks.has(paramsRank)) addRank(draft, paramsRank, { kind: "free" }, at);
    return paramsRank;
  }
  return variableId(c, name.text, name.at);
}

function variableId(c: Context, text: string, at: Dimension["at"]): VariableId | undefined {
  const meaning = lookUp(c, { text, at });
  if (meaning === undefined) return undefined;
  if (meaning.kind === "rank" || meaning.kind === "variable") return meaning.id;
  return report(c.draft, "E0209", at, [text, meaning.kind, "a rank or an index"]);
}

/** `sum[k] e` and its kin, `topk[k; n] e`. */
export function builtinReduction(c: Context, e: Reduction): Value | undefined {
  const opened = openBinders(c, e.over);
  if (opened === undefined) return undefined;
  const { inner, variables } = opened;
  const parts = all(e.arguments.map((argument) => inner.check(inner, argument)));
  if (parts === undefined) return undefined;
  if (e.name.text === "topk") return topk(c, e, variables, parts);
  const [body, more] = parts;
  if (e.into !== undefined) return report(c.draft, "E0410", e.into.at, [e.name.text]);
  if (body === undefined || more !== undefined) {
    return report(c.draft, "E0307", e.at, [e.name.text, "1", parts.length]);
  }
  return reduction(c, e, variables, body);
}

function reduction(
  c: Context,
  e: Reduction,
  over: readonly VariableId[],
  body: Value,
): Value | undefined {
  const name = e.name.text;
  const what = `\`${name}\``;
  const kind = operations.get(name);
  if (kind === undefined) throw new Error(`internal: no reduction ${name}`);
  const isLogical = name === "any" || name === "all" || name === "count";
  if (!(isLogical ? wantBoolean(c, body, what) : wantNumber(c, body, what))) return undefined;
  const isPosition = name === "argmax" || name === "argmin";
  if (isPosition && over.length !== 1) return report(c.draft, "E0411", e.at, [name, over.length]);
  const expr: Expr = {
    kind: "reduce",
    op: name as ReduceOp,
    type: kind === "same" ? body.expr.type : kind,
    over,
    body: body.expr,
    contraction: false,
    accumulate: undefined,
    at: e.at,
  };
  return made(c, expr, [body]);
}

/** `topk[k; n] (a, b)`: varies over n, which numbers the best. */
function topk(
  c: Context,
  e: Reduction,
  variables: readonly VariableId[],
  keys: readonly Value[],
): Value | undefined {
  const [over, second] = variables;
  if (e.into === undefined) return report(c.draft, "E0414", e.at, []);
  if (over === undefined || second !== undefined) {
    return report(c.draft, "E0411", e.at, ["topk", variables.length]);
  }
  if (!keys.every((key) => wantNumber(c, key, "`topk`"))) return undefined;
  const id = variableId(c, e.into.text, e.into.at);
  const into = id === undefined ? undefined : variableValue(c, id, e.into.at, false);
  if (into === undefined) return undefined;
  if (into.expr.kind !== "index") return report(c.draft, "E0415", e.into.at, [e.into.text]);
  const expr: Expr = {
    kind: "topk",
    type: "integer",
    over,
    into: into.expr.variable,
    keys: keys.map((key) => key.expr),
    at: e.at,
  };
  return made(c, expr, [...keys, into]);
}

/** `norm[i,j] G[i,j]`, `weighted_mean[m] (S[m], V[m,f])` */
export function fold(c: Context, e: Reduction, monoid: Monoid): Value | undefined {
  const opened = openBinders(c, e.over);
  if (opened === undefined) return undefined;
  const { inner, variables } = opened;
  const wanted = monoid.parameters.length;
  if (e.arguments.length !== wanted) {
    return report(c.draft, "E0307", e.at, [monoid.id, String(wanted), e.arguments.length]);
  }
  const parts = all(e.arguments.map((argument) => inner.check(inner, argument)));
  if (parts === undefined || together(c, parts, `\`${monoid.id}\``) === undefined) return undefined;
  if (!parts.every((part) => wantNumber(c, part, `\`${monoid.id}\``))) return undefined;
  c.draft.monoids.set(monoid.id, monoid);
  const args = parts.map((part) => part.expr);
  return made(
    c,
    { kind: "fold", type: "real", monoid: monoid.id, over: variables, args, at: e.at },
    parts,
  );
}
