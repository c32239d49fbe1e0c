// LANGUAGE.md §4: definitions, roles, calls.

import { describe } from "vitest";
import { gives, of, refuses } from "./harness.js";

describe("definitions", () => {
  gives("a tensor parameter may have a default", {
    source: `cascade f(x[i,o], bias[o] = 0, s[i] = 2) -> O[i,o] {
      O[i,o] = s[i] * x[i,o] + bias[o] }`,
    given: {
      x: [
        [1, 2],
        [3, 4],
      ],
    },
    want: {
      O: [
        [2, 4],
        [6, 8],
      ],
    },
  });
  gives("a default is left out where a tensor is given", {
    source: `cascade f(x[i,o], bias[o] = 0, s[i] = 2) -> O[i,o] {
      O[i,o] = s[i] * x[i,o] + bias[o] }`,
    given: {
      x: [
        [1, 2],
        [3, 4],
      ],
      bias: [10, 20],
    },
    want: {
      O: [
        [12, 24],
        [16, 28],
      ],
    },
  });
  gives("scalars follow from extents, unless given", {
    source: `cascade f(x[e], scale = 1 / sqrt(size(e)), half = 2.0) -> O[e] {
      O[e] = x[e] * scale + half / 8 }`,
    given: { x: [1, 2, 3, 4] },
    want: { O: [0.75, 1.25, 1.75, 2.25] },
  });
  gives("states begin at an expression of parameters, indices and statics", {
    source: `cascade f(static n = 3) {
      param w[i]
      rank j = 2
      state a[i] = w[i] + 10 * i, b = 7, c[i,j] = n * i + j, z[i], k : i32 = 5
      w[i] = w[i] + 1
      a[i] = a[i] + w[i]
      b = b + size(i)
      c[i,j] = c[i,j] + a[i]
      z[i] = z[i] + k
      k = k + 1
    }`,
    given: { w: [1, 2] },
    want: {
      w: [2, 3],
      a: [3, 15],
      b: 9,
      c: [
        [3, 4],
        [18, 19],
      ],
      z: [5, 5],
      k: 6,
    },
  });
  gives("states that are given are not begun", {
    source: `optimizer f(lr = 0.5) {
      param w[i]
      grad g[i]
      state m[i] = w[i]
      m[i] = m[i] + g[i]
      w[i] = w[i] - lr * m[i] * t
    }`,
    given: { w: [1, 2], g: [1, 1], m: [10, 20], t: 2 },
    want: { m: [11, 21], w: [-10, -19] },
  });
  gives("tensors with more ranks have the rest merged into the last", {
    source: `cascade f(x[i,j], b[j]) -> O[i,j], s[i] {
      O[i,j] = x[i,j] + b[j]
      s[i] = sum[j] x[i,j] else 0 }`,
    given: {
      x: [
        [
          [1, 2],
          [3, 4],
        ],
        [
          [5, 6],
          [7, 8],
        ],
      ],
      b: [
        [10, 20],
        [30, 40],
      ],
    },
    want: {
      s: [10, 26],
      O: [
        [
          [11, 22],
          [33, 44],
        ],
        [
          [15, 26],
          [37, 48],
        ],
      ],
    },
  });
  gives("one rank takes any shape", {
    source: `optimizer f(lr = 0.5) {
      param w[i]
      grad g[i]
      state m[i]
      m[i] = m[i] + g[i]
      w[i] = w[i] - lr * m[i] - lr * (sum[i] g[i])
    }`,
    given: {
      w: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      g: [
        [1, 1],
        [1, 1],
        [1, 1],
      ],
    },
    want: {
      w: [
        [-2.5, -1.5],
        [-0.5, 0.5],
        [1.5, 2.5],
      ],
      m: [
        [1, 1],
        [1, 1],
        [1, 1],
      ],
    },
  });
  gives("no rank at all", {
    source: `optimizer f(lr = 0.5) {
      param w[i]
      grad g[i]
      w[i] = w[i] - lr * g[i]
    }`,
    given: { w: of([3], []), g: of([2], []) },
    want: { w: 2 },
  });
});

describe("calls", () => {
  const x = [
    [1, 2, 3],
    [4, 6, 8],
  ];
  gives("match the last ranks and map over the others", {
    source: `cascade f(x[i,j], w[j]) -> O[i,j], m[i], d[i] {
      O[i,j] = center(x)
      let a[i] = average(x)
      m[i] = a[i]
      d[i] = dotted(x, w) }
    cascade average(v[k]) -> o { o = mean[k] v[k] }
    cascade center(v[k]) -> o[k] { let m = average(v)
      o[k] = v[k] - m }
    cascade dotted(v[k], u[k]) -> o { o = v[k] * u[k] }`,
    given: { x, w: [1, 10, 100] },
    want: {
      O: [
        [-1, 0, 1],
        [-2, 0, 2],
      ],
      m: [2, 6],
      d: [321, 864],
    },
  });
  gives("name the variables for the callee's ranks", {
    source: `cascade f(x[i,j], V[j,e], w[j]) -> a[j], b[i,e], c[i] {
      a[j] = average[i](x[i,j])
      b[i,e] = mixed[j,e](x[i,j], V[j,e])
      c[i] = average[j](x[i,j] * w[j] - i) }
    cascade average(v[k]) -> o { o = mean[k] v[k] }
    cascade mixed(p[k], v[k,f]) -> o[f] { o[f] = p[k] * v[k,f] }`,
    given: {
      x,
      V: [
        [1, 0],
        [0, 1],
        [1, 1],
      ],
      w: [1, 1, 1],
    },
    want: {
      a: [2.5, 4, 5.5],
      b: [
        [4, 5],
        [12, 14],
      ],
      c: [2, 5],
    },
  });
  gives("like reductions, in expressions", {
    source: `cascade f(x[i,j]) -> O[i], P[i,j] {
      O[i] = 1 + 2 * average[j] x[i,j] - top[j] x[i,j]
      P[i,j] = x[i,j] / average[j] x[i,j] }
    cascade average(v[k]) -> o { o = mean[k] v[k] }
    cascade top(v[k]) -> o { o = max[k] v[k] }`,
    given: {
      x: [
        [1, 2, 3],
        [4, 4, 4],
      ],
    },
    want: {
      O: [2, 5],
      P: [
        [0.5, 1, 1.5],
        [1, 1, 1],
      ],
    },
  });
  gives("take several results, and leave some", {
    source: `cascade f(x[i,j]) -> O[i], P[i,j], q[i], r[i], w[j] {
      let a[i], b[i] = both(x)
      O[i] = a[i] + 10 * b[i]
      let c, _, d = three(x)
      P[i,j] = d[i,j] + c[i]
      q[i], _ = both(x)
      _, r[i] = both(x)
      let e[i], _, _ = three(x)
      w[j] = (both[i](x[i,j])) + (sum[i] (e[i] where i == 0) else 0) }
    cascade both(v[k]) -> lo, hi { lo = min[k] v[k]
      hi = max[k] v[k] }
    cascade three(v[k]) -> s, m, c[k] { s = sum[k] v[k]
      m = max[k] v[k]
      c[k] = v[k] - m }`,
    given: { x },
    want: {
      O: [31, 84],
      P: [
        [4, 5, 6],
        [14, 16, 18],
      ],
      q: [1, 4],
      r: [3, 8],
      w: [7, 8, 9],
    },
  });
  gives("two ranks of the callee stand for one", {
    source: `cascade f(A[i, k in i], x[i]) -> G[i,k], O[i,k] {
      G[i,k] = product(A, A)
      O[i,k] = outer(x, x) }
    cascade product(A[i,k], B[k,j]) -> C[i,j] { C[i,j] = A[i,k] * B[k,j] }
    cascade outer(a[i], b[j]) -> C[i,j] { C[i,j] = a[i] * b[j] }`,
    given: {
      A: [
        [1, 2],
        [3, 4],
      ],
      x: [2, 3],
    },
    want: {
      G: [
        [7, 10],
        [15, 22],
      ],
      O: [
        [4, 6],
        [6, 9],
      ],
    },
  });
  gives("static arguments and scalars", {
    source: `cascade f(x[i], c = 3.0) -> O[i], P[i] {
      O[i] = power(x[i], steps = 2, by = c)
      P[i] = power(x[i], 10.0) }
    cascade power(v, by = 2.0, static steps = 1) -> o { o = v
      repeat steps { o = o * by } }`,
    given: { x: [1, 2] },
    want: { O: [9, 18], P: [10, 20] },
  });
  gives("a callee's static rank and derived rank", {
    source: `cascade f(x[i]) -> O[b], P[b,l] {
      rank b = 2
      rank l = 3
      O[b] = lot(x, r = 2)
      P[b,l] = table(x) }
    cascade lot(v[k], static rank r = 5) -> o[r] { o[r] = v[k(r)] else -1 }
    cascade table(v[k], static rank r = 2, static rank s = 3) -> o[r,s] {
      o[r,s] = r * size(s) + s + 0 * (sum[k] v[k]) }`,
    given: { x: [7] },
    want: {
      O: [7, -1],
      P: [
        [0, 1, 2],
        [3, 4, 5],
      ],
    },
  });
  gives("an assignment in place of what was given", {
    source: `cascade f(x[i,j]) -> X[i,j], s {
      X[i,j] = x[i,j]
      repeat 2 { X[i,j] = center(X) }
      X[i,j] = center[i](X[i,j])
      s = sum[i,j] X[i,j]^2 else 0 }
    cascade center(v[k]) -> o[k] { o[k] = v[k] - (mean[k] v[k]) }`,
    given: {
      x: [
        [1, 3],
        [5, 9],
      ],
    },
    want: {
      X: [
        [0.5, -0.5],
        [-0.5, 0.5],
      ],
      s: 1,
    },
  });
  gives("gathers as arguments", {
    source: `cascade f(V[p,m,e], page[c] : p, q[e]) -> O[c], s[c,m] {
      s[c,m] = dotted[e](V[page[c],m,e], q[e]) else 0
      O[c] = top[m](s[c,m]) else 0 }
    cascade dotted(v[k], u[k]) -> o { o = v[k] * u[k] }
    cascade top(v[k]) -> o { o = max[k] v[k] }`,
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
      page: of([1, 0, 2], [3], "i32"),
      q: [1, 10],
    },
    want: {
      s: [
        [65, 87],
        [21, 43],
        [0, 0],
      ],
      O: [87, 43, 0],
    },
  });
  gives("a callee that reads beside its element", {
    source: `cascade f(x[i,j]) -> O[i,j], P[i,j] {
      O[i,j] = shifted(x)
      P[i,j] = shifted[i](x[i,j] * 10) }
    cascade shifted(v[k]) -> o[k] { o[k] = v[k] - v[k-1] else v[k] }`,
    given: { x },
    want: {
      O: [
        [1, 1, 1],
        [4, 2, 2],
      ],
      P: [
        [10, 20, 30],
        [30, 40, 50],
      ],
    },
  });
  gives("an index tensor as an argument", {
    source: `cascade f(x[i,j], at[i] : j) -> O[i], P[i] {
      O[i] = taken(x, at)
      P[i] = taken[j](x[i,j] * 2, at[i]) }
    cascade taken(v[k], n : k) -> o { o = v[n] else -1 }`,
    given: { x, at: of([2, 3], [2], "i32") },
    want: { O: [3, -1], P: [6, -1] },
  });
  refuses(
    "one rank of the callee for two of the caller",
    "E0705",
    `cascade f(x[i], y[j]) -> o { o = dotted(x, y) }
    cascade dotted(v[k], u[k]) -> o { o = v[k] * u[k] }`,
  );
  refuses(
    "a definition with state",
    "E0703",
    `cascade f(x[i]) -> o[i] { o[i] = g(x) }
    cascade g(v[k]) -> o[k] { state m[k]
      o[k] = v[k] }`,
  );
  refuses("itself", "E0208", "cascade f(x[i]) -> o[i] { o[i] = f(x) }");
  refuses("an unknown name", "E0201", "cascade f(x[i]) -> o[i] { o[i] = softmx(x) }");
  refuses(
    "too few arguments",
    "E0712",
    `cascade f(x[i]) -> o { o = dotted(x) }
    cascade dotted(v[k], u[k]) -> o { o = v[k] * u[k] }`,
  );
  refuses(
    "too few ranks",
    "E0704",
    `cascade f(x[i]) -> o { o = trace(x) }
    cascade trace(v[k, l in k]) -> o { o = sum[k] v[k,k] }`,
  );
});

describe("constants", () => {
  gives("tables", {
    source: `cascade f(x[i], at[i] : i32) -> O[i], s, n {
      const T[c] = [-1, 0.5, 2 + 1]
      const a = 3.4445, b = -4.775, e = a + b
      O[i] = T[c(at[i])] * x[i] else 100
      s = sum[c] (T[c] * x[i(c)]) else 0
      n = e * size(c) }`,
    given: { x: [1, 2, 3, 4], at: of([2, 1, 0, 3], [4], "i32") },
    within: 1e-6,
    want: { O: [3, 1, -3, 100], s: -1 + 1 + 9, n: (3.4445 - 4.775) * 3 },
  });
  gives("made by a cascade without inputs", {
    source: `cascade f(x[c]) -> O[c] {
      const T[c] = ramp(2.0)
      O[c] = x[c] * T[c] }
    cascade ramp(by = 1.0, static rank n = 3) -> o[n] { o[n] = by ^ n }`,
    given: { x: [1, 1, 2] },
    want: { O: [1, 2, 8] },
  });
});
