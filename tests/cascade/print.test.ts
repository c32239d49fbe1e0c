import { describe, expect, it } from "vitest";
import { print } from "../../src/cascade/print.js";
import { verify } from "../../src/cascade/verify.js";
import { orientVariants } from "../../src/transform/orient.js";
import { runPipeline } from "../../src/transform/pipeline.js";
import { cascadeOf, cascadesIn, exampleCascades, hasExamples, normal } from "./same.js";

/** The body's statements as printed, without indentation. */
function statements(text: string): string {
  const body = print(cascadeOf(text)).split("\n\n").at(-1) ?? "";
  return body.replace(/^ {2}/gm, "").replace(/^.*\{\n|\n\}\n$/g, "");
}

describe("print", () => {
  it.each([
    "C[i,j] = A[i,k] * B[k,j]",
    "C[i,j] = A[i,k] * (B[k,j] - 2)",
    "C[i,j] = sum[k] (A[i,k] where B[k,j] > 0) else -1",
    "C[i,j] = (A[i,k] * B[k,j]) * 3",
    "C[i,j] = 3 / (A[i,k] * B[k,j])",
    "C[i,j] = -(A[i,k] * B[k,j])",
    "C[i,j] = -A[i,k(j)]^2 + (A[i,k(j)] + 1)^-2 else 0",
    "C[i,j] = A[i, k - 1] * B[k,j] in f64 else 0",
    "C[i,j] = max[k] (A[i,k] * B[k,j]) as bf16 else 0",
    "C[i,j] = 1 where i == j and not (i < 2 or j > 3) else 2 where i < j else 0.5",
    "C[i,j] = 2.0 - (1 - i) - 1e-9 * (3 / (i + 1.5))",
  ])("prints back: %s", (statement) => {
    const text = `cascade f(A[i,k], B[k,j]) -> C[i,j] {\n  ${statement}\n}\n`;
    expect(print(cascadeOf(text))).toBe(text);
  });

  it("names what a reduction binds after its kind", () => {
    const text = "cascade f(x[i]) -> y[i] {\n  y[i] = x[i] / sum[i] x[i] + max[i] x[i] else 0\n}\n";
    expect(print(cascadeOf(text))).toBe(text);
  });

  it("writes a sum where the product alone would sum further in", () => {
    const c = cascadeOf(
      "cascade f(x[k], y[k]) -> z { let p = x[k] * y[k]  \n z = sum[k] (2 * (x[k] * y[k])) }",
    );
    expect(statements(print(c))).toContain("z = sum[k] (2 * (x[k] * y[k]))");
  });

  it("prints a call with the variables of the callee's ranks", () => {
    const text = `
      cascade f(x[b,n], w[n]) -> y[b] { let s[b] = dot(x, w) \n y[b] = 2 * s[b] }
      cascade dot(a[n], b[n]) -> d { d = a[n] * b[n] }`;
    expect(print(cascadeOf(text))).toContain("  let s[b] = dot[n](x[b,n], w[n])\n");
  });

  it("numbers definitions of one name that differ", () => {
    const text = `
      optimizer f { param w[i]  \n state m[i] : pack(bits = 2), v[i] : pack(bits = 4) \n
        m[i] = w[i] \n v[i] = w[i] }
      format pack(static bits = 8) of x[n] {
        store q[n] : u(bits) = clamp(round(x[n]), 0, 3)
        read q[n]
      }`;
    const printed = print(cascadeOf(text));
    expect(printed).toContain("state v[i] : pack_1(bits = 4)");
    expect(normal(cascadeOf(printed))).toBe(normal(cascadeOf(text)));
  });

  it("reads back what a pass made: an empty let, a table of equations", () => {
    const text = `
      cascade f(G[i,j]) -> Y[i,j] { let X[i,j] = half(G) \n Y[i,j] = X[i,j] }
      cascade half(G[i,j]) -> X[i,j] { orient size(i) < size(j) \n X[i,j] = G[i,j] / 2 }`;
    const result = runPipeline(cascadeOf(text));
    expect(result.ok && normal(cascadeOf(print(result.value)))).toBe(
      result.ok && normal(result.value),
    );
  });
});

describe.skipIf(!hasExamples)("print, on every example", () => {
  // needs ../shared/examples
  const all = hasExamples ? exampleCascades() : [];

  it("finds the examples", () => expect(all.length).toBeGreaterThan(90));

  it.each(all)("%s reads back the same", (_name, c) => {
    verify(c, "check");
    const [again] = cascadesIn(print(c)).values();
    expect(again && normal(again)).toBe(normal(c));
  });

  it.each(all)("%s reads back the same after each pass", (_name, c) => {
    for (const { cascade } of orientVariants(c)) {
      const result = runPipeline(cascade, (_pass, made) => {
        const [again] = cascadesIn(print(made)).values();
        expect(again && normal(again)).toBe(normal(made));
      });
      expect(result.ok).toBe(true);
    }
  });
});
