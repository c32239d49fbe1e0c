// What a device must do. Four things implement it: wasm and reference now, webgpu and cuda later.
//
// In:  bytes, kernels, launches.
// Out: bytes. Reading waits; everything else may be queued, in order.
// Not here: shapes, names, programs as a user sees them (bind.ts, execute.ts).

import type { KernelSpec } from "./executable.js";
import type { Memory, Region } from "./memory.js";
import type { Prepared, Program, Settings, Uploader } from "./program.js";

export type DeviceKind = "wasm" | "reference" | "webgpu" | "cuda";

/** What a user opens. */
export interface Device extends Machine, Uploader {}

export interface Machine {
  readonly kind: DeviceKind;
  /** What it is, in words: `wasm, 2 threads, relaxed simd`. */
  readonly name: string;
  readonly limits: Limits;
  /** Makes a program ready to run; `settings` fixes statics and extents. */
  prepare(program: Program, settings?: Settings): Promise<Prepared>;
  /** Everything asked for so far is done. */
  sync(): Promise<void>;
  /** Gives everything back. Its tensors are gone; closing twice is fine. */
  close(): void;
}

export interface Limits {
  /** The largest single buffer, and all of them together. */
  readonly bufferBytes: number;
  readonly totalBytes: number;
  readonly threads: number;
}

/** A device that holds buffers and launches kernels on them. */
export interface KernelDevice extends Machine, Memory {
  /** Steps of one device run one after the other: each waits for the one before. */
  readonly queue: Queue;
  /** Compiled code, its kernels in the order of `specs`. */
  load(code: Uint8Array, specs: readonly KernelSpec[]): Promise<readonly Kernel[]>;
  /** One hand-off, however many entries; a promise when the device could not finish at once. */
  launch(kernel: Kernel, entries: readonly Entry[]): Promise<void> | undefined;
}

/** Does one thing after the other; one that fails does not stop the next. */
export class Queue {
  private last: Promise<unknown> = Promise.resolve();

  add<T>(task: () => Promise<T>): Promise<T> {
    const result = this.last.then(task);
    this.last = result.catch(() => {});
    return result;
  }
}

export interface Kernel {
  readonly id: number;
  readonly spec: KernelSpec;
}

/** The kernel's arguments for one parameter. */
export interface Entry {
  readonly buffers: readonly Region[];
  readonly sizes: readonly number[];
  readonly scalars: readonly number[];
  /** Blocks along each axis, outermost first. */
  readonly grid: readonly number[];
}
