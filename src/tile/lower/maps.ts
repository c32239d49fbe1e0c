// Operators and functions of the language as operations of a tile program.
//
// In:  a map node and its lowered arguments.
// Out: a Value; present where all arguments are.
// Not here: `and`, `or` (expression.ts); what the operations compute (src/cascade/functions).

import type { BinaryOp, Expr, MapOp, UnaryOp, ValueType } from "../../cascade/cascade.js";
import { literalExponent } from "../../cascade/interpret/arithmetic.js";
import type { TileExpr, TileMap, TileType } from "../tile.js";
import { typeOfTile } from "../types.js";
import type { Builder } from "./builder.js";
import type { Value } from "./launch.js";
import {
  both,
  constant,
  convert,
  isConst,
  isFalse,
  isTrue,
  select,
  toF32,
  toI32,
  type Condition,
} from "./tile-expr.js";

/** What names values and makes operations; a monoid has a simpler one. */
export type Maker = Pick<Builder, "bind" | "map">;
type MapExpr = Extract<Expr, { readonly kind: "map" }>;

export function lowerMap(builder: Maker, e: MapExpr, args: readonly Value[]): Value {
  const infinite = compareInfinite(e, args);
  const present = args.map((arg) => arg.present).reduce<Condition>(both, undefined);
  const value =
    infinite ??
    lowerOp(
      builder,
      e,
      args.map((arg) => arg.value),
    );
  return { value: isSlow(e.op) ? builder.bind(value, e.op) : value, present };
}

/** Worth a name of its own, so that a second use costs nothing. */
function isSlow(op: MapOp): boolean {
  const quick: readonly MapOp[] = [
    "add",
    "sub",
    "mul",
    "neg",
    "not",
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "min",
    "max",
  ];
  return !quick.includes(op);
}

function lowerOp(builder: Maker, e: MapExpr, args: readonly TileExpr[]): TileExpr {
  const isReal = e.args.some((arg) => arg.type === "real") || e.type === "real";
  const on: TileType = isReal
    ? "f32"
    : args.some((arg) => typeOfTile(arg) === "i32")
      ? "i32"
      : "bool";
  const [a, b, c] = e.op === "pow" ? args : args.map((arg) => convert(arg, on));
  if (a === undefined) throw new Error(`internal: ${e.op} without arguments`);
  if (e.op === "clamp") {
    if (b === undefined || c === undefined) throw new Error("internal: clamp takes three");
    return builder.map("min", on, [builder.map("max", on, [a, b]), c]);
  }
  if (b === undefined) return lowerUnary(builder, e.op as UnaryOp, e.type, a, on);
  return lowerBinary(builder, e, a, b, on);
}

function lowerUnary(
  builder: Maker,
  op: UnaryOp,
  type: ValueType,
  a: TileExpr,
  on: TileType,
): TileExpr {
  switch (op) {
    case "floor":
    case "ceil":
    case "round": {
      if (on !== "f32") return a;
      const rounded = builder.map(op, "f32", [a]);
      return type === "integer" ? toI32(rounded) : rounded;
    }
    case "not":
      return builder.map("not", "bool", [convert(a, "bool")]);
    case "isfinite":
      return on === "f32" ? builder.map("isfinite", "bool", [a]) : isTrue;
    case "neg":
    case "abs":
    case "sign":
      return builder.map(op, on, [a]);
    default:
      return builder.map(op, "f32", [toF32(a)]);
  }
}

function lowerBinary(builder: Maker, e: MapExpr, a: TileExpr, b: TileExpr, on: TileType): TileExpr {
  const op = e.op as BinaryOp;
  switch (op) {
    case "eq":
    case "ne":
    case "lt":
    case "le":
    case "gt":
    case "ge":
      return builder.map(op, "bool", [a, b]);
    case "div":
      return builder.map("div", "f32", [toF32(a), toF32(b)]);
    case "pow":
      return lowerPower(builder, e, a, b);
    case "floordiv":
    case "mod":
      return on === "f32" ? floorReal(builder, op, a, b) : guardedDivision(builder, op, a, b);
    default:
      return builder.map(op as TileMap, on, [a, b]);
  }
}

/** Floor division by 0 is 0, and never carried out. */
function guardedDivision(
  builder: Maker,
  op: "floordiv" | "mod",
  a: TileExpr,
  b: TileExpr,
): TileExpr {
  const isSafe = b.kind === "size" || (b.kind === "const" && b.value !== 0);
  if (isSafe) return builder.map(op, "i32", [a, b]);
  const isZero = builder.bind(builder.map("eq", "bool", [b, constant("i32", 0)]), "zero");
  const divisor = select(isZero, constant("i32", 1), b);
  return select(isZero, constant("i32", 0), builder.map(op, "i32", [a, divisor]));
}

function floorReal(builder: Maker, op: "floordiv" | "mod", a: TileExpr, b: TileExpr): TileExpr {
  const down = builder.map("floor", "f32", [builder.map("div", "f32", [a, b])]);
  if (op === "floordiv") return down;
  return builder.map("sub", "f32", [a, builder.map("mul", "f32", [b, down])]);
}

/** An integer literal as exponent is multiplications by squaring, see ARCHITECTURE.md. */
function lowerPower(builder: Maker, e: MapExpr, a: TileExpr, b: TileExpr): TileExpr {
  const exponent = e.args[1] === undefined ? undefined : literalExponent(e.args[1]);
  const type: TileType = e.type === "integer" ? "i32" : "f32";
  const base = convert(a, type);
  if (exponent !== undefined && (exponent >= 0 || type === "f32")) {
    const power = bySquaring(builder, type, base, Math.abs(exponent));
    return exponent >= 0 ? power : builder.map("div", "f32", [constant("f32", 1), power]);
  }
  if (type === "i32" && isConst(base, 2)) return builder.map("shl", "i32", [constant("i32", 1), b]);
  return builder.map("pow", type, [base, convert(b, type)]);
}

function bySquaring(builder: Maker, type: TileType, base: TileExpr, exponent: number): TileExpr {
  if (exponent === 0) return constant(type, 1);
  const x = builder.bind(base, "base");
  let power = x;
  for (const bit of exponent.toString(2).slice(1)) {
    const root = builder.bind(power, "power");
    power = builder.map("mul", type, [root, root]);
    if (bit === "1") power = builder.map("mul", type, [power, x]);
  }
  return power;
}

/** No value is infinite, so comparing with infinity is decided here. */
function compareInfinite(e: MapExpr, args: readonly Value[]): TileExpr | undefined {
  const [x, y] = e.args;
  if (x === undefined || y === undefined || args.length !== 2) return undefined;
  const sign = infinity(y) ?? negated(infinity(x));
  if (sign === undefined) return undefined;
  const truth = (isHolding: boolean): TileExpr => (isHolding ? isTrue : isFalse);
  if (e.op === "eq") return isFalse;
  if (e.op === "ne") return isTrue;
  if (e.op === "lt" || e.op === "le") return truth(sign > 0);
  return e.op === "gt" || e.op === "ge" ? truth(sign < 0) : undefined;
}

function infinity(e: Expr): number | undefined {
  if (e.kind === "number" && !Number.isFinite(e.value)) return Math.sign(e.value);
  if (e.kind !== "map" || e.op !== "neg" || e.args[0] === undefined) return undefined;
  return negated(infinity(e.args[0]));
}

function negated(sign: number | undefined): number | undefined {
  return sign === undefined ? undefined : -sign;
}
