// Memory of a buffer: an array in its format, and which elements somebody has written.
//
// In:  a format and a number of elements, or an array that exists.
// Out: elements as numbers: f32 values, i32 values, 0 or 1.
// Not here: where a point's element lies (access.ts).

import type { ElementFormat } from "../../runtime/executable.js";
import {
  decodeFloat,
  elementBytes,
  encodeFloat,
  isNarrowFloat,
  storage,
  type NarrowFloat,
  type Values,
} from "../../runtime/formats.js";

export interface TileMemory {
  readonly format: ElementFormat;
  /** Elements as they are stored: bit patterns of a narrow float. */
  readonly data: Values;
  /** One flag for each byte: 0 has been written by nobody, and reading it is an error. */
  readonly written: Uint8Array | undefined;
}

/** Memory over an array that holds values already. */
export function memoryOf(format: ElementFormat, data: Values): TileMemory {
  return { format, data, written: undefined };
}

/** The byte of poison: four of them are a NaN, or a number that is far out of every index. */
export const poisonByte = 0xff;

/** Fresh memory: zeros, or, `isPoisoned`, what must be overwritten before it is read. */
export function allocateMemory(
  format: ElementFormat,
  elements: number,
  isPoisoned = false,
): TileMemory {
  const data = storage(format, elements);
  if (!isPoisoned) return { format, data, written: undefined };
  new Uint8Array(data.buffer).fill(poisonByte);
  return { format, data, written: new Uint8Array(elements * elementBytes(format)) };
}

/** Gives element n as a number. */
export function reader(memory: TileMemory): (n: number) => number {
  const { data, format } = memory;
  if (isNarrowFloat(format)) {
    const values = decodeTable(format);
    return (n) => values[data[n] as number] as number;
  }
  if (format === "u32") return (n) => (data[n] as number) | 0;
  if (format === "bool") return (n) => (data[n] === 0 ? 0 : 1);
  return (n) => data[n] as number;
}

/** Stores a number as element n; an integer that is too wide keeps its low bits. */
export function writer(memory: TileMemory): (n: number, value: number) => void {
  const { data, format } = memory;
  if (isNarrowFloat(format)) {
    return (n, value) => {
      data[n] = encodeFloat(value, format);
    };
  }
  return (n, value) => {
    data[n] = value;
  };
}

const tables = new Map<NarrowFloat, Float32Array>();

function decodeTable(format: NarrowFloat): Float32Array {
  const known = tables.get(format);
  if (known !== undefined) return known;
  const codes = 2 ** (8 * elementBytes(format));
  const table = Float32Array.from({ length: codes }, (_, bits) => decodeFloat(bits, format));
  tables.set(format, table);
  return table;
}
