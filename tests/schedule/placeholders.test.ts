import { describe, expect, it } from "vitest";
import { compile } from "../../src/compile.js";
import { schedule } from "../../src/schedule/schedule.js";

/**
 * Names of the tensors that a plan keeps a companion for: those that may be absent at some point.
 */
async function maybeAbsent(source: string): Promise<readonly string[]> {
  const { variants } = await compile({ source, name: "test.opt" });
  return variants.flatMap(({ cascade }) => [...schedule(cascade).absences.keys()]);
}

const called = `
cascade turned(G[i,j]) -> X[i,j] {
  orient size(i) <= size(j)
  X[i,j] = 2 * G[i,j]
  X[i,j] = X[i,j] + 1
}`;

describe("settlePlaceholders", () => {
  it("introduces a result where both branches of an orient assign it", async () => {
    const source = `cascade f(A[p,q]) -> B[p,q] {\n let Y[p,q] = turned(A)\n B[p,q] = Y[p,q]^2\n}${called}`;
    expect(await maybeAbsent(source)).toEqual([]);
  });

  it("leaves what one branch alone assigns", async () => {
    const source = `cascade f(A[p], n = 3) -> B[p] {
      let Y[p] = 0 where false
      when n > 2 { Y[p] = A[p] }
      B[p] = Y[p] else 7
    }`;
    expect(await maybeAbsent(source)).toContain("Y");
  });

  it("leaves what a branch reads before it assigns", async () => {
    const source = `cascade f(A[p], n = 3) -> B[p] {
      let Y[p] = 0 where false
      when n > 2 { Y[p] = A[p] } else { Y[p] = Y[p] else 5 }
      B[p] = Y[p] else 7
    }`;
    expect(await maybeAbsent(source)).toContain("Y");
  });
});
