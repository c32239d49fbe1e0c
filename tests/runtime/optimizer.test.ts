import { afterAll, describe, expect, it } from "vitest";
import { compile, open, tensor } from "../../src/index.js";
import { BadInput, CheckpointError, SafetensorsError } from "../../src/runtime/errors.js";
import { createOptimizer } from "../../src/runtime/optimizer.js";
import type { Optimizer } from "../../src/runtime/optimizer.js";
import { readSafetensors } from "../../src/runtime/safetensors.js";
import { MemoryFiles } from "./memory-files.js";

const device = await open("wasm", { threads: 2 });
afterAll(() => device.close());
const momentum = await compile({
  source: `optimizer momentum(lr = 0.1, beta = 0.9) {
  param w[i]
  grad g[i]
  state m[i]
  m[i] = beta * m[i] + g[i]
  w[i] = w[i] - lr / t * m[i]
}
`,
});
const clipped = await compile({
  source: `optimizer clipped(lr = 1.0) {
  param w[i]
  grad g[i]
  let total = sum[params, i] g[i]^2
  w[i] = w[i] - lr * g[i] / sqrt(total)
}
`,
});

const shapes = {
  "layers.0.weight": [3, 4],
  "layers.0.bias": [4],
  "head.weight": [2, 4],
  scale: [],
};
const values = (seed: number, count: number) =>
  Float32Array.from({ length: count }, (_, n) => Math.sin(seed * 31 + n));
const tensors = (seed: number) =>
  Object.fromEntries(
    Object.entries(shapes).map(([name, shape], n) => {
      const count = shape.reduce((product, extent) => product * extent, 1);
      return [name, tensor(values(seed + n, count), shape)];
    }),
  );

const make = () =>
  createOptimizer(device, {
    params: tensors(1),
    groups: [
      { match: ["*.bias", "scale"], program: momentum, scalars: { lr: 0.5 } },
      { match: "*", program: momentum },
    ],
  });

async function dataOf(optimizer: Optimizer) {
  const names = Object.keys(shapes);
  return Promise.all(names.map(async (name) => optimizer.params[name]?.data()));
}

async function run(optimizer: Optimizer, from: number, to: number) {
  for (let t = from; t <= to; t++)
    await optimizer.step(tensors(100 * t), t === 5 ? { lr: 0.01 } : {});
}

describe("an optimizer over many parameters", () => {
  it("gives each parameter the scalars of the first group that matches", async () => {
    const optimizer = await make();
    await optimizer.step(tensors(7));
    const [start, grads] = [tensors(1), tensors(7)];
    for (const [name, lr] of [
      ["layers.0.weight", 0.1],
      ["layers.0.bias", 0.5],
      ["scale", 0.5],
    ] as const) {
      const [w = 0] = (await start[name]?.data()) ?? [];
      const [g = 0] = (await grads[name]?.data()) ?? [];
      expect((await optimizer.params[name]?.data())?.[0]).toBeCloseTo(w - lr * g, 5);
      expect(optimizer.params[name]?.shape).toEqual(shapes[name]);
    }
    expect(optimizer.t).toBe(1);
  });

  it("makes all parameters of one definition the rank `params`, whatever their group", async () => {
    const params = { a: tensor([1, 1]), b: tensor([1]) };
    const groups = [
      { match: "a", program: clipped, scalars: { lr: 2 } },
      { match: "*", program: clipped },
    ];
    const optimizer = await createOptimizer(device, { params, groups });
    await optimizer.step({ a: tensor([2, 1]), b: tensor([2]) });
    const { a, b } = optimizer.params;
    expect(
      [...((await a?.data()) ?? []), ...((await b?.data()) ?? [])].map((x) => Math.round(x * 1e6)),
    ).toEqual([-333333, 333333, 333333]);
  });

  it("refuses what does not fit before anything changes", async () => {
    const optimizer = await make();
    const before = await dataOf(optimizer);
    const { scale: _left, ...fewer } = tensors(7);
    await expect(optimizer.step(fewer)).rejects.toThrow("parameter `scale` got no gradient");
    await expect(optimizer.step({ ...tensors(7), extra: tensor([1]) })).rejects.toThrow(
      "there is no parameter `extra`",
    );
    await expect(optimizer.step({ ...tensors(7), scale: tensor([1, 2]) })).rejects.toThrow(
      /`g` of `momentum`/,
    );
    expect([await dataOf(optimizer), optimizer.t]).toEqual([before, 0]);
    const ungrouped = createOptimizer(device, { params: tensors(1), groups: [] });
    await expect(ungrouped).rejects.toThrow(BadInput);
  });
});

describe("an optimizer that is saved and loaded", () => {
  it("goes on bit by bit as if it had never stopped", async () => {
    const whole = await make();
    await run(whole, 1, 8);
    const first = await make();
    first.set(0, { beta: 0.8 });
    whole.set(0, { beta: 0.8 });
    await run(whole, 9, 10);
    await run(first, 1, 3);
    const second = await make();
    second.load(await first.save());
    second.set(0, { beta: 0.9 });
    expect(second.t).toBe(3);
    const third = await make();
    third.load(await second.save());
    const straight = await make();
    await run(straight, 1, 3);
    const half = await make();
    half.load(await straight.save());
    await run(straight, 4, 8);
    await run(half, 4, 8);
    expect(await dataOf(half)).toEqual(await dataOf(straight));
    expect(await half.save()).toEqual(await straight.save());
  });

  it("keeps the step, the seed and the hyper-parameters in the metadata", async () => {
    const optimizer = await make();
    await run(optimizer, 1, 2);
    optimizer.set(1, { lr: 1e-7 });
    const { metadata, tensors: stored } = readSafetensors(await optimizer.save());
    expect(Object.fromEntries(metadata)).toEqual({
      einfall: "1",
      t: "2",
      seed: "0",
      "group.0.program": "momentum",
      "group.0.scalar.lr": "0.5",
      "group.1.program": "momentum",
      "group.1.scalar.lr": "1e-7",
    });
    expect([...stored.keys()].sort()).toEqual(
      Object.keys(shapes)
        .flatMap((name) => [`param/${name}`, `state/${name}/m`])
        .sort(),
    );
  });

  it("refuses a file of something else, and stays as it was", async () => {
    const optimizer = await make();
    await run(optimizer, 1, 1);
    const before = await optimizer.save();
    const other = await createOptimizer(device, {
      params: { ...tensors(1), scale: tensor([1, 2]) },
      groups: [
        { match: "*", program: momentum },
        { match: "*", program: momentum },
      ],
    });
    expect(() => optimizer.load(new Uint8Array(3))).toThrow(SafetensorsError);
    const wrongShape = await other.save();
    expect(() => optimizer.load(wrongShape)).toThrow(
      "parameter `scale` has shape [2] in the file, [] here",
    );
    const single = await createOptimizer(device, {
      params: { x: tensor([1]) },
      groups: [{ match: "*", program: clipped }],
    });
    const wrongGroups = await single.save();
    expect(() => optimizer.load(wrongGroups)).toThrow(CheckpointError);
    expect(await optimizer.save()).toEqual(before);
  });

  it("leaves the old state or the new on the disk when the n-th file operation fails", async () => {
    for (let n = 1; n <= 4; n++) {
      const files = new MemoryFiles();
      const optimizer = await make();
      await run(optimizer, 1, 1);
      await optimizer.saveTo(files, "state.safetensors");
      await run(optimizer, 2, 2);
      files.calls = 0;
      files.fault = { at: n, how: "writes half, then throws" };
      await expect(optimizer.saveTo(files, "state.safetensors")).rejects.toThrow("ENOSPC");
      const resumed = await make();
      expect(await resumed.loadFrom(files, "state.safetensors")).toBe(true);
      expect(resumed.t).toBe(n === 4 ? 2 : 1);
      expect(await resumed.loadFrom(files, "nothing")).toBe(false);
    }
  });
});
