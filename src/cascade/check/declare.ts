// Declarations: what holds for the whole of a body, wherever in it they stand.
//
// In:  the survey of a definition.
// Out: its ranks, scalars, tensors and tables in the draft.
// Not here: statements in text order (statement.ts).

import type { Expression, Name, TensorDeclaration } from "../../../grammar/syntax.js";
import {
  f32,
  i32,
  type Expr,
  type Format,
  type Rank,
  type Scalar,
  type Tensor,
  type ValueType,
  type VariableId,
} from "../cascade.js";
import { callTable } from "./results.js";
import { binding, kindNames, type Context } from "./context.js";
import { introduce, rankOf, report } from "./draft.js";
import { declaredFormat } from "./formats.js";
import { canHold } from "./match.js";
import { declareRanks, deriveExtents, dimensionVariable } from "./ranks.js";
import { renameApart } from "./apart.js";
import { typeOfFormat } from "./scalars.js";
import { evaluate, isStatic } from "./static.js";
import type { Constant, Declared, Survey } from "./survey.js";
import { reportFree } from "./free.js";

/** In the order in which one may name the other: ranks, scalars, extents, tensors, tables. */
export function declare(c: Context, found: Survey): void {
  declareRanks(c.draft, found);
  for (const [name, at] of found.lets) c.draft.later.set(name, at);
  for (const p of found.parameters) if (p.kind === "scalar") declareScalar(c, p);
  for (const constant of found.constants) {
    if (constant.ranks.length === 0) declareConstant(c, constant);
  }
  deriveExtents(c, found);
  for (const one of found.tensors) declareTensor(c, one);
  for (const one of found.tensors) if (one.tensor.value !== undefined) initialValue(c, one.tensor);
  for (const constant of found.constants) {
    if (constant.ranks.length > 0) declareTable(c, constant);
  }
}

type ScalarParameter = Extract<Survey["parameters"][number], { kind: "scalar" }>;

function declareScalar(c: Context, p: ScalarParameter): void {
  const { draft } = c;
  const id = p.name.text;
  const value = p.value === undefined ? undefined : c.check(c, p.value)?.expr;
  const isMissing = p.value !== undefined && value === undefined;
  if (!introduce(draft, draft.scope, p.name, meaningUnless(isMissing, "scalar", p.name))) return;
  if (isMissing) return;
  const format = p.format === undefined ? undefined : declaredFormat(c, p.format, []);
  const type = format === undefined ? (value?.type ?? "integer") : typeOfFormat(format);
  if (value !== undefined && !canHold(type, value.type)) {
    report(draft, "E0304", value.at, [id, kindNames[type], kindNames[value.type]]);
  }
  if (value !== undefined && !isStatic(draft.scalars, value)) {
    report(draft, "E0825", value.at, [`the default of \`${id}\``]);
  }
  const role = p.isStatic ? "static" : "hyper";
  draft.scalars.set(id, { id, role, type, value, ...rangeOf(c, p), at: p.name.at });
}

function meaningUnless(isMissing: boolean, kind: "scalar" | "tensor", name: Name) {
  const at = name.at;
  return isMissing ? ({ kind: "poison", at } as const) : ({ kind, id: name.text, at } as const);
}

function rangeOf(c: Context, p: ScalarParameter): Pick<Scalar, "low" | "high"> {
  if (p.range === undefined) return { low: undefined, high: undefined };
  const [low, high] = [p.range.low, p.range.high].map((e) => {
    const checked = c.check(c, e);
    const value = checked === undefined ? undefined : evaluate(checked.expr, () => undefined);
    if (checked !== undefined && typeof value !== "number") {
      report(c.draft, "E0721", e.at, [p.name.text]);
    }
    return typeof value === "number" ? value : undefined;
  });
  return { low, high };
}

/** `const a = 3.4445`: of numbers, statics and extents. */
function declareConstant(c: Context, { name, value: e }: Constant): void {
  const { draft } = c;
  const value = c.check(c, e)?.expr;
  const isMissing = value === undefined;
  if (!introduce(draft, draft.scope, name, meaningUnless(isMissing, "scalar", name))) return;
  if (isMissing) return;
  if (!isStatic(draft.scalars, value)) {
    report(draft, "E0825", e.at, [`the constant \`${name.text}\``]);
  }
  const id = name.text;
  const range = { low: undefined, high: undefined };
  draft.scalars.set(id, { id, role: "const", type: value.type, value, ...range, at: name.at });
}

/** The variables of a declared tensor; undefined, and reported, when one is unknown. */
export function dimensionsOf(
  c: Context,
  names: readonly Name[],
): readonly VariableId[] | undefined {
  const variables = names.map((name) => dimensionVariable(c, name));
  const known = variables.filter((v) => v !== undefined);
  if (known.length < names.length) return undefined;
  const twice = names.find((_, n) => variables.indexOf(variables[n]) < n);
  if (twice === undefined) return known;
  return report(c.draft, "E0417", twice.at, [twice.text, rankOf(c.draft, twice.text)]);
}

function declareTensor(c: Context, { tensor, role, isShared }: Declared): void {
  const { draft } = c;
  const { name } = tensor;
  const variables = dimensionsOf(
    c,
    tensor.dimensions.map((d) => d.name),
  );
  const format =
    tensor.format === undefined ? f32 : declaredFormat(c, tensor.format, variables ?? []);
  const isMissing = variables === undefined || format === undefined;
  if (role === "store") return; // introduced where it stands
  const meaning = meaningUnless(isMissing, "tensor", name);
  if (!introduce(draft, draft.scope, name, meaning) || isMissing) return;
  if (role === "state" && draft.kind === "format") report(draft, "E0603", tensor.at, ["state"]);
  draft.tensors.set(name.text, {
    id: name.text,
    role,
    variables,
    ranks: variables.map((v) => rankOf(draft, v)),
    format,
    type: typeOfFormat(format),
    value: undefined,
    shared: isShared,
    tier: tierOf(c, tensor),
    doc: undefined,
    at: tensor.at,
  });
}

const tiers = ["device", "host", "file"];

function tierOf(c: Context, { tier }: TensorDeclaration): string | undefined {
  if (tier === undefined || tiers.includes(tier.text)) return tier?.text;
  return report(c.draft, "E0827", tier.at, [tier.text, tiers.join(", ")]);
}

/** A state's initial value, a parameter's default: of parameters, indices and statics. */
function initialValue(c: Context, declaration: TensorDeclaration): void {
  const { draft } = c;
  const tensor = draft.tensors.get(declaration.name.text);
  if (tensor === undefined || declaration.value === undefined) return;
  if (tensor.role !== "state" && tensor.role !== "in") {
    report(draft, "E0604", declaration.value.at, [tensor.role, tensor.id]);
    return;
  }
  const inner = binding(c, tensor.variables);
  const value = inner.check(inner, declaration.value);
  if (value === undefined || !reportFree(c, value)) return;
  if (!canHold(tensor.type, value.expr.type)) {
    const kinds = [kindNames[tensor.type], kindNames[value.expr.type]] as const;
    report(draft, "E0304", declaration.value.at, [tensor.id, ...kinds]);
    return;
  }
  const apart = renameApart(draft, value.expr, new Set(tensor.variables));
  draft.tensors.set(tensor.id, { ...tensor, value: apart });
}

/** `const T[c] = [-1, 0, 1]`, an equation over c, or a call that is carried out at compile time. */
function declareTable(c: Context, { name, ranks, value: e }: Constant): void {
  const { draft } = c;
  if (e.kind === "table") return tableOf(c, name, ranks, e);
  const called = callTable(c, name, ranks, e);
  if (called !== "not a call") return;
  const variables = dimensionsOf(c, ranks);
  if (variables === undefined) return poison(c, name);
  const inner = binding(c, variables);
  const value = inner.check(inner, e);
  if (value === undefined || !reportFree(c, value)) return poison(c, name);
  const expr = renameApart(draft, value.expr, new Set(variables));
  addTable(c, name, variables, expr, undefined);
}

function tableOf(
  c: Context,
  name: Name,
  ranks: readonly Name[],
  e: Extract<Expression, { kind: "table" }>,
): void {
  const { draft } = c;
  const entries = e.entries.map((entry) => c.check(c, entry)?.expr);
  const known = entries.filter((entry) => entry !== undefined);
  const variables = dimensionsOf(c, ranks);
  const [variable, second] = variables ?? [];
  if (known.length < entries.length || variables === undefined) return poison(c, name);
  if (variable === undefined || second !== undefined || known.length === 0) {
    report(draft, "E0418", e.at, [name.text, ranks.length, known.length]);
    return poison(c, name);
  }
  const rank = draft.ranks.get(rankOf(draft, variable));
  if (rank !== undefined) fixExtent(c, rank, known.length, e);
  const index: Expr = { kind: "index", type: "integer", variable, at: e.at };
  addTable(c, name, variables, choose(index, known, 0), known);
}

/** The table gives its rank an extent, or agrees with the one that it has. */
function fixExtent(c: Context, rank: Rank, length: number, e: Expression): void {
  const value: Expr = { kind: "number", type: "integer", value: length, at: e.at };
  if (rank.extent.kind === "free") {
    c.draft.ranks.set(rank.id, { ...rank, extent: { kind: "derived", value } });
    return;
  }
  const size: Expr = { kind: "size", type: "integer", rank: rank.id, at: e.at };
  const isEqual: Expr = { kind: "map", op: "eq", type: "boolean", args: [size, value], at: e.at };
  c.draft.contracts.push({ kind: "extents", subject: undefined, value: isEqual, at: e.at });
}

/** The entry at `index`, by halves: `(… where c < 4 else …)`. */
function choose(index: Expr, entries: readonly Expr[], first: number): Expr {
  const [only] = entries;
  if (only === undefined) throw new Error("internal: an empty table");
  if (entries.length === 1) return only;
  const half = entries.length >> 1;
  const { at } = index;
  const type = kindOf(entries);
  const bound: Expr = { kind: "number", type: "integer", value: first + half, at };
  const predicate: Expr = { kind: "map", op: "lt", type: "boolean", args: [index, bound], at };
  const low = choose(index, entries.slice(0, half), first);
  const high = choose(index, entries.slice(half), first + half);
  return {
    kind: "else",
    type,
    first: { kind: "where", type, value: low, predicate, at },
    second: high,
    at,
  };
}

function kindOf(entries: readonly Expr[]): ValueType {
  const all = new Set(entries.map((entry) => entry.type));
  if (all.has("real")) return "real";
  return all.has("boolean") ? "boolean" : "integer";
}

function addTable(
  c: Context,
  name: Name,
  variables: readonly VariableId[],
  value: Expr,
  table: readonly Expr[] | undefined,
): void {
  const { draft } = c;
  const id = name.text;
  if (!introduce(draft, draft.scope, name, { kind: "tensor", id, at: name.at })) return;
  const { type } = value;
  const tensor: Tensor = {
    id,
    role: "const",
    variables,
    ranks: variables.map((v) => rankOf(draft, v)),
    format: formatFor(type),
    type,
    value,
    shared: false,
    tier: undefined,
    doc: undefined,
    at: name.at,
  };
  draft.tensors.set(id, table === undefined ? tensor : { ...tensor, table });
}

function poison(c: Context, name: Name): void {
  introduce(c.draft, c.draft.scope, name, { kind: "poison", at: name.at });
}

/** The format of a tensor whose text names none. */
export function formatFor(type: ValueType): Format {
  if (type === "real") return f32;
  return type === "integer" ? i32 : { kind: "bool" };
}
