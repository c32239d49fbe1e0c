// LANGUAGE.md §2: kinds, operators, functions, absence, predicates.

import { describe } from "vitest";
import { gives, of, refuses, type Nested } from "./harness.js";

/** One value of an expression of x (real), n, k (integers) with its outcome. */
function value(title: string, text: string, want: Nested, more: object = {}): void {
  gives(title, {
    source: `cascade f(x, y, n : i32, k : i32) -> O : f32 { O = ${text} }`,
    given: { x: 2.5, y: -1.5, n: of([7], [], "i32"), k: of([-2], [], "i32") },
    want: { O: want },
    ...more,
  });
}

describe("operators", () => {
  gives("each over integers and reals", {
    source: `cascade f(x[i], n : i32, k : i32) -> a[j], q[j] {
      rank j = 14
      const T[j] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]
      a[j] = n / k where j == 0
        else n div k where j == 1
        else n mod k where j == 2
        else -n div k where j == 3
        else -n mod -k where j == 4
        else n ^ 2 where j == 5
        else -n ^ 2 where j == 6
        else 2 ^ 3 ^ 2 where j == 7
        else 2 ^ -k where j == 8
        else n - k - 1 where j == 9
        else n - 2 * k + 1 where j == 10
        else -(n mod 4) where j == 11
        else n / 2 * 2 where j == 12
        else n div 2 * 2
      q[j] = T[j] }`,
    given: { x: [1], n: of([7], [], "i32"), k: of([-2], [], "i32") },
    want: {
      a: [-3.5, -4, -1, 3, 1, 49, -49, 512, 4, 8, 12, -3, 7, 6],
      q: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13],
    },
  });
  value(
    "a power is tighter than the minus of its base, looser than its exponent's",
    "-x ^ 2 + 2.0 ^ -1",
    -5.75,
  );
  value("0 to the 0 is 1", "(x - x) ^ (y - y) + (n - n) ^ (k - k)", 2, { within: 1e-7 });
  value("a reduction is as tight as the unary minus", "10.0 - 2 ^ 2 * 2", 2);
  value(
    "sign of 0 is 0",
    "sign(x - x) + 10 * sign(x) + 100 * sign(y) + 1000 * sign(k)",
    10 - 100 - 1000,
  );
  value(
    "comparisons are below arithmetic, not, and, or",
    "1 where not x + 1 < 3 and n == 7 or false else 0",
    1,
  );
  value(
    "round half to even",
    "round(x) + 10 * round(y) + 100 * round(3.5) + 1000 * round(0.5)",
    2 - 20 + 400,
  );
  value(
    "floor and ceil",
    "floor(y) + 10 * ceil(y) + 100 * floor(x) + 1000 * ceil(x)",
    -2 - 10 + 200 + 3000,
  );
  value("as i32 goes toward zero", "(y as i32) + 10 * (x as i32)", 19);
  value("as is tighter than a power and than a minus", "-x as i32 ^ 2", -4);
  value(
    "clamp, min, max, abs",
    "clamp(x, 0, 2) + 10 * min(n, 3) + 100 * max(y, x) + abs(k)",
    2 + 30 + 250 + 2,
  );
  value("where and else chain", "x where x < 0 else y where y > 0 else 9", 9);
  value("else takes the first that is present", "x else y else 9", 2.5);
  value("where binds as loosely as else", "1 + x where x > 0 else 5 + y", 3.5);
  value("isfinite of a number", "1 where isfinite(x) else 0", 1);
  value("inf in a comparison", "1 where x < inf and y > -inf else 0", 1);
  value("integers stay exact", "(n * 4793489) mod 1000 + 0", (7 * 4793489) % 1000);
  value("a quotient of integers is real", "7 / 2 + n / 2", 7);
  value("parentheses", "(1 + x) * (n - (k + 1)) ", 3.5 * 8);
  refuses("inf as a value", "E0306", "cascade f(x) -> O { O = x + inf }");
  refuses("chained comparisons", "E0115", "cascade f(x) -> O { O = 1 where 0 < x < 3 else 0 }");
  refuses("a real to an integer without rounding", "E0313", "cascade f(x) -> O : i32 { O = x }");
  refuses("a real as an index", "E0302", "cascade f(x[i], y) -> O { O = x[y] else 0 }");
  refuses("a negative power of integers", "E0303", "cascade f(x) -> O { O = x * 10 ^ -2 }");
  refuses("a boolean as a number", "E0301", "cascade f(x[i]) -> O[i] { O[i] = (x[i] > 0) * 2 }");
  refuses(
    "a number as a condition",
    "E0305",
    "cascade f(x[i]) -> O[i] { O[i] = 1 where x[i] else 0 }",
  );
});

describe("integers", () => {
  const big = of([2 ** 24 + 1, -(2 ** 24) - 1, 2 ** 31 - 1, -(2 ** 31)], [4], "i32");
  gives("are exact beyond 2^24", {
    source: `cascade f(n[i] : i32) -> a[i] : i32, s : i32, d[i] : i32, r[i] : i32, m : i32 {
      a[i] = n[i]
      s = sum[i] n[i] else 0
      d[i] = n[i] div 10
      r[i] = n[i] mod 10
      m = max[i] n[i] else 0 }`,
    given: { n: big },
    want: {
      a: [16777217, -16777217, 2147483647, -2147483648],
      s: -1,
      d: [1677721, -1677722, 214748364, -214748365],
      r: [7, 3, 7, 2],
      m: 2147483647,
    },
  });
  gives("become real when mixed", {
    source: "cascade f(n[i] : i32, x) -> O[i] { O[i] = n[i] * x }",
    given: { n: of([1, 2, 3], [3], "i32"), x: 0.5 },
    want: { O: [0.5, 1, 1.5] },
  });
  gives("a scalar without a point is one", {
    source: `cascade f(x[i], gap = 3, scale = 2.0) -> O[i], p {
      O[i] = x[i] where i mod gap == 0 else scale ^ gap
      p = gap ^ 2 + gap div 2 }`,
    given: { x: [5, 6, 7, 8] },
    want: { O: [5, 8, 8, 8], p: 10 },
  });
});

describe("functions", () => {
  const xs = [-3, -0.5, 0, 0.25, 1, 4];
  const erf = [
    -0.9999779095030014, -0.5204998778130465, 0, 0.27632639016823696, 0.8427007929497149,
    0.9999999845827421,
  ];
  const f = (of: (x: number) => number): number[] => xs.map(of);
  const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
  gives("of reals", {
    source: `cascade f(x[i]) -> a[i], b[i], c[i], d[i], e[i], g[i], h[i], j[i], k[i], l[i],
        m[i], n[i], o[i] {
      a[i] = exp(x[i])
      b[i] = log(abs(x[i]) + 1)
      c[i] = log2(abs(x[i]) + 1)
      d[i] = sqrt(abs(x[i]))
      e[i] = sin(x[i])
      g[i] = cos(x[i])
      h[i] = tanh(x[i])
      j[i] = erf(x[i])
      k[i] = sigmoid(x[i])
      l[i] = softplus(x[i])
      m[i] = logsigmoid(x[i])
      n[i] = silu(x[i])
      o[i] = gelu(x[i]) + pi }`,
    given: { x: xs },
    within: 2e-5,
    want: {
      a: f(Math.exp),
      b: f((x) => Math.log(Math.abs(x) + 1)),
      c: f((x) => Math.log2(Math.abs(x) + 1)),
      d: f((x) => Math.sqrt(Math.abs(x))),
      e: f(Math.sin),
      g: f(Math.cos),
      h: f(Math.tanh),
      j: erf,
      k: f(sigmoid),
      l: f((x) => Math.log1p(Math.exp(x))),
      m: f((x) => Math.log(sigmoid(x))),
      n: f((x) => x * sigmoid(x)),
      o: xs.map((x) => x).map((x) => 0.5 * x * (1 + erfOf(x / Math.SQRT2)) + Math.PI),
    },
  });
});

/** The series, to double precision for |x| < 4. */
function erfOf(x: number): number {
  let [term, total] = [x, x];
  for (let n = 1; n < 120; n++) {
    term *= -(x * x) / n;
    total += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * total;
}

describe("absence", () => {
  gives("a map of an absent argument is absent, reductions skip it", {
    source: `cascade f(x[i]) -> a[i], s, m, n : i32, c[i] {
      let p[i] = x[i] where x[i] > 0
      let q[i] = 2 * p[i] + 1
      a[i] = q[i] else -1
      s = sum[i] q[i] else 0
      m = mean[i] p[i] else 0
      n = count[i] (q[i] > 3)
      c[i] = max(p[i], 0.5) else 7 }`,
    given: { x: [1, -2, 3, 0, 5] },
    want: { a: [3, -1, 7, -1, 11], s: 21, m: 3, n: 2, c: [1, 7, 3, 7, 5] },
  });
  gives("a reduction of nothing is absent", {
    source: `cascade f(x[i]) -> s[j], any0, all1, n : i32, far {
      rank j = 8
      let p[i] = x[i] where x[i] > 100
      s[j] = (sum[i] p[i]) where j == 0
        else (prod[i] p[i]) where j == 1
        else (max[i] p[i]) where j == 2
        else (min[i] p[i]) where j == 3
        else (mean[i] p[i]) where j == 4
        else (argmax[i] p[i]) where j == 5
        else (argmin[i] p[i]) where j == 6
        else -1
      any0 = 1 where any[i] (p[i] > 0) else 0
      all1 = 1 where all[i] (p[i] < 0) else 0
      n = count[i] (p[i] > 0)
      far = x[size(i) + 3] else -4 }`,
    given: { x: [1, -2, 3] },
    want: { s: [-1, -1, -1, -1, -1, -1, -1, -1], any0: 0, all1: 1, n: 0, far: -4 },
  });
  gives("or holds where either does, and fails where either fails", {
    source: `cascade f(x[i]) -> a[i], b[i], c[i], d[i], e[i] {
      let p[i] = x[i] where x[i] > 0
      a[i] = 1 where p[i] > 2 or i == 0 else 0
      b[i] = 1 where not (p[i] > 2 and i > 0) else 0
      c[i] = 1 where p[i] > 2 else 0
      d[i] = 1 where not (p[i] > 2) else 0
      e[i] = 1 where i == 0 or p[i] > 2 else 0 }`,
    given: { x: [-1, -1, 1, 3] },
    want: { a: [1, 0, 0, 1], b: [1, 0, 1, 0], c: [0, 0, 0, 1], d: [0, 0, 1, 0], e: [1, 0, 0, 1] },
  });
  gives("a reduction of conditions skips what is absent", {
    source: `cascade f(x[i]) -> a, b, c : i32 {
      let p[i] = x[i] where x[i] > 0
      a = 1 where any[i] (p[i] < 2) else 0
      b = 1 where all[i] (p[i] > 0.5) else 0
      c = count[i] (p[i] < 2 or i == 0) }`,
    given: { x: [-1, 1, 3] },
    want: { a: 1, b: 1, c: 2 },
  });
  gives("through let, also stored and read at other places", {
    source: `cascade f(x[i]) -> O[i], s[i] {
      let p[i] = x[i] where i mod 2 == 0
      let q[i] = p[i - 1]
      O[i] = q[i] else -1
      s[i] = (p[i] else 0) + (q[i] else 0) + (p[i] + q[i] else 100) }`,
    given: { x: [1, 2, 3, 4, 5] },
    want: { O: [-1, 1, -1, 3, -1], s: [101, 101, 103, 103, 105] },
  });
  gives("through calls both ways", {
    source: `cascade f(x[i]) -> O[i], s {
      let p[i] = half(x[i] where x[i] > 0)
      O[i] = p[i] else -1
      let total = addup(p)
      s = total else -2 }
    cascade half(v) -> o { o = v / 2 where v < 8 }
    cascade addup(v[j]) -> o { o = sum[j] v[j] }`,
    given: { x: [2, -4, 6, 10] },
    want: { O: [1, -1, 3, -1], s: 4 },
  });
  gives("through calls, when all are absent", {
    source: `cascade f(x[i]) -> s, m {
      s = addup[i](x[i] where x[i] > 100) else -2
      m = top(x) else -3 }
    cascade addup(v[j]) -> o { o = sum[j] v[j] }
    cascade top(v[j]) -> o { o = max[j] v[j] where size(j) > 9 }`,
    given: { x: [2, -4] },
    want: { s: -2, m: -3 },
  });
});

describe("predicates", () => {
  const x: Nested = [
    [1, 2, 3, 4],
    [5, 6, 7, 8],
    [9, 10, 11, 12],
  ];
  gives("affine bounds", {
    source: `cascade f(x[i,j]) -> a[i], b[i], c[i], d[j] {
      a[i] = sum[j] (x[i,j] where j <= i) else 0
      b[i] = sum[j] (x[i,j] where i < j and j < i + 3) else 0
      c[i] = max[j] (x[i,j] where j + i >= 3 and j != 2) else -1
      d[j] = sum[i] (x[i,j] where 2 * i >= j) else 0 }`,
    given: { x },
    want: { a: [1, 11, 30], b: [5, 15, 12], c: [4, 8, 12], d: [15, 16, 18, 12] },
  });
  gives("ragged ranges", {
    source: `cascade f(x[m], start[p] : i32, stop[p] : i32) -> s[p], n[p] : i32 {
      s[p] = sum[m] (x[m] where start[p] <= m and m < stop[p]) else 0
      n[p] = count[m] (start[p] <= m and m < stop[p]) }`,
    given: {
      x: [1, 2, 3, 4, 5, 6, 7],
      start: of([0, 2, 2, 5, -3, 6], [6], "i32"),
      stop: of([2, 2, 5, 100, 1, 3], [6], "i32"),
    },
    want: { s: [3, 0, 12, 13, 1, 0], n: [2, 0, 3, 2, 1, 0] },
  });
  gives("visits by equality", {
    source: `cascade f(x[t,d], idx[t] : i32) -> Y[n,d], c[n] : i32 {
      rank n = 4
      Y[n,d] = sum[t] (x[t,d] where idx[t] == n) else -1
      c[n] = count[t] (idx[t] == n) }`,
    given: {
      x: [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      idx: of([2, 0, 2], [3], "i32"),
    },
    want: {
      Y: [
        [3, 4],
        [-1, -1],
        [6, 8],
        [-1, -1],
      ],
      c: [1, 0, 2, 0],
    },
  });
  gives("anything else, at each point", {
    source: `cascade f(x[i,j]) -> s, t[j] {
      s = sum[i, j] (x[i,j] where (i * j) mod 2 == 0 and x[i,j] > 3) else 0
      t[j] = sum[i] (x[i,j] where x[i,j] > sum[i] x[i,j] / size(i)) else 0 }`,
    given: { x },
    want: { s: 4 + 5 + 7 + 9 + 10 + 11 + 12, t: [9, 10, 11, 12] },
  });
});
