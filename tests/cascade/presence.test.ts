import { describe, expect, it } from "vitest";
import { isPresent, presence } from "../../src/cascade/presence.js";
import { absentOf, cascadeOf } from "./check/programs.js";

const absent = (body: string, header = "x[i], A[i,j], at[i] : i, n : i32"): readonly string[] =>
  absentOf(`cascade f(${header}) -> y[i] {\n  ${body}\n}\n`);

describe("presence", () => {
  it("of an access that may lie outside is not proven", () => {
    expect(absent("y[i] = x[i + 1]")).toEqual(["y"]);
  });

  it("comes with else", () => {
    expect(absent("y[i] = x[i + 1] else x[i]")).toEqual([]);
  });

  it("of indices that come from outside is not proven", () => {
    expect(absent("y[i] = x[at[i]]")).toEqual(["y"]);
  });

  it("of affine indices is", () => {
    expect(absent("y[i] = x[size(i) - 1 - i]")).toEqual([]);
  });

  it("of grouped heads is", () => {
    expect(absent("let g[i] = i * size(j) div size(i)\n  y[i] = A[i,g[i]]")).toEqual([]);
  });

  it("of a group that is off by one is not", () => {
    expect(absent("let g[i] = (i + 1) * size(j) div size(i)\n  y[i] = A[i,g[i]]")).toEqual(["y"]);
  });

  it("uses what is expected of extents", () => {
    expect(absent("y[i] = A[i,j(i)]")).toEqual(["y"]);
    expect(absent("expect size(i) <= size(j)\n  y[i] = A[i,j(i)]")).toEqual([]);
  });

  it("uses that given blocks cover what they split", () => {
    const source = (blocks: string): string => `cascade f(x[n], s[b]) -> y[n] {
  ${blocks}
  y[n] = s[b(n div 4)]
}
`;
    expect(absentOf(source("expect size(b) == (size(n) + 4) div 4"))).toEqual(["y"]);
    expect(absentOf(source("expect size(b) == (size(n) + 3) div 4"))).toEqual([]);
    expect(absentOf(source("split n = 4 * b + l"))).toEqual([]);
  });

  it("of what the same pass of a scan wrote is proven, of the next is not", () => {
    const source = (at: string): string => `cascade f(x[i,k]) -> h[k,i], y[k] {
  scan k {
    h[k,i] = x[i,k]
    y[k] = sum[i] h[${at},i]
  }
}
`;
    expect(absentOf(source("k"))).toEqual([]);
    expect(absentOf(source("size(k) - 1 - k"))).toEqual(["y"]);
  });

  it("uses the remainder", () => {
    expect(absent("y[i] = A[i, i mod size(j)]")).toEqual([]);
  });

  it("of a mask is not proven", () => {
    expect(absent("y[i] = x[i] where i < n")).toEqual(["y"]);
  });

  it("of a sum needs one present point: the diagonal", () => {
    expect(absent("index k in i\n  y[i] = sum[k] (x[k] where k <= i)")).toEqual([]);
    expect(absent("index k in i\n  y[i] = sum[k] (x[k] where k < i)")).toEqual(["y"]);
  });

  it("of short blocks is proven: each begins inside", () => {
    expect(
      absent(`split i = 8 * b + l
  let m[b] = max[l] x[i]
  y[i] = x[i] / m[b]`),
    ).toEqual([]);
  });

  it("of the best points needs enough of them", () => {
    const best = "let best[c] : i = topk[i; c] x[i]\n  y[i] = x[i] * sum[c] x[best[c]]";
    expect(absent(`rank c = 4\n  ${best}`)).toEqual(["y"]);
    expect(absent(`rank c = 4\n  expect size(i) >= 4\n  ${best}`)).toEqual([]);
  });

  it("grows by a scan over all of a rank", () => {
    expect(absent("scan i { y[i] = x[i] }")).toEqual([]);
    expect(absent("scan i { when i > 0 { y[i] = x[i] } }")).toEqual(["y"]);
  });

  it("is not lost by a masked update", () => {
    expect(absent("y[i] = 0\n  y[i] = x[i] where i < n")).toEqual([]);
  });

  it("needs both branches", () => {
    expect(absent("when n > 0 { y[i] = x[i] }")).toEqual(["y"]);
    expect(absent("when n > 0 { y[i] = x[i] } else { y[i] = 0 }")).toEqual([]);
  });

  it("may hang on a loop that is never entered", () => {
    expect(absent("repeat n { y[i] = x[i] }")).toEqual(["y"]);
  });

  it("goes through calls", () => {
    const mask = "\ncascade mask(s[i]) -> t[i] { t[i] = s[i] where i > 3 }\n";
    expect(absentOf(`cascade f(x[i]) -> y[i] { y[i] = mask(x) }${mask}`, "f")).toEqual(["y"]);
    expect(absentOf(`cascade f(x[i]) -> y[i] { y[i] = mask(x) else 0 }${mask}`, "f")).toEqual([]);
  });

  it("is told of every tensor and expression", () => {
    const cascade = cascadeOf(`cascade f(x[i], n : i32) -> y[i] {
  let m[i] = x[i] where i < n
  y[i] = m[i] else 0
}
`);
    expect(Object.fromEntries(presence(cascade))).toEqual({
      x: "always",
      n: "always",
      m: "maybe",
      y: "always",
    });
    const values = cascade.body.flatMap((s) =>
      s.kind === "assign" ? [isPresent(cascade, s.value)] : [],
    );
    expect(values).toEqual([false, true]);
  });
});
