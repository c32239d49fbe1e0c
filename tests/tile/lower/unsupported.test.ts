import { describe, expect, it } from "vitest";
import { lowerTexts } from "../../../grammar/codes/lower.js";
import { render } from "../../../grammar/render.js";
import { lower } from "../../../src/tile/lower/index.js";
import { cascadeOf } from "../../cascade/interpret/source.js";

const samples: readonly { readonly code: string; readonly source: string }[] = [
  {
    code: "E1010",
    source: `cascade f(x[i] : u4) -> y[i] {
  y[i] = x[i] + 1.5
}`,
  },
  {
    code: "E1011",
    source: `optimizer f(lr = 0.1) {
  param w[i]
  grad g[i]
  w[i] = w[i] + g[i]
  let h[i] = await g[i]
  w[i] = w[i] - lr * h[i]
}`,
  },
  {
    code: "E1012",
    source: `cascade f(A[i,k], B[k,j]) -> C[i,j] {
  C[i,j] = A[i,k] * B[k,j] in f64
}`,
  },
  {
    code: "E1013",
    source: `monoid norm {
  lift (x) (s = x^2)
  merge (a, b) (s = a.s + b.s)
  result sqrt(s)
}
optimizer f(lr = 0.1) {
  param w[i]
  grad g[i]
  w[i] = w[i] - lr * g[i] / norm[params, i] g[i]
}`,
  },
  {
    code: "E1014",
    source: `cascade f(x[i], bias[i] = i) -> y[i] {
  y[i] = x[i] + bias[i]
}`,
  },
];

describe("what is not lowered yet", () => {
  it("has a sample for each code", () => {
    expect(samples.map(({ code }) => code)).toEqual(Object.keys(lowerTexts));
  });

  it.each(samples)("$code", async ({ code, source }) => {
    const cascade = cascadeOf(source, "f");
    const result = lower([{ conditions: [], cascade: { ...cascade, orients: [] } }]);
    if (result.ok) throw new Error("it was lowered");
    expect(result.errors[0].code).toBe(code);
    const rendered = result.errors.map((error) => render(error)).join("\n\n");
    const golden = `${source}\n${"-".repeat(40)}\n\n${rendered}\n`;
    await expect(golden).toMatchFileSnapshot(`../../golden/diagnostics/${code}.txt`);
  });
});
