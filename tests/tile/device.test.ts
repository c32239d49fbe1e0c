import { describe, expect, it } from "vitest";
import type { HostExpr, HostOp } from "../../src/runtime/executable.js";
import { tensor } from "../../src/runtime/tensor.js";
import { tileDevice, tileProgram } from "../../src/tile/device.js";
import type { Lowered } from "../../src/tile/tile.js";
import { executable, map, number, scalar, size, tensorSpec, variant } from "../runtime/fixtures.js";
import { momentum, partialSums, totalSum } from "./programs.js";

const blocks = map("ceildiv", size("n"), number(16));

const launch = (
  kernel: string, buffers: readonly string[], sizes: readonly HostExpr[], grid: readonly HostExpr[],
  scalars: readonly HostExpr[] = [],
): HostOp => ({ kind: "launch", kernel, space: "param", buffers, sizes, scalars, grid });

const rank = { name: "n", isStatic: false, value: undefined };
const hyper = { name: "lr", role: "hyper", type: "real", value: number(0.5), low: 0, high: 1 } as const;

const sgd: Lowered = {
  executable: executable({
    name: "momentum",
    scalars: [hyper],
    variants: [variant({
      ranks: [rank],
      tensors: [
        tensorSpec("w", "param", ["n"]), tensorSpec("g", "grad", ["n"]), tensorSpec("m", "state", ["n"]),
      ],
      steps: [launch("momentum", ["w", "g", "m"], [size("n")], [map("ceildiv", size("n"), number(8))], [
        scalar("lr"),
      ])],
    })],
  }),
  programs: [[momentum]],
};

const total = (first: readonly HostOp[]): Lowered => ({
  executable: executable({
    name: "total",
    kind: "cascade",
    variants: [variant({
      ranks: [rank],
      tensors: [
        tensorSpec("x", "in", ["n"]), tensorSpec("total", "out", []),
        { ...tensorSpec("part", "temporary", []), dims: [blocks] },
      ],
      steps: [...first, launch("total_sum", ["part", "total"], [blocks], [])],
    })],
  }),
  programs: [[partialSums, totalSum]],
});
const partial = launch("partial_sums", ["x", "part"], [size("n"), blocks], [blocks]);

describe("tileDevice", () => {
  it("steps a state from zero", async () => {
    const device = tileDevice({ isPoisoned: true, isStrict: true });
    const step = await device.prepare(tileProgram(sgd));
    const { w, m } = await step({ w: tensor([1, 2, 3]), g: tensor([10, 20, 30]), lr: 0.5 });
    expect([...(await m?.data() ?? [])]).toEqual([1, 2, 3]);
    expect([...(await w?.data() ?? [])]).toEqual([0.5, 1, 1.5]);
  });

  it("counts each kernel of a program", async () => {
    const device = tileDevice({ isPoisoned: true, isStrict: true });
    const sum = await device.prepare(tileProgram(total([partial])));
    const results = await sum({ x: tensor(Float32Array.from({ length: 100 }, (_, n) => n)) });
    expect([...(await results["total"]?.data() ?? [])]).toEqual([4950]);
    expect(device.counters.get("partial_sums")?.device).toEqual({ read: 400, written: 28 });
    expect(device.counters.get("total_sum")?.device).toEqual({ read: 28, written: 4 });
  });

  it("steps two parameters in one launch", async () => {
    const device = tileDevice();
    const step = await device.prepare(tileProgram(sgd));
    const call = { w: tensor([1]), g: tensor([10]) };
    const { each } = await step.many([call, call], { lr: 0.5 });
    expect([...(await each[1]?.["w"]?.data() ?? [])]).toEqual([0.5]);
    expect(device.counters.get("momentum")).toMatchObject({ launches: 1, blocks: 2 });
  });

  it("refuses a temporary that nobody wrote", async () => {
    const device = tileDevice({ isPoisoned: true });
    const sum = await device.prepare(tileProgram(total([])));
    await expect(sum({ x: tensor([1, 2]) })).rejects.toThrow(
      "internal: total_sum: part, element 0: read, never written",
    );
  });
});
