// The memory of a device: buffers, and bytes in and out of them.
//
// In:  sizes, bytes.
// Out: buffers, bytes. Reading waits; everything else may be queued, in order.
// Not here: shapes and formats (tensor.ts), kernels (device.ts).

export interface Memory {
  /** @throws {OutOfMemory} New memory holds anything. */
  allocate(bytes: number): Buffer;
  free(buffer: Buffer): void;
  write(buffer: Buffer, offset: number, bytes: Uint8Array): void;
  /** A copy, after all that was asked for before. */
  read(buffer: Buffer, offset: number, bytes: number): Promise<Uint8Array>;
  copy(from: Region, to: Region, bytes: number): void;
  /** Repeats `pattern` over `bytes` bytes, a multiple of its length. */
  fill(region: Region, pattern: Uint8Array, bytes: number): void;
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
