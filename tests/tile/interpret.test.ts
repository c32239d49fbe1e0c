import { describe, expect, it } from "vitest";
import type { ElementFormat } from "../../src/runtime/executable.js";
import { newCounters } from "../../src/tile/counters.js";
import {
  allocateMemory,
  gridOf,
  interpretTile,
  memoryOf,
  type TileMemory,
  type TileOptions,
} from "../../src/tile/interpret.js";
import type { TileProgram } from "../../src/tile/tile.js";
import { axis, bind, buffer, f, iadd, i, load, local, program, store } from "./build.js";
import { causalSum, gather, matmul, momentum, partialSums, rowMax, totalSum } from "./programs.js";

const values = (count: number, at: (n: number) => number): TileMemory =>
  memoryOf(
    "f32",
    Float32Array.from({ length: count }, (_, n) => at(n)),
  );

function run(
  p: TileProgram,
  buffers: readonly TileMemory[],
  sizes: readonly number[],
  scalars: readonly number[] = [],
  options: TileOptions = { isStrict: true },
) {
  const counters = newCounters();
  interpretTile(p, { buffers, sizes, scalars, grid: gridOf(p, sizes) }, counters, options);
  return counters;
}

describe("interpretTile", () => {
  it("rounds each operation of an update to f32", () => {
    const [w, g, m] = [values(13, (n) => n), values(13, (n) => n / 3), values(13, () => 1)];
    run(momentum, [w, g, m], [13], [0.1]);
    const { fround } = Math;
    const next = fround(fround(fround(0.9) * 1) + fround(fround(0.1) * fround(5 / 3)));
    expect(m.data[5]).toBe(next);
    expect(w.data[5]).toBe(fround(5 - fround(fround(0.1) * next)));
  });

  it("counts the bytes of live points only", () => {
    const [w, g, m] = [values(13, (n) => n), values(13, (n) => n / 3), values(13, () => 1)];
    const counters = run(momentum, [w, g, m], [13], [0.1]);
    expect(counters.device).toEqual({ read: 3 * 13 * 4, written: 2 * 13 * 4 });
    expect(counters).toMatchObject({ launches: 1, blocks: 2, points: 6 * 13 });
    expect(counters.operations).toMatchObject({ simple: 5 * 13, divide: 0, function: 0 });
  });

  it("takes the maximum of negative rows without an identity", () => {
    const x = values(7 * 11, (n) => -1 - ((n * 37) % 11));
    const y = allocateMemory("f32", 7, true);
    run(rowMax, [x, y], [7, 11]);
    const rows = Array.from({ length: 7 }, (_, p) =>
      Math.max(...x.data.slice(p * 11, p * 11 + 11)),
    );
    expect([...y.data]).toEqual(rows);
  });

  it("adds in lanes, then pairs of lanes", () => {
    const x = values(10, (n) => 1 / (n + 1));
    const part = allocateMemory("f32", 1, true);
    run(partialSums, [x, part], [10, 1]);
    const lanes = Array.from({ length: 8 }, (_, n) => x.data[n] ?? 0);
    lanes[0] = Math.fround((lanes[0] ?? 0) + (x.data[8] ?? 0));
    lanes[1] = Math.fround((lanes[1] ?? 0) + (x.data[9] ?? 0));
    for (const half of [4, 2, 1]) {
      for (let n = 0; n < half; n++) {
        lanes[n] = Math.fround((lanes[n] ?? 0) + (lanes[n + half] ?? 0));
      }
    }
    expect(part.data[0]).toBe(lanes[0]);
  });

  it("carries a sum from one launch to the next through memory", () => {
    const x = values(100, (n) => n);
    const part = allocateMemory("f32", 7, true);
    const total = allocateMemory("f32", 1, true);
    run(partialSums, [x, part], [100, 7]);
    run(totalSum, [part, total], [7]);
    expect(total.data[0]).toBe(4950);
  });

  it("multiplies matrices with ragged tiles, and counts what is staged", () => {
    const [m, n, k] = [19, 17, 21];
    const a = values(m * k, (at) => (at % 7) - 3);
    const b = values(k * n, (at) => (at % 5) - 2);
    const c = allocateMemory("f32", m * n, true);
    const counters = run(matmul, [a, b, c], [m, n, k]);
    const product = (row: number, column: number): number =>
      Array.from(
        { length: k },
        (_, at) => (a.data[row * k + at] ?? 0) * (b.data[at * n + column] ?? 0),
      ).reduce((total, x) => total + x, 0);
    expect([...c.data]).toEqual(
      Array.from({ length: m * n }, (_, at) => product(Math.floor(at / n), at % n)),
    );
    expect(counters.workgroup).toEqual({ read: 4 * 3 * 256 * 4, written: 4 * 3 * 256 * 4 });
    expect(counters.device).toEqual({ read: 4 * 2 * (m * k + k * n), written: 4 * m * n });
    expect(counters.operations.dot).toBe(m * n * k);
  });

  it("ends a loop where the tile's last row ends", () => {
    const x = values(10, (n) => 2 ** n);
    const y = allocateMemory("f32", 10, true);
    const counters = run(causalSum, [x, y], [10]);
    expect([...y.data]).toEqual(Array.from({ length: 10 }, (_, p) => 2 ** (p + 1) - 1));
    expect(counters.device.read).toBe(4 * (4 + 8 + 10));
  });

  it("reads nothing where a gather's index is outside", () => {
    const idx = memoryOf("i32", Int32Array.of(2, -1, 0, 5));
    const y = allocateMemory("f32", 4, true);
    const counters = run(gather, [values(3, (n) => n + 10), idx, y], [3, 4]);
    expect([...y.data]).toEqual([12, 0, 10, 0]);
    expect(counters.device.read).toBe(4 * 4 + 2 * 4);
  });

  it.each<[ElementFormat, readonly number[], readonly number[]]>([
    ["bf16", [1, 257, -2, 1264], [1, 256, -2, 1264]],
    ["f16", [1, 257, -2, 2049], [1, 257, -2, 2048]],
    ["u8", [1, 257, -2, 1264], [1, 1, 254, 240]],
  ])("rounds to %s at the store and decodes at the load", (format, stored, expected) => {
    const type = format === "u8" ? "i32" : "f32";
    const through = program("through", {
      buffers: [buffer("x", ["n"], "update"), buffer("y", ["n"], "update", format)],
      sizes: ["n"],
      grid: [["i", "n", 4]],
      body: [
        bind("x0", ["i"], load("x", [axis("i")])),
        store("y", [axis("i")], local("x0")),
        bind("y0", ["i"], load("y", [axis("i")], undefined, type), type),
        store("x", [axis("i")], local("y0", type)),
      ],
    });
    const x = values(4, (n) => stored[n] ?? 0);
    run(through, [x, allocateMemory(format, 4)], [4]);
    expect([...x.data]).toEqual(expected);
  });
});

describe("interpretTile refuses", () => {
  const copyFrom = (offset: number) =>
    program("shifted", {
      buffers: [buffer("x", ["n"], "update")],
      sizes: ["n"],
      grid: [["i", "n", 4]],
      body: [
        bind("x0", ["i"], load("x", [iadd(axis("i"), i(offset))])),
        store("x", [axis("i")], local("x0")),
      ],
    });

  it("an index outside", () => {
    expect(() => run(copyFrom(1), [values(6, () => 0)], [6], [], {})).toThrow("x has no 6");
  });

  it("what nobody has written", () => {
    const fresh = allocateMemory("f32", 6, true);
    expect(() => run(copyFrom(0), [fresh], [6])).toThrow("element 0: read, never written");
  });

  it("a block that stores what another one reads", () => {
    const shifted = {
      ...copyFrom(1),
      grid: [{ id: "i", end: { kind: "number", value: 5 }, tile: 2 }],
    } as const;
    expect(() => run(shifted, [values(6, () => 0)], [6])).toThrow(
      /block 1 stores what another block reads/,
    );
  });

  it("two blocks that store one element", () => {
    const same = program("same", {
      buffers: [buffer("x", ["n"], "write")],
      sizes: ["n"],
      grid: [["i", "n", 1]],
      body: [
        store("x", [i(0)], f(1), { kind: "map", op: "ge", type: "bool", args: [axis("i"), i(0)] }),
      ],
    });
    expect(() => run(same, [values(2, () => 0)], [2])).toThrow("blocks 0 and 1 both store it");
  });

  it("a grid of another shape", () => {
    const launch = { buffers: [values(6, () => 0)], sizes: [6], scalars: [], grid: [1] };
    expect(() => interpretTile(copyFrom(0), launch)).toThrow("a grid of [1], not of [2]");
  });
});
