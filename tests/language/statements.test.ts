// LANGUAGE.md §3: statements, assignment, contraction, reductions.

import { describe } from "vitest";
import { gives, of, refuses } from "./harness.js";

describe("assignment", () => {
  gives("a masked update keeps the other points", {
    source: `cascade f(hot[i]) {
      param w[i]
      grad g[i]
      w[i] = w[i] - g[i] where hot[i] > 0
    }`,
    given: { w: [1, 2, 3], g: [10, 20, 30], hot: [1, 0, 1] },
    want: { w: [-9, 2, -27] },
  });
  gives("the right side is evaluated whole, then written", {
    source: `cascade f(n : i32) {
      param w[i]
      w[i] = w[size(i) - 1 - i]
      w[i] = w[i - n]
      w[i] = w[i] + w[(i + 1) mod size(i)]
    }`,
    given: { w: [1, 2, 3, 4, 5], n: of([1], [], "i32") },
    // reversed 5 4 3 2 1; shifted, the first keeps its own: 5 5 4 3 2; plus the next: 10 9 7 5 7
    want: { w: [10, 9, 7, 5, 7] },
  });
  gives("after an assignment the name means the new value", {
    source: `cascade f(x[i]) -> O[i], P[i] {
      O[i] = x[i] + 1
      let old[i] = O[i]
      O[i] = O[i] * 2
      P[i] = O[i] - old[i]
      let total = sum[i] O[i]
      O[i] = O[i] + P[i] + total
    }`,
    given: { x: [1, 2, 3] },
    want: { O: [4 + 2 + 18, 6 + 3 + 18, 8 + 4 + 18], P: [2, 3, 4] },
  });
  gives("as its format stores it", {
    source: `cascade f(x[i]) -> O[i] : bf16, P[i], Q[i], R[i] : i8 {
      let exact[i] = x[i] + 1
      O[i] = exact[i]
      P[i] = O[i]
      Q[i] = exact[i]
      R[i] = round(x[i])
      Q[i] = Q[i] + 1000 * R[i]
    }`,
    given: { x: [0.00390625, 255.0, 300.0] },
    want: { O: [1, 256, 300], P: [1, 256, 300], Q: [1.00390625, 127256, 127301], R: [0, 127, 127] },
  });
  gives("the diagonal of a square is updated by a mask", {
    source: `cascade f(d[i]) {
      param W[i,j in i]
      W[i,j] = d[i] where i == j
    }`,
    given: {
      W: [
        [1, 2],
        [3, 4],
      ],
      d: [8, 9],
    },
    want: {
      W: [
        [8, 2],
        [3, 9],
      ],
    },
  });
  gives("a cache is appended to", {
    source: `cascade f(Knew[b,n,e], len[b] : i32) {
      param K[b,m,e]
      K[b,m,e] = Knew[b, n(m - len[b]), e]
    }`,
    given: {
      K: [
        [[1], [2], [3], [4]],
        [[5], [6], [7], [8]],
      ],
      Knew: [
        [[10], [20]],
        [[30], [40]],
      ],
      len: of([1, 3], [2], "i32"),
    },
    want: {
      K: [
        [[1], [10], [20], [4]],
        [[5], [6], [7], [30]],
      ],
    },
  });
  gives("a scatter is a reduction with an equality, collisions are summed", {
    source: `cascade f(X[t,d], idx[t] : i32) {
      param Y[n,d]
      Y[n,d] = sum[t] (X[t,d] where idx[t] == n) else Y[n,d]
    }`,
    given: {
      X: [
        [1, 2],
        [3, 4],
        [5, 6],
        [7, 8],
      ],
      idx: of([1, 1, 9, -1], [4], "i32"),
      Y: [
        [10, 11],
        [12, 13],
        [14, 15],
      ],
    },
    want: {
      Y: [
        [10, 11],
        [4, 6],
        [14, 15],
      ],
    },
  });
  gives("a scatter that adds, through an index format", {
    source: `cascade f(X[t], idx[t] : n) {
      param Y[n]
      Y[n] = Y[n] + sum[t] (X[t] where idx[t] == n)
    }`,
    given: { X: [1, 2, 4, 8], idx: of([0, 2, 0, 3], [4], "i32"), Y: [100, 200, 300] },
    want: { Y: [105, 200, 302] },
  });
  gives("a scatter takes the last, by argmax of the position", {
    source: `cascade f(X[t], idx[t] : i32) -> Y[n] {
      rank n = 3
      let at[n] : t = max[t] (t where idx[t] == n)
      Y[n] = X[at[n]] else -1
    }`,
    given: { X: [1, 2, 4, 8], idx: of([0, 2, 0, 2], [4], "i32") },
    want: { Y: [4, -1, 8] },
  });
  gives("an output is absent until assigned", {
    source: `cascade f(x[i]) -> O[i] {
      let before = count[i] (O[i] > -100 or false)
      O[i] = x[i] where i > 0
      let between = sum[i] O[i] else 0
      O[i] = O[i] else 100 * before + between
    }`,
    given: { x: [1, 2, 3] },
    want: { O: [5, 2, 3] },
  });
  refuses(
    "an output that may be absent",
    "E0501",
    "cascade f(x[i]) -> O[i] { O[i] = x[i] where x[i] > 0 }",
  );
  refuses(
    "an output that is never assigned",
    "E0502",
    "cascade f(x[i]) -> O[i], P[i] { O[i] = x[i] }",
  );
  refuses("an argument", "E0601", "cascade f(x[i]) -> O[i] { x[i] = 1\n O[i] = x[i] }");
  refuses(
    "an index expression on the left",
    "E0405",
    "cascade f(x[i], k : i32) -> O[i] { O[i] = 0\n O[k] = x[i] }",
  );
  refuses(
    "a name twice",
    "E0203",
    "cascade f(x[i]) -> O[i] { let a = 1\n let a = 2\n O[i] = x[i] }",
  );
  refuses(
    "a let before its place",
    "E0202",
    "cascade f(x[i]) -> O[i] { O[i] = x[i] + a\n let a = 1 }",
  );
});

describe("lines", () => {
  gives("a statement goes on after an operator, where, else, inside a bracket", {
    source: `cascade f(x[i],
        y[i]) -> O[i],
        P[i] {
      O[i] = x[i]
        + y[i]
        where x[i]
          > 1
        else (x[i]
          - y[i])
      P[i] = -x[i]
        * 2
    }`,
    given: { x: [1, 2], y: [10, 20] },
    want: { O: [-9, 22], P: [-2, -4] },
  });
});

describe("contraction", () => {
  const A = [
    [1, 2, 3],
    [4, 5, 6],
  ];
  const B = [
    [1, 0],
    [2, 1],
    [0, 3],
  ];
  gives("a product over a rank that two factors use", {
    source: `cascade f(A[i,k], B[k,j], x[k]) -> C[i,j], y[i], s, z[k], t {
      C[i,j] = A[i,k] * B[k,j]
      y[i] = A[i,k] * x[k]
      s = x[k] * x[k]
      z[k] = x[k] * x[k]
      t = 2 * x[k] / 4 * x[k] - x[k] * x[k] }`,
    given: { A, B, x: [1, 2, 3] },
    want: {
      C: [
        [5, 11],
        [14, 23],
      ],
      y: [14, 32],
      s: 14,
      z: [1, 4, 9],
      t: -7,
    },
  });
  gives("a quotient is of the product", {
    source: `cascade f(A[i,k], x[k], d[i]) -> y[i], q[i], r {
      y[i] = A[i,k] * x[k] / d[i]
      q[i] = A[i,k] / x[k]
      r = x[k] / x[k] }`,
    given: { A, x: [1, 2, 4], d: [2, 4] },
    want: { y: [(1 + 4 + 12) / 2, (4 + 10 + 24) / 4], q: [1 + 1 + 0.75, 4 + 2.5 + 1.5], r: 3 },
  });
  gives("each parenthesis and each argument opens its own product", {
    source: `cascade f(A[i,k], x[k], w[i]) -> a[i], b[i], c, d[i], e {
      a[i] = w[i] * (A[i,k] * x[k] + 1)
      b[i] = max(A[i,k] * x[k], 20) * w[i]
      c = w[i] * (A[i,k] * x[k])
      d[i] = -A[i,k] * x[k]
      e = 1 - w[i] * w[i] * 2 + (x[k] * x[k]) ^ 2 }`,
    given: { A, x: [1, 2, 3], w: [2, 3] },
    want: { a: [30, 99], b: [40, 96], c: 28 + 96, d: [-14, -32], e: 1 - 26 + 196 },
  });
  gives("three factors and more", {
    source: `cascade f(A[i,k], B[k,j], x[j], u[i]) -> y[i], s, C[i,j], n {
      y[i] = A[i,k] * B[k,j] * x[j]
      s = u[i] * A[i,k] * B[k,j] * x[j]
      C[i,j] = u[i] * A[i,k] * B[k,j] * x[j]
      n = A[i,k] * A[i,k] * A[i,k] }`,
    given: { A, B, x: [1, 2], u: [1, 10] },
    want: {
      y: [27, 60],
      s: 627,
      C: [
        [5, 22],
        [140, 460],
      ],
      n: 1 + 8 + 27 + 64 + 125 + 216,
    },
  });
  gives("a square is one factor", {
    source: `cascade f(x[k], A[i,k]) -> y[i], n {
      y[i] = A[i,k] ^ 2 * x[k]
      n = sum[k] x[k] ^ 2 else 0 }`,
    given: { A, x: [1, 2, 3] },
    want: { y: [1 + 8 + 27, 16 + 50 + 108], n: 14 },
  });
  gives("ranks inside an index count", {
    source: `cascade f(x[n], h[k]) -> y[n], g[m], v {
      rank m = 2
      y[n] = x[n - k] * h[k] else 0
      g[m] = x[n(m + k)] * h[k] else 0
      v = x[n(k)] * h[k] }`,
    given: { x: [1, 2, 3, 4], h: [1, 10] },
    want: { y: [1, 12, 23, 34], g: [21, 32], v: 21 },
  });
  gives("what a reduction or a loop encloses is not summed again", {
    source: `cascade f(A[i,k], x[k]) -> m[i], s[i], r {
      m[i] = max[k] (A[i,k] * x[k]) else 0
      s[i] = sum[k] (A[i,k] * x[k] + 1) else 0
      r = 0
      scan k { r = r + x[k] * x[k] } }`,
    given: { A, x: [1, 2, 3] },
    want: { m: [9, 18], s: [17, 35], r: 14 },
  });
  gives("with masks: absent products are skipped", {
    source: `cascade f(A[i,k], x[k]) -> y[i] {
      y[i] = (A[i,k] where A[i,k] != 2) * (x[k] where x[k] < 3) else -1 }`,
    given: {
      A: [
        [1, 2, 3],
        [2, 2, 6],
      ],
      x: [1, 2, 3],
    },
    want: { y: [1, -1] },
  });
  gives("of integers it is exact", {
    source: `cascade f(A[i,k] : i8, B[k,j] : i8) -> C[i,j] : i32 { C[i,j] = A[i,k] * B[k,j] }`,
    given: { A: of([127, -128, 3, 4], [2, 2], "i8"), B: of([127, 1, -128, 2], [2, 2], "i8") },
    want: {
      C: [
        [127 * 127 + 128 * 128, 127 - 256],
        [3 * 127 - 4 * 128, 11],
      ],
    },
  });
  gives("over an empty rank it is absent", {
    source: `cascade f(A[i,k], x[k]) -> y[i] { y[i] = A[i,k] * x[k] else 5 }`,
    given: { A: of([], [2, 0]), x: [] },
    want: { y: [5, 5] },
  });
  gives("in f64", {
    source: `cascade f(x[k], y[k]) -> s { s = x[k] * y[k] in f64 }`,
    given: { x: [1e8, 1, -1e8], y: [1, 1, 1] },
    want: { s: 1 },
    notLowered: "E1012",
  });
  refuses(
    "free further out",
    "E0413",
    "cascade f(A[i,k], x[k]) -> y[i] { y[i] = exp(A[i,k] * x[k]) * x[k] }",
  );
  refuses(
    "free in an outer sum",
    "E0413",
    "cascade f(A[i,k], x[k]) -> y[i] { y[i] = A[i,k] * x[k] + x[k] }",
  );
  refuses("in one factor only", "E0412", "cascade f(A[i,k], x[k]) -> y[i] { y[i] = A[i,k] * 2 }");
  refuses("a sum of terms", "E0412", "cascade f(A[i,k], x[k]) -> y[i] { y[i] = A[i,k] + x[k] }");
  refuses("a square alone", "E0412", "cascade f(x[k]) -> y { y = x[k]^2 }");
});

describe("reductions", () => {
  const x = [
    [3, -1, 3],
    [2, 5, 5],
  ];
  gives("each", {
    source: `cascade f(x[i,j]) -> a[i], b[i], c[i], d[i], e[i], g[i] : i32, h[i] : i32,
        k[i], l[i], m[i] : i32, n, o {
      a[i] = sum[j] x[i,j] else 0
      b[i] = prod[j] x[i,j] else 0
      c[i] = max[j] x[i,j] else 0
      d[i] = min[j] x[i,j] else 0
      e[i] = mean[j] x[i,j] else 0
      g[i] = argmax[j] x[i,j] else 0
      h[i] = argmin[j] x[i,j] else 0
      k[i] = 1 where any[j] (x[i,j] > 4) else 0
      l[i] = 1 where all[j] (x[i,j] > 0) else 0
      m[i] = count[j] (x[i,j] > 2)
      n = sum[i, j] x[i,j] else 0
      o = max[i] (sum[j] x[i,j]) - min[i] (sum[j] x[i,j]) else 0 }`,
    given: { x },
    within: 1e-6,
    want: {
      a: [5, 12],
      b: [-9, 50],
      c: [3, 5],
      d: [-1, 2],
      e: [5 / 3, 4],
      g: [0, 1],
      h: [1, 0],
      k: [0, 1],
      l: [0, 1],
      m: [2, 2],
      n: 17,
      o: 7,
    },
  });
  gives("rebind a name of the left side", {
    source: `cascade f(x[i]) -> O[i], P[i] {
      O[i] = x[i] / (sum[i] x[i])
      P[i] = x[i] - (max[i] (x[i] * x[i])) }`,
    given: { x: [1, 2, 5] },
    want: { O: [0.125, 0.25, 0.625], P: [-24, -23, -20] },
  });
  gives("topk, best first, lower index on ties, absent when there are fewer", {
    source: `cascade f(x[k], y[k]) -> a[n] : k, b[n] : k, c[n], d[n] {
      rank n = 4
      expect size(k) >= 4
      a[n] = topk[k; n] x[k]
      b[n] = topk[k; n] (y[k], x[k])
      let few[n] : k = topk[k; n] (x[k] where x[k] > 3)
      c[n] = x[few[n]] else -1
      d[n] = few[n] else -1 }`,
    given: { x: [3, 5, 1, 5, 4], y: [1, 0, 1, 1, 0] },
    want: { a: [1, 3, 4, 0], b: [3, 0, 2, 1], c: [5, 5, 4, -1], d: [1, 3, 4, 5] },
  });
  gives("topk of fewer points than it names", {
    source: `cascade f(x[k]) -> a[n], c[n] {
      rank n = 3
      let best[n] : k = topk[k; n] x[k]
      a[n] = x[best[n]] else -1
      c[n] = 1 where best[n] < size(k) else 0 }`,
    given: { x: [3, 5] },
    want: { a: [5, 3, -1], c: [1, 1, 0] },
  });
  gives("argmax as an index, ties, negative and masked", {
    source: `cascade f(x[i,j]) -> p[i] : j, v[i], q[i] : j {
      p[i] = argmax[j] x[i,j]
      v[i] = x[i,p[i]] else 0
      q[i] = argmin[j] (x[i,j] where x[i,j] > 2) else 0 }`,
    given: {
      x: [
        [-3, -1, -1],
        [2, 5, 5],
        [1, 1, 1],
      ],
    },
    want: { p: [1, 1, 0], v: [-1, 5, 1], q: [0, 1, 0] },
  });
});
