import { describe, expect, it } from "vitest";
import { BadInput } from "../../src/runtime/errors.js";
import type { HostExpr, HostOp, KernelSpec, TensorSpec } from "../../src/runtime/executable.js";
import type { Results } from "../../src/runtime/program.js";
import { tensor } from "../../src/runtime/tensor.js";
import {
  executable,
  map,
  number,
  programOf,
  scalar,
  size,
  tensorSpec,
  variant,
} from "./fixtures.js";
import { MockDevice } from "./mock-device.js";
import type { MockKernel } from "./mock-device.js";

const kernels: Readonly<Record<string, MockKernel>> = {
  add: ([w = new Float32Array()], _sizes, [x = 0]) => void w.set(w.map((v) => v + x)),
  total: ([w = new Float32Array(), s = new Float32Array()], [n = 0]) => {
    s[0] = w.subarray(0, n).reduce((sum, v) => sum + v, 0);
  },
  combine: ([s = new Float32Array(), all = new Float32Array()], [n = 0]) => {
    all[0] = s.subarray(0, n).reduce((sum, v) => sum + v, 0);
  },
  scale: ([w = new Float32Array(), all = new Float32Array()]) =>
    void w.set(w.map((v) => v / (all[0] ?? 1))),
};

const spec = (name: string, scalars: readonly string[] = []): KernelSpec => ({
  name,
  equations: [],
  buffers: [],
  sizes: [],
  scratchBytes: 0,
  scalars: scalars.map((s) => ({ name: s, type: "f32" })),
});
const local = (name: string): HostExpr => ({ kind: "local", name });
const launch = (
  kernel: string,
  buffers: readonly string[],
  more: Partial<Extract<HostOp, { kind: "launch" }>> = {},
): HostOp => ({
  kind: "launch",
  kernel,
  space: "param",
  buffers,
  sizes: [size("i")],
  scalars: [],
  grid: [number(1)],
  ...more,
});
const add = (x: HostExpr) => launch("add", ["w"], { scalars: [x] });

function run(steps: readonly HostOp[], tensors: readonly TensorSpec[] = []) {
  const device = new MockDevice(kernels);
  const exe = executable({
    scalars: [
      { name: "x", role: "hyper", type: "real", value: number(1), low: undefined, high: undefined },
      {
        name: "n",
        role: "hyper",
        type: "integer",
        value: number(0),
        low: undefined,
        high: undefined,
      },
    ],
    variants: [
      variant({
        ranks: [{ name: "i", isStatic: false, value: undefined }],
        tensors: [tensorSpec("w", "param", ["i"]), ...tensors],
        steps,
        kernels: [spec("add", ["x"]), spec("total"), spec("combine"), spec("scale")],
      }),
    ],
  });
  return { device, ready: device.prepare(programOf(exe, [new Uint8Array()])) };
}

const w = (...values: number[]) => tensor(values);
const dataOf = async (each: readonly Results[]) =>
  Promise.all(each.map(async (r) => [...((await r["w"]?.data()) ?? [])]));

describe("a step of many parameters", () => {
  it("is one launch for those that share a kernel", async () => {
    const { device, ready } = run([add(scalar("x"))]);
    const { each } = await (
      await ready
    ).many([
      { w: w(1), x: 1 },
      { w: w(2, 3), x: 10 },
    ]);
    expect(await dataOf(each)).toEqual([[2], [12, 13]]);
    expect(device.launches).toEqual(["add × 2"]);
  });

  it("parts where a condition differs, and meets again", async () => {
    const steps: HostOp[] = [
      {
        kind: "if",
        condition: map("gt", scalar("x"), number(5)),
        then: [add(number(100))],
        otherwise: [add(number(200))],
      },
      add(number(1)),
    ];
    const { device, ready } = run(steps);
    const { each } = await (
      await ready
    ).many([
      { w: w(0), x: 1 },
      { w: w(0), x: 9 },
      { w: w(0), x: 2 },
    ]);
    expect(await dataOf(each)).toEqual([[201], [101], [201]]);
    expect(device.launches).toEqual(["add × 1", "add × 2", "add × 3"]);
  });

  it("loops as often as each parameter asks", async () => {
    const steps: HostOp[] = [
      {
        kind: "loop",
        variable: "k",
        count: scalar("n"),
        backwards: false,
        until: undefined,
        body: [add(local("k"))],
      },
    ];
    const { device, ready } = run(steps);
    const { each } = await (
      await ready
    ).many([
      { w: w(0), n: 2 },
      { w: w(0), n: 4 },
      { w: w(0), n: 0 },
    ]);
    expect(await dataOf(each)).toEqual([[1], [6], [0]]);
    expect(device.launches).toEqual(["add × 2", "add × 2", "add × 1", "add × 1"]);
  });

  it("counts down when a scan runs backwards", async () => {
    const body = [
      add(map("mul", local("k"), local("k"))),
      { kind: "let", name: "last", value: local("k") } as const,
    ];
    const loop: HostOp = {
      kind: "loop",
      variable: "k",
      count: number(3),
      backwards: true,
      until: undefined,
      body,
    };
    const { ready } = run([
      { kind: "let", name: "last", value: number(9) },
      loop,
      add(local("last")),
    ]);
    expect(await dataOf((await (await ready).many([{ w: w(0) }])).each)).toEqual([[5]]);
  });

  it("tests `until` before every pass, the first included, on what the device holds", async () => {
    const total = tensorSpec("s", "temporary", [], { space: "slots" });
    const until = {
      before: [launch("total", ["w", "s"])],
      condition: map("ge", { kind: "element", tensor: "s" }, number(10)),
    };
    const loop: HostOp = {
      kind: "loop",
      variable: "k",
      count: number(99),
      backwards: false,
      until,
      body: [add(number(3))],
    };
    const { ready } = run([loop], [total]);
    const { each } = await (await ready).many([{ w: w(0) }, { w: w(50) }, { w: w(0, 1) }]);
    expect(await dataOf(each)).toEqual([[12], [50], [6, 7]]);
  });

  it("puts one element of each parameter side by side for what all share", async () => {
    const tensors = [
      tensorSpec("s", "temporary", [], { space: "slots" }),
      tensorSpec("all", "temporary", [], { space: "shared" }),
    ];
    const steps = [
      launch("total", ["w", "s"]),
      launch("combine", ["s", "all"], { space: "shared", sizes: [size("params")] }),
      launch("scale", ["w", "all"]),
    ];
    const { device, ready } = run(steps, tensors);
    const { each } = await (await ready).many([{ w: w(1, 2) }, { w: w(5) }]);
    expect(await dataOf(each)).toEqual([[0.125, 0.25], [0.625]]);
    expect(device.launches).toEqual(["total × 2", "combine × 1", "scale × 2"]);
  });

  it("refuses a shared launch whose scalars differ", async () => {
    const { ready } = run(
      [launch("add", ["all"], { space: "shared", sizes: [], scalars: [scalar("x")] })],
      [tensorSpec("all", "state", [], { space: "shared" })],
    );
    const step = await ready;
    await expect(
      step.many([
        { w: w(1), x: 1 },
        { w: w(1), x: 2 },
      ]),
    ).rejects.toThrow(BadInput);
    const { shared } = await step.many([
      { w: w(1), x: 2 },
      { w: w(1), x: 2 },
    ]);
    expect(await shared["all"]?.data()).toEqual(Float32Array.of(2));
  });
});

describe("copy, fill and swap", () => {
  it("move values between tensors", async () => {
    const tensors = [tensorSpec("a", "temporary", ["i"]), tensorSpec("b", "temporary", ["i"])];
    const steps: HostOp[] = [
      { kind: "copy", from: "w", to: "a", space: "param" },
      { kind: "fill", tensor: "b", value: 7, space: "param" },
      { kind: "swap", a: "a", b: "b", space: "param" },
      { kind: "copy", from: "a", to: "w", space: "param" },
      add(number(1)),
    ];
    const { ready } = run(steps, tensors);
    const step = await ready;
    expect(await dataOf((await step.many([{ w: w(1, 2) }])).each)).toEqual([[8, 8]]);
    expect(await dataOf((await step.many([{ w: w(1, 2, 3) }])).each)).toEqual([[8, 8, 8]]);
  });
});
