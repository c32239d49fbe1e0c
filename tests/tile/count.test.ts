import { describe, expect, it } from "vitest";
import { tensor } from "../../src/runtime/tensor.js";
import { countStep, countTile } from "../../src/tile/count.js";
import { addCounters, newCounters } from "../../src/tile/counters.js";
import { tileDevice, tileProgram } from "../../src/tile/device.js";
import { allocateMemory, gridOf, interpretTile } from "../../src/tile/interpret.js";
import type { TileProgram } from "../../src/tile/tile.js";
import { axis, lt } from "./build.js";
import { blocks, launch, total } from "./device.fixtures.js";
import { mapLoops, mapStates } from "./mutate.js";
import { causalSum, gather, handmade, matmul, momentum, partialSums, rowMax } from "./programs.js";

/** What the interpreter counts; memory is zeros. */
function counted(p: TileProgram, sizes: readonly number[]) {
  const extent = new Map(p.sizes.map(({ name }, n) => [name, sizes[n] ?? 0]));
  const buffers = p.buffers.map(({ dims, format }) =>
    allocateMemory(
      format,
      dims.reduce(
        (product, dim) =>
          product * (dim.kind === "number" ? dim.value : (extent.get(dim.name) ?? 0)),
        1,
      ),
    ),
  );
  const counters = newCounters();
  interpretTile(p, { buffers, sizes, scalars: [0], grid: gridOf(p, sizes) }, counters);
  return counters;
}

const masked: TileProgram = mapLoops(rowMax, (op) => ({
  ...op,
  body: op.body.map((inner) =>
    inner.kind === "let" && inner.value.kind === "load"
      ? { ...inner, value: { ...inner.value, where: lt(axis("k"), axis("p")) } }
      : inner,
  ),
}));

describe("countTile", () => {
  it.each(
    [...handmade.filter((p) => p !== gather && p !== partialSums), masked].map(
      (p) => [p.name, p] as const,
    ),
  )("counts what the interpreter counts: %s", (_, p) => {
    for (const sizes of [
      [1, 1, 1],
      [7, 5, 3],
      [16, 16, 16],
      [33, 17, 31],
      [8, 64, 9],
    ]) {
      const own = sizes.slice(0, p.sizes.length);
      expect(countTile(p, own)).toEqual({ counters: counted(p, own), isExact: true });
    }
  });

  it("counts blocks whose loops begin elsewhere", () => {
    expect(countTile(partialSums, [100, 7]).counters).toEqual(counted(partialSums, [100, 7]));
  });

  it("takes a data-dependent mask as holding, and says so", () => {
    const { counters, isExact } = countTile(gather, [3, 10]);
    expect(isExact).toBe(false);
    expect(counters.device).toEqual({ read: 10 * 4 + 10 * 4, written: 40 });
  });

  it("works out a large product at once", () => {
    const { counters } = countTile(matmul, [4096, 4096, 4096]);
    expect(counters.operations.dot).toBe(4096 ** 3);
    expect(counters.device.read).toBe(2 * 4096 ** 2 * 4 * (4096 / 16));
  });

  it("depends on nothing that it does not count", () => {
    const wide = mapStates(causalSum, (op) => ({ ...op, lanes: 8 }));
    expect(countTile(wide, [1000])).toEqual(countTile(causalSum, [1000]));
    expect(countTile(momentum, [0]).counters).toMatchObject({ blocks: 0, points: 0 });
  });
});

describe("countStep", () => {
  it("equals what the device counts in a step", async () => {
    const lowered = total([launch("partial_sums", ["x", "part"], blocks, [blocks[1]])]);
    const device = tileDevice();
    const step = await device.prepare(tileProgram(lowered));
    await step({ x: tensor(new Float32Array(1000)) });
    const all = newCounters();
    for (const counters of device.counters.values()) addCounters(all, counters);
    const predicted = countStep(lowered, new Map([["n", 1000]]));
    expect(predicted.total).toEqual(all);
    expect(predicted.kernels.map(({ name }) => name)).toEqual(["partial_sums", "total_sum"]);
  });
});
