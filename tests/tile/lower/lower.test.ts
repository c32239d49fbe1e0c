import { describe, expect, it } from "vitest";
import { cascadeOf } from "../../cascade/interpret/source.js";
import { runBoth, worst, type Outcome } from "./run.js";

function run(text: string, extents: Readonly<Record<string, number>>): Promise<Outcome> {
  const name = [...text.matchAll(/(?:cascade|optimizer) (\w+)\(/g)].at(-1)?.[1] ?? "";
  return runBoth(cascadeOf(text, name), { extents });
}

/** Bytes of all launches of a step. */
function bytesOf({ device }: Outcome): number {
  return [...device.counters.values()].reduce(
    (sum, c) => sum + c.device.read + c.device.written,
    0,
  );
}

const adamw = `optimizer adamw(lr = 1e-3, beta1 = 0.9, beta2 = 0.999, eps = 1e-8, weight_decay = 1e-2) {
  param w[i]
  grad g[i]
  state m[i], v[i]
  m[i] = beta1 * m[i] + (1 - beta1) * g[i]
  v[i] = beta2 * v[i] + (1 - beta2) * g[i]^2
  let mhat[i] = m[i] / (1 - beta1^t)
  let vhat[i] = v[i] / (1 - beta2^t)
  w[i] = (1 - lr * weight_decay) * w[i] - lr * mhat[i] / (sqrt(vhat[i]) + eps)
}`;

const monoid = `monoid lse {
  lift (x) (m = x, s = 1)
  merge (a, b) {
    let m = max(a.m, b.m)
    (m = m, s = a.s * exp(a.m - m) + b.s * exp(b.m - m))
  }
  result m + log(s)
}`;

describe("lower: elementwise", () => {
  it("moves 28 bytes for each parameter of adamw, in one launch", async () => {
    const outcome = await run(adamw, { i: 5001 });
    expect(outcome.device.counters.size).toBe(1);
    expect(bytesOf(outcome)).toBe(28 * 5001);
    expect(worst(outcome)).toBe(0);
  });

  it.each([0, 1, 3])("gives the bits of the reference for %i elements", async (i) => {
    expect(worst(await run(adamw, { i }))).toBe(0);
  });

  it("uses a value as its format stores it", async () => {
    const text = `cascade f(x[i] : bf16, n[i] : i8) -> y[i] : bf16, z[i] : i8, w[i] {
      y[i] = x[i] * 1.7
      w[i] = y[i] * 3
      z[i] = n[i] * 100 }`;
    expect(worst(await run(text, { i: 70 }))).toBe(0);
  });

  it("keeps what a masked update does not reach", async () => {
    const text = `optimizer f(lr = 0.1) { param w[i]
      grad g[i]
      w[i] = w[i] - g[i] where g[i] > 0
      w[i] = w[i] * 2 where w[i] < 0 }`;
    expect(worst(await run(text, { i: 40 }))).toBe(0);
  });

  it("transposes", async () => {
    const outcome = await run("cascade f(x[i,j]) -> y[j,i] { y[j,i] = x[i,j] + 1 }", {
      i: 70,
      j: 530,
    });
    expect(worst(outcome)).toBe(0);
  });
});

describe("lower: reductions", () => {
  const cases: readonly (readonly [string, string, Readonly<Record<string, number>>])[] = [
    [
      "of everything, in chunks",
      "cascade f(x[n]) -> s, m, p : i32 { s = sum[n] x[n]^2 else 0\nm = max[n] x[n] else 0\np = argmax[n] x[n] else 0 }",
      { n: 70001 },
    ],
    [
      "of rows",
      "cascade f(x[i,j]) -> s[i], y[i,j] { s[i] = sum[j] x[i,j] else 0\nlet q[i] = sqrt(sum[j] x[i,j]^2)\ny[i,j] = x[i,j] / q[i] }",
      { i: 33, j: 2050 },
    ],
    [
      "of columns",
      "cascade f(x[i,j]) -> s[j], y[i,j] { s[j] = sum[i] x[i,j] else 0\nlet q[j] = sqrt(sum[i] x[i,j]^2)\ny[i,j] = x[i,j] / q[j] }",
      { i: 33, j: 700 },
    ],
    [
      "of what is stored on the way",
      "cascade f(x[i,j], b[j]) -> y[i,j], s[i], t { y[i,j] = silu(x[i,j]) + b[j]\ns[i] = sum[j] y[i,j] else 0\nt = mean[i] s[i] else 0 }",
      { i: 33, j: 70 },
    ],
    [
      "over a band",
      "cascade f(x[p,m]) -> s[p], c[p] : i32 { s[p] = sum[m] (x[p,m] where m <= p and m > p - 5) else 0\nc[p] = count[m] (m <= p and m > p - 5) }",
      { p: 70, m: 60 },
    ],
    [
      "by a monoid",
      `${monoid}\ncascade f(x[i,j]) -> y[i], z { y[i] = lse[j] x[i,j] else 0\nz = lse[i,j] x[i,j] else 0 }`,
      { i: 20, j: 300 },
    ],
    [
      "of nothing",
      "cascade f(x[i,j]) -> s[i], m[i] { s[i] = sum[j] x[i,j] else -1\nm[i] = max[j] x[i,j] else 7 }",
      { i: 5, j: 0 },
    ],
    [
      "scattered and gathered",
      "cascade f(x[n,d], idx[t] : n) -> y[t,d], z[n,d] { y[t,d] = x[idx[t],d] else 0\nz[n,d] = sum[t] (y[t,d] where idx[t] == n) else 0 }",
      { n: 9, t: 70, d: 33 },
    ],
    [
      "to the best places",
      "cascade f(x[t,n], static rank k = 3) -> y[t,k] : i32 { y[t,k] = topk[n; k] floor(3 * x[t,n]) else -1 }",
      { t: 6, n: 9 },
    ],
  ];

  it.each(cases)("%s", async (_title, text, extents) => {
    expect(worst(await run(text, extents))).toBeLessThan(1e-5);
  });

  it("visits only the points inside a band", async () => {
    const text = "cascade f(x[p,m]) -> s[p] { s[p] = sum[m] (x[p,m] where m <= p) else 0 }";
    const outcome = await run(text, { p: 50, m: 50 });
    expect(bytesOf(outcome)).toBe((4 * (50 * 51)) / 2 + 4 * 50);
  });

  it("reads a row twice that it normalises", async () => {
    const text = "cascade f(x[p,m]) -> y[p,m] { y[p,m] = x[p,m] / sum[m] x[p,m] else 0 }";
    expect(bytesOf(await run(text, { p: 8, m: 300 }))).toBe(3 * 4 * 8 * 300);
  });
});

describe("lower: contractions", () => {
  const cases: readonly (readonly [string, string, Readonly<Record<string, number>>])[] = [
    [
      "of matrices",
      "cascade f(A[i,k], B[k,j]) -> C[i,j] { C[i,j] = A[i,k] * B[k,j] }",
      { i: 70, j: 130, k: 150 },
    ],
    [
      "with an epilogue",
      "cascade f(A[i,k], B[j,k], c[j]) -> C[i,j] { C[i,j] = silu(2.0 * A[i,k] * B[j,k] + c[j]) }",
      { i: 70, j: 65, k: 129 },
    ],
    [
      "over nothing",
      "cascade f(A[i,k], B[k,j]) -> C[i,j] { C[i,j] = A[i,k] * B[k,j] else 5 }",
      { i: 3, j: 4, k: 0 },
    ],
    [
      "of a masked side",
      "cascade f(A[p,m], V[m,f]) -> O[p,f] { O[p,f] = sum[m] (A[p,m] * V[m,f] where m <= p) else 0 }",
      { p: 150, m: 140, f: 66 },
    ],
    [
      "that may have nothing in a row",
      "cascade f(A[p,m], V[m,f]) -> O[p,f] { O[p,f] = sum[m] (A[p,m] * V[m,f] where m < p) else -3 }",
      { p: 9, m: 5, f: 4 },
    ],
    [
      "over two ranks apart",
      "cascade f(O[b,h,t,e], W[h,e,d]) -> Z[b,t,d] { Z[b,t,d] = O[b,h,t,e] * W[h,e,d] }",
      { b: 2, h: 3, t: 70, e: 40, d: 66 },
    ],
    [
      "of three matrices",
      "cascade f(B[o,q], G[q,p], A[p,n]) -> V[o,n] { V[o,n] = B[o,q] * G[q,p] * A[p,n] }",
      { o: 7, q: 70, p: 20, n: 66 },
    ],
    [
      "of integers",
      "cascade f(A[i,k] : i8, B[k,j] : i8) -> C[i,j] : i32 { C[i,j] = A[i,k] * B[k,j] else 0 }",
      { i: 7, j: 9, k: 40 },
    ],
    [
      "in place",
      "cascade f(A[i,k in i]) -> X[i,k] { index l in i\nX[i,k] = A[i,k]\nrepeat 3 { X[i,k] = 0.5 * X[i,l] * A[l,k] } }",
      { i: 9 },
    ],
  ];

  it.each(cases)("%s", async (_title, text, extents) => {
    expect(worst(await run(text, extents))).toBeLessThan(1e-5);
  });

  it("does not read what a mask excludes from a whole tile of rows", async () => {
    const text =
      "cascade f(A[p,m], V[m,f]) -> O[p,f] { O[p,f] = sum[m] (A[p,m] * V[m,f] where m <= p) else 0 }";
    const half = bytesOf(await run(text, { p: 64, m: 512, f: 8 }));
    expect(half).toBe(4 * (64 * 64 + 64 * 8 + 64 * 8));
  });
});

describe("lower: control", () => {
  it("carries a scan forward", async () => {
    const text =
      "cascade f(x[t,d]) -> h[t,d] { scan t { h[t,d] = 0.5 * (h[t-1,d] else 0) + x[t,d] } }";
    expect(worst(await run(text, { t: 9, d: 70 }))).toBe(0);
  });

  it("carries a scan backwards", async () => {
    const text =
      "cascade f(x[t,d]) -> h[t,d] { scan t backwards { h[t,d] = 0.5 * (h[t+1,d] else 0) + x[t,d] } }";
    expect(worst(await run(text, { t: 9, d: 7 }))).toBe(0);
  });

  it("stops a repeat by what a launch computes", async () => {
    const text = `cascade f(x[i]) -> y[i] { y[i] = x[i]
      repeat 50 until max[i] abs(y[i]) < 0.1 { y[i] = 0.5 * y[i] } }`;
    expect(worst(await run(text, { i: 5 }))).toBe(0);
  });

  it("takes a branch by a value of a tensor", async () => {
    const text = `cascade f(x[i]) -> y[i] { y[i] = x[i]
      when sum[i] x[i] > 100 { y[i] = 0 } else { y[i] = 2 * y[i] } }`;
    expect(worst(await run(text, { i: 5 }))).toBe(0);
  });

  it("exchanges the ranks where a condition fails", async () => {
    const text = `cascade f(x[i,j]) -> s[i,j] { orient size(i) <= size(j)
      s[i,j] = x[i,j] / (sum[j] x[i,j]^2 + 1) else 0 }`;
    expect(worst(await run(text, { i: 3, j: 8 }))).toBeLessThan(1e-6);
    expect(worst(await run(text, { i: 8, j: 3 }))).toBeLessThan(1e-6);
  });
});
