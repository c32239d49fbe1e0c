// LANGUAGE.md §5: repeat, scan, when, every, orient; and steps of an optimizer.

import { describe, expect, it } from "vitest";
import { compile, open } from "../../src/index.js";
import { gives, of, refuses, type Given } from "./harness.js";

describe("repeat", () => {
  const halve = `cascade f(x[i], n : i32, static passes = 3) -> O[i], c : i32 {
    O[i] = x[i]
    c = 0
    repeat passes until c >= n { O[i] = O[i] / 2
      c = c + 1 }
  }`;
  const n = (k: number): Given => of([k], [], "i32");
  gives("carries what was declared before", {
    source: halve,
    given: { x: [8, 16], n: n(9) },
    want: { O: [1, 2], c: 3 },
  });
  gives("until is tested before the first pass", {
    source: halve,
    given: { x: [8, 16], n: n(0) },
    want: { O: [8, 16], c: 0 },
  });
  gives("until ends it", {
    source: halve,
    given: { x: [8, 16], n: n(2) },
    want: { O: [2, 4], c: 2 },
  });
  gives("no pass at all", {
    source: halve,
    given: { x: [8], n: n(9) },
    settings: { passes: 0 },
    want: { O: [8], c: 0 },
  });
  gives("until a norm is small", {
    source: `cascade f(x[i]) -> O[i], c {
      O[i] = x[i]
      c = 0
      repeat 20 until sum[i] O[i]^2 < 1 { O[i] = O[i] / 2
        c = c + 1 }
    }`,
    given: { x: [4, 3] },
    want: { O: [0.5, 0.375], c: 3 },
  });
  gives("until over nothing is tested as false", {
    source: `cascade f(x[i]) -> c {
      c = 0
      repeat 3 until sum[i] x[i] < 1 { c = c + 1 }
    }`,
    given: { x: [] },
    want: { c: 3 },
  });
  gives("nested, with lets of its own and a count of a scalar", {
    source: `cascade f(x[i], steps = 2) -> O[i] {
      O[i] = x[i]
      repeat steps {
        let a[i] = O[i] + 1
        repeat size(i) { O[i] = O[i] + a[i] }
        let b = max[i] O[i]
        O[i] = O[i] - b
      }
    }`,
    given: { x: [1, 2] },
    // 1 2: a = 2 3, twice: 5 8, minus 8: -3 0; a = -2 1: -7 2, minus 2: -9 0
    want: { O: [-9, 0] },
  });
});

describe("scan", () => {
  const x = [
    [1, 2],
    [3, 4],
    [5, 6],
  ];
  gives("reads what the last pass wrote", {
    source: `cascade f(x[k,d]) -> h[k,d], last[d], r[d] {
      scan k { h[k,d] = 2 * h[k-1,d] + x[k,d] else x[k,d] }
      last[d] = h[size(k) - 1, d]
      r[d] = 0
      scan k { r[d] = r[d] * 10 + x[k,d] }
    }`,
    given: { x },
    want: {
      h: [
        [1, 2],
        [5, 8],
        [15, 22],
      ],
      last: [15, 22],
      r: [135, 246],
    },
  });
  gives("backwards", {
    source: `cascade f(x[k,d]) -> h[k,d], r[d] {
      scan k backwards { h[k,d] = (h[k+1,d] else 0) + x[k,d] }
      r[d] = 0
      scan k backwards { r[d] = r[d] * 10 + x[k,d] }
    }`,
    given: { x },
    want: {
      h: [
        [9, 12],
        [8, 10],
        [5, 6],
      ],
      r: [531, 642],
    },
  });
  gives("backwards, k-1 is not yet written", {
    source: `cascade f(x[k]) -> h[k] {
      scan k backwards { h[k] = x[k] + (h[k-1] else 100) }
    }`,
    given: { x: [1, 2, 3] },
    want: { h: [101, 102, 103] },
  });
  gives("over nothing", {
    source: `cascade f(x[k]) -> s, h[k] {
      s = 5
      scan k { s = s + x[k]
        h[k] = s }
    }`,
    given: { x: [] },
    want: { s: 5, h: [] },
  });
  gives("over one", {
    source: `cascade f(x[k]) -> s, h[k] {
      s = 5
      scan k { s = s + x[k]
        h[k] = s }
    }`,
    given: { x: [2] },
    want: { s: 7, h: [7] },
  });
  gives("of a linear recurrence, with matrices", {
    source: `cascade f(A[d, e in d], x[k,d]) -> h[k,d], o[k] {
      scan k { h[k,d] = (A[d,e] * h[k-1,e] else 0) + x[k,d]
        o[k] = sum[d] h[k,d] }
    }`,
    given: {
      A: [
        [0, 1],
        [1, 1],
      ],
      x: [
        [1, 0],
        [0, 0],
        [0, 0],
        [1, 1],
      ],
    },
    want: {
      h: [
        [1, 0],
        [0, 1],
        [1, 1],
        [2, 3],
      ],
      o: [1, 1, 2, 5],
    },
  });
  gives("in a scan, over two ranks of one extent", {
    source: `cascade f(x[i]) -> c : i32, s {
      index k in i
      c = 0
      s = 0
      scan i { scan k { c = c + (1 where k < i else 0)
          s = s + x[i] * x[k] } }
    }`,
    given: { x: [1, 2, 3] },
    want: { c: 3, s: 36 },
  });
  gives("with reductions of what was written before", {
    source: `cascade f(x[k]) -> h[k] {
      index j in k
      scan k { h[k] = x[k] + (sum[j] (h[j] where j < k) else 0) }
    }`,
    given: { x: [1, 1, 1, 1] },
    want: { h: [1, 2, 4, 8] },
  });
});

describe("when", () => {
  const branch = `cascade f(x[i], on : i32) -> O[i], p {
    O[i] = x[i]
    p = 1
    when on > 0 { O[i] = O[i] * 10
      when on > 1 { p = 3 } else { p = 2 } }
    else { O[i] = -O[i] }
  }`;
  const on = (k: number): Given => of([k], [], "i32");
  gives("takes one branch for the whole tensor", {
    source: branch,
    given: { x: [1, 2], on: on(1) },
    want: { O: [10, 20], p: 2 },
  });
  gives("nests", { source: branch, given: { x: [1, 2], on: on(2) }, want: { O: [10, 20], p: 3 } });
  gives("what a branch does not assign keeps its value", {
    source: branch,
    given: { x: [1, 2], on: on(0) },
    want: { O: [-1, -2], p: 1 },
  });
  const fixed = `cascade f(x[i], n : i32, static wide = 2) -> O[i] {
    O[i] = x[i]
    when size(i) > wide { when n > 0 { O[i] = 100 } else { O[i] = O[i] + (sum[i] x[i] else 0) } }
    else { when wide == 9 { O[i] = 9 } }
  }`;
  gives("static around run-time, taken", {
    source: fixed,
    given: { x: [1, 2, 3], n: on(1) },
    want: { O: [100, 100, 100] },
  });
  gives("static around run-time, else", {
    source: fixed,
    given: { x: [1, 2, 3], n: on(0) },
    want: { O: [7, 8, 9] },
  });
  gives("static in the else", {
    source: fixed,
    given: { x: [1, 2], n: on(1) },
    settings: { wide: 9 },
    want: { O: [9, 9] },
  });
  gives("static, none", { source: fixed, given: { x: [1, 2], n: on(1) }, want: { O: [1, 2] } });
  gives("a condition over a tensor, of a real, masked", {
    source: `cascade f(x[i]) -> O[i], q {
      O[i] = x[i]
      q = 0
      when max[i] x[i] > 2 { O[i] = O[i] - 1 where x[i] > 1
        q = 1 }
      when (sum[i] (x[i] where x[i] > 100)) > 0 { q = 5 }
      when any[i] (x[i] == 3) and not all[i] (x[i] > 0) { q = q + 10 }
    }`,
    given: { x: [1, 3, -1] },
    want: { O: [1, 2, -1], q: 11 },
  });
  gives("inside loops", {
    source: `cascade f(x[k]) -> s, n {
      s = 0
      n = 0
      scan k { when x[k] > 0 { s = s + x[k] } else { n = n + 1 } }
      repeat 3 { when s > 5 { s = s - 5 } }
    }`,
    given: { x: [7, -1, 9, 0] },
    want: { s: 1, n: 2 },
  });
  gives("an expect inside a branch is of the branch", {
    source: `cascade f(x[i], static small = true) -> O[i] {
      O[i] = x[i]
      when small { O[i] = 2 * O[i] } else { expect size(i) > 100
        O[i] = 0 }
    }`,
    given: { x: [1, 2] },
    want: { O: [2, 4] },
  });
});

describe("every", () => {
  const source = `optimizer f(lr = 0.5, gap = 3) {
    param w[i]
    grad  g[i]
    state a[i], n, last
    every gap { a[i] = w[i]
      n = n + 1 }
    when t mod gap == 0 { last = t }
    w[i] = w[i] - lr * g[i] + a[i]
  }`;
  const at = (t: number): Given => t;
  gives("the first step", {
    source,
    given: { w: [1, 2], g: [2, 2], t: at(1) },
    want: { a: [1, 2], n: 1, last: 0, w: [1, 3] },
  });
  gives("not the second", {
    source,
    given: { w: [1, 2], g: [2, 2], t: at(2) },
    want: { a: [0, 0], n: 0, w: [0, 1] },
  });
  gives("a multiple", {
    source,
    given: { w: [1, 2], g: [2, 2], t: at(3) },
    want: { n: 0, last: 3 },
  });
  gives("the first after", {
    source,
    given: { w: [1, 2], g: [2, 2], t: at(7) },
    want: { a: [1, 2], n: 1 },
  });
  gives("with a gap that is given", {
    source,
    given: { w: [1, 2], g: [2, 2], t: at(6), gap: 5 },
    want: { n: 1, last: 0 },
  });
  refuses("outside an optimizer", "E0602", "cascade f(x) -> O { O = x\n every 2 { O = 1 } }");
});

describe("an input read only inside a when", () => {
  const source = `optimizer f(gap = 3) {
    param w[i]
    grad  g[i]
    input h[i]
    state v[i]
    every gap { v[i] = h[i] }
    w[i] = w[i] - g[i] * (1 + v[i])
  }`;
  const call = { w: of([1, 2]), g: of([1, 1]) };
  it.each(["reference", "wasm"] as const)("is asked for only then, on %s", async (name) => {
    const device = await open(name);
    const step = await device.prepare(await compile({ source }), {});
    const { w } = await step({ ...call, t: 2 });
    expect(Array.from((await w?.data()) ?? [])).toEqual([0, 1]);
    await expect(step({ ...call, t: 4 })).rejects.toThrow(/`h`/);
    const { w: later } = await step({ ...call, h: of([1, 2]), t: 4 });
    expect(Array.from((await later?.data()) ?? [])).toEqual([-1, -1]);
    await expect(step({ w: of([1, 2]), t: 2 })).rejects.toThrow(/`g`/);
    device.close();
  });
});

describe("orient", () => {
  // Shapes tell which rank is the short one: P holds a row for each.
  const source = `cascade f() {
    param W[i,j]
    grad  G[i,j]
    state s[i], l[j], R[i,r]
    rank r = 2
    orient size(i) <= size(j)
    s[i] = s[i] + sum[j] G[i,j]
    l[j] = G[i,j] * s[i]
    R[i,r] = G[i, j(r)] else -1
    W[i,j] = W[i,j] - G[i,j] * s[i] + 10 * i
  }`;
  gives("a wide one", {
    source,
    given: {
      W: [
        [1, 1, 1],
        [2, 2, 2],
      ],
      G: [
        [1, 2, 3],
        [4, 5, 6],
      ],
    },
    want: {
      s: [6, 15],
      l: [66, 87, 108],
      R: [
        [1, 2],
        [4, 5],
      ],
      W: [
        [-5, -11, -17],
        [2 - 60 + 10, 2 - 75 + 10, 2 - 90 + 10],
      ],
    },
  });
  gives("a tall one", {
    source,
    given: {
      W: [
        [1, 2],
        [1, 2],
        [1, 2],
      ],
      G: [
        [1, 4],
        [2, 5],
        [3, 6],
      ],
    },
    want: {
      s: [6, 15],
      l: [66, 87, 108],
      R: [
        [1, 2],
        [4, 5],
      ],
      W: [
        [-5, -48],
        [-11, -63],
        [-17, -78],
      ],
    },
  });
  gives("a square is not exchanged", {
    source,
    given: {
      W: [
        [1, 1],
        [1, 1],
      ],
      G: [
        [1, 2],
        [3, 4],
      ],
    },
    want: {
      s: [3, 7],
      l: [24, 34],
      R: [
        [1, 2],
        [3, 4],
      ],
      W: [
        [-2, -5],
        [-10, -17],
      ],
    },
  });
  gives("in a callee it is of its own ranks", {
    source: `cascade f(A[p,q]) -> O[p,q], n { O[p,q] = rows(A)
      n = 0 }
    cascade rows(G[i,j]) -> X[i,j] {
      orient size(i) <= size(j)
      X[i,j] = G[i,j] / (sum[j] G[i,j]) }`,
    given: {
      A: [
        [1, 2],
        [1, 2],
        [2, 4],
      ],
    },
    want: {
      O: [
        [0.25, 0.25],
        [0.25, 0.25],
        [0.5, 0.5],
      ],
      n: 0,
    },
  });
  gives("merged trailing ranks are one, exchanged too", {
    source,
    given: {
      W: [
        [[1], [1]],
        [[1], [1]],
        [[1], [1]],
      ],
      G: [
        [[1], [4]],
        [[2], [5]],
        [[3], [6]],
      ],
    },
    want: { s: [[6], [15]], l: [66, 87, 108] },
  });
  gives("merged trailing ranks are one", {
    source,
    given: {
      W: [
        [
          [1, 1],
          [1, 1],
        ],
      ],
      G: [
        [
          [1, 2],
          [3, 4],
        ],
      ],
    },
    want: {
      s: [10],
      l: [
        [10, 20],
        [30, 40],
      ],
      R: [[1, 2]],
    },
  });
});
