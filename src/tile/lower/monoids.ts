// Reductions by their laws: fields, lift, merge, finish.
//
// In:  a reduction (reduce or fold) of the cascade.
// Out: a TileMonoid, the arguments of a point, and what the results stand for.
// Not here: loops (sweep.ts).

import type {
  Cascade,
  Expr,
  Monoid,
  MonoidFunction,
  ReduceOp,
  ValueType,
} from "../../cascade/cascade.js";
import { children, rewrite } from "../../cascade/walk.js";
import type { TileExpr, TileMonoid, TileType } from "../tile.js";
import { lowerMap, type Maker } from "./maps.js";
import { tileType } from "./expression.js";
import { constant, convert, map, select } from "./tile-expr.js";

type Field = TileMonoid["fields"][number];
export type Reduction = Extract<Expr, { readonly kind: "reduce" | "fold" }>;

/** The largest finite f32: what every value is at most. */
const largest = Math.fround(3.4028234663852886e38);
const largestInteger = 2147483647;

const local = (name: string, type: TileType): TileExpr => ({ kind: "local", name, type });

/** One field merged by one operation. */
function single(
  name: string,
  type: TileType,
  empty: number,
  op: "add" | "mul" | "min" | "max" | "and" | "or",
): TileMonoid {
  const value = local("value", type);
  return {
    name,
    fields: [{ name: "value", type, empty }],
    lift: [local("arg0", type)],
    merge: [map(op, type, [local("a.value", type), local("b.value", type)])],
    finish: [{ type, value }],
  };
}

/** `isWhole`: no point is ever absent, so that a mean knows its number of points. */
export function monoidOf(cascade: Cascade, e: Reduction, isWhole: boolean): TileMonoid {
  if (e.kind === "fold") {
    const monoid = cascade.monoids.get(e.monoid);
    if (monoid === undefined) throw new Error(`internal: no monoid ${e.monoid}`);
    return userMonoid(monoid);
  }
  return builtin(e.op, tileType(e.body.type), isWhole);
}

function builtin(op: ReduceOp, type: TileType, isWhole: boolean): TileMonoid {
  const low = type === "i32" ? -largestInteger - 1 : -largest;
  const high = type === "i32" ? largestInteger : largest;
  switch (op) {
    case "sum":
      return single("sum", type, 0, "add");
    case "prod":
      return single("prod", type, 1, "mul");
    case "max":
      return single("max", type, low, "max");
    case "min":
      return single("min", type, high, "min");
    case "any":
      return single("any", "bool", 0, "or");
    case "all":
      return single("all", "bool", 1, "and");
    case "count":
      return single("count", "i32", 0, "add");
    case "mean":
      return isWhole ? single("mean", "f32", 0, "add") : mean();
    case "argmax":
    case "argmin":
      return best(op, type, op === "argmax" ? low : high);
  }
}

function mean(): TileMonoid {
  const sum = local("sum", "f32");
  const count = map("toF32", "f32", [local("count", "i32")]);
  const added = (name: string, type: TileType): TileExpr =>
    map("add", type, [local(`a.${name}`, type), local(`b.${name}`, type)]);
  return {
    name: "mean",
    fields: [
      { name: "sum", type: "f32", empty: 0 },
      { name: "count", type: "i32", empty: 0 },
    ],
    lift: [local("arg0", "f32"), constant("i32", 1)],
    merge: [added("sum", "f32"), added("count", "i32")],
    finish: [{ type: "f32", value: map("div", "f32", [sum, count]) }],
  };
}

/** The best value and its position; of equals, the lowest position. */
function best(op: "argmax" | "argmin", type: TileType, empty: number): TileMonoid {
  const [av, bv] = [local("a.value", type), local("b.value", type)];
  const [ai, bi] = [local("a.at", "i32"), local("b.at", "i32")];
  const isBetter = map(op === "argmax" ? "gt" : "lt", "bool", [bv, av]);
  const isTie = map("and", "bool", [map("eq", "bool", [bv, av]), map("lt", "bool", [bi, ai])]);
  const takesB = map("or", "bool", [isBetter, isTie]);
  return {
    name: op,
    fields: [
      { name: "value", type, empty },
      { name: "at", type: "i32", empty: largestInteger },
    ],
    lift: [local("arg0", type), local("arg1", "i32")],
    merge: [select(takesB, bv, av), select(takesB, bi, ai)],
    finish: [{ type: "i32", value: local("at", "i32") }],
  };
}

/** A monoid in source: its lets are put in place, its identities found where the law is plain. */
function userMonoid(m: Monoid): TileMonoid {
  const types = m.lift.fields.map((field, n) => widest(field.type, m.merge.fields[n]?.type));
  const typeOf = (n: number): TileType => types[n] ?? "f32";
  const lift = fieldsOf(m.lift).map((e, n) =>
    convert(lowerLocal(renameParameters(e, m)), typeOf(n)),
  );
  const merge = fieldsOf(m.merge).map((e, n) => convert(lowerLocal(e), typeOf(n)));
  const fields = m.fields.map((name, n): Field => {
    const type = typeOf(n);
    return { name, type, empty: identityOf(name, type, merge[n]) };
  });
  const result = lowerLocal(m.result);
  const type = tileType(m.result.type);
  return { name: m.id, fields, lift, merge, finish: [{ type, value: convert(result, type) }] };
}

/** An integer that meets a real becomes one. */
function widest(a: ValueType, b: ValueType | undefined): TileType {
  return tileType(b === "real" ? b : a);
}

/** The fields of a function, its lets put in place. */
function fieldsOf(f: MonoidFunction): readonly Expr[] {
  const lets = new Map<string, Expr>();
  const inPlace = (e: Expr): Expr =>
    rewrite(e, (node) => (node.kind === "local" ? (lets.get(node.name) ?? node) : node));
  for (const { name, value } of f.lets) lets.set(name, inPlace(value));
  return f.fields.map(inPlace);
}

function renameParameters(e: Expr, m: Monoid): Expr {
  return rewrite(e, (node) => {
    if (node.kind !== "local") return node;
    const n = m.parameters.indexOf(node.name);
    return n < 0 ? node : { ...node, name: `arg${n}` };
  });
}

/** An expression over locals and numbers only; nothing in it is absent. */
function lowerLocal(e: Expr): TileExpr {
  const [first, second] = children(e);
  switch (e.kind) {
    case "number":
      return constant(tileType(e.type), e.value);
    case "boolean":
      return constant("bool", e.value ? 1 : 0);
    case "local":
      return local(e.name, tileType(e.type));
    case "map": {
      const args = e.args.map((arg) => ({ value: lowerLocal(arg), present: undefined }));
      return lowerMap(unbound, e, args).value;
    }
    case "else": {
      if (first?.kind !== "where" || second === undefined) break;
      const type = tileType(e.type);
      const [value, other] = [first.value, second].map((part) => convert(lowerLocal(part), type));
      if (value === undefined || other === undefined) break;
      return select(lowerLocal(first.predicate), value, other);
    }
  }
  throw new Error(`internal: ${e.kind} in a monoid`);
}

/** Monoids hold whole expressions: nothing is named. */
const unbound: Maker = {
  bind: (e) => e,
  map,
};

/** The identity of a merge that is a.f + b.f, a.f * b.f, min or max; none is known else. */
function identityOf(name: string, type: TileType, merge: TileExpr | undefined): number | undefined {
  if (merge?.kind !== "map" || merge.args.length !== 2) return undefined;
  const names = merge.args.map((arg) => (arg.kind === "local" ? arg.name : "")).toSorted();
  if (names[0] !== `a.${name}` || names[1] !== `b.${name}`) return undefined;
  if (merge.op === "add") return 0;
  if (merge.op === "mul") return 1;
  if (merge.op === "max") return type === "i32" ? -largestInteger - 1 : -largest;
  return merge.op === "min" ? (type === "i32" ? largestInteger : largest) : undefined;
}

/**
 * Whether a state needs to know that it took a point: a field has no identity, or points may be
 * absent.
 */
export function tracksPresence(m: TileMonoid, isWhole: boolean): boolean {
  return !isWhole || m.fields.some((field) => field.empty === undefined);
}

/** The same monoid that gives out its fields, so that another launch can merge them. */
export function partial(m: TileMonoid): TileMonoid {
  const finish = m.fields.map(({ name, type }) => ({ type, value: local(name, type) }));
  return { ...m, name: `${m.name} of a part`, finish };
}

/** The same monoid over states that another launch made: its arguments are fields. */
export function combining(m: TileMonoid): TileMonoid {
  return { ...m, lift: m.fields.map(({ type }, n) => local(`arg${n}`, type)) };
}
