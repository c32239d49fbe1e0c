// What the operators of the language do to two numbers that are present.
//
// In:  numbers; truth values are 0 and 1.
// Out: numbers, in float64 and exact integers. Rounding to f32 is the caller's (map.ts).
// Not here: absence.

import type { BinaryOp, Expr } from "../cascade.js";

/** Floor division; by 0 it is 0, so that a masked division never traps. */
export function floorDivide(a: number, b: number): number {
  return b === 0 ? 0 : Math.floor(a / b);
}

/** The remainder of floor division: it has the sign of `b`; by 0 it is 0. */
export function floorRemainder(a: number, b: number): number {
  return b === 0 ? 0 : a - b * Math.floor(a / b);
}

/** The exponent of `x^n` where it is an integer literal in -16 … 16: multiplications, not a pow. */
export function literalExponent(e: Expr): number | undefined {
  if (e.kind === "map" && e.op === "neg" && e.args[0] !== undefined) {
    const inner = literalExponent(e.args[0]);
    return inner === undefined ? undefined : -inner;
  }
  const isSmall = e.kind === "number" && e.type === "integer" && Math.abs(e.value) <= 16;
  return isSmall ? e.value : undefined;
}

/** x^n, n >= 0, by squaring over the bits of n from the second highest. */
export function powerBySquaring(
  x: number,
  n: number,
  multiply: (a: number, b: number) => number,
): number {
  if (n === 0) return 1;
  let power = x;
  for (const bit of n.toString(2).slice(1)) {
    power = multiply(power, power);
    if (bit === "1") power = multiply(power, x);
  }
  return power;
}

/** Minimum, maximum, floor division: exact in every mode. */
export const exactOperators = {
  floordiv: floorDivide,
  mod: floorRemainder,
  min: Math.min,
  max: Math.max,
} as const satisfies Partial<Record<BinaryOp, (a: number, b: number) => number>>;
