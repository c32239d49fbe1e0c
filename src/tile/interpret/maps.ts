// One operation of a tile expression as a closure over its arguments.
//
// In:  the operation, the type it works on, closures for its arguments.
// Out: a closure that gives the value: f32 rounded after each operation, i32 wrapped, bool 0 or 1.
// Not here: the elementary functions (src/cascade/functions), formats (src/runtime/formats.ts).

import { float32Functions, numberOps, pow } from "../../cascade/functions/index.js";
import { decodeFloat, encodeFloat, type NarrowFloat } from "../../runtime/formats.js";
import type { TileMap, TileType } from "../tile.js";

/** Gives the value at the current point. */
export type Eval = () => number;

const { fround, imul } = Math;

type Unary = (x: number) => number;
type Binary = (x: number, y: number) => number;

const roundTo =
  (format: NarrowFloat) =>
  (x: number): number =>
    decodeFloat(encodeFloat(x, format), format);

const unaryFloat: Partial<Record<TileMap, Unary>> = {
  neg: (x) => -x,
  abs: Math.abs,
  sqrt: (x) => fround(Math.sqrt(x)),
  floor: Math.floor,
  ceil: Math.ceil,
  round: numberOps.nearest,
  isfinite: (x) => (Number.isFinite(x) ? 1 : 0),
  toI32: numberOps.truncate,
  toF32: (x) => x,
  "roundTo.bf16": roundTo("bf16"),
  "roundTo.f16": roundTo("f16"),
  "roundTo.f8e4m3": roundTo("f8e4m3"),
  "roundTo.f8e5m2": roundTo("f8e5m2"),
  ...Object.fromEntries(
    Object.entries(float32Functions).map(([name, f]) => [name, (x: number) => f(numberOps, x)]),
  ),
};

const unaryInteger: Partial<Record<TileMap, Unary>> = {
  neg: (x) => -x | 0,
  abs: (x) => Math.abs(x) | 0,
  sign: Math.sign,
  not: (x) => 1 - x,
  toF32: fround,
  toI32: (x) => x,
};

const binaryFloat: Partial<Record<TileMap, Binary>> = {
  add: (x, y) => fround(x + y),
  sub: (x, y) => fround(x - y),
  mul: (x, y) => fround(x * y),
  div: (x, y) => fround(x / y),
  min: Math.min,
  max: Math.max,
  pow: (x, y) => pow(numberOps, x, y),
};

const binaryInteger: Partial<Record<TileMap, Binary>> = {
  add: (x, y) => (x + y) | 0,
  sub: (x, y) => (x - y) | 0,
  mul: imul,
  min: Math.min,
  max: Math.max,
  pow: integerPower,
  floordiv: (x, y) => (y === 0 ? 0 : Math.floor(x / y) | 0),
  mod: (x, y) => (y === 0 ? 0 : (x - imul(y, Math.floor(x / y))) | 0),
  shr: (x, y) => (x >>> y) | 0,
  shl: (x, y) => x << y,
  bitand: (x, y) => x & y,
  bitor: (x, y) => x | y,
  bitxor: (x, y) => x ^ y,
  and: (x, y) => x & y,
  or: (x, y) => x | y,
};

const comparisons: Partial<Record<TileMap, Binary>> = {
  eq: (x, y) => (x === y ? 1 : 0),
  ne: (x, y) => (x === y ? 0 : 1),
  lt: (x, y) => (x < y ? 1 : 0),
  le: (x, y) => (x <= y ? 1 : 0),
  gt: (x, y) => (x > y ? 1 : 0),
  ge: (x, y) => (x >= y ? 1 : 0),
};

/** x^y for y >= 0, wrapping. */
function integerPower(x: number, y: number): number {
  let power = 1;
  for (let n = 0; n < y; n++) power = imul(power, x);
  return power;
}

/** `on` is the type of the arguments (of a select's values). */
export function compileMap(op: TileMap, on: TileType, args: readonly Eval[]): Eval {
  const [a, b, c] = args;
  if (a === undefined) throw new Error(`internal: ${op} has no argument`);
  if (op === "select" && b !== undefined && c !== undefined) return () => (a() !== 0 ? b() : c());
  if (b === undefined) {
    const unary = (on === "f32" ? unaryFloat : unaryInteger)[op];
    if (unary === undefined) throw new Error(`internal: no ${op} of one ${on}`);
    return () => unary(a());
  }
  return hotBinary(op, on, a, b) ?? anyBinary(op, on, a, b);
}

function anyBinary(op: TileMap, on: TileType, a: Eval, b: Eval): Eval {
  const binary = comparisons[op] ?? (on === "f32" ? binaryFloat : binaryInteger)[op];
  if (binary === undefined) throw new Error(`internal: no ${op} of two ${on}`);
  return () => binary(a(), b());
}

/** The commonest operations without a further call. */
function hotBinary(op: TileMap, on: TileType, a: Eval, b: Eval): Eval | undefined {
  if (on !== "f32") {
    if (op === "add") return () => (a() + b()) | 0;
    if (op === "mul") return () => imul(a(), b());
    return undefined;
  }
  if (op === "add") return () => fround(a() + b());
  if (op === "sub") return () => fround(a() - b());
  if (op === "mul") return () => fround(a() * b());
  return undefined;
}
