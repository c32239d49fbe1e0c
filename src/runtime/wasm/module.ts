// Bytes of WebAssembly modules: what the machine takes, and one change to them.
//
// In:  nothing, or the bytes of a module that imports a shared memory.
// Out: which SIMD the machine has; the same module for a memory that is not shared.
// Not here: making modules (codegen/wasm).

import type { Simd } from "../program.js";

/** A module with one function, whose body is `code`. */
function probe(code: readonly number[]): Uint8Array<ArrayBuffer> {
  const body = [0x00, ...code, 0x0b];
  return Uint8Array.of(
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00], // magic, version
    ...[0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b], // type: () → v128
    ...[0x03, 0x02, 0x01, 0x00], // function 0 has type 0
    ...[0x0a, body.length + 2, 0x01, body.length, ...body], // code
  );
}

const zero = [0x41, 0x00, 0xfd, 0x0f]; // i32.const 0, i8x16.splat
const relaxedMadd = [0xfd, 0x85, 0x02]; // f32x4.relaxed_madd

/** The widest SIMD that this machine takes. */
export function availableSimd(): Simd {
  if (WebAssembly.validate(probe([...zero, ...zero, ...zero, ...relaxedMadd]))) return "relaxed";
  return WebAssembly.validate(probe(zero)) ? "simd128" : "none";
}

/** Whether threads can share a memory here: a browser wants cross-origin isolation first. */
export function canShare(): boolean {
  const { crossOriginIsolated } = globalThis as { crossOriginIsolated?: boolean };
  return typeof SharedArrayBuffer === "function" && crossOriginIsolated !== false;
}

const importSection = 2;
const memoryImport = 2;
const sharedFlag = 2;

/** The module with its imported memory not shared: clears one bit in the import section. */
export function unshare(code: Uint8Array): Uint8Array {
  const result = code.slice();
  const cursor = { bytes: result, at: 8 };
  while (cursor.at < result.length) {
    const id = result[cursor.at++];
    const length = readUnsigned(cursor);
    if (id === importSection) {
      clearShared(cursor);
      return result;
    }
    cursor.at += length;
  }
  return result;
}

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

function clearShared(cursor: Cursor): void {
  const imports = readUnsigned(cursor);
  for (let n = 0; n < imports; n++) {
    skipName(cursor);
    skipName(cursor);
    const kind = cursor.bytes[cursor.at++];
    if (kind !== memoryImport) throw new Error("internal: a kernel module imports only its memory");
    const flags = cursor.bytes[cursor.at] ?? 0;
    cursor.bytes[cursor.at] = flags & ~sharedFlag;
    cursor.at += 1;
    readUnsigned(cursor);
    if ((flags & 1) !== 0) readUnsigned(cursor);
  }
}

function skipName(cursor: Cursor): void {
  const length = readUnsigned(cursor);
  cursor.at += length;
}

function readUnsigned(cursor: Cursor): number {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = cursor.bytes[cursor.at++] ?? 0;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return value;
  }
}
