// A tensor as a caller holds it: shape, format, and elements on the host or on a device.
//
// In:  typed arrays or plain numbers; results of a step.
// Out: `await t.data()`, `t.shape`, `t.format`, `t.dispose()`.
// Not here: what a device does with it (device.ts, bind.ts).

import { BadInput, ShapeError } from "./errors.js";
import type { HostFormat, Values } from "./formats.js";
import {
  decode,
  elementBytes,
  encode,
  integerRange,
  isFloat,
  isNarrowFloat,
  storage,
  viewOf,
} from "./formats.js";
import type { Memory, Region } from "./memory.js";

/** Elements of a shape. */
export function count(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** Where the elements are. A device tensor owns its region until it is disposed. */
type Place =
  | { readonly kind: "host"; readonly stored: Values }
  | { readonly kind: "device"; readonly device: Memory; readonly region: Region }
  | { readonly kind: "gone" };

// A tensor that nobody holds gives its memory back; `dispose` only does so earlier.
const forgotten = new FinalizationRegistry<{ device: Memory; region: Region }>((held) =>
  held.device.free(held.region.buffer),
);

export class Tensor {
  readonly shape: readonly number[];
  readonly format: HostFormat;
  private place: Place;

  constructor(shape: readonly number[], format: HostFormat, place: Place) {
    this.shape = Object.freeze([...shape]);
    this.format = format;
    this.place = place;
    if (place.kind === "device") forgotten.register(this, place, this);
  }

  /** Elements in all. */
  get length(): number {
    return count(this.shape);
  }

  /** Bytes of its elements. */
  get bytes(): number {
    return this.length * elementBytes(this.format);
  }

  /** The device that it lives on; undefined on the host. */
  get device(): Memory | undefined {
    return this.place.kind === "device" ? this.place.device : undefined;
  }

  get isDisposed(): boolean {
    return this.place.kind === "gone";
  }

  /** A copy of the elements, row-major. f16, bf16 and f8 come decoded, as f32; bool as 0 and 1. */
  async data(): Promise<Values> {
    const stored = await this.stored();
    return decode(stored, this.format);
  }

  /** A copy of the elements as they are stored: bit patterns for f16, bf16 and f8. */
  async stored(): Promise<Values> {
    const { place } = this;
    if (place.kind === "host") return place.stored.slice();
    if (place.kind === "gone") throw this.gone();
    const bytes = await place.device.read(place.region.buffer, place.region.offset, this.bytes);
    return viewOf(this.format, ownBuffer(bytes), 0, this.length);
  }

  /** The elements of a host tensor, not copied; undefined on a device. */
  onHost(): Values | undefined {
    if (this.place.kind === "gone") throw this.gone();
    return this.place.kind === "host" ? this.place.stored : undefined;
  }

  /** The memory of a device tensor; undefined on the host. */
  onDevice(): Region | undefined {
    if (this.place.kind === "gone") throw this.gone();
    return this.place.kind === "device" ? this.place.region : undefined;
  }

  /** Gives the memory back now. Using the tensor afterwards is an error; disposing twice is not. */
  dispose(): void {
    const { place } = this;
    this.place = { kind: "gone" };
    if (place.kind !== "device") return;
    forgotten.unregister(this);
    place.device.free(place.region.buffer);
  }

  private gone(): BadInput {
    return new BadInput(
      `a tensor of shape ${shapeText(this.shape)} was used after dispose(); keep it until its ` +
      "last use",
    );
  }
}

function ownBuffer(bytes: Uint8Array): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = bytes;
  if (buffer instanceof ArrayBuffer && byteOffset % 8 === 0) {
    return byteOffset === 0 ? buffer : buffer.slice(byteOffset, byteOffset + byteLength);
  }
  return new Uint8Array(bytes).buffer;
}

/** `[24, 40]` */
export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}

/**
 * A tensor on the host.
 *
 * @param data - Elements, row-major. A `Uint16Array` for f16 and bf16, and a `Uint8Array` for f8,
 *   are bit patterns; everything else is numbers. A typed array of the right kind is kept, not
 *   copied.
 * @param shape - Extents, outermost first; left out, the data is one rank.
 * @param format - Left out, that of the typed array; plain numbers are f32.
 * @throws {ShapeError} when the extents do not multiply to the number of elements.
 * @throws {BadInput} when an element does not fit the format.
 * @example tensor([1, 2, 3, 4, 5, 6], [2, 3])
 */
export function tensor(
  data: Values | readonly (number | boolean)[],
  shape: readonly number[] = [data.length],
  format: HostFormat = formatOf(data),
): Tensor {
  for (const extent of shape) {
    if (!Number.isSafeInteger(extent) || extent < 0) {
      throw new ShapeError(`extent ${extent} in ${shapeText(shape)} is not a whole number ≥ 0`);
    }
  }
  if (count(shape) !== data.length) {
    throw new ShapeError(
      `shape ${shapeText(shape)} holds ${count(shape)} elements, the data has ${data.length}`,
    );
  }
  return new Tensor(shape, format, { kind: "host", stored: toStored(data, format) });
}

function formatOf(data: Values | readonly (number | boolean)[]): HostFormat {
  if (data instanceof Float64Array) return "f64";
  if (data instanceof Float32Array) return "f32";
  if (data instanceof Int32Array) return "i32";
  if (data instanceof Uint32Array) return "u32";
  if (data instanceof Int16Array) return "i16";
  if (data instanceof Uint16Array) return "u16";
  if (data instanceof Int8Array) return "i8";
  if (data instanceof Uint8Array) return "u8";
  return typeof data[0] === "boolean" ? "bool" : "f32";
}

function toStored(data: Values | readonly (number | boolean)[], format: HostFormat): Values {
  if (ArrayBuffer.isView(data) && data.constructor === storage(format, 0).constructor) {
    if (format === "bool") checkFits(data, format);
    return data;
  }
  const numbers = ArrayBuffer.isView(data) ? data : data.map(Number);
  checkFits(numbers, format);
  return encode(numbers, format);
}

/** The elements of `stored` in another format; exact for integers, rounded for floats. */
export function converted(stored: Values, from: HostFormat, to: HostFormat): Values {
  if (from === to) return stored;
  const numbers = decode(stored, from);
  checkFits(numbers, to);
  return encode(numbers, to);
}

function checkFits(numbers: ArrayLike<number>, format: HostFormat): void {
  if (isFloat(format) || isNarrowFloat(format)) return;
  const [low, high] = format === "bool" ? [0, 1] : (integerRange(format) ?? [-Infinity, Infinity]);
  for (let n = 0; n < numbers.length; n++) {
    const value = numbers[n] ?? 0;
    if (Number.isInteger(value) && value >= low && value <= high) continue;
    throw new BadInput(
      `element ${n} is ${value}, ${format} holds whole numbers from ${low} to ${high}`,
    );
  }
}
