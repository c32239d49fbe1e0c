// Runs a tile program as WebAssembly and in the tile interpreter, from the same bytes.

import { expect } from "vitest";
import { emitWasm } from "../../../codegen/wasm/emit.js";
import type { Simd } from "../../../codegen/wasm/context.js";
import { storage, type Values } from "../../../src/runtime/formats.js";
import { allocateMemory, gridOf, interpretTile } from "../../../src/tile/interpret.js";
import type { TileProgram } from "../../../src/tile/tile.js";

export interface Launch {
  readonly sizes?: readonly number[];
  readonly scalars?: readonly number[];
  /**
   * Elements as they are stored, in the order of the buffers; a number makes an array of that
   * length.
   */
  readonly buffers: readonly (Values | number)[];
}

const PAGE = 65536;
const GUARD = 64;
const compiled = new WeakMap<
  TileProgram,
  Map<Simd, { module: WebAssembly.Module; scratch: number }>
>();

function compile(
  program: TileProgram,
  simd: Simd,
): { module: WebAssembly.Module; scratch: number } {
  const known =
    compiled.get(program) ?? new Map<Simd, { module: WebAssembly.Module; scratch: number }>();
  compiled.set(program, known);
  const found = known.get(simd);
  if (found !== undefined) return found;
  const { bytes, kernels } = emitWasm([program], { simd, sharedMemory: false });
  const made = {
    module: new WebAssembly.Module(bytes as BufferSource),
    scratch: kernels[0]?.scratchBytes ?? 0,
  };
  known.set(simd, made);
  return made;
}

const bytesOf = (values: Values): Uint8Array =>
  new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength);

/**
 * Buffers after one launch, its blocks in `parts` portions. The last buffer ends where memory
 * ends.
 */
export function runWasm(program: TileProgram, launch: Launch, simd: Simd, parts = 1): Values[] {
  const { module, scratch } = compile(program, simd);
  const inputs = program.buffers.map((buffer, n) => arrayOf(buffer.format, launch.buffers[n] ?? 0));
  const room = inputs.reduce((sum, values) => sum + values.byteLength + 2 * GUARD, 4096 + scratch);
  const memory = new WebAssembly.Memory({ initial: Math.ceil(room / PAGE) + 1 });
  const bytes = new Uint8Array(memory.buffer);
  bytes.fill(0xcd);
  const starts = placeAll(inputs, 4096 + Math.ceil((scratch + GUARD) / 16) * 16, bytes.length);
  inputs.forEach((values, n) => bytes.set(bytesOf(values), starts[n]));
  const view = new DataView(memory.buffer);
  const { sizes = [], scalars = [] } = launch;
  starts.forEach((start, n) => view.setInt32(64 + 4 * n, start, true));
  sizes.forEach((value, n) => view.setInt32(64 + 4 * (starts.length + n), value, true));
  scalars.forEach((value, n) => {
    const at = 64 + 4 * (starts.length + sizes.length + n);
    if (program.scalars[n]?.type === "i32") view.setInt32(at, value, true);
    else view.setFloat32(at, value, true);
  });
  const blocks = gridOf(program, sizes).reduce((a, b) => a * b, 1);
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const kernel = exports[program.name] as (
    args: number,
    begin: number,
    end: number,
    scratch: number,
  ) => void;
  const before = bytes.slice();
  for (let p = 0; p < parts; p++) {
    kernel(64, Math.floor((blocks * p) / parts), Math.floor((blocks * (p + 1)) / parts), 4096);
  }
  expectUntouched(program, before, bytes, starts, inputs, scratch);
  return inputs.map((values, n) => copyOf(values, bytes, starts[n] ?? 0));
}

function arrayOf(format: TileProgram["buffers"][number]["format"], from: Values | number): Values {
  return typeof from === "number" ? storage(format, from) : from;
}

function placeAll(inputs: readonly Values[], first: number, end: number): number[] {
  let at = first;
  return inputs.map((values, n) => {
    const start = n === inputs.length - 1 ? Math.floor((end - values.byteLength) / 16) * 16 : at;
    at += Math.ceil((values.byteLength + GUARD) / 16) * 16;
    return start;
  });
}

/** Only buffers that may be written, and scratch memory, differ from what they were. */
function expectUntouched(
  program: TileProgram,
  before: Uint8Array,
  after: Uint8Array,
  starts: readonly number[],
  inputs: readonly Values[],
  scratch: number,
): void {
  const mask = before.slice();
  const settle = (from: number, length: number): void =>
    mask.set(after.subarray(from, from + length), from);
  settle(4096, scratch);
  program.buffers.forEach(({ access }, n) => {
    if (access !== "read") settle(starts[n] ?? 0, inputs[n]?.byteLength ?? 0);
  });
  expect(Buffer.compare(mask, after)).toBe(0);
}

function copyOf(values: Values, bytes: Uint8Array, start: number): Values {
  const Kind = values.constructor as new (buffer: ArrayBuffer) => Values;
  return new Kind(bytes.slice(start, start + values.byteLength).buffer as ArrayBuffer);
}

/** Buffers after one launch in the interpreter. */
export function runReference(program: TileProgram, launch: Launch): Values[] {
  const { sizes = [], scalars = [] } = launch;
  const memories = program.buffers.map(({ format }, n) => {
    const from = arrayOf(format, launch.buffers[n] ?? 0);
    const memory = allocateMemory(format, from.length);
    (memory.data as Float32Array).set(from as Float32Array);
    return memory;
  });
  interpretTile(program, { buffers: memories, sizes, scalars, grid: gridOf(program, sizes) });
  return memories.map(({ data }) => data);
}

const hex = (values: Values): string[] => {
  const bytes = bytesOf(values);
  const width = values.BYTES_PER_ELEMENT;
  return Array.from(
    values,
    (value, n) =>
      `${value} ${Buffer.from(bytes.subarray(n * width, (n + 1) * width)).toString("hex")}`,
  );
};

/**
 * WebAssembly, with and without SIMD, in one portion and in three, gives the interpreter's bits.
 */
export function expectSameBits(program: TileProgram, launch: Launch): void {
  const reference = runReference(program, launch);
  for (const simd of ["simd128", "none"] as const) {
    for (const parts of [1, 3]) {
      const got = runWasm(program, launch, simd, parts);
      program.buffers.forEach(({ name }, n) => {
        const [want, have] = [reference[n], got[n]];
        if (want === undefined || have === undefined) throw new Error(name);
        if (Buffer.compare(bytesOf(want), bytesOf(have)) === 0) return;
        expect({ name, simd, parts, values: hex(have) }).toEqual({
          name,
          simd,
          parts,
          values: hex(want),
        });
      });
    }
  }
}

/** Reproducible numbers in [low, high). */
export function numbers(count: number, seed = 1, low = -1, high = 1): Float32Array {
  let state = seed * 2654435761;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return low + ((state >>> 8) / 2 ** 24) * (high - low);
  });
}
