// Functions that are written over `Float32Ops`: the elementary ones, and narrow float formats.
//
// In:  a `Float32Ops` and values of it.
// Out: f32 to a format's bits and back, in integer arithmetic.
// Not here: the elementary functions themselves (src/cascade/functions).

import { float32Functions, pow, type Float32Ops } from "../../src/cascade/functions/index.js";
import type { FunctionName } from "../../src/cascade/functions/index.js";

export { float32Functions, pow };
export type { FunctionName };

/**
 * A format of at most 16 bits: sign, exponent, fraction; as src/cascade/number-formats.ts has
 * them.
 */
export interface NarrowFormat {
  readonly exponentBits: number;
  readonly fractionBits: number;
  /** The code of the largest finite number. */
  readonly largest: number;
  /** What lies beyond becomes this code. */
  readonly beyond: number;
  readonly nan: number;
  /** Codes above this are infinity or NaN, below it numbers; decoding tells them apart. */
  readonly hasInfinity: boolean;
}

export const narrowFormats: Readonly<Record<string, NarrowFormat>> = {
  f16: {
    exponentBits: 5,
    fractionBits: 10,
    largest: 0x7bff,
    beyond: 0x7c00,
    nan: 0x7e00,
    hasInfinity: true,
  },
  bf16: {
    exponentBits: 8,
    fractionBits: 7,
    largest: 0x7f7f,
    beyond: 0x7f80,
    nan: 0x7fc0,
    hasInfinity: true,
  },
  f8e4m3: {
    exponentBits: 4,
    fractionBits: 3,
    largest: 0x7e,
    beyond: 0x7e,
    nan: 0x7f,
    hasInfinity: false,
  },
  f8e5m2: {
    exponentBits: 5,
    fractionBits: 2,
    largest: 0x7b,
    beyond: 0x7b,
    nan: 0x7e,
    hasInfinity: true,
  },
};

const biasOf = (f: NarrowFormat): number => 2 ** (f.exponentBits - 1) - 1;

/** The format's bits of `x`, rounded half to even, in the low bits of a word. */
export function encodeNarrow<V, I, B>(o: Float32Ops<V, I, B>, f: NarrowFormat, x: V): I {
  const bits = o.bits(x);
  const size = o.iand(bits, o.integer(0x7fffffff));
  const sign = o.shl(o.shru(bits, 31), f.exponentBits + f.fractionBits);
  const drop = 23 - f.fractionBits;
  const rebased = o.isub(size, o.integer((127 - biasOf(f)) << 23));
  const odd = o.iand(o.shr(rebased, drop), o.integer(1));
  const rounded = o.iadd(o.iadd(rebased, o.integer(2 ** (drop - 1) - 1)), odd);
  const normal = o.shr(rounded, drop);
  const code = f.exponentBits === 8 ? normal : withSubnormals(o, f, size, normal);
  const settled = o.selectInteger(
    o.integerLt(o.integer(f.largest), code),
    o.integer(f.beyond),
    code,
  );
  const isNaN = o.integerLt(o.integer(0x7f800000), size);
  return o.selectInteger(isNaN, o.integer(f.nan), o.ior(settled, sign));
}

/** Below the smallest normal number, adding 2^23 steps makes the adder round to whole steps. */
function withSubnormals<V, I, B>(o: Float32Ops<V, I, B>, f: NarrowFormat, size: I, normal: I): I {
  const smallest = o.value(2 ** (1 - biasOf(f)));
  const magic = o.value(2 ** (24 - biasOf(f) - f.fractionBits));
  const value = o.fromBits(size);
  const steps = o.isub(o.bits(o.add(value, magic)), o.bits(magic));
  return o.selectInteger(o.lt(value, smallest), steps, normal);
}

/** The number with these bits. */
export function decodeNarrow<V, I, B>(o: Float32Ops<V, I, B>, f: NarrowFormat, code: I): V {
  if (f.exponentBits === 8) return o.fromBits(o.shl(code, 16));
  const width = f.exponentBits + f.fractionBits;
  const sign = o.shl(o.shru(code, width), 31);
  const size = o.iand(code, o.integer(2 ** width - 1));
  const scaled = o.mul(
    o.fromBits(o.shl(size, 23 - f.fractionBits)),
    o.value(2 ** (127 - biasOf(f))),
  );
  const special = f.hasInfinity
    ? o.ior(o.shl(size, 23 - f.fractionBits), o.integer(0x7f800000))
    : o.integer(0x7fc00000);
  const isSpecial = o.integerLt(o.integer(f.largest), size);
  return o.fromBits(o.ior(o.selectInteger(isSpecial, special, o.bits(scaled)), sign));
}

export function roundNarrow<V, I, B>(o: Float32Ops<V, I, B>, f: NarrowFormat, x: V): V {
  return decodeNarrow(o, f, encodeNarrow(o, f, x));
}
