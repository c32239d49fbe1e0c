// safetensors, read and written, as strict as the reference implementation.
//
// In:  the bytes of a file; or tensors and metadata.
// Out: tensors by name, or a SafetensorsError with the byte it is about; or bytes.
// Not here: files (files.ts). A file is eight bytes of header length, a JSON header, and the
// elements, with no gap and no overlap. Nothing of a header is trusted: names live in a Map, sums
// are checked before use.
//
// @source huggingface/safetensors, README.md, "Format" and the checks of its `Metadata::validate`.

import { SafetensorsError } from "./errors.js";
import type { HostFormat } from "./formats.js";
import type { Json, JsonObject } from "./json.js";
import { JsonError, parseJson } from "./json.js";

/** Longer headers are refused before they are read. */
export const maxHeaderBytes = 100_000_000;

export type Dtype =
  | "F64"
  | "F32"
  | "F16"
  | "BF16"
  | "F8_E4M3"
  | "F8_E5M2"
  | "I64"
  | "I32"
  | "I16"
  | "I8"
  | "U64"
  | "U32"
  | "U16"
  | "U8"
  | "BOOL";

export type StoredValues =
  | Float64Array
  | Float32Array
  | BigInt64Array
  | BigUint64Array
  | Int32Array
  | Uint32Array
  | Int16Array
  | Uint16Array
  | Int8Array
  | Uint8Array;

type Elements = {
  new (buffer: ArrayBuffer): StoredValues;
  readonly BYTES_PER_ELEMENT: number;
};

/** F16, BF16 and F8 stay bit patterns. */
/** What a file calls each format of a tensor. */
export const dtypes: Readonly<Record<HostFormat, Dtype>> = {
  f64: "F64",
  f32: "F32",
  f16: "F16",
  bf16: "BF16",
  f8e4m3: "F8_E4M3",
  f8e5m2: "F8_E5M2",
  i32: "I32",
  u32: "U32",
  i16: "I16",
  u16: "U16",
  i8: "I8",
  u8: "U8",
  bool: "BOOL",
};

const elements: ReadonlyMap<string, Elements> = new Map<Dtype, Elements>([
  ["F64", Float64Array],
  ["F32", Float32Array],
  ["F16", Uint16Array],
  ["BF16", Uint16Array],
  ["F8_E4M3", Uint8Array],
  ["F8_E5M2", Uint8Array],
  ["I64", BigInt64Array],
  ["I32", Int32Array],
  ["I16", Int16Array],
  ["I8", Int8Array],
  ["U64", BigUint64Array],
  ["U32", Uint32Array],
  ["U16", Uint16Array],
  ["U8", Uint8Array],
  ["BOOL", Uint8Array],
]);

export interface StoredTensor {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly data: StoredValues;
}

export interface Safetensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: ReadonlyMap<string, string>;
}

interface Entry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** @throws {SafetensorsError} and nothing else, whatever the bytes are. */
export function readSafetensors(file: Uint8Array): Safetensors {
  const headerBytes = readHeaderLength(file);
  const header = readHeader(file.subarray(8, 8 + headerBytes));
  const data = file.subarray(8 + headerBytes);
  const metadata = readMetadata(header.get("__metadata__"));
  const entries = [...header]
    .filter(([name]) => name !== "__metadata__")
    .map(([name, value]) => readEntry(name, value));
  checkLayout(entries, data.length, 8 + headerBytes);
  const tensors = new Map(entries.map((entry) => [entry.name, cut(entry, data)]));
  return { tensors, metadata };
}

function readHeaderLength(file: Uint8Array): number {
  if (file.length < 8) {
    throw new SafetensorsError(`the file has ${file.length} bytes, a header length takes 8`, 0);
  }
  const length = new DataView(file.buffer, file.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(maxHeaderBytes)) {
    throw new SafetensorsError(
      `the header claims ${length} bytes, the limit is ${maxHeaderBytes}`,
      0,
    );
  }
  if (Number(length) > file.length - 8) {
    throw new SafetensorsError(
      `the header claims ${length} bytes, ${file.length - 8} follow; the file is cut short`,
      0,
    );
  }
  return Number(length);
}

function readHeader(bytes: Uint8Array): JsonObject {
  if (bytes[0] !== 0x7b) throw new SafetensorsError("the header does not begin with `{`", 8);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new SafetensorsError("the header is not UTF-8", 8);
  }
  try {
    const header = parseJson(text);
    if (header instanceof Map) return header;
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    const before = new TextEncoder().encode(text.slice(0, error.offset)).length;
    throw new SafetensorsError(`the header is not JSON: ${error.message}`, 8 + before);
  }
  throw new SafetensorsError("the header is not an object", 8);
}

function readMetadata(value: Json | undefined): ReadonlyMap<string, string> {
  if (value === undefined) return new Map();
  if (!(value instanceof Map)) throw new SafetensorsError("`__metadata__` is not an object", 8);
  for (const [key, text] of value) {
    if (typeof text === "string") continue;
    throw new SafetensorsError(
      `\`__metadata__\` holds ${JSON.stringify(key)}, which is not a string`,
      8,
    );
  }
  return value as ReadonlyMap<string, string>;
}

function readEntry(name: string, value: Json): Entry {
  const fail = (what: string) => new SafetensorsError(`tensor ${JSON.stringify(name)} ${what}`, 8);
  if (!(value instanceof Map)) throw fail("is not an object");
  const fields: JsonObject = value;
  for (const key of fields.keys()) {
    if (!["dtype", "shape", "data_offsets"].includes(key)) {
      throw fail(`has a field ${JSON.stringify(key)}`);
    }
  }
  const dtype = fields.get("dtype");
  if (typeof dtype !== "string" || !isDtype(dtype)) {
    throw fail(`has dtype ${JSON.stringify(dtype)}`);
  }
  const shape = whole(fields.get("shape"));
  if (shape === undefined) throw fail("has a shape that is not a list of whole numbers ≥ 0");
  const [begin, end, more] = whole(fields.get("data_offsets")) ?? [];
  if (begin === undefined || end === undefined || more !== undefined || end < begin) {
    throw fail("has data_offsets that are not two whole numbers in order");
  }
  checkBytes(dtype, shape, end - begin, fail);
  return { name, dtype, shape, begin, end };
}

function isDtype(text: string): text is Dtype {
  return elements.has(text);
}

function whole(value: Json | undefined): readonly number[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const items: readonly Json[] = value;
  return items.every((item) => typeof item === "number" && item >= 0)
    ? (items as readonly number[])
    : undefined;
}

function checkBytes(
  dtype: Dtype,
  shape: readonly number[],
  bytes: number,
  fail: (what: string) => SafetensorsError,
): void {
  const size = elements.get(dtype)?.BYTES_PER_ELEMENT ?? 0;
  let needed = size;
  for (const extent of shape) {
    needed *= extent;
    if (!Number.isSafeInteger(needed))
      throw fail(`has shape [${shape.join(", ")}], beyond 2^53 bytes`);
  }
  if (needed === bytes) return;
  throw fail(`has ${bytes} bytes, its shape [${shape.join(", ")}] of ${dtype} takes ${needed}`);
}

/** From 0 to the end of the file, no gap, no overlap. */
function checkLayout(entries: readonly Entry[], dataBytes: number, dataStart: number): void {
  const ordered = [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end);
  let end = 0;
  for (const entry of ordered) {
    if (entry.begin !== end) {
      const what = entry.begin < end ? "overlaps the tensor before" : "leaves a hole before it";
      throw new SafetensorsError(
        `tensor ${JSON.stringify(entry.name)} begins at ${entry.begin} of the data and ${what}, ` +
          `which ends at ${end}`,
        dataStart + entry.begin,
      );
    }
    end = entry.end;
  }
  if (end !== dataBytes) {
    throw new SafetensorsError(
      `the tensors end at ${end} of the data, the file at ${dataBytes}`,
      dataStart,
    );
  }
}

function cut({ dtype, shape, begin, end }: Entry, data: Uint8Array): StoredTensor {
  const Type = elements.get(dtype) ?? Uint8Array;
  const bytes = new Uint8Array(end - begin);
  bytes.set(data.subarray(begin, end));
  return { dtype, shape, data: new Type(bytes.buffer) };
}

/**
 * The bytes of a file. Tensors stand in order of falling element size, then of name, as the
 * reference writes them; the header is padded with spaces so that the data begin at a multiple of
 * eight.
 *
 * @throws {SafetensorsError} when a tensor does not have the elements that its shape says.
 */
export function writeSafetensors({ tensors, metadata }: Safetensors): Uint8Array {
  const ordered = [...tensors].sort(
    ([a, x], [b, y]) =>
      y.data.BYTES_PER_ELEMENT - x.data.BYTES_PER_ELEMENT || (a < b ? -1 : Number(a > b)),
  );
  const header = new TextEncoder().encode(headerText(ordered, metadata));
  const total = ordered.reduce((sum, [, { data }]) => sum + data.byteLength, 8 + header.length);
  const file = new Uint8Array(total);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, 8);
  let at = 8 + header.length;
  for (const [, { data }] of ordered) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return file;
}

function headerText(
  ordered: readonly (readonly [string, StoredTensor])[],
  metadata: ReadonlyMap<string, string>,
): string {
  const parts: string[] = [];
  if (metadata.size > 0) {
    const pairs = [...metadata].map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v)}`);
    parts.push(`"__metadata__":{${pairs.join(",")}}`);
  }
  let at = 0;
  for (const [name, { dtype, shape, data }] of ordered) {
    const fail = (what: string) =>
      new SafetensorsError(`tensor ${JSON.stringify(name)} ${what}`, 8);
    if (name === "__metadata__") throw fail("has the name of the metadata");
    checkBytes(dtype, shape, data.byteLength, fail);
    const fields = { dtype, shape, data_offsets: [at, (at += data.byteLength)] };
    parts.push(`${JSON.stringify(name)}:${JSON.stringify(fields)}`);
  }
  const text = `{${parts.join(",")}}`;
  const bytes = new TextEncoder().encode(text).length;
  return text + " ".repeat((8 - (bytes % 8)) % 8);
}
