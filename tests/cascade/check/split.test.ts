import { describe, expect, it } from "vitest";
import { cascadeOf, codesOf, equations } from "./programs.js";

const split = (body: string, header = "x[n]"): readonly string[] =>
  equations(`cascade f(${header}) {
  split n = 4 * b + l
  ${body}
}
`).filter((line) => line.startsWith("let"));

describe("split", () => {
  it("makes blocks of a function of the whole, where the whole is on the left", () => {
    expect(
      split(`let s[b] = 1.0
  let y[n] = x[n] / s[b]`)[1],
    ).toBe("let y[n] = x[n] / s[n div 4]");
  });

  it("makes the whole the sum, where it is not", () => {
    expect(split("let s[b] = max[l] x[n]")).toEqual(["let s[b] = max[l] x[4 * b + l]"]);
  });

  it("makes places in a block of a reduction's variable", () => {
    expect(split("let s = sum[n] (x[n] where l == 0)")).toEqual([
      "let s = sum[n] (x[n] where n mod 4 == 0)",
    ]);
  });

  it("never sums parts of what the left side has", () => {
    expect(
      split(`let s[b] = 1.0
  let y[n] = x[n] * s[b] * s[b]`)[1],
    ).toBe("let y[n] = x[n] * s[n div 4] * s[n div 4]");
  });

  it("contracts over the part that two factors use", () => {
    expect(
      split(`let A[b,l] = 1.0
  let y[b] = A[b,l] * x[n]`)[1],
    ).toBe("let y[b] = A[b,l] * x[4 * b + l]");
  });

  it("leaves the whole alone where no part is named", () => {
    expect(split("let s = x[n] * x[n]")).toEqual(["let s = x[n] * x[n]"]);
  });

  it("takes the value of the whole as absent past the end of a short block", () => {
    expect(split("let s[b] = count[l] (n >= 0)")[0]).toContain("where 4 * b + l < size(n)");
  });

  it("derives the outer extent from the whole, and the last block may be short", () => {
    const { ranks } = cascadeOf(`cascade f(x[n]) -> y[n] {
  split n = 4 * b + l
  y[n] = x[n]
}
`);
    expect(ranks.get("b")?.extent.kind).toBe("derived");
    expect(ranks.get("l")?.extent).toMatchObject({ kind: "derived", value: { value: 4 } });
  });

  it("derives the whole from its parts", () => {
    const { ranks } = cascadeOf(`cascade f(x[b,l]) -> y[n] {
  split n = size(l) * b + l
  y[n] = x[b,l]
}
`);
    expect(ranks.get("n")?.extent.kind).toBe("derived");
    expect(ranks.get("b")?.extent.kind).toBe("free");
  });

  it("demands that three given extents agree", () => {
    const { contracts } = cascadeOf(`cascade f(x[n], s[b]) -> y[n] {
  split n = 4 * b + l
  y[n] = s[b] * x[n]
}
`);
    expect(contracts.map(({ kind }) => kind)).toEqual(["extents"]);
  });

  it("demands that a given inner extent is the factor", () => {
    const { contracts } = cascadeOf(`cascade f(x[b,l]) -> y[n] {
  split n = 4 * b + l
  y[n] = x[b,l]
}
`);
    expect(contracts.map(({ kind }) => kind)).toEqual(["extents"]);
  });

  it("refuses a part that has no extent", () => {
    expect(
      codesOf(`cascade f(x) -> y[n] {
  split n = 4 * b + l
  y[n] = x
}
`),
    ).toEqual(["E0416"]);
  });
});
