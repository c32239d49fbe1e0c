// A device in plain JavaScript whose n-th call can be made to fail.

import type { Entry, Kernel, KernelDevice, Limits } from "../../src/runtime/device.js";
import { Queue } from "../../src/runtime/device.js";
import { OutOfMemory } from "../../src/runtime/errors.js";
import type { KernelSpec } from "../../src/runtime/executable.js";
import type { Buffer, Region } from "../../src/runtime/memory.js";
import { prepareOn } from "../../src/runtime/prepare.js";
import type { Prepared, Program, Settings } from "../../src/runtime/program.js";

/** What a kernel does: its buffers as f32, its sizes and its scalars. */
export type MockKernel = (
  buffers: Float32Array[],
  sizes: readonly number[],
  scalars: readonly number[],
) => void;

export class MockDevice implements KernelDevice {
  readonly kind = "wasm";
  readonly name = "mock";
  readonly limits: Limits = { bufferBytes: Infinity, totalBytes: Infinity, threads: 1 };
  readonly queue = new Queue();
  readonly live = new Map<number, Uint8Array>();
  /** One line for each launch: kernel and number of entries. */
  readonly launches: string[] = [];
  calls = 0;
  /** Fails when `calls` reaches it. */
  failAt = Infinity;
  private readonly kernels: Readonly<Record<string, MockKernel>>;
  private nextId = 1;

  constructor(kernels: Readonly<Record<string, MockKernel>>) {
    this.kernels = kernels;
  }

  async prepare(program: Program, settings: Settings = {}): Promise<Prepared> {
    return prepareOn(this, program, await program.wasm("none"), settings);
  }

  allocate(bytes: number): Buffer {
    this.count("allocate");
    const id = this.nextId++;
    this.live.set(id, new Uint8Array(bytes).fill(0x7f)); // new memory holds anything
    return { id, bytes };
  }

  free(buffer: Buffer): void {
    if (!this.live.delete(buffer.id)) throw new Error(`freed twice: ${buffer.id}`);
  }

  write(buffer: Buffer, offset: number, bytes: Uint8Array): void {
    this.count("write");
    this.bytes(buffer).set(bytes, offset);
  }

  async read(buffer: Buffer, offset: number, bytes: number): Promise<Uint8Array> {
    this.count("read");
    return this.bytes(buffer).slice(offset, offset + bytes);
  }

  copy(from: Region, to: Region, bytes: number): void {
    this.count("copy");
    const source = this.bytes(from.buffer).slice(from.offset, from.offset + bytes);
    this.bytes(to.buffer).set(source, to.offset);
  }

  fill(region: Region, pattern: Uint8Array, bytes: number): void {
    this.count("fill");
    const target = this.bytes(region.buffer);
    for (let n = 0; n < bytes; n++) target[region.offset + n] = pattern[n % pattern.length] ?? 0;
  }

  async load(_code: Uint8Array, specs: readonly KernelSpec[]): Promise<readonly Kernel[]> {
    return specs.map((spec, id) => ({ id, spec }));
  }

  launch({ spec }: Kernel, entries: readonly Entry[]): undefined {
    this.count("launch");
    this.launches.push(`${spec.name} × ${entries.length}`);
    for (const entry of entries) {
      const buffers = entry.buffers.map(
        ({ buffer, offset }) => new Float32Array(this.bytes(buffer).buffer, offset),
      );
      this.kernels[spec.name]?.(buffers, entry.sizes, entry.scalars);
    }
  }

  async sync(): Promise<void> {}

  close(): void {}

  private bytes(buffer: Buffer): Uint8Array {
    const bytes = this.live.get(buffer.id);
    if (bytes === undefined) throw new Error(`buffer ${buffer.id} is not live`);
    return bytes;
  }

  private count(what: string): void {
    this.calls += 1;
    if (this.calls === this.failAt) throw new OutOfMemory(`the mock fails at ${what}`, 0);
  }
}
