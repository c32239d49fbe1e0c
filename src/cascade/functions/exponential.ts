// exp, exp2, log, log2 and log1p in f32. Errors are the largest seen over dense samples.
//
// In:  a `Float32Ops` and a value of it.
// Out: the function's value, straight-line.
// Not here: pow (power.ts), which needs a logarithm of more than 24 bits.

import {
  nearestWhole,
  polynomial,
  scaleBy,
  upper,
  type Float32Function,
  type Float32Ops,
} from "./ops.js";

const ln2 = { high: 0.6931381225585938, low: 9.058000614459161e-6 }; // high has 15 bits

/**
 * e^x. Error 1 ULP, 1.5 where the result is subnormal. Above 88.72 Infinity, below -103.98 zero.
 *
 * @source Cody & Waite 1980: x = n ln 2 + r; the polynomial is Cephes' `expf`.
 */
export const exp: Float32Function = (o, x) => {
  const inside = o.min(o.max(x, o.value(-104)), o.value(89));
  const { whole: n, integer } = nearestWhole(o, o.mul(inside, o.value(Math.LOG2E)));
  const once = o.sub(inside, o.mul(n, o.value(0.693359375)));
  const r = o.sub(once, o.mul(n, o.value(-2.12194440054690583e-4)));
  const p = polynomial(
    o,
    r,
    [
      0.50000001201, 0.16666665459, 4.1665795894e-2, 8.3334519073e-3, 1.3981999507e-3,
      1.98756915e-4,
    ],
  );
  const power = o.add(o.add(o.mul(p, o.mul(r, r)), r), o.value(1));
  return scaleBy(o, power, integer);
};

const EXP2 = [0.6931472, 0.2402265, 0.05550357, 0.009618057, 0.0013390867, 0.00015461448];

/** 2^x. Error 1 ULP, 1.5 where the result is subnormal. From 128 Infinity, below -150 zero. */
export const exp2: Float32Function = (o, x) => {
  const inside = o.min(o.max(x, o.value(-151)), o.value(129));
  const { whole, integer } = nearestWhole(o, inside);
  const r = o.sub(inside, whole);
  const p = polynomial(o, r, EXP2);
  return scaleBy(o, o.add(o.mul(p, r), o.value(1)), integer);
};

/** x = m * 2^k with m in [sqrt 1/2, sqrt 2), also for subnormal x; x > 0. */
function splitBinary<V, I, B>(o: Float32Ops<V, I, B>, x: V): { m: V; k: I } {
  const isSubnormal = o.lt(x, o.value(2 ** -126));
  const normal = o.select(isSubnormal, o.mul(x, o.value(2 ** 25)), x);
  const shifted = o.iadd(o.bits(normal), o.integer(0x3f800000 - 0x3f3504f3));
  const bias = o.selectInteger(isSubnormal, o.integer(127 + 25), o.integer(127));
  const k = o.isub(o.shr(shifted, 23), bias);
  const fraction = o.iand(shifted, o.integer(0x7fffff));
  return { m: o.fromBits(o.iadd(fraction, o.integer(0x3f3504f3))), k };
}

/** The rest of a logarithm: log(1 + f) = f - (square - s * (square + R)), s = f / (2 + f). */
function logarithmParts<V, I, B>(o: Float32Ops<V, I, B>, f: V): { square: V; rest: V } {
  const s = o.div(f, o.add(o.value(2), f));
  const z = o.mul(s, s);
  const series = polynomial(
    o,
    z,
    [0.6666666269302368, 0.40000972151756287, 0.2849878668785095, 0.24279078841209412],
  );
  const square = o.mul(o.value(0.5), o.mul(f, f));
  return { square, rest: o.mul(s, o.add(square, o.mul(z, series))) };
}

/** log of 0 is -Infinity, of less NaN, of Infinity itself. */
function atBorders<V, I, B>(o: Float32Ops<V, I, B>, x: V, inside: V): V {
  const large = o.select(o.lt(x, o.value(Infinity)), inside, x);
  const zero = o.select(o.eq(x, o.value(0)), o.value(-Infinity), large);
  return o.select(o.lt(x, o.value(0)), o.value(NaN), zero);
}

/** The natural logarithm. Error 1 ULP. @source the scheme of fdlibm's `e_logf`. */
export const log: Float32Function = (o, x) => {
  const { m, k } = splitBinary(o, x);
  const f = o.sub(m, o.value(1));
  const { square, rest } = logarithmParts(o, f);
  const n = o.toFloat(k);
  const small = o.sub(o.add(rest, o.mul(n, o.value(ln2.low))), square);
  return atBorders(o, x, o.add(o.add(small, f), o.mul(n, o.value(ln2.high))));
};

/** The logarithm to base 2, exact for powers of two. Error 1 ULP. @source fdlibm's `e_log2f`. */
export const log2: Float32Function = (o, x) => {
  const { m, k } = splitBinary(o, x);
  const f = o.sub(m, o.value(1));
  const { square, rest } = logarithmParts(o, f);
  const high = upper(o, o.sub(f, square));
  const low = o.add(o.sub(o.sub(f, high), square), rest);
  const [inverseHigh, inverseLow] = [o.value(1.442871094), o.value(-1.7605285393e-4)];
  const mixed = o.add(o.mul(o.add(low, high), inverseLow), o.mul(low, inverseHigh));
  const sum = o.add(o.add(mixed, o.mul(high, inverseHigh)), o.toFloat(k));
  return atBorders(o, x, sum);
};

/**
 * log(1 + x), also where 1 + x loses x. Error 2.5 ULP; x is finite.
 *
 * @source Kahan's correction: log(u) * x / (u - 1), u the rounded 1 + x.
 */
export const log1p: Float32Function = (o, x) => {
  const u = o.add(o.value(1), x);
  const isLost = o.eq(u, o.value(1));
  const gap = o.select(isLost, o.value(1), o.sub(u, o.value(1)));
  return o.select(isLost, x, o.mul(log(o, u), o.div(x, gap)));
};
