import { describe, expect, it } from "vitest";
import { orientVariants } from "../../src/transform/orient.js";
import { simplify } from "../../src/transform/simplify.js";
import { verify } from "../../src/cascade/verify.js";
import { exampleCascades, hasExamples } from "../cascade/same.js";
import { after, canRun, expectSameValues, inlined, inputsFor } from "./run.js";

/** The statements of `cascade f(x[i], n[i] : i32) -> y[i] { … }` after simplify. */
const simplified = (body: string): string =>
  after(simplify, `cascade f(x[i], n[i] : i32) -> y[i] {\n${body}\n}`);

describe("simplify", () => {
  it("drops a factor of one and keeps a sum with zero", () => {
    expect(simplified("y[i] = 1 * x[i] + 0")).toBe("y[i] = x[i] + 0");
  });

  it("computes with literals", () => {
    expect(simplified("y[i] = (2 + 3) * x[i] / 2^3")).toBe("y[i] = 5 * x[i] / 8");
  });

  it("leaves a quotient that is no number", () => {
    expect(simplified("y[i] = x[i] * (1 / 0)")).toBe("y[i] = x[i] * (1 / 0)");
  });

  it("leaves an integer product that would wrap", () => {
    expect(simplified("y[i] = n[i] + 65536 * 65536")).toBe("y[i] = n[i] + 65536 * 65536");
  });

  it("leaves an integer whose real value is wanted", () => {
    expect(simplified("y[i] = (n[i] / 1)^0.5")).toBe("y[i] = (n[i] / 1)^0.5");
  });

  it("takes the branch whose condition is known", () => {
    expect(simplified("when 2 < 1 { y[i] = x[i] } else { y[i] = -x[i] }")).toBe("y[i] = -x[i]");
  });

  it("drops what nobody asks for", () => {
    expect(simplified("let a[i] = exp(x[i]) \n let b[i] = a[i] \n y[i] = x[i]")).toBe(
      "y[i] = x[i]",
    );
  });

  it("keeps a let that a loop carries to the result", () => {
    const body = ["let a[i] = x[i]", "repeat 2 {", "  a[i] = 2 * a[i]", "}", "y[i] = a[i]"];
    expect(simplified(body.join("\n"))).toBe(body.join("\n"));
  });

  it("keeps one of two equal lets, whatever their variables are called", () => {
    const body = `
      index k in i
      let a[i] = x[i] - max[k] x[k]
      let b[k] = x[k] - max[i] x[i]
      y[i] = a[i] * b[i]`;
    expect(simplified(body)).toBe("let a[i] = x[i] - max[k] x[k]\ny[i] = a[i] * a[i]");
  });

  it("keeps both where what they read was assigned between", () => {
    const body = [
      "let s[i] = x[i]",
      "s[i] = 2 * s[i]",
      "let a[i] = exp(s[i])",
      "s[i] = 3 * s[i]",
      "let b[i] = exp(s[i])",
      "y[i] = a[i] + b[i] + s[i]",
    ].join("\n");
    expect(simplified(body)).toBe(body);
  });

  it("keeps both where a loop assigns between two rounds", () => {
    const body = [
      "let s[i] = x[i]",
      "let a[i] = exp(s[i])",
      "repeat 2 {",
      "  let b[i] = exp(s[i])",
      "  s[i] = a[i] * b[i]",
      "}",
      "y[i] = s[i]",
    ].join("\n");
    expect(simplified(body)).toBe(body);
  });

  it("computes a copied let where the copy goes", () => {
    const text = `
      cascade f(A[i,j]) -> Y[j,i] {
        let S[i,j] = exp(A[i,j])
        Y[j,i] = S[i,j]
      }`;
    expect(after(simplify, text)).toBe("Y[j,i] = exp(A[i,j])");
  });

  it("keeps a copy that rounds", () => {
    const body = "let s[i] : bf16 = exp(x[i])\ny[i] = s[i]";
    expect(simplified(body)).toBe(body);
  });

  it("keeps a copy of one slice", () => {
    const body = "let s[i] = exp(x[i])\nscan i {\n  y[i] = s[i]\n}";
    expect(simplified(body)).toBe(body);
  });

  it("drops constants, tables and ranks that nothing names", () => {
    const body = "rank q = 3 \n const a = 2.5, T[r] = [1, 2, 3] \n y[i] = x[i]";
    expect(simplified(body)).toBe("y[i] = x[i]");
  });
});

describe.skipIf(!hasExamples)("simplify, on every example", () => {
  // needs ../shared/examples
  const variants = (hasExamples ? exampleCascades() : []).flatMap(([name, c]) =>
    orientVariants(c).map(({ cascade }, n) => [`${name} ${n}`, inlined(cascade)] as const),
  );
  const runnable = variants.flatMap(([name, c]) => {
    const inputs = canRun(c) ? inputsFor(c) : undefined;
    return inputs === undefined ? [] : [[name, c, inputs] as const];
  });

  it("finds inputs for most", () => expect(runnable.length).toBeGreaterThan(90));

  it.each(runnable)("%s keeps every bit", (_name, c, inputs) => {
    const simple = simplify(c);
    verify(simple, "simplify");
    expectSameValues(c, simple, inputs);
  });

  it.each(variants)("%s is simple after one time", (_name, c) => {
    const once = simplify(c);
    expect(simplify(once)).toStrictEqual(once);
  });
});
