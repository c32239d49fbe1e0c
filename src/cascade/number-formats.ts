// Element formats: numbers to codes and back, and codes packed in bytes.
//
// In:  a format (cascade.ts) and numbers.
// Out: codes, bytes, and what a number becomes when it is stored and read again.
// Not here: block formats, which are written in source (interpret/block-format.ts).
//
// Rounding is to nearest, half to even, once from the number given. Out of range: f32, f16 and bf16
// go to infinity as IEEE says; f8e4m3 (which has none) and f8e5m2 stop at their largest finite
// value, infinity included; an integer format stops at its bounds. A fraction that reaches an
// integer format is rounded (the checker asks for a rounding before), and NaN becomes 0 there.

import type { FloatName, Format } from "./cascade.js";
import { nearestEven } from "./functions/ops.js";

interface Layout {
  readonly exponentBits: number;
  readonly fractionBits: number;
  /** Saturates instead of going to infinity. */
  readonly saturates: boolean;
  /** The largest finite value. */
  readonly largest: number;
  readonly nan: number;
}

const layouts: Readonly<Record<Exclude<FloatName, "f64" | "f32">, Layout>> = {
  f16: { exponentBits: 5, fractionBits: 10, saturates: false, largest: 65504, nan: 0x7e00 },
  bf16: {
    exponentBits: 8,
    fractionBits: 7,
    saturates: false,
    largest: 255 * 2 ** 120,
    nan: 0x7fc0,
  },
  f8e4m3: { exponentBits: 4, fractionBits: 3, saturates: true, largest: 448, nan: 0x7f },
  f8e5m2: { exponentBits: 5, fractionBits: 2, saturates: true, largest: 57344, nan: 0x7e },
};

const scratch = new DataView(new ArrayBuffer(8));

/** floor(log2(size)) of a normal double. */
function exponentOf(size: number): number {
  scratch.setFloat64(0, size);
  return ((scratch.getUint16(0) >> 4) & 0x7ff) - 1023;
}

/** `x` rounded to the format's grid, overflow settled; NaN stays. */
function roundTo(layout: Layout, x: number): number {
  const size = Math.abs(x);
  if (!(size > 0)) return x;
  const smallest = 2 - 2 ** (layout.exponentBits - 1); // exponent of the smallest normal
  const exponent = Math.max(size === Infinity ? 1024 : exponentOf(size), smallest);
  const unit = 2 ** (exponent - layout.fractionBits);
  const rounded = size === Infinity ? size : nearestEven(size / unit) * unit;
  const over = layout.saturates ? layout.largest : Infinity;
  const settled = rounded > layout.largest ? over : rounded;
  return x < 0 ? -settled : settled;
}

/** `x` rounded to a floating format. */
export function roundFloat(name: FloatName, x: number): number {
  if (name === "f64") return x;
  return name === "f32" ? Math.fround(x) : roundTo(layouts[name], x);
}

/** The code of `x`: the bits of the format in the low bits of a u32. Not for f64. */
export function encodeFloat(name: Exclude<FloatName, "f64">, x: number): number {
  if (name === "f32") {
    scratch.setFloat32(0, x);
    return scratch.getUint32(0);
  }
  const layout = layouts[name];
  const { exponentBits, fractionBits } = layout;
  const rounded = roundTo(layout, x);
  if (Number.isNaN(rounded)) return layout.nan;
  const sign = (Object.is(rounded, -0) || rounded < 0 ? 1 : 0) << (exponentBits + fractionBits);
  const size = Math.abs(rounded);
  if (size === Infinity) return sign | (((1 << exponentBits) - 1) << fractionBits);
  const bias = 2 ** (exponentBits - 1) - 1;
  const smallest = 2 ** (1 - bias);
  if (size < smallest) return sign | (size / (smallest * 2 ** -fractionBits));
  const exponent = exponentOf(size);
  const fraction = (size / 2 ** exponent - 1) * 2 ** fractionBits;
  return sign | ((exponent + bias) << fractionBits) | fraction;
}

export function decodeFloat(name: Exclude<FloatName, "f64">, code: number): number {
  if (name === "f32") {
    scratch.setUint32(0, code);
    return scratch.getFloat32(0);
  }
  const { exponentBits, fractionBits, nan } = layouts[name];
  const sign = (code >>> (exponentBits + fractionBits)) & 1 ? -1 : 1;
  const top = (1 << exponentBits) - 1;
  const exponent = (code >>> fractionBits) & top;
  const fraction = (code & ((1 << fractionBits) - 1)) / 2 ** fractionBits;
  const bias = 2 ** (exponentBits - 1) - 1;
  if (name === "f8e4m3" && (code & 0x7f) === nan) return NaN;
  if (name !== "f8e4m3" && exponent === top) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** (1 - bias);
  return sign * (1 + fraction) * 2 ** (exponent - bias);
}

/** Least and greatest value of an integer format. */
export function integerRange(bits: number, signed: boolean): readonly [number, number] {
  return signed ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1];
}

export function clampInteger(bits: number, signed: boolean, x: number): number {
  const [low, high] = integerRange(bits, signed);
  if (Number.isNaN(x)) return 0;
  return Math.min(Math.max(nearestEven(x), low), high) + 0; // + 0: no negative zero
}

/** What `x` is after it was stored in an element format. A rank's index is an i32. */
export function roundToFormat(format: Exclude<Format, { kind: "block" }>, x: number): number {
  switch (format.kind) {
    case "float":
      return roundFloat(format.name, x);
    case "integer":
      return clampInteger(format.bits, format.signed, x);
    case "index":
      return clampInteger(32, true, x);
    case "bool":
      return x === 0 ? 0 : 1;
  }
}

/** Bits of one code in memory; a truth value takes a byte. */
export function bitsOf(format: Exclude<Format, { kind: "block" }>): number {
  switch (format.kind) {
    case "float":
      return { f64: 64, f32: 32, f16: 16, bf16: 16, f8e4m3: 8, f8e5m2: 8 }[format.name];
    case "integer":
      return format.bits;
    case "index":
      return 32;
    case "bool":
      return 8;
  }
}

/**
 * Codes of `bits` bits one after the other. Low bits first: code n stands in bits n * bits and up
 * of
 * a little-endian bit stream (bit k of the stream is bit k mod 8 of byte k div 8). High first: the
 * stream fills each byte from its highest bit, and a code its own highest bit first.
 */
export function packCodes(codes: ArrayLike<number>, bits: number, highFirst = false): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((codes.length * bits) / 8));
  eachBit(codes.length, bits, highFirst, (n, bit, byte, mask) => {
    if (((codes[n] ?? 0) >>> bit) & 1) bytes[byte] = (bytes[byte] ?? 0) | mask;
  });
  return bytes;
}

/** The inverse of `packCodes`: `count` codes as u32, or sign-extended. */
export function unpackCodes(
  bytes: Uint8Array,
  count: number,
  format: { readonly bits: number; readonly signed: boolean; readonly highFirst: boolean },
): Float64Array {
  const { bits, signed, highFirst } = format;
  const codes = new Float64Array(count);
  eachBit(count, bits, highFirst, (n, bit, byte, mask) => {
    if ((bytes[byte] ?? 0) & mask) codes[n] = (codes[n] ?? 0) + 2 ** bit;
  });
  return signed ? codes.map((code) => (code >= 2 ** (bits - 1) ? code - 2 ** bits : code)) : codes;
}

function eachBit(
  count: number,
  bits: number,
  highFirst: boolean,
  visit: (code: number, bit: number, byte: number, mask: number) => void,
): void {
  for (let n = 0; n < count; n++) {
    for (let k = 0; k < bits; k++) {
      const at = n * bits + k;
      const mask = highFirst ? 128 >> (at & 7) : 1 << (at & 7);
      visit(n, highFirst ? bits - 1 - k : k, at >> 3, mask);
    }
  }
}
