// LANGUAGE.md §4 and §5 over many parameters: `params`, `shared`, `key`, groups.

import { afterAll, describe, expect, it } from "vitest";
import {
  compile,
  createOptimizer,
  open,
  type Device,
  type Group,
  type Optimizer,
  type Tensor,
} from "../../src/index.js";
import { of, refuses } from "./harness.js";

const devices: readonly (readonly [string, Promise<Device>])[] = [
  ["reference", open("reference")],
  ["reference in f32", open("reference", { mode: "f32" })],
  ["wasm", open("wasm", { threads: 2 })],
];
afterAll(async () => {
  for (const [, device] of devices) (await device).close();
});

async function values(
  tensors: Readonly<Record<string, Tensor>>,
): Promise<Record<string, number[]>> {
  const read = Object.entries(tensors).map(
    async ([name, one]) => [name, Array.from(await one.data(), Number)] as const,
  );
  return Object.fromEntries(await Promise.all(read));
}

interface Run {
  readonly source: string;
  readonly params: Readonly<Record<string, Tensor>>;
  readonly grads: readonly Readonly<Record<string, Tensor>>[];
  readonly groups?: (program: Group["program"]) => readonly Group[];
  readonly seed?: number;
}

async function run(
  device: Device,
  { source, params, grads, groups, seed = 0 }: Run,
): Promise<Optimizer> {
  const program = await compile({ source });
  const made = groups?.(program) ?? [{ match: "*", program }];
  const copies = Object.fromEntries(
    await Promise.all(
      Object.entries(params).map(async ([name, one]) => [name, await device.upload(one)] as const),
    ),
  );
  const optimizer = await createOptimizer(device, { params: copies, groups: made, seed });
  for (const each of grads) await optimizer.step(each);
  return optimizer;
}

/** The parameters after the steps, on every device. */
function steps(
  title: string,
  what: Run,
  want: Readonly<Record<string, readonly number[]>>,
  states: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>> = {},
): void {
  it.each(devices)(`${title}, on %s`, async (_, opened) => {
    const optimizer = await run(await opened, what);
    const found = await values(optimizer.params);
    for (const [name, list] of Object.entries(want)) close(found[name], list, name);
    for (const [name, each] of Object.entries(states)) {
      const held = await values(optimizer.statesOf(name));
      for (const [state, list] of Object.entries(each))
        close(held[state], list, `${name}.${state}`);
    }
    optimizer.dispose();
  });
}

function close(found: readonly number[] | undefined, want: readonly number[], where: string): void {
  expect(found?.length, where).toBe(want.length);
  const off = Math.max(0, ...want.map((value, n) => Math.abs(value - (found?.[n] ?? NaN))));
  if (!(off < 1e-5)) expect(found, where).toEqual(want);
}

const params = { a: of([1, 2, 3]), b: of([10, 20, 30, 40], [2, 2]), c: of([5], []) };
const grads = { a: of([3, 0, 0]), b: of([0, 0, 4, 0], [2, 2]), c: of([12], []) };

describe("params", () => {
  steps(
    "a global norm",
    {
      source: `optimizer f(lr = 1.0) {
      param w[i]
      grad g[i]
      let all = sqrt(sum[params, i] g[i]^2)
      w[i] = w[i] - lr * g[i] / all
    }`,
      params,
      grads: [grads],
    },
    { a: [1 - 3 / 13, 2, 3], b: [10, 20, 30 - 4 / 13, 40], c: [5 - 12 / 13] },
  );
  steps(
    "several reductions, of values that change",
    {
      source: `optimizer f(lr = 1.0) {
      param w[i]
      grad g[i]
      state m[i], n
      m[i] = m[i] + g[i]
      let top = max[params, i] abs(m[i])
      let many = count[params, i] (m[i] > 0)
      let average = mean[params, i] w[i]
      let own = sum[i] m[i]
      n = sum[params] own
      w[i] = w[i] - lr * m[i] / top + many + average - size(i)
    }`,
      params,
      grads: [grads, grads],
    },
    twoSteps(),
    { a: { m: [6, 0, 0], n: [38] }, c: { m: [24], n: [38] } },
  );
  steps(
    "one parameter is a sum over itself",
    {
      source: `optimizer f() {
      param w[i]
      grad g[i]
      let all = sum[params, i] g[i]
      w[i] = w[i] + all
    }`,
      params: { a: params.a },
      grads: [{ a: grads.a }],
    },
    { a: [4, 5, 6] },
  );
  steps(
    "a product and a shared state",
    {
      source: `optimizer f(lr = 1.0) {
      param w[i]
      grad g[i]
      state s[i]
      shared d = 2.0, k : i32 = 5
      let num = sum[params, i] (w[i] * g[i])
      d = d + num
      k = k + 1
      s[i] = d
      w[i] = w[i] - d * g[i] + k
    }`,
      params,
      grads: [grads],
    },
    (() => {
      const d = 2 + 3 + 120 + 60;
      return { a: [1 - d * 3 + 6, 8, 9], b: [16, 26, 30 - 4 * d + 6, 46], c: [5 - 12 * d + 6] };
    })(),
    { a: { s: [185, 185, 185] }, c: { s: [185] } },
  );
  steps(
    "a shared state from step to step, every second",
    {
      source: `optimizer f() {
      param w[i]
      grad g[i]
      shared n = 0.0
      every 2 { n = n + sum[params, i] g[i] }
      w[i] = w[i] + n
    }`,
      params,
      grads: [grads, grads, grads],
    },
    { a: [1 + 76, 2 + 76, 3 + 76], c: [5 + 76] },
  );
  steps(
    "a parameter and a branch of its own",
    {
      source: `optimizer f() {
      param w[i]
      grad g[i]
      let own = sum[i] g[i]
      when own > 10 { w[i] = -w[i] } else { w[i] = w[i] + own }
      let all = sum[params, i] w[i]
      w[i] = w[i] + all
    }`,
      params,
      grads: [grads],
    },
    (() => {
      const all = 4 + 5 + 6 + (14 + 24 + 34 + 44) - 5;
      return {
        a: [4 + all, 5 + all, 6 + all],
        b: [14, 24, 34, 44].map((x) => x + all),
        c: [-5 + all],
      };
    })(),
  );
  steps(
    "into a state, over a state, into a let that each parameter assigns anew",
    {
      source: `optimizer f() {
      param w[i]
      grad g[i]
      state n, p
      let own = sum[i] g[i]
      p = p + own
      n = sum[params] p
      let all = max[params] own
      w[i] = w[i] + all
      all = own
      w[i] = w[i] + 100 * all
    }`,
      params,
      grads: [grads, grads],
    },
    { a: [625, 626, 627], b: [834, 844, 854, 864], c: [2429] },
    { a: { n: [38], p: [6] }, c: { n: [38], p: [24] } },
  );
  steps(
    "over nothing that is present is absent",
    {
      source: `optimizer f() {
      param w[i]
      grad g[i]
      let some = max[params, i] (g[i] where g[i] > 3) else -1
      let none = max[params, i] (g[i] where g[i] > 50) else -1
      let less = sum[params, i] (g[i] where g[i] > 50) else -2
      let mid = mean[params, i] (g[i] where g[i] > 50) else -3
      let any1 = any[params, i] (g[i] > 50)
      let n = count[params, i] (g[i] > 3)
      w[i] = some + 10 * none + 100 * less + 1000 * mid + (1 where any1 else 0) + 10000 * n
    }`,
      params,
      grads: [grads],
    },
    { c: [12 - 10 - 200 - 3000 + 20000] },
  );
  refuses(
    "bound by hand",
    "E0204",
    "optimizer f() { param w[i]\n grad g[i]\n let x[params] = sum[i] g[i]\n w[i] = w[i] }",
  );
});

function twoSteps(): Record<string, number[]> {
  const w: Record<string, number[]> = { a: [1, 2, 3], b: [10, 20, 30, 40], c: [5] };
  const g: Record<string, number[]> = { a: [3, 0, 0], b: [0, 0, 4, 0], c: [12] };
  const m: Record<string, number[]> = { a: [0, 0, 0], b: [0, 0, 0, 0], c: [0] };
  for (let t = 1; t <= 2; t++) {
    for (const k of Object.keys(m)) m[k] = (m[k] ?? []).map((x, n) => x + (g[k]?.[n] ?? 0));
    const flat = Object.values(m).flat();
    const all = Object.values(w).flat();
    const top = Math.max(...flat.map(Math.abs));
    const more = flat.filter((x) => x > 0).length + all.reduce((s, x) => s + x, 0) / all.length;
    for (const k of Object.keys(w)) {
      w[k] = (w[k] ?? []).map((x, n) => x - (m[k]?.[n] ?? 0) / top + more - (w[k] ?? []).length);
    }
  }
  return w;
}

describe("orient", () => {
  const matrices = { a: of([1, 2], [1, 2]), b: of([3, 4], [2, 1]), c: of([5], [1, 1]) };
  const shortRow = (before: string, after: string): string => `optimizer f() {
    ${before}
    param W[i,j]
    grad G[i,j]
    ${after}
    orient size(i) <= size(j)
    r[i] = r[i] + (sum[j] G[i,j]^2)
    let all = sum[params, i] r[i]
    W[i,j] = W[i,j] - G[i,j] * all
  }`;
  // squares: 5, 25, 25: 55 in the first step, 110 in the second
  const want = { a: [-164, -328], b: [-492, -656], c: [-820] };
  const states = { a: { r: [10] }, b: { r: [50] }, c: { r: [50] } };
  const what = { params: matrices, grads: [matrices, matrices] };
  steps(
    "a state of the short side goes on",
    { source: shortRow("", "state r[i]"), ...what },
    want,
    states,
  );
  steps(
    "a state that is declared first",
    { source: shortRow("state r[i]", ""), ...what },
    want,
    states,
  );
});

describe("groups", () => {
  steps(
    "hyper-parameters differ, statics part plans, `params` spans what shares a plan",
    {
      source: `optimizer f(lr = 1.0, static twice = false) {
      param w[i]
      grad g[i]
      let all = sum[params, i] g[i]
      w[i] = w[i] - lr * all
      when twice { w[i] = 2 * w[i] }
    }`,
      params,
      grads: [grads],
      groups: (program) => [
        { match: "a", program, scalars: { lr: 2 } },
        { match: "b", program, scalars: { lr: 3 } },
        { match: "*", program, settings: { twice: 1 } },
      ],
    },
    { a: [1 - 14, 2 - 14, 3 - 14], b: [10 - 21, 20 - 21, 30 - 21, 40 - 21], c: [2 * (5 - 12)] },
  );
});

describe("keys", () => {
  const source = `optimizer f() {
    param w[i]
    grad g[i]
    w[i] = w[i] + normal(key, t, i) + 0 * g[i]
  }`;
  const two = { a: of([0, 0, 0, 0]), b: of([0, 0, 0, 0]) };
  const draw = async (opened: Promise<Device>, seed: number, count: number) => {
    const optimizer = await run(await opened, {
      source,
      params: two,
      grads: Array<typeof two>(count).fill(two),
      seed,
    });
    const found = await values(optimizer.params);
    optimizer.dispose();
    return found;
  };
  it("differ by parameter, seed and step, and are the same on every device", async () => {
    const [, [, f32], [, wasm]] = devices as [
      (typeof devices)[0],
      (typeof devices)[0],
      (typeof devices)[0],
    ];
    const [one, same, other, later] = [
      await draw(wasm, 1, 1),
      await draw(f32, 1, 1),
      await draw(wasm, 2, 1),
      await draw(wasm, 1, 2),
    ];
    expect(one).toEqual(same);
    expect(one["a"]).not.toEqual(one["b"]);
    expect(one["a"]).not.toEqual(other["a"]);
    expect((later["a"] ?? []).map((x, n) => x - (one["a"]?.[n] ?? 0))).not.toEqual(one["a"]);
  });
});
