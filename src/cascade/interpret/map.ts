// Operators and functions on compiled arguments, in the two arithmetics.
//
// In:  a map node of a cascade and its compiled arguments.
// Out: a compiled node.
// Not here: where and else (expression.ts); what a host scalar is (scalars.ts).

import { unreachable } from "../../../grammar/span.js";
import type { BinaryOp, Expr, UnaryOp } from "../cascade.js";
import { float32Functions, float64Functions, numberOps, pow, pow64 } from "../functions/index.js";
import type { FunctionName } from "../functions/index.js";
import { nearestEven } from "../functions/ops.js";
import { clampInteger } from "../number-formats.js";
import { exactOperators, literalExponent, powerBySquaring } from "./arithmetic.js";
import {
  constantNode,
  fault,
  mapNode,
  newCell,
  node,
  ready,
  type Cell,
  type Node,
  type Run,
} from "./node.js";

/**
 * `exact`: float64 and unbounded integers, for the f64 mode and for host scalars; else f32, rounded
 * after each operation, and i32, which wraps.
 */
export type Arithmetic = "exact" | "f32";
export type MapExpr = Extract<Expr, { readonly kind: "map" }>;

const { fround } = Math;

export function compileMap(e: MapExpr, args: readonly Node[], arithmetic: Arithmetic): Node {
  const [a, b, c] = converted(e, args, arithmetic);
  if (a === undefined) throw new Error(`internal: ${e.op} without arguments`);
  if (e.op === "clamp") {
    if (b === undefined || c === undefined) throw new Error("internal: clamp takes three");
    return binary(exactOperators.min, binary(exactOperators.max, a, b), c);
  }
  if (b === undefined) return compileUnary(e, a, arithmetic);
  return compileBinary(e, a, b, arithmetic);
}

/** In f32, integers that meet a real are rounded to f32 before the operation. */
function converted(e: MapExpr, args: readonly Node[], arithmetic: Arithmetic): readonly Node[] {
  const isReal = e.type === "real" || e.args.some((arg) => arg.type === "real");
  if (arithmetic === "exact" || !isReal) return args;
  return args.map((arg, n) => {
    const isPower = e.op === "pow" && n === 1 && literalExponent(e.args[1] ?? e) !== undefined;
    return e.args[n]?.type === "integer" && !isPower ? mapNode(arg, fround) : arg;
  });
}

function compileUnary(e: MapExpr, a: Node, arithmetic: Arithmetic): Node {
  const op = e.op as UnaryOp;
  const isF32 = arithmetic === "f32";
  const isWrapped = isF32 && e.type === "integer";
  const toInteger = (f: (x: number) => number): Node =>
    mapNode(a, isWrapped ? (x) => clampInteger(32, true, f(x)) : (x) => f(x) + 0);
  switch (op) {
    case "neg":
      return mapNode(
        a,
        isWrapped ? (x) => -x | 0 : e.type === "integer" ? (x) => 0 - x : (x) => -x,
      );
    case "not":
      return mapNode(a, (x) => (x === 0 ? 1 : 0));
    case "abs":
      return isWrapped ? mapNode(a, (x) => Math.abs(x) | 0) : arithmeticNode(unary.abs, a, a);
    case "sqrt":
      return arithmeticNode(isF32 ? unary.sqrt32 : unary.sqrt, a, a);
    case "isfinite":
      return mapNode(a, (x) => (Math.abs(x) < Infinity ? 1 : 0));
    case "floor":
      return toInteger(Math.floor);
    case "ceil":
      return toInteger(Math.ceil);
    case "round":
      return toInteger(nearestEven);
    case "sign":
    case "exp":
    case "log":
    case "log2":
    case "sin":
    case "cos":
    case "tanh":
    case "erf":
    case "sigmoid":
    case "softplus":
    case "logsigmoid":
    case "silu":
    case "gelu":
      return mapNode(a, elementary(op, isF32));
    default:
      return unreachable(op);
  }
}

function elementary(name: FunctionName, isF32: boolean): (x: number) => number {
  if (!isF32) return float64Functions[name];
  const f = float32Functions[name];
  return (x) => f(numberOps, x);
}

function compileBinary(e: MapExpr, a: Node, b: Node, arithmetic: Arithmetic): Node {
  const op = e.op as BinaryOp;
  const rounding = arithmetic === "exact" ? "none" : e.type === "integer" ? "i32" : "f32";
  switch (op) {
    case "add":
    case "sub":
    case "mul":
    case "div":
      return arithmeticNode(basic[op][rounding], a, b);
    case "pow":
      return compilePower(e, a, b, arithmetic);
    case "floordiv": // of integers
    case "mod":
    case "min":
    case "max":
      return binary(exactOperators[op], a, b);
    case "eq":
    case "ne":
    case "lt":
    case "le":
    case "gt":
    case "ge":
      return arithmeticNode(comparisons[op], a, b);
    case "and":
      return conjunction(a, b, 0);
    case "or":
      return conjunction(a, b, 1);
    default:
      return unreachable(op);
  }
}

type Maker = (out: Cell, a: Cell, b: Cell, p: Run, q: Run) => Run;

/** Comparisons, each as one closure: no number is boxed to be passed. */
const comparisons: Readonly<Record<"eq" | "ne" | "lt" | "le" | "gt" | "ge", Maker>> = {
  eq: (o, a, b, p, q) => () => p() && q() && ((o.value = a.value === b.value ? 1 : 0), true),
  ne: (o, a, b, p, q) => () => p() && q() && ((o.value = a.value !== b.value ? 1 : 0), true),
  lt: (o, a, b, p, q) => () => p() && q() && ((o.value = a.value < b.value ? 1 : 0), true),
  le: (o, a, b, p, q) => () => p() && q() && ((o.value = a.value <= b.value ? 1 : 0), true),
  gt: (o, a, b, p, q) => () => p() && q() && ((o.value = a.value > b.value ? 1 : 0), true),
  ge: (o, a, b, p, q) => () => p() && q() && ((o.value = a.value >= b.value ? 1 : 0), true),
};

/** The four operations, each as one closure: these are most of what a run does. */
const basic: Readonly<
  Record<"add" | "sub" | "mul" | "div", Readonly<Record<"none" | "f32" | "i32", Maker>>>
> = {
  add: {
    none: (o, a, b, p, q) => () => p() && q() && ((o.value = a.value + b.value), true),
    f32: (o, a, b, p, q) => () => p() && q() && ((o.value = fround(a.value + b.value)), true),
    i32: (o, a, b, p, q) => () => p() && q() && ((o.value = (a.value + b.value) | 0), true),
  },
  sub: {
    none: (o, a, b, p, q) => () => p() && q() && ((o.value = a.value - b.value), true),
    f32: (o, a, b, p, q) => () => p() && q() && ((o.value = fround(a.value - b.value)), true),
    i32: (o, a, b, p, q) => () => p() && q() && ((o.value = (a.value - b.value) | 0), true),
  },
  mul: {
    none: (o, a, b, p, q) => () => p() && q() && ((o.value = a.value * b.value), true),
    f32: (o, a, b, p, q) => () => p() && q() && ((o.value = fround(a.value * b.value)), true),
    i32: (o, a, b, p, q) => () => p() && q() && ((o.value = Math.imul(a.value, b.value)), true),
  },
  div: {
    none: (o, a, b, p, q) => () => p() && q() && ((o.value = a.value / b.value), true),
    f32: (o, a, b, p, q) => () => p() && q() && ((o.value = fround(a.value / b.value)), true),
    i32: (o, a, b, p, q) => () => p() && q() && ((o.value = fround(a.value / b.value)), true),
  },
};

function arithmeticNode(make: Maker, a: Node, b: Node): Node {
  const out = newCell();
  const run = make(out, a.cell, b.cell, a.run, b.run);
  if (a.constant === undefined || b.constant === undefined) return node(out, run);
  run();
  return constantNode(out.value);
}

/** Of one value: the second operand is the first. */
const unary = {
  neg: (o, a, _b, p) => () => p() && ((o.value = -a.value), true),
  abs: (o, a, _b, p) => () => p() && ((o.value = Math.abs(a.value)), true),
  sqrt: (o, a, _b, p) => () => p() && ((o.value = Math.sqrt(a.value)), true),
  sqrt32: (o, a, _b, p) => () => p() && ((o.value = fround(Math.sqrt(a.value))), true),
} as const satisfies Readonly<Record<string, Maker>>;

/** x^2 computes x once: the second operand is there already. */
function squareMaker(arithmetic: Arithmetic, isInteger: boolean): Maker {
  const make = basic.mul[arithmetic === "exact" ? "none" : isInteger ? "i32" : "f32"];
  return (o, a, b, p) => make(o, a, b, p, ready);
}

function binary(f: (x: number, y: number) => number, a: Node, b: Node): Node {
  return arithmeticNode(
    (o, x, y, p, q) => () => p() && q() && ((o.value = f(x.value, y.value)), true),
    a,
    b,
  );
}

/** `or` (decisive 1) holds where either holds, `and` (0) fails where either fails. */
function conjunction(a: Node, b: Node, decisive: 0 | 1): Node {
  const out = newCell();
  const isDecided = (n: Node): boolean => n.cell.value === decisive;
  return node(out, () => {
    const isFirst = a.run();
    out.value = decisive;
    if (isFirst && isDecided(a)) return true;
    const isSecond = b.run();
    if (isSecond && isDecided(b)) return true;
    out.value = 1 - decisive;
    return isFirst && isSecond;
  });
}

function compilePower(e: MapExpr, a: Node, b: Node, arithmetic: Arithmetic): Node {
  const isF32 = arithmetic === "f32";
  const isInteger = e.type === "integer";
  const times = !isF32
    ? (x: number, y: number): number => x * y
    : isInteger
      ? Math.imul
      : (x: number, y: number): number => fround(x * y);
  const exponent = e.args[1] === undefined ? undefined : literalExponent(e.args[1]);
  if (exponent === 2) return arithmeticNode(squareMaker(arithmetic, isInteger), a, a);
  if (exponent !== undefined && exponent >= 0) {
    return mapNode(a, (x) => powerBySquaring(x, exponent, times));
  }
  if (isInteger) {
    return binary(
      (x, y) => {
        if (y < 0) throw fault("E0810", e.at, [x, y]);
        return powerBySquaring(x, y, times);
      },
      a,
      b,
    );
  }
  if (exponent !== undefined) {
    const one = (x: number): number => 1 / powerBySquaring(x, -exponent, times);
    return mapNode(a, isF32 ? (x) => fround(one(x)) : one);
  }
  return binary(isF32 ? (x, y) => pow(numberOps, x, y) : pow64, a, b);
}
