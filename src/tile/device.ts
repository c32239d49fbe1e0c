// A device that interprets tile programs: the second executor of tests, and the counter of
// `explain`.
//
// In:  what src/runtime/device.ts says; code is tile programs as JSON (`tileProgram`).
// Out: the same results as any other device, and counters for each kernel.
// Poison: fresh memory is a pattern that nobody may read before it is written. Strict: no element
// is stored by one block and touched by another.
// Not here: one launch (interpret.ts), the host program (src/runtime/execute.ts).

import type { Entry, Kernel, KernelDevice, Limits } from "../runtime/device.js";
import { Queue } from "../runtime/device.js";
import type { Executable, KernelSpec } from "../runtime/executable.js";
import { elementBytes, viewOf } from "../runtime/formats.js";
import type { Buffer, Region } from "../runtime/memory.js";
import { prepareOn, uploadTo } from "../runtime/prepare.js";
import type { Prepared, Program, Settings } from "../runtime/program.js";
import type { Tensor } from "../runtime/tensor.js";
import { newCounters, type TileCounters, type Traffic } from "./counters.js";
import { interpretTile } from "./interpret.js";
import { poisonByte, type TileMemory } from "./interpret/memory.js";
import type { Lowered, TileBuffer, TileProgram } from "./tile.js";

export interface TileDeviceOptions {
  readonly isPoisoned?: boolean;
  readonly isStrict?: boolean;
}

interface Block {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly written: Uint8Array | undefined;
}

interface TileKernel extends Kernel {
  readonly program: TileProgram;
}

export function tileDevice(options: TileDeviceOptions = {}): TileDevice {
  return new TileDevice(options);
}

export class TileDevice implements KernelDevice {
  readonly kind = "reference";
  readonly name = "tile interpreter";
  readonly limits: Limits = { bufferBytes: 2 ** 31, totalBytes: 2 ** 32, threads: 1 };
  readonly queue = new Queue();
  /** What each kernel did so far, in the order of first launches. */
  readonly counters = new Map<string, TileCounters>();
  /** Bytes of copies and fills of the host program. */
  readonly moves: Traffic = { read: 0, written: 0 };
  private readonly options: TileDeviceOptions;
  private readonly blocks = new Map<number, Block>();
  private readonly kernels = new Map<number, TileKernel>();
  private count = 0;

  constructor(options: TileDeviceOptions) {
    this.options = options;
  }

  async prepare(program: Program, settings: Settings = {}): Promise<Prepared> {
    return prepareOn(this, program, await program.wasm("none"), settings);
  }

  async upload(tensor: Tensor): Promise<Tensor> {
    return this.queue.add(() => uploadTo(this, tensor));
  }

  allocate(bytes: number): Buffer {
    const { isPoisoned = false } = this.options;
    const data = new Uint8Array(bytes);
    if (isPoisoned) data.fill(poisonByte);
    this.count += 1;
    const written = isPoisoned ? new Uint8Array(bytes) : undefined;
    this.blocks.set(this.count, { bytes: data, written });
    return { id: this.count, bytes };
  }

  free(buffer: Buffer): void {
    if (!this.blocks.delete(buffer.id)) throw new Error("internal: a buffer is freed twice");
  }

  write(buffer: Buffer, offset: number, bytes: Uint8Array): void {
    const block = this.block(buffer);
    block.bytes.set(bytes, offset);
    block.written?.fill(1, offset, offset + bytes.length);
  }

  async read(buffer: Buffer, offset: number, bytes: number): Promise<Uint8Array> {
    const block = this.block(buffer);
    const flags = block.written?.subarray(offset, offset + bytes);
    if (flags?.includes(0)) throw new Error("internal: the host reads what nobody wrote");
    return block.bytes.slice(offset, offset + bytes);
  }

  copy(from: Region, to: Region, bytes: number): void {
    const source = this.block(from.buffer);
    const target = this.block(to.buffer);
    target.bytes.set(source.bytes.slice(from.offset, from.offset + bytes), to.offset);
    target.written?.set(
      source.written?.slice(from.offset, from.offset + bytes) ?? new Uint8Array(bytes).fill(1),
      to.offset,
    );
    this.moves.read += bytes;
    this.moves.written += bytes;
  }

  fill({ buffer, offset }: Region, pattern: Uint8Array, bytes: number): void {
    const block = this.block(buffer);
    for (let n = 0; n < bytes; n++) block.bytes[offset + n] = pattern[n % pattern.length] ?? 0;
    block.written?.fill(1, offset, offset + bytes);
    this.moves.written += bytes;
  }

  async load(code: Uint8Array, specs: readonly KernelSpec[]): Promise<readonly Kernel[]> {
    const programs = decodePrograms(code);
    return specs.map((spec) => {
      const program = programs.find(({ name }) => name === spec.name);
      if (program === undefined) throw new Error(`internal: no tile program ${spec.name}`);
      this.count += 1;
      const kernel = { id: this.count, spec, program };
      this.kernels.set(kernel.id, kernel);
      return kernel;
    });
  }

  launch(kernel: Kernel, entries: readonly Entry[]): undefined {
    const loaded = this.kernels.get(kernel.id);
    if (loaded === undefined) throw new Error(`internal: kernel ${kernel.spec.name} is not loaded`);
    const { program } = loaded;
    const counters = this.counters.get(program.name) ?? newCounters();
    this.counters.set(program.name, counters);
    const { isStrict = false } = this.options;
    for (const entry of entries) {
      const buffers = this.bind(program.buffers, entry.buffers);
      interpretTile(program, { ...entry, buffers }, counters, { isStrict });
    }
    counters.launches -= entries.length - 1; // however many entries, one launch
  }

  async sync(): Promise<void> {}

  close(): void {
    this.blocks.clear();
  }

  /** One array for one place, so that two buffers that share it are seen to do so. */
  private bind(buffers: readonly TileBuffer[], regions: readonly Region[]): readonly TileMemory[] {
    const arrays = new Map<string, TileMemory>();
    return buffers.map(({ format }, n) => {
      const region = regions[n];
      if (region === undefined) throw new Error("internal: a launch lacks a buffer");
      const key = `${region.buffer.id} ${region.offset} ${format}`;
      const known = arrays.get(key) ?? this.memory(region, format);
      arrays.set(key, known);
      return known;
    });
  }

  private memory({ buffer, offset }: Region, format: TileBuffer["format"]): TileMemory {
    const { bytes, written } = this.block(buffer);
    if (offset % elementBytes(format) !== 0) throw new Error("internal: a region is not aligned");
    return {
      format,
      data: viewOf(format, bytes.buffer, offset),
      written: written?.subarray(offset),
    };
  }

  private block(buffer: Buffer): Block {
    const block = this.blocks.get(buffer.id);
    if (block === undefined) throw new Error("internal: a buffer is used after it was freed");
    return block;
  }
}

/** What the runtime needs to know of a kernel; it has no scratch memory. */
export function kernelSpecOf(program: TileProgram): KernelSpec {
  return {
    name: program.name,
    equations: program.equations,
    buffers: program.buffers.map(({ name, access }) => ({ name, access })),
    sizes: program.sizes.map(({ name }) => name),
    scalars: program.scalars.map(({ name, type }) => ({ name, type })),
    scratchBytes: 0,
  };
}

/** A program for `tileDevice`: its code is the tile programs. */
export function tileProgram(lowered: Lowered): Program {
  const executable: Executable = {
    ...lowered.executable,
    variants: lowered.executable.variants.map((variant, n) => ({
      ...variant,
      kernels: (lowered.programs[n] ?? []).map(kernelSpecOf),
    })),
  };
  const modules = lowered.programs.map(encodePrograms);
  const { name } = executable;
  return { name, tensors: [], scalars: [], wasm: async () => ({ executable, modules }) };
}

// `undefined` fields are left out by JSON and read as undefined again; -0 is kept by a name.
function encodePrograms(programs: readonly TileProgram[]): Uint8Array {
  const text = JSON.stringify(programs, (_, value: unknown) =>
    Object.is(value, -0) ? "-0" : value,
  );
  return new TextEncoder().encode(text);
}

function decodePrograms(code: Uint8Array): readonly TileProgram[] {
  return JSON.parse(new TextDecoder().decode(code), (_, value: unknown) =>
    value === "-0" ? -0 : value,
  ) as readonly TileProgram[];
}
