// An optimizer whose step looks at all parameters at once.

import { describe, expect, it } from "vitest";
import { interpretMany } from "../../../src/cascade/interpret/index.js";
import { tensor } from "../../../src/runtime/tensor.js";
import { tileDevice, tileProgram } from "../../../src/tile/device.js";
import { cascadeOf, prepared } from "../../cascade/interpret/source.js";
import { loweredOf } from "./run.js";

const clipped = `optimizer clipped(lr = 0.1) {
  param w[i]
  grad g[i]
  let all = sqrt(sum[params, i] g[i]^2)
  let top = max[params, i] abs(g[i])
  let mean_size = mean[params, i] abs(g[i])
  w[i] = w[i] - lr * g[i] / max(1, all) + top * mean_size
}`;

const data = (n: number, step: number): number[] =>
  Array.from({ length: n }, (_, k) => Math.fround(Math.sin(k * step + step)));

describe("lower: reductions over params", () => {
  it.each([[[5, 300, 1]], [[4]], [[3, 0, 2]]])("of parameters of %j elements", async (sizes) => {
    const cascade = cascadeOf(clipped, "clipped");
    const step = await tileDevice({ isPoisoned: true, isStrict: true }).prepare(
      tileProgram(loweredOf(cascade)),
    );
    const { each } = await step.many(
      sizes.map((n) => ({ w: tensor(data(n, 1.3)), g: tensor(data(n, 2.7)) })),
    );
    const parameters = sizes.map((n) => {
      const given = { shape: [n], data: data(n, 1.3) };
      const inputs = { tensors: { w: given, g: { shape: [n], data: data(n, 2.7) } } };
      return { cascade: prepared(cascade, inputs), inputs };
    });
    const wanted = interpretMany(parameters, { mode: "f32" });
    if (!wanted.ok) throw new Error("the reference refuses");
    for (const [n, results] of each.entries()) {
      const got = [...((await results["w"]?.data()) ?? [])];
      const want = [...(wanted.value[n]?.["w"]?.data ?? [])];
      expect(got).toHaveLength(want.length);
      got.forEach((x, k) => expect(x).toBeCloseTo(want[k] ?? NaN, 5));
    }
  });
});
