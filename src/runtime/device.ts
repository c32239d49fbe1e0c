// What a device must do. Four things implement it: wasm and reference now, webgpu and cuda later.
//
// In:  bytes, kernels, launches.
// Out: bytes. Reading waits; everything else may be queued, in order.
// Not here: shapes, names, programs as a user sees them (bind.ts, execute.ts).

import type { KernelSpec } from "./executable.js";
import type { Prepared, Program, Settings } from "./program.js";

export type DeviceKind = "wasm" | "reference" | "webgpu" | "cuda";

export interface Device {
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
export interface KernelDevice extends Device {
  /** @throws {OutOfMemory} New memory holds anything. */
  allocate(bytes: number): Buffer;
  free(buffer: Buffer): void;
  write(buffer: Buffer, offset: number, bytes: Uint8Array): void;
  /** A copy, after all that was asked for before. */
  read(buffer: Buffer, offset: number, bytes: number): Promise<Uint8Array>;
  copy(from: Region, to: Region, bytes: number): void;
  /** Repeats `pattern` over `bytes` bytes, a multiple of its length. */
  fill(region: Region, pattern: Uint8Array, bytes: number): void;
  /** Compiled code, its kernels in the order of `specs`. */
  load(code: Uint8Array, specs: readonly KernelSpec[]): Promise<readonly Kernel[]>;
  /** One hand-off, however many entries; a promise when the device could not finish at once. */
  launch(kernel: Kernel, entries: readonly Entry[]): Promise<void> | undefined;
}

export interface Buffer {
  readonly id: number;
  readonly bytes: number;
}

/** From `offset` bytes into a buffer. */
export interface Region {
  readonly buffer: Buffer;
  readonly offset: number;
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
