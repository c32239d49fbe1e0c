import { describe, expect, it } from "vitest";
import { tensor } from "../../src/runtime/tensor.js";
import { tileDevice, tileProgram } from "../../src/tile/device.js";
import { blocks, launch, sgd, total } from "./device.fixtures.js";

const partial = launch("partial_sums", ["x", "part"], blocks, [blocks[1]]);

describe("tileDevice", () => {
  it("steps a state from zero", async () => {
    const device = tileDevice({ isPoisoned: true, isStrict: true });
    const step = await device.prepare(tileProgram(sgd));
    const { w, m } = await step({ w: tensor([1, 2, 3]), g: tensor([10, 20, 30]), lr: 0.5 });
    expect([...((await m?.data()) ?? [])]).toEqual([1, 2, 3]);
    expect([...((await w?.data()) ?? [])]).toEqual([0.5, 1, 1.5]);
  });

  it("counts each kernel of a program", async () => {
    const device = tileDevice({ isPoisoned: true, isStrict: true });
    const sum = await device.prepare(tileProgram(total([partial])));
    const results = await sum({ x: tensor(Float32Array.from({ length: 100 }, (_, n) => n)) });
    expect([...((await results["total"]?.data()) ?? [])]).toEqual([4950]);
    expect(device.counters.get("partial_sums")?.device).toEqual({ read: 400, written: 28 });
    expect(device.counters.get("total_sum")?.device).toEqual({ read: 28, written: 4 });
  });

  it("steps two parameters in one launch", async () => {
    const device = tileDevice();
    const step = await device.prepare(tileProgram(sgd));
    const call = { w: tensor([1]), g: tensor([10]) };
    const { each } = await step.many([call, call], { lr: 0.5 });
    expect([...((await each[1]?.["w"]?.data()) ?? [])]).toEqual([0.5]);
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
