// Arithmetic on literals.
//
// Literals are host scalars: they are computed in float64 and rounded once, where they meet a
// tensor value (ARCHITECTURE.md), so computing them now changes nothing. Functions whose last bit
// depends on the machine are left, and so is what would not be a number.

import type { BinaryOp, Expr, UnaryOp } from "../../cascade/cascade.js";
import { type MapExpr, type Rule } from "./rule.js";

export const foldConstants: Rule = {
  name: "fold-constants",
  law:
    "2 + 3 = 5; 2.5 * 4 = 10.0; 7 div 2 = 3; -7 mod 3 = 2; 1 / 8 = 0.125; 2^10 = 1024; " +
    "min(2, 3) = 2; 2 < 3 = true; abs(-4) = 4; not true = false",
  numerics: "exact",
  apply(e) {
    if (e.kind !== "map") return undefined;
    const values = e.args.map(valueOf);
    const [a, b] = values;
    if (a === undefined || values.includes(undefined)) return undefined;
    const value =
      values.length === 1
        ? unary(e.op as UnaryOp, a)
        : values.length === 2 && b !== undefined
          ? binary(e, a, b)
          : undefined;
    return value === undefined ? undefined : literal(e, value);
  },
};

type Value = number | boolean;

function valueOf(e: Expr): Value | undefined {
  return e.kind === "number" || e.kind === "boolean" ? e.value : undefined;
}

function literal(e: MapExpr, value: Value): Expr | undefined {
  const { type, at } = e;
  if (typeof value === "boolean")
    return type === "boolean" ? { kind: "boolean", value, type, at } : undefined;
  if (!Number.isFinite(value)) return undefined;
  if (type === "integer" && (Math.abs(value) > maxInteger || !Number.isInteger(value)))
    return undefined;
  const exact = type === "integer" && value === 0 ? 0 : value;
  return type === "boolean" ? undefined : { kind: "number", value: exact, type, at };
}

/** Beyond it integers wrap. */
const maxInteger = 2 ** 31 - 1;

function unary(op: UnaryOp, a: Value): Value | undefined {
  if (op === "not") return typeof a === "boolean" ? !a : undefined;
  if (typeof a === "boolean") return undefined;
  if (op === "neg") return -a;
  return op === "abs" ? Math.abs(a) : undefined;
}

function binary(e: MapExpr, a: Value, b: Value): Value | undefined {
  if (typeof a === "boolean" || typeof b === "boolean") return undefined;
  const op = e.op as BinaryOp;
  switch (op) {
    case "add":
      return a + b;
    case "sub":
      return a - b;
    case "mul":
      return a * b;
    case "div":
      return a / b;
    case "floordiv":
      return b === 0 ? undefined : Math.floor(a / b);
    case "mod":
      return b === 0 ? undefined : a - b * Math.floor(a / b);
    case "pow":
      return e.type === "integer" && b >= 0 ? a ** b : undefined;
    case "min":
      return Math.min(a, b);
    case "max":
      return Math.max(a, b);
    case "lt":
      return a < b;
    case "le":
      return a <= b;
    case "gt":
      return a > b;
    case "ge":
      return a >= b;
    case "eq":
      return a === b;
    case "ne":
      return a !== b;
    default:
      return undefined;
  }
}
