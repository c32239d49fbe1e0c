// What `einfall run` takes from files and options, and what it refuses before anything runs.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeSafetensors } from "../../src/runtime/safetensors.js";
import { distance, inside, readFloats, temporaryFolder, tensorFile } from "./cli.js";

const adamw = "stdlib/optimizers/adamw.opt";

function saved(shapes: Readonly<Record<string, readonly number[]>>): string {
  const path = join(temporaryFolder(), "in.safetensors");
  writeFileSync(path, tensorFile(shapes));
  return path;
}

/** Runs on the reference, which needs no kernels. */
function run(...args: readonly string[]) {
  return inside("run", "--device", "reference", ...args);
}

describe("einfall run", () => {
  it("goes on from the states in the file", async () => {
    const start = saved({ w: [5], g: [5] });
    const [once, twice] = [`${start}.1`, `${start}.2`];
    await run(adamw, "--in", start, "--out", twice, "--steps", "2");
    await run(adamw, "--in", start, "--out", once);
    const { w = [], m = [], v = [] } = readFloats(once);
    const f32 = (values: readonly number[]) =>
      ({ dtype: "F32", shape: [5], data: Float32Array.from(values) }) as const;
    const { g = [] } = readFloats(start);
    const states = new Map(
      Object.entries({ w, m, v, g }).map(([name, x]) => [name, f32(x)] as const),
    );
    writeFileSync(`${start}.3`, writeSafetensors({ tensors: states, metadata: new Map() }));
    await run(adamw, "--in", `${start}.3`, "--out", `${start}.4`, "--set", "t=2");
    const wanted = readFloats(twice);
    for (const [name, values] of Object.entries(readFloats(`${start}.4`))) {
      expect(distance(values, wanted[name] ?? [])).toBeLessThan(1e-6);
    }
  });

  it("takes gradients from a file of their own, whatever the ranks", async () => {
    const params = saved({ a: [2, 3], "b.c": [4] });
    const beside = saved({ a: [2, 3], "b.c": [4], "a.grad": [2, 3], "b.c.grad": [4] });
    const all = readFloats(beside);
    const grads = join(temporaryFolder(), "grads.safetensors");
    const only = ["a", "b.c"].map((name) => {
      const data = Float32Array.from(all[`${name}.grad`] ?? []);
      return [name, { dtype: "F32", shape: name === "a" ? [2, 3] : [4], data }] as const;
    });
    writeFileSync(grads, writeSafetensors({ tensors: new Map(only), metadata: new Map() }));
    await run(adamw, "--in", params, "--grads", grads, "--out", `${params}.out`);
    await run(adamw, "--in", beside, "--out", `${beside}.out`);
    expect(readFloats(`${params}.out`)).toEqual(readFloats(`${beside}.out`));
    expect(Object.keys(readFloats(`${params}.out`)).toSorted()).toEqual(["a", "b.c"]);
  });

  it("draws the same tensors for the same seed, others for another", async () => {
    const results = await [["1"], ["1"], ["2"]].reduce(
      async (before, [seed = ""]) => [
        ...(await before),
        (await run(adamw, "--seed", seed, "--json")).out,
      ],
      Promise.resolve<readonly string[]>([]),
    );
    expect(results[0]).toBe(results[1]);
    expect(results[0]).not.toBe(results[2]);
  });

  it("reads narrow floats, and integers of 64 bits that fit", async () => {
    const path = join(temporaryFolder(), "bf16.safetensors");
    const [w, g] = [Uint16Array.of(0x3f80, 0xc000), Float64Array.of(0, 0)];
    const tensors = new Map([
      ["w", { dtype: "BF16", shape: [2], data: w } as const],
      ["g", { dtype: "F64", shape: [2], data: g } as const],
    ]);
    writeFileSync(path, writeSafetensors({ tensors, metadata: new Map() }));
    await run(adamw, "--in", path, "--out", `${path}.out`, "--set", "weight_decay=0");
    expect(readFloats(`${path}.out`)).toEqual({ m: [0, 0], v: [0, 0], w: [1, -2] });

    const long = { dtype: "I64", shape: [1], data: BigInt64Array.of(2n ** 40n) } as const;
    writeFileSync(path, writeSafetensors({ tensors: new Map([["w", long]]), metadata: new Map() }));
    const { code, err } = await run(adamw, "--in", path);
    expect([code, err]).toEqual([1, expect.stringContaining("tensor `w` of I64: element 0 is")]);
  });

  it("prints what a tool reads", async () => {
    const { out } = await run("stdlib/nn/softmax.opt", "-D", "n=4", "--json");
    const { tensors } = JSON.parse(out) as { tensors: { name: string; mean: number }[] };
    expect(tensors).toMatchObject([{ name: "y", shape: [4], format: "f32", notFinite: 0 }]);
    expect(tensors[0]?.mean).toBeCloseTo(0.25, 6);
  });
});

describe("einfall run refuses", () => {
  const refusals: readonly (readonly [string, number, string, readonly string[]])[] = [
    ["a missing tensor", 1, "no tensor `g` in", [adamw, "--in", saved({ w: [4], gg: [4] })]],
    [
      "a missing gradient",
      1,
      "`b` needs",
      [adamw, "--in", saved({ a: [4], b: [4], "a.grad": [4] })],
    ],
    [
      "shapes that disagree",
      1,
      "rank `i` is 4 by `w` and 5 by `g`",
      [adamw, "--in", saved({ w: [4], g: [5] })],
    ],
    [
      "the shape of one parameter's gradient",
      1,
      "parameter `a`: rank `i` is 4 by `w` and 5 by `g`",
      [adamw, "--in", saved({ a: [4], "a.grad": [5] })],
    ],
    [
      "an extent that is not the tensors'",
      1,
      "rank `i`",
      [adamw, "-D", "i=3", "--in", saved({ w: [4], g: [4] })],
    ],
    [
      "an unknown rank",
      2,
      "-D ii: `adamw` has no rank `ii`; did you mean `i`?",
      [adamw, "-D", "ii=3"],
    ],
    ["an unknown scalar", 2, "did you mean `beta1`?", [adamw, "--set", "beta_1=0.5"]],
    ["a value out of range", 2, "its range in `adamw` is 0..1", [adamw, "--set", "lr=3"]],
    ["what is no assignment", 2, "`lr` is not of the form name=value", [adamw, "--set", "lr"]],
    [
      "an extent that is no number of elements",
      2,
      "an extent is a whole number",
      [adamw, "-D", "i=1.5"],
    ],
    ["an unknown definition", 1, "did you mean `adamw_clipped`?", [`${adamw}#adamw_cliped`]],
    ["a file that is not there", 1, "there is no file", ["nowhere.opt"]],
    [
      "tensors that are not there",
      1,
      "there is no file or folder `none.st`",
      [adamw, "--in", "none.st"],
    ],
    ["a file that is no safetensors file", 1, "at byte", [adamw, "--in", "package.json"]],
    ["gradients alone", 2, "--grads needs --in", [adamw, "--grads", "g.safetensors"]],
    ["more than can be drawn", 1, "too much to draw", [adamw, "-D", "i=1000000000"]],
    ["an unknown device", 2, "Allowed choices are", [adamw, "--device", "gpu"]],
  ];

  it.each(refusals)("%s", async (_name, code, message, args) => {
    const ran = await run(...args);
    expect([ran.code, ran.out]).toEqual([code, ""]);
    expect(ran.err).toContain(message);
    expect(ran.err).not.toContain("internal");
  });
});
