// sin and cos in f32.
//
// In:  a `Float32Ops` and a value of it, in radians.
// Out: error at most 2.1 ULP for |x| <= 10,000. Beyond, pi/2 is no longer subtracted exactly, and
//      the result is that of an argument off by about |x| * 2^-23 (as much as its own rounding),
//      always in [-1, 1]. NaN for Infinity is not promised.
// Not here: an exact reduction for arguments of any size (Payne & Hanek).

import { polynomial, type Float32Function, type Float32Ops } from "./ops.js";

/**
 * pi/2 in pieces of at most 11 bits: n times a piece is exact for n < 2^13. The last is rounded.
 */
const halfPi = [
  1.5703125, 4.837512969970703e-4, 7.549533620476723e-8, 2.5632829192545614e-12,
  6.123234262925839e-17,
] as const;

/** The distance to the nearest multiple of pi/2, and the number of that multiple. */
function reduce<V, I, B>(o: Float32Ops<V, I, B>, x: V): { r: V; quadrant: I } {
  const n = o.nearest(o.mul(x, o.value(2 / Math.PI)));
  const r = halfPi.reduce((rest, piece) => o.sub(rest, o.mul(n, o.value(piece))), x);
  const inside = o.max(o.min(r, o.value(0.79)), o.value(-0.79));
  return { r: inside, quadrant: o.truncate(n) };
}

function sine<V, I, B>(o: Float32Ops<V, I, B>, r: V): V {
  const square = o.mul(r, r);
  const p = polynomial(o, square, [-0.16666654611, 8.3321608736e-3, -1.9515295891e-4]);
  return o.add(r, o.mul(o.mul(square, r), p));
}

function cosine<V, I, B>(o: Float32Ops<V, I, B>, r: V): V {
  const square = o.mul(r, r);
  const p = polynomial(
    o,
    square,
    [4.166664568298827e-2, -1.388731625493765e-3, 2.443315711809948e-5],
  );
  const first = o.sub(o.value(1), o.mul(o.value(0.5), square));
  return o.add(first, o.mul(o.mul(square, square), p));
}

/** Sine of `r` plus `quadrant` right angles. */
function turned<V, I, B>(o: Float32Ops<V, I, B>, r: V, quadrant: I): V {
  const isOdd = o.integerEq(o.iand(quadrant, o.integer(1)), o.integer(1));
  const value = o.select(isOdd, cosine(o, r), sine(o, r));
  const isNegative = o.integerEq(o.iand(quadrant, o.integer(2)), o.integer(2));
  return o.select(isNegative, o.neg(value), value);
}

/** Error 2.1 ULP for |x| <= 10,000. */
export const sin: Float32Function = (o, x) => {
  const { r, quadrant } = reduce(o, x);
  return turned(o, r, quadrant);
};

/** Error 2.1 ULP for |x| <= 10,000. */
export const cos: Float32Function = (o, x) => {
  const { r, quadrant } = reduce(o, x);
  return turned(o, r, o.iadd(quadrant, o.integer(1)));
};
