// The wasm device: one memory, threads, SIMD.
//
// In:  what device.ts says.
// Out: launches spread over threads, or run by the caller's thread where handing over would cost
// more.
// Not here: names and shapes (bind.ts, execute.ts).

import type { Device, Entry, Kernel, KernelDevice, Limits } from "../device.js";
import { Queue } from "../device.js";
import { BadInput, KernelFault } from "../errors.js";
import type { KernelSpec } from "../executable.js";
import type { Buffer, Region } from "../memory.js";
import { prepareOn, uploadTo } from "../prepare.js";
import type { Prepared, Program, Settings, Simd } from "../program.js";
import type { Tensor } from "../tensor.js";
import { SharedHeap } from "./heap.js";
import { availableSimd, canShare, unshare } from "./module.js";
import { Pool } from "./pool.js";
import { processors } from "./spawn.js";

export interface WasmOptions {
  /** Threads, the caller's included; by default as many as there are processors. */
  readonly threads?: number;
  readonly simd?: Simd;
  /** The most that tensors may take; 4 GiB is the most there is. */
  readonly memoryBytes?: number;
}

/** Words 0 … of the memory belong to the threads (worker.ts), then comes the table of a launch. */
const tableByte = 32_768;
const reservedBytes = 1_048_576;
const maxThreads = 64;
/** Handing over pays from here on. */
const handOverNs = 30_000;

interface LoadedKernel extends Kernel {
  /** As last measured, one thread; undefined: never run. */
  nsPerBlock: number | undefined;
}

export async function openWasm(options: WasmOptions = {}): Promise<WasmDevice> {
  const { threads = processors() } = options;
  if (!Number.isInteger(threads) || threads < 1) {
    throw new BadInput(`\`threads\` is ${threads}; give 1 or more, or leave it out`);
  }
  return new WasmDevice(canShare() ? Math.min(threads, maxThreads) : 1, options);
}

export class WasmDevice implements KernelDevice, Device {
  readonly kind = "wasm";
  readonly name: string;
  readonly limits: Limits;
  readonly simd: Simd;
  readonly queue = new Queue();
  private readonly heap: SharedHeap;
  private readonly pool: Pool;
  private readonly isShared: boolean;
  private readonly kernels: LoadedKernel[] = [];
  private readonly modules = new Map<Uint8Array, Promise<readonly Kernel[]>>();
  private scratch: readonly number[] = [];
  private scratchBytes = 0;

  constructor(threads: number, options: WasmOptions) {
    const totalBytes = options.memoryBytes ?? 2 ** 32;
    this.isShared = canShare();
    this.heap = new SharedHeap(reservedBytes, this.isShared, totalBytes);
    this.pool = new Pool(this.heap.memory, threads);
    this.simd = options.simd ?? availableSimd();
    this.limits = { bufferBytes: totalBytes, totalBytes, threads };
    this.name = `wasm, ${threads === 1 ? "1 thread" : `${threads} threads`}, ${this.simd}`;
  }

  async prepare(program: Program, settings: Settings = {}): Promise<Prepared> {
    return prepareOn(this, program, await program.wasm(this.simd), settings);
  }

  async upload(tensor: Tensor): Promise<Tensor> {
    return uploadTo(this, tensor);
  }

  allocate(bytes: number): Buffer {
    return { id: this.heap.allocate(bytes), bytes };
  }

  free(buffer: Buffer): void {
    this.heap.release(buffer.id);
  }

  /** Bytes handed out: for tests of what leaks. */
  get usedBytes(): number {
    return this.heap.usedBytes;
  }

  write(buffer: Buffer, offset: number, bytes: Uint8Array): void {
    this.heap.bytes.set(bytes, buffer.id + offset);
  }

  async read(buffer: Buffer, offset: number, bytes: number): Promise<Uint8Array> {
    const start = buffer.id + offset;
    return this.heap.bytes.slice(start, start + bytes);
  }

  copy(from: Region, to: Region, bytes: number): void {
    const start = address(from);
    this.heap.bytes.copyWithin(address(to), start, start + bytes);
  }

  fill(region: Region, pattern: Uint8Array, bytes: number): void {
    const start = address(region);
    const target = this.heap.bytes.subarray(start, start + bytes);
    if (pattern.every((byte) => byte === pattern[0])) {
      target.fill(pattern[0] ?? 0);
      return;
    }
    target.set(pattern.subarray(0, bytes));
    for (let done = pattern.length; done < bytes; done *= 2) {
      target.copyWithin(done, 0, Math.min(done, bytes - done));
    }
  }

  /** The same bytes are loaded once. */
  load(code: Uint8Array, specs: readonly KernelSpec[]): Promise<readonly Kernel[]> {
    const known = this.modules.get(code);
    if (known !== undefined) return known;
    const loading = this.loadNow(code, specs);
    this.modules.set(code, loading);
    return loading;
  }

  launch(kernel: Kernel, entries: readonly Entry[]): Promise<void> | undefined {
    const live = entries.filter((entry) => blocksOf(entry) > 0);
    const first = live[0];
    if (first === undefined) return undefined;
    const room = reservedBytes - tableByte;
    const perEntry = 8 + 4 * (first.buffers.length + first.sizes.length + first.scalars.length);
    const most = Math.floor(room / perEntry);
    if (live.length <= most) return this.launchTable(kernel, live);
    return this.launchInParts(kernel, live, most);
  }

  async sync(): Promise<void> {}

  close(): void {
    this.pool.close();
  }

  private async launchInParts(
    kernel: Kernel,
    entries: readonly Entry[],
    most: number,
  ): Promise<void> {
    for (let n = 0; n < entries.length; n += most) {
      await this.launchTable(kernel, entries.slice(n, n + most));
    }
  }

  private launchTable(kernel: Kernel, entries: readonly Entry[]): Promise<void> | undefined {
    const loaded = this.kernels[kernel.id];
    if (loaded === undefined) throw new Error(`internal: kernel ${kernel.spec.name} is not loaded`);
    const blocks = this.writeTable(loaded.spec, entries);
    const ns = loaded.nsPerBlock === undefined ? guessNs(entries) : loaded.nsPerBlock * blocks;
    const start = performance.now();
    if (this.limits.threads === 1 || blocks === 1 || ns < handOverNs) {
      this.runAlone(loaded, entries);
      this.learn(loaded, blocks, performance.now() - start);
      return undefined;
    }
    const pending = this.pool.run(loaded.id, tableByte / 4, entries.length, blocks);
    if (pending !== undefined) return pending.then(() => this.checkFault());
    this.learn(loaded, blocks, (performance.now() - start) * this.limits.threads);
    this.checkFault();
    return undefined;
  }

  private learn(kernel: LoadedKernel, blocks: number, ms: number): void {
    const ns = (ms * 1e6) / blocks;
    kernel.nsPerBlock = kernel.nsPerBlock === undefined ? ns : 0.8 * kernel.nsPerBlock + 0.2 * ns;
  }

  private runAlone(kernel: LoadedKernel, entries: readonly Entry[]): void {
    const table = new Int32Array(this.heap.memory.buffer, tableByte, 2 * entries.length);
    for (const [n, entry] of entries.entries()) {
      try {
        this.pool.runAlone(kernel.id, table[2 * n] ?? 0, blocksOf(entry), this.scratch[0] ?? 0);
      } catch (error) {
        throw asFault(kernel.spec.name, error);
      }
    }
  }

  private checkFault(): void {
    const fault = this.pool.takeFault();
    if (fault === undefined) return;
    throw new KernelFault(this.kernels[fault.kernel]?.spec.name ?? "?", fault.text);
  }

  /** The entry table and all arguments; returns the number of blocks. */
  private writeTable(spec: KernelSpec, entries: readonly Entry[]): number {
    const words = new Int32Array(this.heap.memory.buffer, 0, reservedBytes / 4);
    const floats = new Float32Array(this.heap.memory.buffer, 0, reservedBytes / 4);
    let at = tableByte / 4 + 2 * entries.length;
    let blocks = 0;
    for (const [n, entry] of entries.entries()) {
      blocks += blocksOf(entry);
      words[tableByte / 4 + 2 * n] = 4 * at;
      words[tableByte / 4 + 2 * n + 1] = blocks;
      for (const region of entry.buffers) words[at++] = address(region);
      for (const size of entry.sizes) words[at++] = size;
      for (const [s, value] of entry.scalars.entries()) {
        (spec.scalars[s]?.type === "f32" ? floats : words)[at++] = value;
      }
    }
    return blocks;
  }

  private async loadNow(
    code: Uint8Array,
    specs: readonly KernelSpec[],
  ): Promise<readonly Kernel[]> {
    const bytes = new Uint8Array(this.isShared ? code : unshare(code));
    const module = await WebAssembly.compile(bytes);
    const first = await this.pool.load(
      module,
      specs.map((spec) => spec.name),
    );
    const made = specs.map((spec, n) => ({ id: first + n, spec, nsPerBlock: undefined }));
    for (const kernel of made) this.kernels[kernel.id] = kernel;
    this.growScratch(Math.max(0, ...specs.map((spec) => spec.scratchBytes)));
    return made;
  }

  private growScratch(bytes: number): void {
    if (bytes <= this.scratchBytes) return;
    const fresh = Array.from({ length: this.limits.threads }, () => this.heap.allocate(bytes));
    for (const [thread, start] of fresh.entries()) this.pool.setScratch(thread, start);
    this.scratch = fresh; // the old one is not given back: a launch may still use it
    this.scratchBytes = bytes;
  }
}

function address({ buffer, offset }: Region): number {
  return buffer.id + offset;
}

function blocksOf({ grid }: Entry): number {
  return grid.reduce((product, blocks) => product * blocks, 1);
}

/** At 10 bytes a nanosecond. */
function guessNs(entries: readonly Entry[]): number {
  const bytes = entries.map((e) => e.buffers.reduce((sum, { buffer }) => sum + buffer.bytes, 0));
  return bytes.reduce((sum, each) => sum + each, 0) / 10;
}

function asFault(kernel: string, error: unknown): unknown {
  return error instanceof WebAssembly.RuntimeError ? new KernelFault(kernel, error.message) : error;
}
