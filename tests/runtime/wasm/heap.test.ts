import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OutOfMemory } from "../../../src/runtime/errors.js";
import { SharedHeap } from "../../../src/runtime/wasm/heap.js";

const reserved = 65_536;

describe("the heap", () => {
  it("gives every part its own aligned bytes, whatever comes and goes", () => {
    const action = fc.record({ bytes: fc.integer({ min: 0, max: 100_000 }), frees: fc.nat() });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const heap = new SharedHeap(reserved, true);
        const live: { start: number; end: number }[] = [];
        for (const { bytes, frees } of actions) {
          if (frees % 3 === 0 && live.length > 0) {
            const [gone] = live.splice(frees % live.length, 1);
            heap.release(gone?.start ?? 0);
          }
          const start = heap.allocate(bytes);
          expect(start % 64).toBe(0);
          expect(start).toBeGreaterThanOrEqual(reserved);
          expect(heap.bytes.length).toBeGreaterThanOrEqual(start + bytes);
          expect(live.some((other) => start < other.end && other.start < start + bytes)).toBe(
            false,
          );
          live.push({ start, end: start + bytes });
        }
      }),
      { numRuns: 100 },
    );
  });

  it("uses again what was given back, joined", () => {
    const heap = new SharedHeap(reserved, true);
    const parts = [1000, 2000, 3000].map((bytes) => heap.allocate(bytes));
    const size = heap.bytes.length;
    for (const order of [
      [1, 0, 2],
      [0, 2, 1],
    ]) {
      for (const n of order) heap.release(parts[n] ?? 0);
      expect(heap.usedBytes).toBe(0);
      expect(heap.allocate(6000)).toBe(parts[0]);
      heap.release(parts[0] ?? 0);
      for (const [n, bytes] of [1000, 2000, 3000].entries())
        expect(heap.allocate(bytes)).toBe(parts[n]);
    }
    expect(heap.bytes.length).toBe(size);
  });

  it("sets large parts of equal size apart modulo 4096", () => {
    const heap = new SharedHeap(reserved, true);
    const places = [1, 2, 3, 4].map(() => heap.allocate(2 ** 20) % 4096);
    const gaps = places.flatMap((a, n) => places.slice(0, n).map((b) => Math.abs(a - b)));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(512);
  });

  it("says how much is in use when there is no more", () => {
    const heap = new SharedHeap(reserved, true, 1_000_000);
    const first = heap.allocate(500_000);
    expect(() => heap.allocate(600_000)).toThrow(OutOfMemory);
    expect(() => heap.allocate(600_000)).toThrow(
      /no room for 600000 bytes: 504896 are in use of at most 1000000/,
    );
    heap.release(first);
    expect(heap.allocate(600_000)).toBe(first);
  });

  it("notices memory given back twice", () => {
    const heap = new SharedHeap(reserved, false);
    const start = heap.allocate(10);
    heap.release(start);
    expect(() => heap.release(start)).toThrow(/internal/);
  });
});
