// Rules of LANGUAGE.md together, as a paper would need them.

import { describe } from "vitest";
import { gives, of, refuses } from "./harness.js";
describe("combinations", () => {
  gives("index state starts at 0, masked assign, argmax", {
    source: `cascade f(x[i,j]) { state at[i] : j, far[i] : j
      at[i] = argmax[j] (x[i,j] where x[i,j] > 2)
      far[i] = i + 2 }`,
    given: {
      x: [
        [1, 5, 7],
        [1, 1, 1],
      ],
    },
    want: { at: [2, 0], far: [2, 3] },
  });
  gives("sum of a gather over two index tensors and a mask", {
    source: `cascade f(x[m,n], a[t] : m, b[t] : n, w[t]) -> s, Y[m,n], z[t] {
      s = sum[t] (x[a[t], b[t]] * w[t]) else 0
      Y[m,n] = sum[t] (w[t] where a[t] == m and b[t] == n) else x[m,n]
      z[t] = x[a[t], n(t)] else -1 }`,
    given: {
      x: [
        [1, 2],
        [3, 4],
      ],
      a: of([0, 1, 2, 1], [4], "i32"),
      b: of([1, 1, 0, 1], [4], "i32"),
      w: [1, 10, 100, 1000],
    },
    want: {
      s: 2 + 40 + 4000,
      Y: [
        [1, 1],
        [3, 1010],
      ],
      z: [1, 4, -1, -1],
    },
  });
  gives("convolution as a contraction with two split windows", {
    source: `cascade f(x[c,h,w], k[o,c,r,s]) -> y[o,h,w] {
      y[o,h,w] = x[c, h + r - 1, w + s - 1] * k[o,c,r,s] else 0 }`,
    given: {
      x: [
        [
          [1, 2],
          [3, 4],
        ],
      ],
      k: [
        [
          [
            [0, 0, 0],
            [0, 1, 2],
            [0, 0, 0],
          ],
        ],
      ],
    },
    want: {
      y: [
        [
          [5, 2],
          [11, 4],
        ],
      ],
    },
  });
  gives("cumulative sum by a mask of variables", {
    source: `cascade f(x[i]) -> c[i], r[i] { index k in i
      c[i] = sum[k] (x[k] where k <= i)
      r[i] = sum[k] (x[k] where k > i) else 0 }`,
    given: { x: [1, 2, 3, 4, 5] },
    want: { c: [1, 3, 6, 10, 15], r: [14, 12, 9, 5, 0] },
  });
  gives("nested reductions that rebind", {
    source: `cascade f(x[i,j]) -> o[i,j] {
      o[i,j] = x[i,j] - (max[i] (sum[j] x[i,j])) + (sum[i, j] (x[i,j] - (mean[j] x[i,j]))) }`,
    given: {
      x: [
        [1, 2],
        [3, 5],
      ],
    },
    want: {
      o: [
        [-7, -6],
        [-5, -3],
      ],
    },
  });
  gives("outputs read by other outputs in a repeat with whens", {
    source: `cascade f(x[i], n = 4) -> a[i], b : i32, c[i] { a[i] = x[i]
      b = 0
      c[i] = 0
      repeat n { when b mod 2 == 0 { a[i] = a[i] + 1 } else { c[i] = c[i] + a[i] }
        b = b + 1 } }`,
    given: { x: [1, 2] },
    want: { a: [3, 4], b: 4, c: [5, 7] },
  });
  gives("bool outs and i32 outs from comparisons of integers and reals", {
    source: `cascade f(x[i], n[i] : i32) -> a[i] : bool, b[i] : bool, c[i] : i32, d : bool {
      a[i] = x[i] >= n[i]
      b[i] = n[i] != 2 or x[i] == 1
      c[i] = floor(x[i]) + n[i] ^ 2 - n[i] mod 3
      d = any[i] (x[i] == n[i]) and not all[i] (x[i] == n[i]) }`,
    given: { x: [1, 2.5, -3.5], n: of([1, 2, -3], [3], "i32") },
    want: { a: [1, 1, 0], b: [1, 0, 1], c: [1 + 1 - 1, 2 + 4 - 2, -4 + 9 - 0], d: 1 },
  });
  gives("i32 arithmetic is exact over 2^24 through a sum product mean", {
    source: `cascade f(n[i] : i32) -> s : i32, p : i32, m, q : i32, r[i] : i32 {
      s = sum[i] n[i] * 3
      p = prod[i] n[i]
      m = mean[i] n[i]
      q = n[i] * (n[i] - 16777216)
      r[i] = n[i] * 2 + (max[i] n[i]) - (min[i] n[i]) }`,
    given: { n: of([16777217, 1, 2], [3], "i32") },
    within: 1,
    want: {
      s: 50331660,
      p: 33554434,
      m: 16777220 / 3,
      q: 16777217 - 16777215 - 2 * 16777214,
      r: [33554434 + 16777216, 16777218, 16777220],
    },
  });
  gives("where else chains with different kinds", {
    source: `cascade f(x[i], n[i] : i32) -> o[i], p[i] {
      o[i] = n[i] where n[i] > 2 else x[i] where x[i] > 0 else -1
      p[i] = (x[i] where x[i] > 0) + (n[i] where n[i] > 2) else (x[i] where x[i] < 0) else 0.5 }`,
    given: { x: [1, -2, 3, 0], n: of([5, 1, 1, 1], [4], "i32") },
    want: { o: [5, -1, 3, -1], p: [6, -2, 0.5, 0.5] },
  });
  gives("format of state narrower; masked update keeps bits", {
    source: `cascade f() { param w[i] : bf16
      grad g[i]
      w[i] = w[i] + g[i] where g[i] > 0
      w[i] = w[i] * 2 where i == 0 }`,
    given: { w: of([1, 2, 3]), g: [0.001, -1, 0.5] },
    want: { w: [2, 2, 3.5] },
  });
  gives("repeat count from extents; let with format in loop; scan with until inside repeat", {
    source: `cascade f(x[i]) -> o, p { o = 0
      p = 0
      repeat size(i) div 2 { let a : bf16 = o + 1.00390625
        o = a
        scan i { p = p + x[i] * o } } }`,
    given: { x: [1, 2, 3, 4, 5] },
    want: { o: 2, p: 45 },
  });
  gives("several vars of a rank in one contraction", {
    source: `cascade f(A[i,j in i], x[i]) -> q, B[i,j], t { index k, l in i
      q = x[i] * A[i,j] * x[j]
      B[i,j] = A[i,k] * A[k,l] * A[l,j]
      t = A[i,j] * A[j,i] }`,
    given: {
      A: [
        [1, 2],
        [3, 4],
      ],
      x: [1, 10],
    },
    want: {
      q: 1 + 20 + 30 + 400,
      B: [
        [37, 54],
        [81, 118],
      ],
      t: 1 + 6 + 6 + 16,
    },
  });
  gives("product with host scalar of loop var and t-like", {
    source: `cascade f(x[k], decay = 0.5) -> o[k], s { s = 0
      scan k { o[k] = x[k] * decay ^ k
        s = s + o[k] / (1 - decay ^ (k + 1)) } }`,
    given: { x: [1, 2, 4] },
    within: 1e-6,
    want: { o: [1, 1, 1], s: 2 + 4 / 3 + 8 / 7 },
  });
  gives("clamp with tensors, min max many args", {
    source: `cascade f(x[i], lo[i]) -> o[i], p[i] { o[i] = clamp(x[i], lo[i], lo[i] + 1)
      p[i] = max(min(x[i], 2), -x[i]) + abs(lo[i]) }`,
    given: { x: [-3, 0.5, 9], lo: [0, 0, -1] },
    want: { o: [0, 0.5, 0], p: [3, 0.5, 3] },
  });
  gives("absent index used in gather in product with contraction", {
    source: `cascade f(A[i,k], at[m] : k, x[m]) -> y[i] { y[i] = A[i,at[m]] * x[m] else 0 }`,
    given: {
      A: [
        [1, 2],
        [3, 4],
      ],
      at: of([1, 2, 0], [3], "i32"),
      x: [10, 100, 1000],
    },
    want: { y: [1020, 3040] },
  });
});

describe("calls and control", () => {
  gives("softmax call over masked scores", {
    source: `cascade f(S[h,p,m]) -> A[h,p,m], Z[h,p] {
      let M[h,p,m] = S[h,p,m] where m <= p
      A[h,p,m] = softmax(M) else 0
      Z[h,p] = sum[m] (softmax[m] M[h,p,m]) else 0 }
    cascade softmax(x[k]) -> y[k] { let t = max[k] x[k]
      let e[k] = exp(x[k] - t)
      y[k] = e[k] / (sum[k] e[k]) }`,
    given: {
      S: [
        [
          [1, 9, 9],
          [0, 0, 9],
          [0, 0, 0],
        ],
      ],
    },
    within: 1e-6,
    want: {
      A: [
        [
          [1, 0, 0],
          [0.5, 0.5, 0],
          [1 / 3, 1 / 3, 1 / 3],
        ],
      ],
      Z: [[1, 1, 1]],
    },
  });
  gives("call with loop inside, mapped, until depends on mapped", {
    source: `cascade f(x[i,j]) -> O[i,j], n[i] { O[i,j], n[i] = shrink(x) }
    cascade shrink(v[k]) -> o[k], c { o[k] = v[k]
      c = 0
      repeat 10 until max[k] o[k] <= 1 { o[k] = o[k] / 2
        c = c + 1 } }`,
    given: {
      x: [
        [4, 2],
        [1, 0.5],
        [9, 16],
      ],
    },
    want: {
      O: [
        [1, 0.5],
        [1, 0.5],
        [0.5625, 1],
      ],
      n: [2, 0, 4],
    },
  });
  gives("call with when over mapped", {
    source: `cascade f(x[i,j]) -> O[i,j] { O[i,j] = flip(x) }
    cascade flip(v[k]) -> o[k] { o[k] = v[k]
      when sum[k] v[k] > 3 { o[k] = -v[k] } else { o[k] = o[k] * 10 where v[k] > 1 } }`,
    given: {
      x: [
        [4, 2],
        [1, 1.5],
      ],
    },
    want: {
      O: [
        [-4, -2],
        [1, 15],
      ],
    },
  });
  gives("scan in a callee, mapped and bound", {
    source: `cascade f(x[i,j]) -> O[i,j], P[i,j] { O[i,j] = cumulate(x)
      P[i,j] = cumulate[i](x[i,j]) }
    cascade cumulate(v[k]) -> o[k] { scan k { o[k] = (o[k-1] else 0) + v[k] } }`,
    given: {
      x: [
        [1, 2, 3],
        [4, 5, 6],
      ],
    },
    want: {
      O: [
        [1, 3, 6],
        [4, 9, 15],
      ],
      P: [
        [1, 2, 3],
        [5, 7, 9],
      ],
    },
  });
  gives("same callee twice with different shapes and nested", {
    source: `cascade f(A[i,j], B[j,k]) -> O[i,k], P[j,j2 in j] { O[i,k] = mm(A, B)
      P[j,j2] = mm[j,k,j2](B[j,k], B[j2,k]) }
    cascade mm(A[a,b], B[b,c]) -> C[a,c] { C[a,c] = A[a,b] * B[b,c] }
    cascade mt(A[a,b]) -> C[a,b] { C[a,b] = A[a,b] }`,
    given: {
      A: [[1, 2]],
      B: [
        [1, 2, 3],
        [4, 5, 6],
      ],
    },
    want: {
      O: [[9, 12, 15]],
      P: [
        [14, 32],
        [32, 77],
      ],
    },
  });
  gives("newton schulz with orient in callee", {
    source: `cascade f(G[i,j]) -> X[i,j] { X[i,j] = once(G) }
    cascade once(G[a,b]) -> Y[a,b] { index c in a
      orient size(a) <= size(b)
      let A[a,c] = G[a,b] * G[c,b]
      Y[a,b] = G[a,b] + A[a,c] * G[c,b] }`,
    given: {
      G: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    },
    // G + G Gᵀ G either way
    want: {
      X: [
        [124, 158],
        [284, 360],
        [444, 562],
      ],
    },
  });
  gives("param updated between reads, two params", {
    source: `cascade f() { param a[i], b[i,j]
      let old = sum[i] a[i]
      a[i] = a[i] + (max[j] b[i,j])
      b[i,j] = b[i,j] * a[i] - old where j < size(j) - 1
      a[i] = a[i] - old + (sum[j] b[i,j]) }`,
    given: {
      a: [1, 2],
      b: [
        [1, 2],
        [3, 4],
      ],
    },
    want: {
      a: [3 - 3 + (0 + 2), 6 - 3 + (15 + 4)],
      b: [
        [0, 2],
        [15, 4],
      ],
    },
  });
  gives("transposed read in place", {
    source: `cascade f() { param W[i, j in i]
      W[i,j] = W[j,i] where i < j
      W[i,j] = (W[i,j] + W[j,i]) / 2 }`,
    given: {
      W: [
        [1, 2, 3],
        [4, 5, 6],
        [7, 8, 9],
      ],
    },
    want: {
      W: [
        [1, 4, 7],
        [4, 5, 8],
        [7, 8, 9],
      ],
    },
  });
  gives("scan over split blocks with carry", {
    source: `cascade f(x[n]) -> y[n], s[b] { split n = 2 * b + l
      scan b { s[b] = (s[b-1] else 0) + (sum[l] x[n] else 0) }
      y[n] = x[n] + (s[b] where l == 0) else x[n] }`,
    given: { x: [1, 2, 3, 4, 5] },
    want: { s: [3, 10, 15], y: [4, 2, 13, 4, 20] },
  });
  gives("reduction over a rank of extent one, and of product", {
    source: `cascade f(x[i,j], y[j]) -> a[i], b, c : i32, d[i] { a[i] = max[j] x[i,j]
      b = x[i,j] * y[j] * x[i,j]
      c = argmax[j] y[j]
      let n = y[j] * y[j]
      d[i] = x[i,j] * y[j] / n }`,
    given: { x: [[3]], y: [2] },
    want: { a: [3], b: 18, c: 0, d: [1.5] },
  });
  gives("u32 keys and bit-like integers", {
    source: `cascade f(n[i] : u8, m[i] : i16) -> a[i] : u8, b[i] : i32, c[i] : i16 {
      a[i] = n[i] div 16
      b[i] = n[i] * 256 + m[i] mod 16
      c[i] = -m[i] - 1 }`,
    given: { n: of([255, 16, 1], [3], "u8"), m: of([-1, 100, -32768], [3], "i16") },
    want: { a: [15, 1, 0], b: [65280 + 15, 4096 + 4, 256], c: [0, -101, 32767] },
  });
  gives("topk values and reduce over chosen, per row", {
    source: `cascade f(x[i,k], v[k]) -> s[i], O[i,n], m[i,k] { rank n = 2
      let best[i,n] : k = topk[k; n] x[i,k]
      O[i,n] = x[i,best[i,n]] else 0
      s[i] = sum[n] (x[i,best[i,n]] * v[best[i,n]]) else 0
      m[i,k] = 1 where any[n] (best[i,n] == k) else 0 }`,
    given: {
      x: [
        [1, 3, 2],
        [5, 5, 5],
      ],
      v: [1, 10, 100],
    },
    want: {
      s: [230, 55],
      O: [
        [3, 2],
        [5, 5],
      ],
      m: [
        [0, 1, 1],
        [1, 1, 0],
      ],
    },
  });
  gives("static bool and number settings; const from statics", {
    source: `cascade f(x[i], static n = 2, static flag = false) -> O[i] {
      const a = n * 2.5
      rank r = n + 1
      let z[r] = r * a
      O[i] = x[i] + (sum[r] z[r]) + (1 where flag else 0) }`,
    given: { x: [1] },
    settings: { n: 3, flag: true },
    want: { O: [1 + 7.5 * 6 + 1] },
  });
  gives("else on index format; count over eq", {
    source: `cascade f(id[t] : n, w[n]) -> c[n], o[t] { c[n] = count[t] (id[t] == n)
      o[t] = w[id[t]] / c[id[t]] else 9 }`,
    given: { id: of([0, 2, 0, 5], [4], "i32"), w: [2, 3, 4] },
    want: { c: [2, 0, 1], o: [1, 4, 1, 9] },
  });
  refuses("rank index typo in sum", "E0201", "cascade f(x[i]) -> o { o = sum[u] x[i] }");
  refuses(
    "typo in where",
    "E0201",
    "cascade f(x[i]) -> o[i] { o[i] = x[i] where mask[i] > 0 else 0 }",
  );
  refuses("wrong number of indices", "E0403", "cascade f(x[i,j]) -> o[i] { o[i] = x[i] }");
  refuses("tensor without indices", "E0404", "cascade f(x[i]) -> o[i] { o[i] = x + 1 }");
});
