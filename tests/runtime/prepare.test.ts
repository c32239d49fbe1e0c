import { describe, expect, it } from "vitest";
import { BadInput, OutOfMemory, ShapeError } from "../../src/runtime/errors.js";
import type { HostOp, Variant } from "../../src/runtime/executable.js";
import { tensor } from "../../src/runtime/tensor.js";
import {
  executable,
  map,
  number,
  programOf,
  scalar,
  sgdKernel,
  size,
  tensorSpec,
  variant,
} from "./fixtures.js";
import { MockDevice } from "./mock-device.js";

const device = () =>
  new MockDevice({
    momentum: (
      [w = new Float32Array(), g = new Float32Array(), m = new Float32Array()],
      [n = 0],
      [lr = 0],
    ) => {
      for (let i = 0; i < n; i++) {
        m[i] = (m[i] ?? 0) + (g[i] ?? 0);
        w[i] = (w[i] ?? 0) - lr * (m[i] ?? 0);
      }
    },
  });

const launch: HostOp = {
  kind: "launch",
  kernel: "momentum",
  space: "param",
  buffers: ["w", "g", "m"],
  sizes: [map("mul", size("i"), size("j"))],
  scalars: [scalar("lr")],
  grid: [number(1)],
};
const free = (name: string) => ({ name, isStatic: false, value: undefined });

function momentum(more: Partial<Variant> = {}) {
  const exe = executable({
    name: "momentum",
    scalars: [
      { name: "lr", role: "hyper", type: "real", value: number(1), low: 0, high: 1 },
      {
        name: "t",
        role: "step",
        type: "integer",
        value: undefined,
        low: undefined,
        high: undefined,
      },
    ],
    variants: [
      variant({
        ranks: [free("i"), free("j")],
        tensors: [
          tensorSpec("w", "param", ["i", "j"]),
          tensorSpec("g", "grad", ["i", "j"]),
          tensorSpec("m", "state", ["i", "j"]),
        ],
        steps: [launch],
        kernels: [{ ...sgdKernel, name: "momentum" }],
        ...more,
      }),
    ],
  });
  return programOf(exe, [new Uint8Array()]);
}

const w = () => tensor([1, 2, 3, 4, 5, 6], [2, 3]);

describe("a prepared program", () => {
  it("copies host tensors and starts states at zero", async () => {
    const step = await device().prepare(momentum());
    const [mine, g] = [w(), w()];
    const first = await step({ w: mine, g });
    expect(await first["w"]?.data()).toEqual(new Float32Array(6));
    expect(await first["m"]?.data()).toEqual(await g.data());
    expect(await mine.data()).toEqual(await w().data());
  });

  it("updates tensors of the device in place", async () => {
    const step = await device().prepare(momentum());
    const first = await step({ w: w(), g: w() });
    const second = await step({ w: first["w"], g: w(), m: first["m"] });
    expect(second["w"]).toBe(first["w"]);
    expect(await second["w"]?.data()).toEqual(Float32Array.of(-2, -4, -6, -8, -10, -12));
  });

  it("merges further ranks of a tensor into the last, and gives its shape back", async () => {
    const step = await device().prepare(momentum());
    const four = () => tensor(new Float32Array(24), [2, 3, 2, 2]);
    const out = await step({ w: four(), g: four() });
    expect([out["w"]?.shape, out["m"]?.shape]).toEqual([
      [2, 3, 2, 2],
      [2, 3, 2, 2],
    ]);
  });

  it("starts a state with its operations when it is left out", async () => {
    const initial = [
      { tensor: "m", ops: [{ kind: "fill", tensor: "m", value: 10, space: "param" }] as const },
    ];
    const step = await device().prepare(momentum({ initial }));
    const out = await step({ w: w(), g: w() });
    expect(await out["m"]?.data()).toEqual(Float32Array.of(11, 12, 13, 14, 15, 16));
    const given = await step({ w: w(), g: w(), m: tensor(new Float32Array(6), [2, 3]) });
    expect(await given["m"]?.data()).toEqual(await w().data());
  });

  it("takes the first variant whose condition holds", async () => {
    const exe = (await momentum().wasm("none")).executable;
    const [wide] = exe.variants;
    if (wide === undefined) throw new Error("no variant");
    const tall = {
      ...wide,
      tensors: wide.tensors.map((t) => tensorSpec(t.name, t.role, ["j", "i"])),
      steps: [launch, launch],
    };
    const variants = [{ ...wide, condition: map("le", size("i"), size("j")) }, tall];
    const step = await device().prepare(
      programOf({ ...exe, variants }, [new Uint8Array(), new Uint8Array()]),
    );
    const call = (shape: readonly number[]) => ({
      w: tensor(new Float32Array(6), shape),
      g: tensor([1, 1, 1, 1, 1, 1], shape),
    });
    expect((await (await step(call([2, 3])))["m"]?.data())?.[0]).toBe(1);
    expect((await (await step(call([3, 2])))["m"]?.data())?.[0]).toBe(2);
    const { each } = await step.many([call([2, 3]), call([3, 2])]);
    expect(await Promise.all(each.map(async (r) => (await r["m"]?.data())?.[0]))).toEqual([1, 2]);
  });
});

describe("a mistake in a call", () => {
  const six = w();
  it.each([
    [
      "names a tensor, a rank and both numbers",
      { w: six, g: tensor([1, 2, 3, 4], [2, 2]) },
      ShapeError,
      "`g` of `momentum` has extent 2 along `j`, which is 3 by `w` [2, 3]",
    ],
    [
      "names the ranks that a shape lacks",
      { w: six, g: tensor([1, 2]) },
      ShapeError,
      "`g` of `momentum` has ranks [i, j], the tensor passed has shape [2]",
    ],
    [
      "tells merged shapes apart",
      { w: tensor(new Float32Array(12), [2, 3, 2]), g: tensor(new Float32Array(12), [2, 2, 3]) },
      ShapeError,
      "`j` of `momentum` stands for [3, 2] in `w` and for [2, 3] in `g`",
    ],
    [
      "names the extent that came by name",
      { w: six, g: six, j: 4 },
      ShapeError,
      "`w` of `momentum` has extent 3 along `j`, which is 4 by `j: 4`",
    ],
    [
      "says which tensor is missing, and its shape",
      { w: six },
      BadInput,
      "`g` of `momentum` is missing: pass `g: tensor(…, [2, 3])`",
    ],
    [
      "says what a rank is bound by",
      {},
      ShapeError,
      "rank `i` of `momentum` has no extent: pass `w` or `g` or `m` or `i: …`",
    ],
    [
      "lists the names there are",
      { w: six, g: six, learning_rate: 1 },
      BadInput,
      "`momentum` has no `learning_rate`; it takes `w`, `g`, `m`, `lr`, `t`, `i`, `j` and `key`",
    ],
    [
      "says that a plain array is no tensor",
      { w: [1, 2] as never, g: six },
      BadInput,
      "`w` of `momentum` is a tensor over [i, j], not an array; make one with tensor(data, shape)",
    ],
    [
      "says the range of a scalar",
      { w: six, g: six, lr: 2 },
      BadInput,
      "`lr` of `momentum` is 2, its range is 0..1",
    ],
    [
      "wants whole numbers where they are whole",
      { w: six, g: six, t: 1.5 },
      BadInput,
      "`t` of `momentum` is 1.5, it takes a whole number",
    ],
    [
      "wants numbers that are numbers",
      { w: six, g: six, lr: NaN },
      BadInput,
      "`lr` of `momentum` is a number, not NaN",
    ],
  ] as const)("%s", async (_title, call, type, message) => {
    const mock = device();
    const step = await mock.prepare(momentum());
    const failure = step(call);
    await expect(failure).rejects.toThrow(type);
    await expect(failure).rejects.toThrow(message);
    expect(mock.launches).toEqual([]);
  });

  it("shows the extents when an `expect` fails", async () => {
    const checks = [{ condition: map("eq", size("i"), size("j")), message: "size(i) == size(j)" }];
    const step = await device().prepare(momentum({ checks }));
    await expect(step({ w: w(), g: w() })).rejects.toThrow(
      "`momentum` expects size(i) == size(j); i = 2 and j = 3",
    );
  });

  it("refuses one device tensor in two places when it is changed", async () => {
    const step = await device().prepare(momentum());
    const { w: mine } = await step({ w: w(), g: w() });
    await expect(step({ w: mine, g: mine })).rejects.toThrow(
      "got one device tensor as `w` and as `g`",
    );
  });

  it("refuses a tensor of another device", async () => {
    const other = await (await device().prepare(momentum()))({ w: w(), g: w() });
    const step = await device().prepare(momentum());
    await expect(step({ w: other["w"], g: w() })).rejects.toThrow("lives on another device");
  });
});

describe("when the n-th call of the device fails", () => {
  const calls = async (failAt: number) => {
    const mock = device();
    const step = await mock.prepare(momentum());
    mock.failAt = failAt;
    const failure = await step({ w: w(), g: w() }).catch((error: unknown) => error);
    return { mock, step, failure };
  };

  it("nothing leaks and the next step is right, for every n", async () => {
    const { mock: whole } = await calls(Infinity);
    expect(whole.calls).toBeGreaterThan(4);
    for (let n = 1; n <= whole.calls; n++) {
      const { mock, step, failure } = await calls(n);
      expect(failure).toBeInstanceOf(OutOfMemory);
      const { w: result, m } = await step({ w: w(), g: w() });
      expect(await result?.data()).toEqual(new Float32Array(6));
      result?.dispose();
      m?.dispose();
      step.dispose();
      expect(mock.live.size).toBe(0);
    }
  });
});
