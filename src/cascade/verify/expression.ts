// Checks one expression: names, arity, kinds, and what its variables belong to.
//
// In:  an expression, and the variables that stand free in it.
// Out: nothing, or a call of `fail`.
// Not here: statements and tables (src/cascade/verify.ts).

import { unreachable } from "../../../grammar/span.js";
import type {
  Cascade,
  Expr,
  MapOp,
  ReduceOp,
  TensorId,
  ValueType,
  VariableId,
} from "../cascade.js";
import { binders, children } from "../walk.js";

/** Where an expression stands. */
export interface Place {
  readonly cascade: Cascade;
  /** Tensors that it may read. */
  readonly defined: ReadonlySet<TensorId>;
  readonly where: string;
  readonly isMonoid: boolean;
  readonly fail: (what: string) => never;
}

export function checkExpr(e: Expr, place: Place, free: readonly VariableId[]): void {
  const ever = new Set(free);
  visit(e, place, new Set(free), ever);
}

/** `bound` is in scope; `ever` also holds what was bound beside, which may not be bound again. */
function visit(e: Expr, place: Place, bound: ReadonlySet<VariableId>, ever: Set<VariableId>): void {
  node(e, place, bound);
  const own = binders(e);
  for (const v of own) {
    if (!place.cascade.variables.has(v)) place.fail(`${e.kind} over ${v}, which does not exist`);
    if (ever.has(v)) place.fail(`${v} is bound twice`);
    ever.add(v);
  }
  const inner = own.length === 0 ? bound : new Set([...bound, ...own]);
  for (const child of children(e)) visit(child, place, inner, ever);
}

function node(e: Expr, place: Place, bound: ReadonlySet<VariableId>): void {
  const { cascade, fail } = place;
  switch (e.kind) {
    case "number":
      return Number.isNaN(e.value) ? fail("a number is NaN") : wants(e, ["real", "integer"], place);
    case "boolean":
      return wants(e, ["boolean"], place);
    case "size":
      wants(e, ["integer"], place);
      return cascade.ranks.has(e.rank) || e.rank === "params"
        ? undefined
        : fail(`no rank ${e.rank}`);
    case "scalar": {
      const scalar = cascade.scalars.get(e.scalar);
      if (scalar === undefined) return fail(`no scalar ${e.scalar}`);
      return wants(e, [scalar.type], place);
    }
    case "index":
      wants(e, ["integer"], place);
      return bound.has(e.variable) ? undefined : fail(`${e.variable} is bound nowhere`);
    case "local":
      return place.isMonoid ? undefined : fail(`local ${e.name} outside of a monoid`);
    case "read":
      return read(e, place);
    case "map":
      return map(e, place);
    case "where":
      wants(e.predicate, ["boolean"], place);
      return wants(e, e.value.type === "integer" ? ["integer", "real"] : [e.value.type], place);
    case "else":
      return wants(e, [join(e.first.type, e.second.type)], place);
    case "reduce":
      return reduce(e, place);
    case "topk":
      if (!bound.has(e.into)) fail(`topk: ${e.into} is bound nowhere`);
      return e.keys.length > 0 ? wants(e, ["integer"], place) : fail("topk without a key");
    case "fold":
      return fold(e, place);
    case "cast":
    case "random":
    case "stochastic":
    case "straight":
      return undefined;
    default:
      return unreachable(e);
  }
}

function wants(e: Expr, types: readonly ValueType[], place: Place): void {
  if (!types.includes(e.type)) place.fail(`${e.kind} is ${e.type}, not ${types.join(" or ")}`);
}

/** The kind of a value that may be either: an integer becomes real. */
function join(a: ValueType, b: ValueType): ValueType {
  return a === b ? a : a === "boolean" ? b : b === "boolean" ? a : "real";
}

function read(e: Extract<Expr, { kind: "read" }>, place: Place): void {
  const tensor = place.cascade.tensors.get(e.tensor);
  if (tensor === undefined) return place.fail(`no tensor ${e.tensor}`);
  if (!place.defined.has(e.tensor)) place.fail(`${e.tensor} is read before it is introduced`);
  if (e.indices.length !== tensor.ranks.length)
    place.fail(`${e.tensor} has ${tensor.ranks.length} ranks`);
  for (const index of e.indices) {
    if (index.type !== "integer") place.fail(`an index of ${e.tensor} is ${index.type}`);
  }
  wants(e, [tensor.type], place);
}

const comparisons: ReadonlySet<MapOp> = new Set(["eq", "ne", "lt", "le", "gt", "ge"]);
const connectives: ReadonlySet<MapOp> = new Set(["and", "or", "not"]);
const unary: ReadonlySet<MapOp> = new Set([
  "neg",
  "not",
  "abs",
  "sign",
  "sqrt",
  "exp",
  "log",
  "log2",
  "sin",
  "cos",
  "tanh",
  "erf",
  "sigmoid",
  "softplus",
  "logsigmoid",
  "silu",
  "gelu",
  "floor",
  "ceil",
  "round",
  "isfinite",
]);
const integral: ReadonlySet<MapOp> = new Set(["floor", "ceil", "round"]);

function map(e: Extract<Expr, { kind: "map" }>, place: Place): void {
  const arity = e.op === "clamp" ? 3 : unary.has(e.op) ? 1 : 2;
  if (e.args.length !== arity) place.fail(`${e.op} of ${e.args.length} arguments`);
  if (connectives.has(e.op)) for (const arg of e.args) wants(arg, ["boolean"], place);
  else if (e.op !== "eq" && e.op !== "ne")
    for (const arg of e.args) wants(arg, ["real", "integer"], place);
  if (comparisons.has(e.op) || connectives.has(e.op) || e.op === "isfinite")
    wants(e, ["boolean"], place);
  else wants(e, integral.has(e.op) ? ["integer"] : ["real", "integer"], place);
}

const choices: ReadonlySet<ReduceOp> = new Set(["any", "all"]);
const positions: ReadonlySet<ReduceOp> = new Set(["count", "argmax", "argmin"]);

function reduce(e: Extract<Expr, { kind: "reduce" }>, place: Place): void {
  if (e.over.length === 0) place.fail(`${e.op} over nothing`);
  if (e.contraction && e.op !== "sum") place.fail(`${e.op} cannot contract`);
  if (choices.has(e.op)) wants(e, ["boolean"], place);
  else if (positions.has(e.op)) wants(e, ["integer"], place);
  else if (e.op === "mean") wants(e, ["real"], place);
  else wants(e, ["real", "integer"], place);
  if ((e.op === "argmax" || e.op === "argmin") && e.over.length !== 1)
    place.fail(`${e.op} over several`);
}

function fold(e: Extract<Expr, { kind: "fold" }>, place: Place): void {
  const monoid = place.cascade.monoids.get(e.monoid);
  if (monoid === undefined) return place.fail(`no monoid ${e.monoid}`);
  if (e.args.length !== monoid.parameters.length)
    place.fail(`${e.monoid} of ${e.args.length} arguments`);
  if (e.over.length === 0) place.fail(`${e.monoid} over nothing`);
}
