import { describe, expect, it } from "vitest";
import type { Expr } from "../../../src/cascade/cascade.js";
import { nodes } from "../../../src/cascade/walk.js";
import { cascadeOf, codesOf } from "./programs.js";

/** What each implicit sum of the first equation runs over. */
function sums(header: string, equation: string): readonly string[] {
  const cascade = cascadeOf(`cascade f(${header}) -> Y[i,j] {
  index l in k
  Y[i,j] = ${equation}
}
`);
  const first = cascade.body[0];
  if (first?.kind !== "assign") throw new Error("no equation");
  return [...nodes(first.value)].flatMap((node) => (isSum(node) ? [node.over.join(",")] : []));
}

function isSum(node: Expr): node is Extract<Expr, { kind: "reduce" }> {
  return node.kind === "reduce" && node.contraction;
}

const matrices = "A[i,k], B[k,j], C[i,j], D[k], P[i,j] : k";

describe("contraction", () => {
  it("sums a rank that two factors use", () => {
    expect(sums(matrices, "A[i,k] * B[k,j]")).toEqual(["k"]);
  });

  it("sums over one flat product of three factors", () => {
    expect(sums(matrices, "A[i,k] * D[k] * B[k,j]")).toEqual(["k"]);
  });

  it("counts a divisor as a factor", () => {
    expect(sums(matrices, "A[i,k] * B[k,j] / D[k]")).toEqual(["k"]);
  });

  it("lets a scalar factor take part", () => {
    expect(sums(matrices, "2 * A[i,k] * B[k,j]")).toEqual(["k"]);
  });

  it("sums each parenthesis for itself", () => {
    expect(sums(matrices, "(A[i,k] * B[k,j]) * (A[i,k] * B[k,j])")).toEqual(["k", "k_1"]);
  });

  it("sums each argument for itself", () => {
    expect(sums(matrices, "max(A[i,k] * B[k,j], 0) + C[i,j]")).toEqual(["k"]);
  });

  it("counts ranks inside an index", () => {
    expect(sums("A[k,j], r[i,k] : k", "A[r[i,k],j] * D[k]".replace("D[k]", "r[i,k]"))).toEqual([
      "k",
    ]);
  });

  it("leaves a rank that a reduction binds", () => {
    expect(sums(matrices, "sum[k] (A[i,k] * B[k,j])")).toEqual([]);
  });

  it("sums inside the value of where", () => {
    expect(sums(matrices, "A[i,k] * B[k,j] where i <= j else 0")).toEqual(["k"]);
  });

  it("takes a square as one factor", () => {
    expect(codesOf("cascade f(A[i,k]) -> y[i] { y[i] = A[i,k]^2 }")).toEqual(["E0412"]);
  });

  it("does not sum a rank of one factor", () => {
    expect(codesOf("cascade f(A[i,k], b[i]) -> y[i] { y[i] = A[i,k] * b[i] }")).toEqual(["E0412"]);
  });

  it("does not sum what a loop binds", () => {
    const source = `cascade f(A[i,k], b[k]) -> y[i] {
  y[i] = 0
  scan k { y[i] = y[i] + A[i,k] * b[k] }
}
`;
    expect(codesOf(source)).toEqual([]);
  });

  it("takes a suffix for the accumulator", () => {
    const source = "cascade f(A[i,k], b[k]) -> y[i] { y[i] = A[i,k] * b[k] in f64 }";
    const first = cascadeOf(source).body[0];
    const value = first?.kind === "assign" ? first.value : undefined;
    expect(value).toMatchObject({ kind: "reduce", contraction: true, accumulate: "f64" });
  });
});
