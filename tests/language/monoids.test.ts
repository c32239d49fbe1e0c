// LANGUAGE.md §6 to §8, §11, §12: reductions of one's own, formats, randomness, contracts.

import { describe, expect, it } from "vitest";
import { compile, open } from "../../src/index.js";
import { arguments_, gives, of, refuses } from "./harness.js";

const lse = `monoid lse {
  lift (x)      (m = x, s = 1)
  merge (a, b)  { let m = max(a.m, b.m)  (m = m, s = a.s * exp(a.m - m) + b.s * exp(b.m - m)) }
  result        m + log(s)
}
`;

describe("monoids", () => {
  const x = [
    [1, 2, 3],
    [0, 50, -50],
  ];
  const lseOf = (row: readonly number[]): number =>
    Math.log(row.reduce((s, v) => s + Math.exp(v), 0));
  gives("reduce a rank, nothing is absent", {
    source: `${lse}cascade f(x[i,j]) -> O[i], P[j], q, r[i] {
      O[i] = lse[j] x[i,j] else 0
      P[j] = 1 + 2 * lse[i] x[i,j] else 0
      q = lse[i, j] x[i,j] else 0
      r[i] = lse[j] (x[i,j] where x[i,j] > 2) else -1 }`,
    entry: "f",
    given: { x },
    within: 2e-5,
    want: {
      O: x.map(lseOf),
      P: [0, 1, 2].map((j) => 1 + 2 * lseOf(x.map((row) => row[j] ?? 0))),
      q: lseOf(x.flat()),
      r: [3, 50],
    },
  });
  gives("of nothing", {
    source: `${lse}cascade f(x[i,j]) -> O[i] { O[i] = lse[j] x[i,j] else -7 }`,
    entry: "f",
    given: { x: of([], [2, 0]) },
    want: { O: [-7, -7] },
  });
  gives("lift several arguments, mapped over the rest", {
    source: `monoid weighted {
      lift (s, v)   (m = s, d = 1, o = v)
      merge (a, b)  { let m = max(a.m, b.m)
        (m = m, d = a.d * exp(a.m - m) + b.d * exp(b.m - m),
          o = a.o * exp(a.m - m) + b.o * exp(b.m - m)) }
      result        o / d
    }
    cascade f(S[m], V[m,f]) -> O[f], P[f] {
      O[f] = weighted[m] (S[m], V[m,f]) else 0
      P[f] = weighted[m] (S[m] where m < 2, V[m,f] where m < 1) else 0 }`,
    entry: "f",
    given: {
      S: [0, 0, 0],
      V: [
        [1, 2],
        [2, 4],
        [6, 9],
      ],
    },
    within: 1e-6,
    want: { O: [3, 5], P: [1, 2] },
  });
  gives("that do not commute go in order", {
    source: `monoid span {
      lift (p)      (first = p, last = p, n = 1)
      merge (a, b)  (first = a.first, last = b.last, n = a.n + b.n)
      result        100 * first + 10 * last + n
    }
    cascade f(x[i] : i32, y[i,j]) -> O, P, Q, R[i], S[j], T { O = span[i] x[i] else 0
      P = span[i] (x[i] where x[i] mod 2 == 1) else 0
      Q = span[i, j] y[i,j] else 0
      T = span[j, i] y[i,j] else 0
      R[i] = span[j] y[i,j] else 0
      S[j] = span[i] y[i,j] else 0 }`,
    entry: "f",
    given: {
      x: of([4, 3, 9, 2], [4], "i32"),
      y: [
        [1, 2, 3],
        [4, 5, 6],
        [7, 8, 9],
        [0, 1, 2],
      ],
    },
    want: { O: 424, P: 392, Q: 132, T: 132, R: [133, 463, 793, 23], S: [104, 214, 324] },
  });
  const steps = Array.from({ length: 70_001 }, (_, n) => (n % 3 === 0 ? 0.5 : 0.75));
  gives("an affine recurrence as a reduction, long enough for several blocks", {
    source: `monoid then {
      lift (a, b)   (a = a, b = b)
      merge (p, q)  (a = q.a * p.a, b = q.a * p.b + q.b)
      result        b
    }
    cascade f(a[i], b[i]) -> O, P { O = then[i] (a[i], b[i]) else 0
      P = 0
      scan i { P = a[i] * P + b[i] } }`,
    entry: "f",
    given: { a: of(steps), b: of(steps.map((_, n) => n % 5)) },
    within: 1e-5,
    want: (() => {
      let h = 0;
      for (const [n, a] of steps.entries()) h = a * h + (n % 5);
      return { O: h, P: h };
    })(),
  });
  gives("inside a scan and a call", {
    source: `${lse}cascade f(x[i,j]) -> s, O[i] { s = 0
      scan i { s = s + (lse[j] x[i,j] else 0) }
      O[i] = inner(x) }
    cascade inner(v[k]) -> o { o = lse[k] (v[k] - v[k]) else 0 }`,
    entry: "f",
    given: {
      x: [
        [0, 0],
        [1, 1],
      ],
    },
    within: 1e-6,
    want: { s: 1 + 2 * Math.LN2, O: [Math.LN2, Math.LN2] },
  });
  refuses(
    "that are none",
    "E0731",
    `monoid halves {
    lift (x)     (m = x)
    merge (a, b) (m = (a.m + b.m) / 2)
    result       m
  }
  cascade f(x[i]) -> o { o = halves[i] x[i] else 0 }`,
  );
});

describe("element formats", () => {
  const x = [0.1, 1.00390625, -3.14159265, 65504, 300, -0.0001];
  const bf16 = (v: number): number => {
    const bits = new Uint32Array(Float32Array.of(v).buffer)[0] ?? 0;
    const rounded = (((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) << 16) >>> 0;
    return new Float32Array(Uint32Array.of(rounded).buffer)[0] ?? 0;
  };
  gives("as bf16 rounds here, as a tensor to its format", {
    source: `cascade f(x[i], V[i] : bf16) -> O[i], P[i], Q[i] : bf16 {
      O[i] = x[i] as bf16
      P[i] = (x[i] as V) + (x[i] as f32) - x[i]
      Q[i] = x[i] }`,
    given: { x, V: of([0, 0, 0, 0, 0, 0]) },
    within: 1e-9,
    want: {
      O: x.map((v) => bf16(v)),
      Q: x.map((v) => bf16(v)),
    },
  });
  gives("integers stop at their bounds", {
    source: `cascade f(x[i]) -> a[i] : i8, b[i] : u8, c[i] : i16, d[i] : i32 {
      a[i] = round(x[i])
      b[i] = round(x[i])
      c[i] = round(x[i])
      d[i] = round(x[i]) }`,
    given: { x: [1.5, 2.5, -200, 300, 70000, -70000, 3e9] },
    want: {
      a: [2, 2, -128, 127, 127, -128, 127],
      b: [2, 2, 0, 255, 255, 0, 255],
      c: [2, 2, -200, 300, 32767, -32768, 32767],
      d: [2, 2, -200, 300, 70000, -70000, 2147483647],
    },
  });
  gives("f8 stops at its bounds and rounds to even", {
    source: `cascade f(x[i]) -> a[i] : f8e4m3, b[i] : f8e5m2 { a[i] = x[i]
      b[i] = x[i] }`,
    given: { x: [1, 1.0625, 1.1875, 17, 1000, -1e6] },
    want: { a: [1, 1, 1.25, 16, 448, -448], b: [1, 1, 1.25, 16, 1024, -57344] },
  });
  gives("params and states in narrow formats", {
    source: `optimizer f(lr = 0.5) {
      param w[i] : bf16
      grad g[i] : f16
      state m[i] : f16, n[i] : u8, b[i] : bool, c[i] : i8
      m[i] = m[i] + g[i]
      n[i] = n[i] + 3
      c[i] = c[i] - 100
      b[i] = not b[i] where g[i] > 0
      w[i] = w[i] - lr * m[i] + n[i] + (1 where b[i] else 0) + c[i]
    }`,
    given: { w: of([0x3f80, 0x4000, 0x4300], [3], "u16"), g: [1, -1, 0.5] },
    want: {},
  });
  gives("a let with a format rounds once", {
    source: `cascade f(x[i], y[i]) -> O[i], s {
      let a[i] : bf16 = x[i] + y[i]
      O[i] = a[i] - x[i]
      let b[i] : i8 = round(100 * x[i])
      s = sum[i] b[i] else 0 }`,
    given: { x: [1, 2], y: [0.00390625, 0.01171875] },
    want: { O: [0, 0.015625], s: 227 },
  });
  gives("booleans", {
    source: `cascade f(x[i], on[i] : bool) -> a[i] : bool, s[i], n : i32 {
      let p[i] = x[i] > 1
      a[i] = p[i] and not on[i]
      s[i] = x[i] where a[i] or on[i] else 0
      n = count[i] (p[i]) }`,
    given: { x: [1, 2, 3], on: of([true, false, true], [3], "bool") },
    want: { a: [0, 1, 0], s: [1, 2, 3], n: 2 },
  });
  gives("a tensor is decoded wherever it is read", {
    source: `cascade f(A[i,k] : bf16, B[k,j] : f16, s[i] : i8) -> C[i,j], d[i] {
      C[i,j] = A[i,k] * B[k,j] * s[i]
      d[i] = max[k] A[i,k] + s[i] }`,
    given: {
      A: [
        [1.5, 2],
        [-1, 0.5],
      ],
      B: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      s: of([2, -3], [2], "i8"),
    },
    want: {
      C: [
        [19, 26, 33],
        [-3, -1.5, 0],
      ],
      d: [4, -2.5],
    },
  });
  refuses("an unknown format", "E0701", "cascade f(x[i]) -> O[i] : f17 { O[i] = x[i] }");
  refuses(
    "a real in an integer format",
    "E0313",
    "cascade f(x[i]) -> O[i] : i8 { O[i] = x[i] / 2 }",
  );
});

describe("random draws", () => {
  const source = `cascade f(key : u32, x[i,j]) -> u[i,j], v[j], n, r[i], z[i,j], w[i,j] {
    u[i,j] = uniform(key, i, j)
    v[j] = uniform(key, 1, j)
    n = normal(key, 7)
    r[i] = rademacher(key, i)
    z[i,j] = normal(key, i, j, 3)
    w[i,j] = uniform(key + 1, i, j) + 0 * x[i,j] }`;
  const call = async (
    name: "reference" | "wasm",
    key: number,
    shape: readonly [number, number],
  ) => {
    const device = await open(name, name === "reference" ? { mode: "f32" } : {});
    const step = await device.prepare(await compile({ source }), {});
    const given = {
      x: of(Array<number>(shape[0] * shape[1]).fill(0), shape),
      key: of([key], [], "u32"),
    };
    const out = await step(arguments_(given));
    const read = Object.entries(out).map(
      async ([id, one]) => [id, Array.from(await one.data())] as const,
    );
    device.close();
    return Object.fromEntries(await Promise.all(read)) as Record<string, number[]>;
  };
  it("are the same bits on every device", async () => {
    expect(await call("wasm", 5, [3, 7])).toEqual(await call("reference", 5, [3, 7]));
  });
  it("depend on key and counters alone", async () => {
    const [small, large, other] = [
      await call("wasm", 5, [2, 3]),
      await call("wasm", 5, [4, 9]),
      await call("wasm", 6, [2, 3]),
    ];
    expect(small["u"]?.slice(0, 3)).toEqual(large["u"]?.slice(0, 3));
    expect(small["u"]?.slice(3, 6)).toEqual(large["u"]?.slice(9, 12));
    expect(small["v"]).toEqual(small["u"]?.slice(3, 6));
    expect(other["u"]).toEqual(small["w"]);
    expect(other["u"]).not.toEqual(small["u"]);
    expect(small["r"]?.every((one) => Math.abs(one) === 1)).toBe(true);
    expect(small["u"]?.every((one) => one >= 0 && one < 1)).toBe(true);
  });
  it("have the moments of their distribution", async () => {
    const { u, z, r } = await call("wasm", 11, [100, 101]);
    const mean = (list: readonly number[] = []): number =>
      list.reduce((s, v) => s + v, 0) / list.length;
    expect(Math.abs(mean(u) - 0.5)).toBeLessThan(0.01);
    expect(Math.abs(mean(z))).toBeLessThan(0.03);
    expect(Math.abs(mean(z?.map((v) => v * v)) - 1)).toBeLessThan(0.05);
    expect(Math.abs(mean(r))).toBeLessThan(0.4);
  });
});

describe("contracts", () => {
  it.each(["reference", "wasm"] as const)(
    "a condition on extents is enforced, on %s",
    async (name) => {
      const program = await compile({
        source: `cascade f(x[i,j]) -> O[i] {
        expect size(i) mod 2 == 0 and size(j) > 1
        O[i] = sum[j] x[i,j] }`,
      });
      const device = await open(name);
      const step = await device.prepare(program, {});
      await expect(step({ x: of([1, 2, 3], [3, 1]) })).rejects.toThrow(/expect/);
      await expect(step({ x: of([1, 2], [2, 1]) })).rejects.toThrow(/expect/);
      const { O } = await step({ x: of([1, 2, 3, 4], [2, 2]) });
      expect(Array.from((await O?.data()) ?? [])).toEqual([3, 7]);
      device.close();
    },
  );
  gives("the others are kept", {
    source: `cascade f(x[i]) -> O[i] {
      expect passes(i) <= 1, traffic(device) <= 8 * size(i), launches <= 1
      expect resident(device) <= 100
      numerics reassociate
      deterministic
      shard i over data
      O[i] = 2 * x[i] }`,
    given: { x: [1] },
    want: { O: [2] },
  });
  refuses(
    "an expect of values",
    "E0822",
    "cascade f(x[i]) -> O[i] { expect x[0] > 1\n O[i] = x[i] }",
  );
});
