// What a user sees of the mistakes that only the passes find.

import { describe, expect, it } from "vitest";
import { transformTexts } from "../../grammar/codes/transform.js";
import { render } from "../../grammar/render.js";
import { inline } from "../../src/transform/inline.js";
import { cascadesIn } from "../cascade/same.js";

const tripled = (n: number): string => `cascade f${n}(x) -> y {
  let a = f${n - 1}(x)
  let b = f${n - 1}(a)
  y = f${n - 1}(b)
}
`;

const samples: readonly (readonly [keyof typeof transformTexts, string])[] = [
  [
    "E0790",
    `cascade f(A[m,n], v[m]) -> B[m,n] {
  B[m,n] = add(A, v)
}

cascade add(W[i,j], v[i]) -> Y[i,j] {
  orient size(i) <= size(j)
  Y[i,j] = W[i,j] + v[i]
}
`,
  ],
  [
    "E0910",
    [
      ...Array.from({ length: 10 }, (_, n) => tripled(10 - n)),
      "cascade f0(x) -> y { y = x * x + 1 }\n",
    ].join("\n"),
  ],
];

describe("diagnostics of the passes", () => {
  it("have a sample for each code", () => {
    expect(samples.map(([code]) => code)).toEqual(Object.keys(transformTexts));
  });

  it.each(samples)("%s", async (code, source) => {
    const [first] = cascadesIn(source, "sample.opt").values();
    const result = first && inline(first);
    if (result === undefined || result.ok) throw new Error("the sample is right");
    expect(result.errors.map((error) => error.code)).toEqual([code]);
    const rendered = result.errors.map((error) => render(error)).join("\n\n");
    const golden = `${source}\n${"-".repeat(40)}\n\n${rendered}\n`;
    await expect(golden).toMatchFileSnapshot(`../golden/diagnostics/${code}.txt`);
  });
});
