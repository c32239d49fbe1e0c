// The elementary functions by name, for the interpreter and the code generators.
//
// In:  the name of a map operation that is no single machine operation.
// Out: its one definition in f32 (a program over `Float32Ops`), and its meaning in float64.
// Not here: + - * / sqrt abs neg floor ceil round min max: `Float32Ops` has them.

import * as activations from "./activations.js";
import * as exponential from "./exponential.js";
import * as double from "../../runtime/float64.js";
import type { Float32Function } from "./ops.js";
import * as trigonometric from "./trigonometric.js";

export { numberOps } from "./ops.js";
export type { Float32Function, Float32Function2, Float32Ops } from "./ops.js";
export { pow } from "./power.js";
export { pow as pow64 } from "../../runtime/float64.js";

/** -1, 0 or 1; of NaN 0. */
export const sign: Float32Function = (o, x) =>
  o.select(o.lt(o.value(0), x), o.value(1), o.select(o.lt(x, o.value(0)), o.value(-1), o.value(0)));

export const float32Functions = {
  sign,
  exp: exponential.exp,
  log: exponential.log,
  log2: exponential.log2,
  sin: trigonometric.sin,
  cos: trigonometric.cos,
  tanh: activations.tanh,
  erf: activations.erf,
  sigmoid: activations.sigmoid,
  softplus: activations.softplus,
  logsigmoid: activations.logsigmoid,
  silu: activations.silu,
  gelu: activations.gelu,
} as const satisfies Readonly<Record<string, Float32Function>>;

export type FunctionName = keyof typeof float32Functions;

export const float64Functions: Readonly<Record<FunctionName, (x: number) => number>> = {
  sign: (x) => (x > 0 ? 1 : x < 0 ? -1 : 0),
  exp: Math.exp,
  log: Math.log,
  log2: Math.log2,
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
  erf: double.erf,
  sigmoid: double.sigmoid,
  softplus: double.softplus,
  logsigmoid: (x) => -double.softplus(-x),
  silu: (x) => x * double.sigmoid(x),
  gelu: double.gelu,
};
