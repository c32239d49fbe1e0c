// Builds small cascades by hand, so that the interpreter is tested without parser and checker.

import type {
  Assign,
  Cascade,
  Expr,
  Format,
  MapOp,
  ReduceOp,
  Role,
  Scalar,
  Statement,
  Tensor,
  ValueType,
} from "../../../src/cascade/cascade.js";
import { f32, i32 } from "../../../src/cascade/cascade.js";

export const at = { source: { name: "test.opt", text: "" }, start: 0, end: 0 };

export const real = (value: number): Expr => ({ kind: "number", value, type: "real", at });
export const int = (value: number): Expr => ({ kind: "number", value, type: "integer", at });
export const index = (variable: string): Expr => ({ kind: "index", variable, type: "integer", at });
export const size = (rank: string): Expr => ({ kind: "size", rank, type: "integer", at });
export const scalar = (id: string, type: ValueType = "real"): Expr => ({
  kind: "scalar",
  scalar: id,
  type,
  at,
});

/** `T[i, k+1]`: an index is a variable's name or an expression. */
export function read(tensor: string, ...indices: readonly (string | Expr)[]): Expr {
  const made = indices.map((i) => (typeof i === "string" ? index(i) : i));
  return { kind: "read", tensor, indices: made, type: "real", at };
}

export function readInt(tensor: string, ...indices: readonly (string | Expr)[]): Expr {
  return { ...read(tensor, ...indices), type: "integer" };
}

const boolean = new Set<MapOp>([
  "eq",
  "ne",
  "lt",
  "le",
  "gt",
  "ge",
  "and",
  "or",
  "not",
  "isfinite",
]);
const integer = new Set<MapOp>(["floor", "ceil", "round"]);

export function map(op: MapOp, ...args: readonly Expr[]): Expr {
  const isReal = op === "div" || args.some((arg) => arg.type === "real");
  const type = boolean.has(op) ? "boolean" : integer.has(op) || !isReal ? "integer" : "real";
  return { kind: "map", op, args, type, at };
}

export const where = (value: Expr, predicate: Expr): Expr => ({
  kind: "where",
  value,
  predicate,
  type: value.type,
  at,
});

export const otherwise = (first: Expr, second: Expr): Expr => ({
  kind: "else",
  first,
  second,
  type: first.type,
  at,
});

export function reduce(op: ReduceOp, over: string, body: Expr, contraction = false): Expr {
  const isCount = op === "count" || op === "argmax" || op === "argmin";
  const type = isCount ? "integer" : op === "any" || op === "all" ? "boolean" : body.type;
  const variables = over.split(",");
  return {
    kind: "reduce",
    op,
    over: variables,
    body,
    contraction,
    accumulate: undefined,
    type,
    at,
  };
}

export function set(target: string, indices: string, value: Expr, isLet = false): Assign {
  const variables = indices === "" ? [] : indices.split(",");
  return { kind: "assign", target, indices: variables, value, isLet, at };
}

export const introduce = (target: string, indices: string, value: Expr): Assign =>
  set(target, indices, value, true);

interface TensorText {
  readonly role: Role;
  /** `i,j`, or `i,k:i` for a variable k of rank i. */
  readonly ranks: string;
  readonly format?: Format;
  readonly value?: Expr;
  readonly table?: readonly Expr[];
  readonly shared?: boolean;
}

interface Parts extends Partial<Omit<Cascade, "tensors" | "variables" | "scalars" | "body">> {
  readonly tensors: Readonly<Record<string, TensorText>>;
  /** Further variables: `{ l: "i" }`. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly scalars?: Readonly<Record<string, number>>;
  readonly body: readonly Statement[];
}

export function build(parts: Parts): Cascade {
  const ranks = new Map(parts.ranks);
  const variables = new Map<string, { id: string; rank: string }>();
  const tensors = new Map<string, Tensor>();
  for (const [id, text] of Object.entries(parts.tensors)) {
    const dimensions = text.ranks === "" ? [] : text.ranks.split(",");
    const pairs = dimensions.map((d): [string, string] => {
      const [variable = "", rank = variable] = d.split(":");
      return [variable, rank];
    });
    for (const [variable, rank] of pairs) {
      if (!ranks.has(rank)) ranks.set(rank, { id: rank, extent: { kind: "free" }, at });
      variables.set(variable, { id: variable, rank });
      variables.set(rank, { id: rank, rank });
    }
    tensors.set(id, {
      id,
      role: text.role,
      ranks: pairs.map(([, rank]) => rank),
      variables: pairs.map(([variable]) => variable),
      format: text.format ?? f32,
      type: text.format?.kind === "integer" || text.format?.kind === "index" ? "integer" : "real",
      value: text.value,
      ...(text.table === undefined ? {} : { table: text.table }),
      shared: text.shared ?? false,
      tier: undefined,
      doc: undefined,
      at,
    });
  }
  for (const [id, rank] of Object.entries(parts.variables ?? {})) variables.set(id, { id, rank });
  const scalars = Object.entries(parts.scalars ?? {}).map(([id, value]): [string, Scalar] => [
    id,
    { id, role: "hyper", type: "real", value: real(value), low: undefined, high: undefined, at },
  ]);
  return {
    kind: "cascade",
    name: "test",
    doc: "",
    monoids: new Map(),
    formats: new Map(),
    contracts: [],
    orients: [],
    shards: [],
    reassociate: false,
    deterministic: false,
    at,
    ...parts,
    ranks,
    variables,
    tensors,
    scalars: new Map(scalars),
  };
}

export const wholeNumber = i32;
