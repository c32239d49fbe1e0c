import { describe, expect, it } from "vitest";
import { cascadeOf, codesOf } from "./programs.js";

/** The kind that `let v = …` gets. */
function kindOf(value: string): string | undefined {
  const source = `cascade f(x[i], n[i] : i32, k = 3, r = 3.0, flag = true) { let v = ${value} }`;
  return cascadeOf(source).tensors.get("v")?.type;
}

describe("kinds", () => {
  it.each([
    ["k + 1", "integer"],
    ["k + 1.0", "real"],
    ["k / 2", "real"],
    ["k div 2", "integer"],
    ["2^k", "integer"],
    ["2.0^k", "real"],
    ["floor(r)", "integer"],
    ["round(r) as f32", "real"],
    ["r as i32", "integer"],
    ["sqrt(k)", "real"],
    ["abs(k)", "integer"],
    ["k < r", "boolean"],
    ["sum[i] n[i]", "integer"],
    ["mean[i] n[i]", "real"],
    ["count[i] (x[i] > 0)", "integer"],
    ["argmax[i] x[i]", "integer"],
    ["size(i)", "integer"],
    ["k where flag else r", "real"],
    ["flag and k > 1", "boolean"],
    ["uniform(0, k)", "real"],
    ["max(k, 2)", "integer"],
  ])("%s is %s", (value, kind) => {
    expect(kindOf(value)).toBe(kind);
  });

  it("take a scalar's from the spelling of its default", () => {
    const { scalars } = cascadeOf(
      "cascade f(gap = 200, decay = 0.0, tiny = 1e3, on = true) { let v = gap }",
    );
    expect([...scalars.values()].map(({ type }) => type)).toEqual([
      "integer",
      "real",
      "real",
      "boolean",
    ]);
  });

  it("make a let real that begins with an integer and is given reals", () => {
    const source = `cascade f(x[i]) -> y[i] {
  let s[i] = 0
  repeat 3 { s[i] = s[i] + x[i] }
  y[i] = s[i]
}
`;
    expect(cascadeOf(source).tensors.get("s")).toMatchObject({
      type: "real",
      format: { name: "f32" },
    });
  });

  it("keep an integer let an integer", () => {
    const source = `cascade f(x[i]) -> y[i] {
  let s = 0
  repeat 3 { s = s + 1 }
  y[i] = s * x[i]
}
`;
    expect(cascadeOf(source).tensors.get("s")?.type).toBe("integer");
  });

  it("let whole numbers in a format of reals be stored as codes", () => {
    const source = `format f of x[n] {
  store z : f32 = round(min[n] x[n])
  store q[n] : u4 = clamp(round(x[n]) - z, 0, 15)
  read q[n] + z
}
`;
    expect(codesOf(source)).toEqual([]);
  });

  it("refuse fractions as codes", () => {
    const source = `format f of x[n] {
  store z : f32 = min[n] x[n]
  store q[n] : u4 = round(x[n]) - z
  read q[n] + z
}
`;
    expect(codesOf(source)).toEqual(["E0313"]);
  });
});
