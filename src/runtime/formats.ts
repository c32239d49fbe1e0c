// Element formats on the host: how many bytes, and numbers to bits and back.
//
// In:  numbers, or the bytes of a tensor.
// Out: bytes, or numbers. Narrow floats round to nearest even, NaN stays NaN.
// Not here: block formats; they are equations and run on the device.

import type { ElementFormat } from "./executable.js";
import { unreachable } from "./errors.js";

/** f64 exists on the host only: the reference device computes in it. */
export type HostFormat = ElementFormat | "f64";

export type Values =
  | Float64Array
  | Float32Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;

/** Bytes of one element. */
export function elementBytes(format: HostFormat): 1 | 2 | 4 | 8 {
  switch (format) {
    case "f64":
      return 8;
    case "f32":
    case "i32":
    case "u32":
      return 4;
    case "f16":
    case "bf16":
    case "i16":
    case "u16":
      return 2;
    case "f8e4m3":
    case "f8e5m2":
    case "i8":
    case "u8":
    case "bool":
      return 1;
    default:
      return unreachable(format);
  }
}

export function isFloat(format: HostFormat): boolean {
  return format.startsWith("f") || format === "bf16";
}

/** The smallest and largest integer of a format; undefined for the others. */
export function integerRange(format: HostFormat): readonly [number, number] | undefined {
  const match = /^([iu])(8|16|32)$/.exec(format);
  if (match === null) return undefined;
  const bits = Number(match[2]);
  return match[1] === "u" ? [0, 2 ** bits - 1] : [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1];
}

interface Float {
  readonly exponentBits: number;
  readonly mantissaBits: number;
  /** f8e4m3 has no infinity: all ones is NaN, everything below is a number. */
  readonly hasInfinity: boolean;
  /** Stops at its largest number instead of going to infinity. */
  readonly saturates: boolean;
}

const floats: Readonly<Record<"f16" | "bf16" | "f8e4m3" | "f8e5m2", Float>> = {
  f16: { exponentBits: 5, mantissaBits: 10, hasInfinity: true, saturates: false },
  bf16: { exponentBits: 8, mantissaBits: 7, hasInfinity: true, saturates: false },
  f8e4m3: { exponentBits: 4, mantissaBits: 3, hasInfinity: false, saturates: true },
  f8e5m2: { exponentBits: 5, mantissaBits: 2, hasInfinity: true, saturates: true },
};

export type NarrowFloat = keyof typeof floats;

export function isNarrowFloat(format: HostFormat): format is NarrowFloat {
  return Object.hasOwn(floats, format);
}

/** The value of a bit pattern. */
export function decodeFloat(bits: number, format: NarrowFloat): number {
  const { exponentBits, mantissaBits, hasInfinity } = floats[format];
  const sign = bits >>> (exponentBits + mantissaBits) === 0 ? 1 : -1;
  const ones = 2 ** exponentBits - 1;
  const exponent = (bits >>> mantissaBits) & ones;
  const mantissa = bits & (2 ** mantissaBits - 1);
  const bias = 2 ** (exponentBits - 1) - 1;
  if (hasInfinity && exponent === ones) return mantissa === 0 ? sign * Infinity : NaN;
  if (!hasInfinity && exponent === ones && mantissa === 2 ** mantissaBits - 1) return NaN;
  if (exponent === 0) return sign * mantissa * 2 ** (1 - bias - mantissaBits);
  return sign * (1 + mantissa / 2 ** mantissaBits) * 2 ** (exponent - bias);
}

/**
 * The nearest value's bits, ties to even; beyond the largest is infinity, f8 stops at its largest.
 */
export function encodeFloat(value: number, format: NarrowFloat): number {
  const { exponentBits, mantissaBits, hasInfinity, saturates } = floats[format];
  const sign = value < 0 || Object.is(value, -0) ? 2 ** (exponentBits + mantissaBits) : 0;
  const ones = 2 ** exponentBits - 1;
  const infinity = ones * 2 ** mantissaBits;
  const nan = hasInfinity ? infinity + 2 ** (mantissaBits - 1) : infinity + 2 ** mantissaBits - 1;
  if (Number.isNaN(value)) return nan;
  const size = Math.abs(value);
  const largest = hasInfinity ? infinity - 1 : nan - 1;
  const beyond = sign + (saturates ? largest : infinity);
  if (size === Infinity) return beyond;
  const bias = 2 ** (exponentBits - 1) - 1;
  const exponent = Math.max(floorLog2(size), 1 - bias);
  const steps = roundHalfEven(size / 2 ** (exponent - mantissaBits));
  // A mantissa that rounds up to the next power of two carries into the exponent by itself.
  const code = steps + Math.max(exponent + bias - 1, 0) * 2 ** mantissaBits;
  return code > largest ? beyond : sign + code;
}

function floorLog2(value: number): number {
  if (value === 0) return -Infinity;
  const guess = Math.floor(Math.log2(value));
  return 2 ** guess > value ? guess - 1 : 2 ** (guess + 1) <= value ? guess + 1 : guess;
}

/** Half to even, as `round` of the language. */
export function roundHalfEven(value: number): number {
  if (value < 0) return -roundHalfEven(-value);
  const down = Math.floor(value);
  const rest = value - down;
  if (rest !== 0.5) return Math.round(value);
  return down % 2 === 0 ? down : down + 1;
}

/** Room for `count` elements as they are stored. */
export function storage(format: HostFormat, count: number): Values {
  return viewOf(format, new ArrayBuffer(count * elementBytes(format)));
}

/** The stored elements in `bytes`: numbers, or bit patterns of a narrow float. */
export function viewOf(
  format: HostFormat,
  buffer: ArrayBuffer,
  offset = 0,
  count = Math.floor((buffer.byteLength - offset) / elementBytes(format)),
): Values {
  switch (format) {
    case "f64":
      return new Float64Array(buffer, offset, count);
    case "f32":
      return new Float32Array(buffer, offset, count);
    case "i32":
      return new Int32Array(buffer, offset, count);
    case "u32":
      return new Uint32Array(buffer, offset, count);
    case "i16":
      return new Int16Array(buffer, offset, count);
    case "f16":
    case "bf16":
    case "u16":
      return new Uint16Array(buffer, offset, count);
    case "i8":
      return new Int8Array(buffer, offset, count);
    case "f8e4m3":
    case "f8e5m2":
    case "u8":
    case "bool":
      return new Uint8Array(buffer, offset, count);
    default:
      return unreachable(format);
  }
}

/**
 * Stored elements as numbers: a narrow float is decoded to f32, the others are given as they are.
 */
export function decode(stored: Values, format: HostFormat): Values {
  if (!isNarrowFloat(format)) return stored;
  return Float32Array.from(stored, (bits) => decodeFloat(bits, format));
}

/** Numbers as stored elements. They are in range and of the right kind: tensor.ts has looked. */
export function encode(numbers: ArrayLike<number>, format: HostFormat): Values {
  const stored = storage(format, numbers.length);
  if (!isNarrowFloat(format)) stored.set(numbers);
  else for (let n = 0; n < stored.length; n++) stored[n] = encodeFloat(numbers[n] ?? 0, format);
  return stored;
}
