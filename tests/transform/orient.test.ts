import { describe, expect, it } from "vitest";
import { orientVariants } from "../../src/transform/orient.js";
import { simplify } from "../../src/transform/simplify.js";
import { cascadeOf, exampleCascades, hasExamples } from "../cascade/same.js";
import { inlined, run, shown } from "./run.js";

const centre = `
cascade centre(W[b,i,j], v[i] = 0) -> Y[b,i,j] {
  orient size(i) <= size(j)
  let s[b,i] = mean[j] W[b,i,j] + v[i]
  Y[b,i,j] = W[b,i,j] - s[b,i]
}`;

describe("orientVariants", () => {
  it("gives a cascade without orient back", () => {
    const c = cascadeOf("cascade f(x[i]) -> y[i] { y[i] = x[i] }");
    expect(orientVariants(c)).toEqual([{ conditions: [], cascade: c }]);
  });

  it("turns what the caller lays out, and leaves what has one of the ranks", () => {
    const [named, turned] = orientVariants(cascadeOf(centre));
    expect(named && shown(named.cascade)).toContain("Y[b,i,j] = W[b,i,j] - s[b,i]");
    expect(turned && shown(turned.cascade)).toBe(
      "cascade centre(W[b,j,i], v[i] = 0) -> Y[b,j,i] {\n" +
        "  let s[b,i] = mean[j] W[b,j,i] + v[i]\n" +
        "  Y[b,j,i] = W[b,j,i] - s[b,i]\n",
    );
  });

  it("takes the mean along the longer side, whichever that is", () => {
    const [named, turned] = orientVariants(cascadeOf(centre));
    if (named === undefined || turned === undefined) throw new Error("no variants");
    const wide = { shape: [1, 1, 2], data: [1, 3] };
    const tall = { shape: [1, 2, 1], data: [1, 3] };
    expect(run(named.cascade, { tensors: { W: wide } }).Y).toEqual([-1, 1]);
    expect(run(turned.cascade, { tensors: { W: tall } }).Y).toEqual([-1, 1]);
  });

  it("says which conditions hold, for each of several", () => {
    const text = `
      optimizer f { param W[i,j], V[p,q] \n grad G[i,j], H[p,q]
        orient size(i) < size(j) \n orient size(p) <= size(q)
        W[i,j] = G[i,j] \n V[p,q] = H[p,q] }`;
    const holds = orientVariants(cascadeOf(text)).map((v) => v.conditions.map((c) => c.holds));
    expect(holds).toEqual([
      [true, true],
      [true, false],
      [false, true],
      [false, false],
    ]);
  });

  it("keeps a state over the ranks as named", () => {
    const text = `
      optimizer f { param W[i,j] \n grad G[i,j] \n orient size(i) < size(j) \n state m[i,j]
        m[i,j] = G[i,j] \n W[i,j] = m[i,j] }`;
    const turned = orientVariants(cascadeOf(text))[1];
    expect(turned && shown(turned.cascade)).toContain("  m[i,j] = G[j,i]\n  W[j,i] = m[i,j]\n");
    expect(turned?.cascade.tensors.get("m")?.ranks).toEqual(["i", "j"]);
  });

  it("turns the result of a call behind it", () => {
    const text = `
      optimizer f { param W[i,j] \n grad G[i,j] \n orient size(i) < size(j) \n W[i,j] = twice(G) }
      cascade twice(A[i,j]) -> B[i,j] { B[i,j] = 2 * A[i,j] + 0 * i }`;
    const turned = orientVariants(cascadeOf(text))[1];
    if (turned === undefined) throw new Error("no variant");
    expect(shown(simplify(inlined(turned.cascade)))).toContain("W[j,i] = 2 * G[j,i] + 0 * i");
  });

  it("turns an input that is asked for again, and what it becomes", () => {
    const text = `
      optimizer f { param W[i,j] \n grad G[i,j] \n orient size(i) < size(j)
        let H[i,j] = await G[i,j] \n W[i,j] = G[i,j] - H[i,j] }`;
    const turned = orientVariants(cascadeOf(text))[1];
    expect(turned && shown(turned.cascade)).toContain("W[j,i] = G[j,i] - H[j,i]");
  });
});

describe.skipIf(!hasExamples)("orientVariants, on every example", () => {
  // needs ../shared/examples
  const oriented = (hasExamples ? exampleCascades() : []).filter(([, c]) => c.orients.length > 0);

  it("finds those with orient", () => expect(oriented.length).toBeGreaterThan(6));

  it.each(oriented)("%s gives two, without orient", (_name, c) => {
    const variants = orientVariants(c);
    expect(variants.map((v) => v.cascade.orients.length)).toEqual([0, 0]);
  });
});
