import { afterAll, describe, expect, it } from "vitest";
import { BadInput, DeviceLost, KernelFault, OutOfMemory } from "../../../src/runtime/errors.js";
import { tensor } from "../../../src/runtime/tensor.js";
import { openWasm } from "../../../src/runtime/wasm/device.js";
import {
  assemble,
  executable,
  number,
  programOf,
  sgd,
  sgdKernel,
  size,
  tensorSpec,
  variant,
} from "../fixtures.js";

const devices = new Map(
  await Promise.all(
    [1, 2, 3].map(async (threads) => [threads, await openWasm({ threads })] as const),
  ),
);
afterAll(() => devices.forEach((device) => device.close()));

const ramp = (length: number) => Float32Array.from({ length }, (_, n) => (n % 97) - 48);

describe.each([1, 2, 3])("the wasm device on %i threads", (threads) => {
  const device = devices.get(threads);
  if (device === undefined) throw new Error("not opened");

  it("runs every block exactly once", async () => {
    const step = await device.prepare(sgd());
    for (const length of [1, 15, 16, 17, 1000, 300_000]) {
      const { w } = await step({ w: tensor(ramp(length)), g: tensor(ramp(length)), lr: 0.25 });
      expect(await w?.data()).toEqual(ramp(length).map((x) => 0.75 * x));
      w?.dispose();
    }
  });

  it("runs thousands of launches in a row", async () => {
    const step = await device.prepare(sgd());
    const length = 100_000;
    let w = tensor(new Float32Array(length));
    const g = tensor(new Float32Array(length).fill(1));
    for (let n = 0; n < 300; n++) w = (await step({ w, g, lr: 1 }))["w"] ?? w;
    expect(new Set(await w.data())).toEqual(new Set([-300]));
  });

  it("names the kernel that stopped, and goes on", async () => {
    const code = assemble(`(func (export "sgd") (param i32 i32 i32 i32) (unreachable))`);
    const step = await device.prepare(broken(code));
    const call = { w: tensor(new Float32Array(500_000)) };
    await expect(step(call)).rejects.toThrow(KernelFault);
    await expect(step(call)).rejects.toThrow(/kernel `sgd` stopped: unreachable/);
    const fine = await device.prepare(sgd());
    const { w } = await fine({ w: tensor([4]), g: tensor([2]) });
    expect(await w?.data()).toEqual(Float32Array.of(3));
  });
});

function broken(code: Uint8Array) {
  const tensors = [tensorSpec("w", "param", ["i"])];
  const ranks = [{ name: "i", isStatic: false, value: undefined }];
  const kernel = { ...sgdKernel, buffers: sgdKernel.buffers.slice(0, 1), scalars: [] };
  const launch = {
    kind: "launch",
    kernel: "sgd",
    space: "param",
    buffers: ["w"],
    sizes: [size("i")],
    scalars: [],
    grid: [number(50)],
  } as const;
  const variants = [variant({ ranks, tensors, steps: [launch], kernels: [kernel] })];
  return programOf(executable({ variants }), [code]);
}

describe("the wasm device", () => {
  it("waits for a worker that takes long without stopping everything else", async () => {
    const device = await openWasm({ threads: 2 });
    const slow = assemble(`(func (export "sgd") (param i32 i32 i32 i32) (local $n i32)
      (loop $l (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (br_if $l (i32.lt_s (local.get $n)
          (i32.mul (i32.const 4000000) (i32.sub (local.get 2) (local.get 1)))))))`);
    const step = await device.prepare(broken(slow));
    const w = tensor(new Float32Array(500_000));
    const [first, second] = await Promise.all([step({ w }), step({ w })]);
    expect([first["w"]?.shape, second["w"]?.shape]).toEqual([[500_000], [500_000]]);
    device.close();
  });

  it("says that it is gone after close()", async () => {
    const device = await openWasm({ threads: 2 });
    const step = await device.prepare(sgd());
    device.close();
    device.close();
    await expect(step({ w: tensor([1]), g: tensor([1]) })).rejects.toThrow(DeviceLost);
  });

  it("says that it is gone when a worker ends on its own", async () => {
    const device = await openWasm({ threads: 2 });
    const step = await device.prepare(sgd());
    const { pool } = device as unknown as { pool: { workers: { end(): void }[] } };
    pool.workers[0]?.end();
    await new Promise((resolve) => setTimeout(resolve, 300));
    await expect(step({ w: tensor([1]), g: tensor([1]) })).rejects.toThrow(/worker 1 ended/);
    device.close();
  });

  it("keeps to its memory, and gives back what a failed step took", async () => {
    const device = await openWasm({ threads: 1, memoryBytes: 4_000_000 });
    const step = await device.prepare(sgd());
    const before = device.usedBytes;
    const big = tensor(new Float32Array(600_000));
    await expect(step({ w: big, g: big })).rejects.toThrow(OutOfMemory);
    expect(device.usedBytes).toBe(before);
    const { w } = await step({ w: tensor([1]), g: tensor([1]) });
    w?.dispose();
    device.close();
  });

  it("takes 1 thread or more", async () => {
    await expect(openWasm({ threads: 0 })).rejects.toThrow(BadInput);
  });

  it("steps thousands of parameters in one launch", async () => {
    const device = await openWasm({ threads: 2 });
    const step = await device.prepare(sgd());
    const calls = Array.from({ length: 50_000 }, (_, n) => ({
      w: tensor([n]),
      g: tensor([1, 1].slice(1)),
    }));
    const { each } = await step.many(calls, { lr: 1 });
    const first = await Promise.all(each.map(async ({ w }) => (await w?.data())?.[0]));
    expect(first).toEqual(calls.map((_, n) => n - 1));
    device.close();
  });
});
