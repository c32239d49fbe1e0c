// tanh, erf and the activations of neural networks in f32.
//
// In:  a `Float32Ops` and a value of it.
// Out: straight-line code over exp and log1p. No intermediate overflows: infinity never appears.
// Not here: their float64 counterparts (float64.ts), which mean the same.

import { exp, log1p } from "./exponential.js";
import { polynomial, type Float32Function, type Float32Ops } from "./ops.js";

function withSignOf<V, I, B>(o: Float32Ops<V, I, B>, size: V, x: V): V {
  const sign = o.iand(o.bits(x), o.integer(0x80000000));
  return o.fromBits(o.ior(o.bits(size), sign));
}

/** Error 2 ULP. @source Cephes' `tanhf`: a polynomial to 0.625, then 1 - 2 / (e^2x + 1). */
export const tanh: Float32Function = (o, x) => {
  const size = o.min(o.abs(x), o.value(10));
  const power = exp(o, o.add(size, size));
  const far = o.sub(o.value(1), o.div(o.value(2), o.add(power, o.value(1))));
  const square = o.mul(size, size);
  const p = polynomial(
    o,
    square,
    [-0.333332819422, 0.133314422036, -5.37397155531e-2, 2.06390887954e-2, -5.70498872745e-3],
  );
  const near = o.add(size, o.mul(o.mul(size, square), p));
  return withSignOf(o, o.select(o.lt(size, o.value(0.625)), near, far), x);
};

/** Error 2 ULP. A polynomial up to 475/512, then 1 - exp of one. @source N. Juffa's `my_erff`. */
export const erf: Float32Function = (o, x) => {
  const size = o.min(o.abs(x), o.value(4));
  const square = o.mul(size, size);
  const p = polynomial(
    o,
    square,
    [0.128379166, -0.376125336, 0.112819925, -2.67681349e-2, 4.99119423e-3, -5.96761703e-4],
  );
  const near = o.add(o.mul(p, size), size);
  const q = polynomial(
    o,
    size,
    [
      -0.128717512, -0.634846687, -0.106777877, 2.42546219e-2, -3.88396438e-3, 3.83197126e-4,
      -1.7285347e-5,
    ],
  );
  const power = exp(o, o.sub(o.mul(q, size), size));
  const far = o.sub(o.value(1), power);
  return withSignOf(o, o.select(o.lt(size, o.value(0.927734375)), near, far), x);
};

/** 1 / (1 + e^-x). Error 2.5 ULP, also where it is close to 0. */
export const sigmoid: Float32Function = (o, x) => {
  const power = exp(o, o.neg(o.abs(x)));
  const isNegative = o.lt(x, o.value(0));
  return o.div(o.select(isNegative, power, o.value(1)), o.add(o.value(1), power));
};

/** log(1 + e^x). Error 3 ULP. */
export const softplus: Float32Function = (o, x) =>
  o.add(o.max(x, o.value(0)), log1p(o, exp(o, o.neg(o.abs(x)))));

/** log(sigmoid(x)). Error 3 ULP. */
export const logsigmoid: Float32Function = (o, x) => o.neg(softplus(o, o.neg(x)));

/** x * sigmoid(x). Error 3 ULP for x > -86; below, 2^-143 (sigmoid is subnormal there). */
export const silu: Float32Function = (o, x) => o.mul(x, sigmoid(o, x));

/**
 * x / 2 * (1 + erf(x / sqrt 2)), as it stands: for x < 0 the sum cancels, so the error is absolute,
 * at most 2^-23 * max(1, |x|). For x > 0 that is 2 ULP.
 */
export const gelu: Float32Function = (o, x) =>
  o.mul(o.mul(x, o.value(0.5)), o.add(o.value(1), erf(o, o.mul(x, o.value(Math.SQRT1_2)))));
