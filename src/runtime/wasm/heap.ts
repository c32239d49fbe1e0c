// The one memory that kernels and threads share, and who has which part of it.
//
// In:  sizes in bytes.
// Out: addresses, 64-byte aligned; free parts are joined and used again.
// Not here: what stands in it. Addresses go up to 4 GiB, so they are plain numbers, never signed
// 32-bit ones.

import { OutOfMemory } from "../errors.js";

const pageBytes = 65_536;
const maxPages = 65_536;
const alignment = 64;
/** 4096 · 4/15, so that the first few of a row of equal tensors are far apart modulo 4096. */
const stagger = 1088;

interface Range {
  readonly start: number;
  readonly bytes: number;
}

export class SharedHeap {
  readonly memory: WebAssembly.Memory;
  private free: Range[] = [];
  private readonly used = new Map<number, number>();
  private end: number;
  private view: Uint8Array;
  private readonly limitBytes: number;

  /** The first `reservedBytes` are never handed out. `isShared`: threads may see it. */
  constructor(reservedBytes: number, isShared: boolean, limitBytes = maxPages * pageBytes) {
    this.memory = makeMemory(Math.ceil(reservedBytes / pageBytes), isShared);
    this.end = roundUp(reservedBytes);
    this.view = new Uint8Array(this.memory.buffer);
    this.limitBytes = limitBytes;
  }

  /** All of it, also after it grew. */
  get bytes(): Uint8Array {
    if (this.view.buffer !== this.memory.buffer) this.view = new Uint8Array(this.memory.buffer);
    return this.view;
  }

  /** Bytes handed out. */
  get usedBytes(): number {
    return [...this.used.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  /** @throws {OutOfMemory} */
  allocate(bytes: number): number {
    const wanted = staggered(roundUp(Math.max(bytes, 1)));
    const start = this.takeFree(wanted) ?? this.takeEnd(wanted, bytes);
    this.used.set(start, wanted);
    return start;
  }

  release(start: number): void {
    const bytes = this.used.get(start);
    if (bytes === undefined) throw new Error(`internal: address ${start} is not in use`);
    this.used.delete(start);
    this.giveBack({ start, bytes });
  }

  /** The smallest part that is large enough. */
  private takeFree(wanted: number): number | undefined {
    let best: Range | undefined;
    for (const range of this.free) {
      if (range.bytes >= wanted && range.bytes < (best?.bytes ?? Infinity)) best = range;
    }
    if (best === undefined) return undefined;
    const { start, bytes } = best;
    const rest = { start: start + wanted, bytes: bytes - wanted };
    const index = this.free.indexOf(best);
    this.free.splice(index, 1, ...(rest.bytes > 0 ? [rest] : []));
    return start;
  }

  private takeEnd(wanted: number, asked: number): number {
    const last = this.free.at(-1);
    const start =
      last !== undefined && last.start + last.bytes === this.end ? last.start : this.end;
    this.growTo(start + wanted, asked);
    if (start !== this.end) this.free.pop();
    this.end = start + wanted;
    return start;
  }

  private growTo(end: number, asked: number): void {
    const have = this.memory.buffer.byteLength;
    if (end <= have) return;
    // A quarter more than needed, so that many small tensors do not each grow the memory.
    const generous = Math.min(end + Math.floor(end / 4), this.limitBytes);
    for (const target of [generous, end]) {
      if (target < end || target > this.limitBytes) continue;
      try {
        this.memory.grow(Math.ceil((target - have) / pageBytes));
        return;
      } catch {
        // The next target is smaller.
      }
    }
    throw new OutOfMemory(
      `the wasm device has no room for ${asked} bytes: ${this.usedBytes} are in use of at most ` +
        `${this.limitBytes}; dispose() results that are not needed, or pass the tensors of the ` +
        "last step instead of host copies",
      asked,
    );
  }

  private giveBack(range: Range): void {
    const after = this.free.findIndex((r) => r.start > range.start);
    const index = after < 0 ? this.free.length : after;
    const before = this.free[index - 1];
    const next = this.free[index];
    const joinsBefore = before !== undefined && before.start + before.bytes === range.start;
    const joinsNext = next !== undefined && range.start + range.bytes === next.start;
    const start = joinsBefore ? before.start : range.start;
    const stop = joinsNext ? next.start + next.bytes : range.start + range.bytes;
    const first = joinsBefore ? index - 1 : index;
    const joined = Number(joinsBefore) + Number(joinsNext);
    this.free.splice(first, joined, { start, bytes: stop - start });
  }
}

/**
 * Tensors of equal size do not stand a multiple of 4096 bytes apart: to the processor a load whose
 * address ends like that of a store just made looks as if it depended on it.
 */
function staggered(bytes: number): number {
  return bytes < pageBytes ? bytes : Math.ceil(bytes / 4096) * 4096 + stagger;
}

function roundUp(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}

/** Grows to 4 GiB where the machine lets us reserve as much, else to less. */
function makeMemory(initial: number, shared: boolean): WebAssembly.Memory {
  for (let maximum = maxPages; maximum > 1024; maximum /= 2) {
    try {
      return new WebAssembly.Memory({ initial, maximum, shared });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  }
  return new WebAssembly.Memory({ initial, maximum: 1024, shared });
}
