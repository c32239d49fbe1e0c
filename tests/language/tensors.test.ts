// LANGUAGE.md §1: tensors, ranks, variables.

import { describe, expect, it } from "vitest";
import { compile, open, tensor } from "../../src/index.js";
import { gives, of, refuses } from "./harness.js";

describe("ranks", () => {
  gives("two ranks that are equally long are two", {
    source: "cascade f(x[i], y[j]) -> O[i,j] { O[i,j] = x[i] * y[j] }",
    given: { x: [1, 2, 3], y: [5, 7, 11] },
    want: {
      O: [
        [5, 7, 11],
        [10, 14, 22],
        [15, 21, 33],
      ],
    },
  });
  gives("a rank that is missing is broadcast", {
    source: "cascade f(x[i,j], b[j], c) -> O[i,j] { O[i,j] = x[i,j] + b[j] - c }",
    given: {
      x: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      b: [10, 20],
      c: 1,
    },
    want: {
      O: [
        [10, 21],
        [12, 23],
        [14, 25],
      ],
    },
  });
  gives("size is the extent, of every rank", {
    source: "cascade f(x[i,j]) -> O[j], n { O[j] = size(i) * 10 + j\n n = size(i) * size(j) }",
    given: {
      x: [
        [0, 0],
        [0, 0],
        [0, 0],
      ],
    },
    want: { O: [30, 31], n: 6 },
  });
  gives("an empty rank has no points", {
    source: `cascade f(x[i,j], y[k]) -> O[i,j], s[i], n[k] {
      O[i,j] = x[i,j] + 1
      s[i] = sum[j] x[i,j] else -1
      n[k] = y[k] + size(j) }`,
    given: { x: of([], [2, 0]), y: [1] },
    want: { O: [[], []], s: [-1, -1], n: [1] },
  });
  gives("everything may be empty", {
    source: `cascade f(x[i]) -> O[i], s, n {
      O[i] = 2 * x[i]
      s = sum[i] x[i] else 7
      n = count[i] (x[i] > 0) }`,
    given: { x: [] },
    want: { O: [], s: 7, n: 0 },
  });
  it.each(["reference", "wasm"] as const)(
    "a dimension of 1 is not stretched, on %s",
    async (name) => {
      const source = "cascade f(x[i], b[i]) -> O[i] { O[i] = x[i] + b[i] }";
      const step = await (await open(name)).prepare(await compile({ source }), {});
      const call = step({ x: tensor([1, 2, 3]), b: tensor([1]) });
      await expect(call).rejects.toThrow(/`i`/);
    },
  );
  gives("a rank of a fraction of another", {
    source: `cascade f(x[j]) -> O[c] {
      rank c = floor(0.5 * size(j))
      O[c] = x[j(c)] + size(c) else 0 }`,
    given: { x: [1, 2, 3, 4, 5] },
    want: { O: [3, 4] },
  });
  gives("a static rank has its default", {
    source: "cascade f(x, static rank r = 3) -> O[r] { O[r] = x + r }",
    given: { x: 1 },
    want: { O: [1, 2, 3] },
  });
  gives("a static rank is the caller's choice", {
    source: "cascade f(x, static rank r = 3) -> O[r] { O[r] = x + r }",
    given: { x: 1 },
    settings: { r: 2 },
    want: { O: [1, 2] },
  });
  gives("a rank made of another that is made", {
    source: `cascade f(x[j]) -> O[d] {
      rank c = ceil(size(j) / 2)
      rank d = size(c) + 1
      O[d] = 10 * size(c) + d }`,
    given: { x: [0, 0, 0] },
    want: { O: [20, 21, 22] },
  });
});

describe("variables", () => {
  gives("further variables walk the same rank", {
    source: `cascade f(A[i,j], B[i,j]) -> G[i,k in i], T[i,k] {
      index l in i
      G[i,k] = A[i,j] * B[k,j]
      T[i,k] = count[l] (l <= min(i, k)) }`,
    given: {
      A: [
        [1, 2],
        [3, 4],
      ],
      B: [
        [1, 0],
        [0, 1],
      ],
    },
    want: {
      G: [
        [1, 2],
        [3, 4],
      ],
      T: [
        [1, 1],
        [1, 2],
      ],
    },
  });
  gives("a square is transposed", {
    source: "cascade f(A[i, k in i]) -> O[i,k] { O[i,k] = A[k,i] - A[i,k] }",
    given: {
      A: [
        [1, 2, 3],
        [4, 5, 6],
        [7, 8, 9],
      ],
    },
    want: {
      O: [
        [0, 2, 4],
        [-2, 0, 2],
        [-4, -2, 0],
      ],
    },
  });
  gives("the diagonal", {
    source: "cascade f(A[i, k in i]) -> d[i], t { d[i] = A[i,i]\n t = sum[i] A[i,i] else 0 }",
    given: {
      A: [
        [1, 2, 3],
        [4, 5, 6],
        [7, 8, 9],
      ],
    },
    want: { d: [1, 5, 9], t: 15 },
  });
  gives("a variable along another rank, on purpose", {
    source: "cascade f(x[i], y[k]) -> O[k] { O[k] = x[i(k)] * y[k] else -1 }",
    given: { x: [1, 2], y: [5, 6, 7] },
    want: { O: [5, 12, -1] },
  });
  refuses(
    "a variable of another rank",
    "E0401",
    "cascade f(x[i], y[k]) -> O[k] { O[k] = x[k] * y[k] }",
  );
  refuses(
    "an index that nobody declared",
    "E0201",
    "cascade f(x[i]) -> O[i] { O[i] = x[u] * x[i] }",
  );
  refuses(
    "a variable twice on the left",
    "E0417",
    "cascade f(x[i]) -> A[i,k in i] { A[i,i] = x[i] }",
  );
  gives("indices are integer expressions of variables and extents", {
    source: `cascade f(x[i], n : i32) -> r[i], s[i], c[i], d[i] {
      r[i] = x[size(i) - 1 - i]
      s[i] = x[i - 1] else 0
      c[i] = x[(i + n) mod size(i)] else -1
      d[i] = x[2 * i + 1] else 0 }`,
    given: { x: [1, 2, 3, 4, 5], n: of([7], [], "i32") },
    want: { r: [5, 4, 3, 2, 1], s: [0, 1, 2, 3, 4], c: [3, 4, 5, 1, 2], d: [2, 4, 0, 0, 0] },
  });
});

describe("split", () => {
  const sums = `cascade f(x[n]) -> s[b], O[n], q[n], m[n] {
    split n = 4 * b + l
    s[b] = sum[l] x[n] else 0
    O[n] = x[n] - s[b]
    q[n] = 10 * b + l
    let top[b] = max[l] x[n]
    m[n] = top[b] else 0 }`;
  gives("the last block may be short", {
    source: sums,
    given: { x: [1, 2, 3, 4, 5, 6] },
    want: {
      s: [10, 11],
      O: [-9, -8, -7, -6, -6, -5],
      q: [0, 1, 2, 3, 10, 11],
      m: [4, 4, 4, 4, 6, 6],
    },
  });
  refuses(
    "a reduction over a part, of what the left side holds still",
    "E0420",
    "cascade f(x[n]) -> O[n] { split n = 4 * b + l\n O[n] = x[n] - (mean[l] x[n]) }",
  );
  gives("a reduction that rebinds the whole", {
    source: `cascade f(x[n], y[l]) -> O[n], P[n] {
      split n = 2 * b + l
      O[n] = x[n] - (sum[n] (x[n] where l == 0) else 0)
      P[n] = x[n] + (sum[l] y[l]) }`,
    given: { x: [1, 2, 4], y: [10, 20] },
    want: { O: [-4, -3, -1], P: [31, 32, 34] },
  });
  gives("one element is one block", {
    source: sums,
    given: { x: [3] },
    want: { s: [3], O: [0], q: [0], m: [3] },
  });
  gives("nothing is no block", {
    source: sums,
    given: { x: [] },
    want: { s: [], O: [], q: [], m: [] },
  });
  gives("with n in a reduction, b and l are functions of n", {
    source: `cascade f(x[n]) -> s, w, z[b] {
      split n = 3 * b + l
      s = sum[n] (x[n] * b) else 0
      w = sum[n] (x[n] where l == 0) else 0
      z[b] = mean[l] x[n] else 0 }`,
    given: { x: [1, 2, 3, 4, 5] },
    want: { s: 9, w: 5, z: [2, 4.5] },
  });
  gives("two extents give the third", {
    source: `cascade f(x[b], static rank l = 2) -> O[n] {
      split n = 2 * b + l
      O[n] = x[b] + 100 * l }`,
    given: { x: [1, 2, 3] },
    want: { O: [1, 101, 2, 102, 3, 103] },
  });
  gives("declared both, the whole is introduced", {
    source: `cascade f(x[b,l]) -> O[n] {
      split n = size(l) * b + l
      O[n] = x[b,l] }`,
    given: {
      x: [
        [1, 2, 3],
        [4, 5, 6],
      ],
    },
    want: { O: [1, 2, 3, 4, 5, 6] },
  });
  gives("without n on the left, n is the sum", {
    source: `cascade f(x[n]) -> O[b,l], e[l,b] {
      split n = 2 * b + l
      O[b,l] = x[n] else -1
      e[l,b] = n + x[n] else -5 }`,
    given: { x: [5, 6, 7] },
    want: {
      O: [
        [5, 6],
        [7, -1],
      ],
      e: [
        [5, 9],
        [7, -5],
      ],
    },
  });
  gives("both parts in a reduction, and products over them", {
    source: `cascade f(x[n], y[b], z[l]) -> s, p[b], r[n] {
      split n = 2 * b + l
      s = sum[b, l] (x[n] * y[b] * z[l]) else 0
      p[b] = x[n] * z[l] else 0
      r[n] = y[b] * z[l] }`,
    given: { x: [1, 2, 3], y: [10, 100], z: [1, 2] },
    want: { s: 10 + 40 + 300, p: [5, 3], r: [10, 20, 100] },
  });
});

describe("tensors of indices", () => {
  gives("a gather reads through them, absent stays absent", {
    source: `cascade f(x[m], k : i32) -> best[h] : m, O[h], sure[h] {
      rank h = 3
      best[h] = h + k
      O[h] = x[best[h]] else -1
      sure[h] = 1 where best[h] < size(m) else 0 }`,
    given: { x: [10, 20, 30], k: of([1], [], "i32") },
    want: { best: [1, 2, 3], O: [20, 30, -1], sure: [1, 1, 0] },
  });
  gives("given by the caller", {
    source: `cascade f(x[m,e], at[c] : m) -> O[c,e] { O[c,e] = x[at[c],e] else 0 }`,
    given: {
      x: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      at: of([2, 0, 3, 2], [4], "i32"),
    },
    want: {
      O: [
        [5, 6],
        [1, 2],
        [0, 0],
        [5, 6],
      ],
    },
  });
  gives("several variables gather", {
    source: `cascade f(V[p,m,e], page[b,c] : p) -> O[b,c,e] {
      O[b,c,e] = V[page[b,c], m(c mod 2), e] else 0 }`,
    given: {
      V: [
        [
          [1, 2],
          [3, 4],
        ],
        [
          [5, 6],
          [7, 8],
        ],
      ],
      page: of([1, 0, 1, 1, 1, 2], [2, 3], "i32"),
    },
    want: {
      O: [
        [
          [5, 6],
          [3, 4],
          [5, 6],
        ],
        [
          [5, 6],
          [7, 8],
          [0, 0],
        ],
      ],
    },
  });
  refuses(
    "an index of another rank",
    "E0402",
    "cascade f(x[m], y[k], at[c] : k) -> O[c] { O[c] = x[at[c]] else 0 }",
  );
  gives("a gather of a gather", {
    source: "cascade f(x[m], at[m] : m) -> O[m] { O[m] = x[at[at[m]]] else -1 }",
    given: { x: [5, 6, 7], at: of([1, 2, 0], [3], "i32") },
    want: { O: [7, 5, 6] },
  });
});
