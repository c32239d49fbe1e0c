// x^y in f32, by a logarithm to base 2 of about 40 bits in two parts.
//
// In:  a `Float32Ops`, base and exponent.
// Out: error 1 ULP for finite x and y, 1.5 where the result is subnormal.
// Not here: `x^2` and other small literal exponents, which are multiplications (ARCHITECTURE.md).

import { polynomial, scaleBy, upper, type Float32Function2, type Float32Ops } from "./ops.js";

/** log2(x) = high + low for x > 0; high has 12 bits. @source the scheme of fdlibm's `e_powf.c`. */
function log2Parts<V, I, B>(o: Float32Ops<V, I, B>, x: V): { high: V; low: V } {
  const isSubnormal = o.lt(x, o.value(2 ** -126));
  const bits = o.bits(o.select(isSubnormal, o.mul(x, o.value(2 ** 24)), x));
  const fraction = o.iand(bits, o.integer(0x7fffff));
  const isLow = o.integerLt(fraction, o.integer(0x1cc472)); // below sqrt(3/2)
  const isHigh = o.not(o.integerLt(fraction, o.integer(0x5db3d7))); // from sqrt(3)
  const isMiddle = o.not(o.either(isLow, isHigh));
  const bias = o.selectInteger(isSubnormal, o.integer(127 + 24), o.integer(127));
  const floor = o.isub(o.shr(bits, 23), bias);
  const exponent = o.selectInteger(isHigh, o.iadd(floor, o.integer(1)), floor);
  const one = o.selectInteger(isHigh, o.integer(0x3f000000), o.integer(0x3f800000));
  const m = o.fromBits(o.ior(fraction, one));
  const base = o.select(isMiddle, o.value(1.5), o.value(1));
  const { high, low } = ratioLog2(o, m, base);
  const baseHigh = o.select(isMiddle, o.value(0.584960938), o.value(0));
  const baseLow = o.select(isMiddle, o.value(1.56322085e-6), o.value(0));
  return joinParts(o, { high, low: o.add(low, baseLow) }, baseHigh, o.toFloat(exponent));
}

/** log2(m / base) in two parts, m / base close to 1, from s = (m - base) / (m + base). */
function ratioLog2<V, I, B>(o: Float32Ops<V, I, B>, m: V, base: V): { high: V; low: V } {
  const u = o.sub(m, base);
  const v = o.div(o.value(1), o.add(m, base));
  const s = o.mul(u, v);
  const sHigh = upper(o, s);
  const sumHigh = upper(o, o.add(m, base));
  const sumLow = o.sub(m, o.sub(sumHigh, base));
  const sLow = o.mul(v, o.sub(o.sub(u, o.mul(sHigh, sumHigh)), o.mul(sHigh, sumLow)));

  const z = o.mul(s, s);
  const p = polynomial(
    o,
    z,
    [0.60000002384, 0.42857143283, 0.33333334327, 0.27272811532, 0.23066075146, 0.20697501302],
  );
  const rest = o.add(o.mul(o.mul(z, z), p), o.mul(sLow, o.add(sHigh, s)));
  const square = o.mul(sHigh, sHigh);
  const tHigh = upper(o, o.add(o.add(o.value(3), square), rest));
  const tLow = o.sub(rest, o.sub(o.sub(tHigh, o.value(3)), square));

  const a = o.mul(sHigh, tHigh);
  const b = o.add(o.mul(sLow, tHigh), o.mul(tLow, s));
  const pHigh = upper(o, o.add(a, b));
  const pLow = o.sub(b, o.sub(pHigh, a));
  const high = o.mul(o.value(0.9619140625), pHigh); // 2 / (3 ln 2) in two parts
  const low = o.add(o.mul(o.value(-1.1736857402e-4), pHigh), o.mul(pLow, o.value(0.96179670095)));
  return { high, low };
}

function joinParts<V, I, B>(
  o: Float32Ops<V, I, B>,
  part: { readonly high: V; readonly low: V },
  base: V,
  exponent: V,
): { high: V; low: V } {
  const sum = o.add(o.add(o.add(part.high, part.low), base), exponent);
  const high = upper(o, sum);
  const low = o.sub(part.low, o.sub(o.sub(o.sub(high, exponent), base), part.high));
  return { high, low };
}

/** 2^(high + low); low is small beside high. */
function exp2Parts<V, I, B>(o: Float32Ops<V, I, B>, high: V, low: V): V {
  const n = o.nearest(o.max(o.min(o.add(high, low), o.value(140)), o.value(-160)));
  const reduced = o.sub(high, n);
  const t = o.fromBits(o.iand(o.bits(o.add(low, reduced)), o.integer(0xffff8000)));
  const u = o.mul(t, o.value(0.693145752));
  const v = o.add(
    o.mul(o.sub(low, o.sub(t, reduced)), o.value(0.69314718246)),
    o.mul(t, o.value(1.42860654e-6)),
  );
  const z = o.add(u, v);
  const w = o.sub(v, o.sub(z, u));
  const square = o.mul(z, z);
  const p = polynomial(
    o,
    square,
    [0.16666667163, -2.777777845e-3, 6.613755977e-5, -1.6533901999e-6, 4.1381369442e-8],
  );
  const c = o.sub(z, o.mul(square, p));
  const ratio = o.div(o.mul(z, c), o.sub(c, o.value(2)));
  const rest = o.sub(ratio, o.add(w, o.mul(z, w)));
  return scaleBy(o, o.sub(o.value(1), o.sub(rest, z)), o.truncate(n));
}

/** |x|^y for |x| > 0. The product y * log2 is clamped where the result has long left f32. */
function powPositive<V, I, B>(o: Float32Ops<V, I, B>, x: V, y: V): V {
  const { high, low } = log2Parts(o, x);
  const yHigh = upper(o, y);
  const pLow = o.add(o.mul(o.sub(y, yHigh), high), o.mul(y, low));
  const pHigh = o.mul(yHigh, high);
  const z = o.add(pLow, pHigh);
  const isFar = o.lt(o.value(160), o.abs(z));
  const clamped = o.max(o.min(z, o.value(140)), o.value(-160));
  const zero = o.value(0);
  return exp2Parts(o, o.select(isFar, clamped, pHigh), o.select(isFar, zero, pLow));
}

/**
 * x^y. `x^0 = 1` and `1^y = 1` for every x and y; `0^y` is 0 for y > 0 and Infinity for y < 0. A
 * negative x takes an integer y, and the sign of its parity; with another y the result is NaN.
 */
export const pow: Float32Function2 = (o, x, y) => {
  const zero = o.value(0);
  const one = o.value(1);
  const exponent = o.max(o.min(y, o.value(2 ** 33)), o.value(-(2 ** 33))); // saturates, and is even
  const half = o.mul(exponent, o.value(0.5));
  const isWhole = o.eq(o.floor(exponent), exponent);
  const isOdd = o.both(isWhole, o.not(o.eq(o.floor(half), half)));

  const size = o.abs(x);
  const isZero = o.eq(size, zero);
  const isInfinite = o.eq(size, o.value(Infinity));
  const regular = powPositive(o, o.select(o.either(isZero, isInfinite), one, size), exponent);
  const vanishes = o.either(
    o.both(isZero, o.lt(zero, exponent)),
    o.both(isInfinite, o.lt(exponent, zero)),
  );
  const border = o.select(vanishes, zero, o.value(Infinity));
  const value = o.select(o.either(isZero, isInfinite), border, regular);

  const isNegative = o.integerLt(o.bits(x), o.integer(0));
  const signed = o.select(o.both(isNegative, isOdd), o.neg(value), value);
  const isBad = o.both(o.lt(x, zero), o.not(isWhole));
  const defined = o.select(isBad, o.value(NaN), signed);
  return o.select(o.either(o.eq(y, zero), o.eq(x, one)), one, defined);
};
