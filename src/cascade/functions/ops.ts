// The operations that our elementary functions are written in, and their meaning on JS numbers.
//
// In:  nothing. A function of this folder takes a `Float32Ops` and is straight-line code in it.
// Out: `numberOps` runs such a function; a code generator brings an instance that emits it.
// Not here: fused multiply-add. An instance rounds each operation to f32 by itself, so that the
//           same expression gives the same bits on every target.

/** V is an f32 value, I an i32 value, B a truth value; on a SIMD target each is a vector. */
export interface Float32Ops<V, I, B> {
  /** The constant nearest to `x` in f32. */
  readonly value: (x: number) => V;
  readonly integer: (x: number) => I;

  readonly add: (a: V, b: V) => V;
  readonly sub: (a: V, b: V) => V;
  readonly mul: (a: V, b: V) => V;
  readonly div: (a: V, b: V) => V;
  /** As WASM: NaN if either is, and -0 below +0. */
  readonly min: (a: V, b: V) => V;
  readonly max: (a: V, b: V) => V;
  readonly neg: (a: V) => V;
  readonly abs: (a: V) => V;
  readonly sqrt: (a: V) => V;
  readonly floor: (a: V) => V;
  readonly ceil: (a: V) => V;
  /** Half to even. */
  readonly nearest: (a: V) => V;

  /** False if either is NaN. */
  readonly eq: (a: V, b: V) => B;
  readonly lt: (a: V, b: V) => B;
  readonly le: (a: V, b: V) => B;
  readonly integerEq: (a: I, b: I) => B;
  readonly integerLt: (a: I, b: I) => B; // signed
  readonly both: (a: B, b: B) => B;
  readonly either: (a: B, b: B) => B;
  readonly not: (a: B) => B;
  /** `yes` where `c` holds; both are computed. */
  readonly select: (c: B, yes: V, no: V) => V;
  readonly selectInteger: (c: B, yes: I, no: I) => I;

  readonly bits: (a: V) => I;
  readonly fromBits: (a: I) => V;
  /** Exact up to 2^24, else rounded to nearest. Signed. */
  readonly toFloat: (a: I) => V;
  /** Toward zero, saturating, NaN to 0 (WASM trunc_sat, signed). */
  readonly truncate: (a: V) => I;

  /** All of these wrap; a shift is by a constant 0 … 31. */
  readonly iadd: (a: I, b: I) => I;
  readonly isub: (a: I, b: I) => I;
  readonly imul: (a: I, b: I) => I;
  readonly iand: (a: I, b: I) => I;
  readonly ior: (a: I, b: I) => I;
  readonly ixor: (a: I, b: I) => I;
  readonly shl: (a: I, by: number) => I;
  readonly shr: (a: I, by: number) => I; // keeps the sign
  readonly shru: (a: I, by: number) => I; // brings in zeros
}

export type Float32Function = <V, I, B>(o: Float32Ops<V, I, B>, x: V) => V;
export type Float32Function2 = <V, I, B>(o: Float32Ops<V, I, B>, x: V, y: V) => V;

const word = new Int32Array(1);
const wordAsFloat = new Float32Array(word.buffer);
const { fround } = Math;

/** Half to even, for every double. */
export function nearestEven(x: number): number {
  const down = Math.floor(x);
  const rest = x - down;
  if (rest < 0.5) return down === 0 && (x < 0 || Object.is(x, -0)) ? -0 : down;
  if (rest > 0.5) return down + 1 === 0 ? -0 : down + 1;
  if (rest !== 0.5) return x; // NaN and infinities
  const even = down % 2 === 0 ? down : down + 1;
  return even === 0 && x < 0 ? -0 : even;
}

function truncateSaturating(x: number): number {
  if (!(x > -2147483648)) return Number.isNaN(x) ? 0 : -2147483648;
  return x >= 2147483647 ? 2147483647 : Math.trunc(x) | 0;
}

/** The reference instance: equal to WASM f32 and i32 bit for bit. */
export const numberOps: Float32Ops<number, number, boolean> = {
  value: fround,
  integer: (x) => x | 0,
  add: (a, b) => fround(a + b),
  sub: (a, b) => fround(a - b),
  mul: (a, b) => fround(a * b),
  div: (a, b) => fround(a / b),
  min: (a, b) => Math.min(a, b),
  max: (a, b) => Math.max(a, b),
  neg: (a) => -a,
  abs: (a) => Math.abs(a),
  sqrt: (a) => fround(Math.sqrt(a)),
  floor: (a) => Math.floor(a),
  ceil: (a) => Math.ceil(a),
  nearest: nearestEven,
  eq: (a, b) => a === b,
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
  integerEq: (a, b) => a === b,
  integerLt: (a, b) => a < b,
  both: (a, b) => a && b,
  either: (a, b) => a || b,
  not: (a) => !a,
  select: (c, yes, no) => (c ? yes : no),
  selectInteger: (c, yes, no) => (c ? yes : no),
  bits: (a) => {
    wordAsFloat[0] = a;
    return word[0] ?? 0;
  },
  fromBits: (a) => {
    word[0] = a;
    return wordAsFloat[0] ?? 0;
  },
  toFloat: (a) => fround(a),
  truncate: truncateSaturating,
  iadd: (a, b) => (a + b) | 0,
  isub: (a, b) => (a - b) | 0,
  imul: (a, b) => Math.imul(a, b),
  iand: (a, b) => a & b,
  ior: (a, b) => a | b,
  ixor: (a, b) => a ^ b,
  shl: (a, by) => a << by,
  shr: (a, by) => a >> by,
  shru: (a, by) => (a >>> by) | 0,
};

/** `c[0] + x * (c[1] + x * (…))`, innermost first. */
export function polynomial<V, I, B>(
  o: Float32Ops<V, I, B>,
  x: V,
  coefficients: readonly number[],
): V {
  let sum = o.value(coefficients.at(-1) ?? 0);
  for (let k = coefficients.length - 2; k >= 0; k--) {
    sum = o.add(o.mul(sum, x), o.value(coefficients[k] ?? 0));
  }
  return sum;
}

/**
 * The whole number nearest to x, |x| < 2^21, and an integer whose low 22 bits are it: added to
 * 1.5 * 2^23, x loses its fraction (half to even), and its bits count ones.
 */
export function nearestWhole<V, I, B>(o: Float32Ops<V, I, B>, x: V): { whole: V; integer: I } {
  const shift = o.value(12582912);
  const shifted = o.add(x, shift);
  return { whole: o.sub(shifted, shift), integer: o.bits(shifted) };
}

/**
 * x * 2^n for -252 <= n <= 254: two powers, since one has not the range. Of `n` only the low 10
 * bits count.
 */
export function scaleBy<V, I, B>(o: Float32Ops<V, I, B>, x: V, n: I): V {
  const half = o.shr(n, 1);
  const power = (k: I): V => o.fromBits(o.shl(o.iadd(k, o.integer(127)), 23));
  return o.mul(o.mul(x, power(half)), power(o.isub(n, half)));
}

/** `x` with its 12 low bits cleared: a product of two such is exact. */
export function upper<V, I, B>(o: Float32Ops<V, I, B>, x: V): V {
  return o.fromBits(o.iand(o.bits(x), o.integer(0xfffff000)));
}
