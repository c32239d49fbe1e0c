import { describe, expect, it } from "vitest";
import { printPlan } from "../../src/schedule/print-plan.js";
import { schedule } from "../../src/schedule/schedule.js";
import { cascadeOf } from "../cascade/interpret/source.js";
import { variantsOf } from "../tile/lower/run.js";

function planOf(text: string): string {
  const name = /(?:cascade|optimizer) (\w+)/.exec(text)?.[1] ?? "";
  const [first] = variantsOf(cascadeOf(text, name));
  if (first === undefined) throw new Error("no variant");
  return printPlan(schedule(first.cascade));
}

const lines = (...all: readonly string[]): string => all.join("\n");

describe("schedule", () => {
  it("carries out equations over the same points in one launch", () => {
    const text = `optimizer f(lr = 0.1) { param w[i]
      grad g[i]
      state m[i]
      m[i] = 0.9 * m[i] + g[i]
      w[i] = w[i] - lr * m[i] }`;
    expect(planOf(text)).toBe(
      lines("launch over [i]", "  at each point", "    m[i] by map", "    w[i] by map"),
    );
  });

  it("joins ranks that every access uses together", () => {
    const plan = planOf("cascade f(x[i,j], y[i,j]) -> z[i,j] { z[i,j] = x[i,j] + y[i,j] }");
    expect(plan).toContain("launch over [i*j]");
  });

  it("keeps ranks apart that one access uses alone", () => {
    const plan = planOf("cascade f(x[i,j], y[j]) -> z[i,j] { z[i,j] = x[i,j] + y[j] }");
    expect(plan).toContain("launch over [i, j]");
  });

  it("normalises a row in one launch of several loops", () => {
    const plan = planOf("cascade f(x[p,m]) -> y[p,m] { y[p,m] = x[p,m] / sum[m] x[p,m] }");
    expect(plan).toBe(
      lines(
        "launch over [p]",
        "  along [m]",
        "    y_sum[p] by sum",
        "  along [m]",
        "    y[p,m_1] by map",
      ),
    );
  });

  it("takes several reductions of one sweep together", () => {
    const text = `cascade f(x[p,m]) -> s[p], t[p] {
      s[p] = sum[m] x[p,m] else 0
      t[p] = max[m] x[p,m] else 0 }`;
    expect(planOf(text).match(/along/g)).toHaveLength(1);
  });

  it("computes beside a tensor what reads it at other points, then moves it", () => {
    const text = `cascade f(x[i]) -> y[i] { y[i] = x[i]
      y[i] = y[size(i) - 1 - i] else 0 }`;
    expect(planOf(text)).toMatch(/y_next\[i\] by map\ny becomes y_next$/);
  });

  it("keeps a launch apart that reads another's points", () => {
    const text = `cascade f(x[i]) -> y[i], z[i] { y[i] = exp(x[i])
      z[i] = y[size(i) - 1 - i] else 0 }`;
    expect(planOf(text).match(/launch/g)).toHaveLength(2);
  });

  it("finds the sides of a contraction", () => {
    const plan = planOf("cascade f(A[b,i,k], B[k,j]) -> C[b,i,j] { C[b,i,j] = A[b,i,k] * B[k,j] }");
    expect(plan).toContain("contract [b*i] by [j] along [k]");
  });

  it("lets two contractions of the same sides share their tiles", () => {
    const text = `cascade f(X[t,d], G[d,f], U[d,f]) -> H[t,f] {
      H[t,f] = silu(X[t,d] * G[d,f]) * (X[t,d] * U[d,f]) }`;
    const plan = planOf(text);
    expect(plan.match(/contract/g)).toHaveLength(1);
    expect(plan).toContain("H[t,f] by map");
  });

  it("sums a product of three matrices pairwise", () => {
    const text =
      "cascade f(B[o,q], G[q,p], A[p,n]) -> V[o,n] { V[o,n] = B[o,q] * G[q,p] * A[p,n] }";
    expect(planOf(text).match(/contract/g)).toHaveLength(2);
  });

  it("takes a matrix times a vector as rows", () => {
    const plan = planOf("cascade f(A[i,k], x[k]) -> y[i] { y[i] = A[i,k] * x[k] }");
    expect(plan).toBe(lines("launch over [i]", "  along [k]", "    y[i] by sum"));
  });

  it("gives the same launches to other names", () => {
    const one = planOf("cascade f(x[p,m]) -> y[p,m] { y[p,m] = x[p,m] / sum[m] x[p,m] }");
    const two = planOf("cascade f(b[z,a]) -> c[z,a] { c[z,a] = b[z,a] / sum[a] b[z,a] }");
    const renamed = two
      .replace(/\bz\b/g, "p")
      .replace(/\ba/g, (at, n: number) =>
        two.startsWith("along", n) || two.startsWith("at", n) ? at : "m",
      )
      .replace(/\bc/g, "y");
    expect(renamed).toBe(one);
  });
});
