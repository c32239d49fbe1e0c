// The programs that the language was designed with, against direct computations.

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Inputs, Mode } from "../../../src/cascade/interpret/index.js";
import { definitionsOf, random, runStep, tensor, type Numbers } from "./source.js";

const root = fileURLToPath(new URL("../../../../shared/examples", import.meta.url));
/** The examples are not in this checkout. */
const describeExamples = describe.skipIf(!existsSync(root));

function run(path: string, inputs: Inputs, mode: Mode = "f64", name?: string): Numbers {
  const wanted = name ?? path.slice(path.lastIndexOf("/") + 1);
  const cascade = definitionsOf(root, `${path}.opt`).get(wanted);
  if (cascade === undefined) throw new Error(`no ${wanted} in ${path}`);
  return runStep(cascade, inputs, { mode, key: 5 });
}

const randoms = (seed: number, ...shape: readonly number[]): ReturnType<typeof tensor> =>
  tensor(shape, random(seed));

function expectClose(
  got: readonly number[] | undefined,
  wanted: readonly number[],
  eps = 1e-12,
): void {
  expect(got?.length).toBe(wanted.length);
  const errors = wanted.map((w, n) => Math.abs((got?.[n] ?? NaN) - w) / Math.max(1, Math.abs(w)));
  expect(Math.max(...errors)).toBeLessThan(eps);
}

const range = (n: number): number[] => Array.from({ length: n }, (_, k) => k);
const sum = (xs: readonly number[]): number => xs.reduce((a, b) => a + b, 0);

/** Row-major access with any number of indices. */
function reader(t: {
  shape: readonly number[];
  data: ArrayLike<number>;
}): (...at: number[]) => number {
  return (...at) => t.data[at.reduce((flat, n, d) => flat * (t.shape[d] ?? 1) + n, 0)] ?? NaN;
}

function softmax(xs: readonly number[]): number[] {
  const top = Math.max(...xs);
  const powers = xs.map((x) => Math.exp(x - top));
  return powers.map((p) => p / sum(powers));
}

function times(a: readonly number[], b: readonly number[], inner: number): number[] {
  const rows = a.length / inner;
  const columns = b.length / inner;
  return range(rows).flatMap((i) =>
    range(columns).map((j) =>
      sum(range(inner).map((k) => (a[i * inner + k] ?? 0) * (b[k * columns + j] ?? 0))),
    ),
  );
}

function transposed(a: readonly number[], columns: number): number[] {
  const rows = a.length / columns;
  return range(columns).flatMap((j) => range(rows).map((i) => a[i * columns + j] ?? 0));
}

const identity = (n: number): number[] =>
  range(n * n).map((at) => (Math.floor(at / n) === at % n ? 1 : 0));

/** M Mᵀ + I for a random M. */
function positive(n: number, seed: number): { shape: number[]; data: number[] } {
  const m = Array.from(randoms(seed, n, n).data);
  const data = times(m, transposed(m, n), n).map((v, at) => v + (identity(n)[at] ?? 0));
  return { shape: [n, n], data };
}

describeExamples("nn", () => {
  it("softmax", () => {
    const x = randoms(1, 7);
    expectClose(run("nn/softmax", { tensors: { x } }).y, softmax(Array.from(x.data)));
  });

  it("layernorm_matmul, its defaults included", () => {
    const [X, W] = [randoms(1, 3, 5), randoms(2, 5, 4)];
    const rows = range(3).map((t) => Array.from(X.data).slice(t * 5, t * 5 + 5));
    const normed = rows.flatMap((row) => {
      const mu = sum(row) / 5;
      const variance = sum(row.map((v) => (v - mu) ** 2)) / 5;
      return row.map((v) => (v - mu) / Math.sqrt(variance + 1e-5));
    });
    const got = run("nn/layernorm_matmul", { tensors: { X, W } });
    expectClose(got.Y, times(normed, Array.from(W.data), 5));
  });

  it("rope_half turns pairs (i, i + e/2), rope_interleaved pairs (2i, 2i + 1)", () => {
    const X = randoms(3, 6);
    const x = reader(X);
    const angle = (i: number): number => 5 * 10000 ** ((-2 * i) / 6);
    const first = range(3).map((i) => x(i) * Math.cos(angle(i)) - x(i + 3) * Math.sin(angle(i)));
    const second = range(3).map((i) => x(i + 3) * Math.cos(angle(i)) + x(i) * Math.sin(angle(i)));
    const inputs = { tensors: { X, pos: tensor([], () => 5) } };
    expectClose(run("nn/rope_half", inputs).Y, [...first, ...second]);
    const pairs = range(3).flatMap((i) => [
      x(2 * i) * Math.cos(angle(i)) - x(2 * i + 1) * Math.sin(angle(i)),
      x(2 * i + 1) * Math.cos(angle(i)) + x(2 * i) * Math.sin(angle(i)),
    ]);
    expectClose(run("nn/rope_interleaved", inputs).Y, pairs);
  });

  it("moe gathers the experts of the largest logits", () => {
    const tensors = {
      X: randoms(1, 5, 3),
      router: randoms(2, 3, 4),
      Wg: randoms(3, 4, 3, 6),
      Wu: randoms(4, 4, 3, 6),
      Wd: randoms(5, 4, 6, 2),
    };
    const [x, route, g, u, d] = Object.values(tensors).map(reader);
    if (!x || !route || !g || !u || !d) throw new Error("five tensors");
    const wanted = range(5).flatMap((t) => {
      const logits = range(4).map((e) => sum(range(3).map((k) => x(t, k) * route(k, e))));
      const best = range(4)
        .toSorted((a, b) => (logits[b] ?? 0) - (logits[a] ?? 0))
        .slice(0, 2);
      const gates = softmax(best.map((e) => logits[e] ?? 0));
      const hidden = (e: number, f: number): number => {
        const gate = sum(range(3).map((k) => x(t, k) * g(e, k, f)));
        return (gate / (1 + Math.exp(-gate))) * sum(range(3).map((k) => x(t, k) * u(e, k, f)));
      };
      return range(2).map((o) =>
        sum(
          best.map((e, n) => (gates[n] ?? 0) * sum(range(6).map((f) => hidden(e, f) * d(e, f, o)))),
        ),
      );
    });
    expectClose(run("nn/moe", { tensors, extents: { n: 2 } }).Y, wanted);
  });

  it("bitplane_matmul is the product of the integers", () => {
    const bit = random(8);
    const [A, B] = [
      tensor([3, 2, 5], () => Number(bit() > 0)),
      tensor([2, 4, 5], () => Number(bit() > 0)),
    ];
    const value = (t: typeof A, row: number, k: number): number =>
      sum(range(t.shape[0] ?? 0).map((i) => 2 ** i * reader(t)(i, row, k)));
    const wanted = range(2).flatMap((t) =>
      range(4).map((o) => sum(range(5).map((k) => value(A, t, k) * value(B, o, k)))),
    );
    for (const mode of ["f64", "f32"] as const) {
      expect(run("nn/bitplane_matmul", { tensors: { A, B } }, mode).C).toEqual(wanted);
    }
  });
});

describeExamples("attention", () => {
  const [b, h, g, p, m, e, f] = [2, 4, 2, 3, 5, 4, 3];
  const Q = randoms(1, b, h, p, e);
  const K = randoms(2, b, g, m, e);
  const V = randoms(3, b, g, m, f);

  /** Scores allowed by `isSeen`, softmaxed, times values. */
  function direct(isSeen: (p: number, m: number) => boolean): number[] {
    const [q, k, v] = [reader(Q), reader(K), reader(V)];
    const rows = range(b).flatMap((x) => range(h).flatMap((y) => range(p).map((z) => [x, y, z])));
    return rows.flatMap(([x = 0, y = 0, z = 0]) => {
      const kv = Math.floor((y * g) / h);
      const seen = range(m).filter((n) => isSeen(z, n));
      const dot = (n: number): number => sum(range(e).map((c) => q(x, y, z, c) * k(x, kv, n, c)));
      const weights = softmax(seen.map((n) => dot(n) / Math.sqrt(e)));
      return range(f).map((c) => sum(seen.map((n, at) => (weights[at] ?? 0) * v(x, kv, n, c))));
    });
  }

  it("attention is causal to the bottom right", () => {
    const got = run("attention/attention", { tensors: { Q, K, V } });
    expectClose(
      got.O,
      direct((z, n) => n <= z + m - p),
    );
  });

  it("attention in f32 is close to its meaning", () => {
    const got = run("attention/attention", { tensors: { Q, K, V } }, "f32");
    expectClose(
      got.O,
      direct((z, n) => n <= z + m - p),
      1e-6,
    );
  });

  it("a row that sees nothing is 0 by rule", () => {
    const short = { Q, K: randoms(2, b, g, 1, e), V: randoms(3, b, g, 1, f) };
    const got = run("attention/attention", { tensors: short });
    expect(got.O?.slice(0, 2 * f)).toEqual(range(2 * f).map(() => 0));
    expect(got.L?.slice(0, 2)).toEqual([0, 0]);
  });

  it("mla: both forms agree", () => {
    const tensors = {
      Qn: randoms(1, 2, 3, 2, 4),
      Qr: randoms(2, 2, 3, 2, 2),
      C: randoms(3, 2, 5, 6),
      Kr: randoms(4, 2, 5, 2),
      Wk: randoms(5, 3, 6, 4),
      Wv: randoms(6, 3, 6, 3),
      len: tensor([2], (n) => 3 + n),
    };
    const plain = run("attention/mla", { tensors }, "f64", "mla");
    expectClose(run("attention/mla", { tensors }, "f64", "mla_absorbed").O, plain.O ?? []);
  });

  it("retention: both forms agree", () => {
    const tensors = {
      Q: randoms(1, 1, 2, 6, 3),
      K: randoms(2, 1, 2, 6, 3),
      V: randoms(3, 1, 2, 6, 4),
      decay: tensor([2], (n) => 0.9 - 0.1 * n),
    };
    const plain = run("attention/retention", { tensors }, "f64", "retention");
    const recurrent = run("attention/retention", { tensors }, "f64", "retention_recurrent");
    expectClose(recurrent.O, plain.O ?? []);
  });

  it("split_kv: chunks, a monoid and softmax agree, the last chunk short", () => {
    const [Q1, K1, V1] = [randoms(1, 2, 4), randoms(2, 7, 4), randoms(3, 7, 3)];
    const [q, k, v] = [Q1, K1, V1].map(reader);
    if (!q || !k || !v) throw new Error("three tensors");
    const scores = (y: number): number[] =>
      range(7).map((n) => sum(range(4).map((c) => q(y, c) * k(n, c))) / 2);
    const wanted = range(2).flatMap((y) => {
      const weights = softmax(scores(y));
      return range(3).map((c) => sum(weights.map((w, n) => w * v(n, c))));
    });
    const chunks = { tensors: { Q: Q1, K: K1, V: V1 }, extents: { l: 3 } };
    expectClose(run("attention/split_kv", chunks, "f64", "split_kv").O, wanted);
    const S = { shape: [2, 7], data: range(2).flatMap(scores) };
    const monoid = { tensors: { S, V: V1 } };
    expectClose(run("attention/split_kv", monoid, "f64", "split_kv_by_monoid").O, wanted);
  });

  it("decode appends, and then is attention over what the cache holds", () => {
    const tensors = {
      Q: randoms(1, 1, 2, 1, 4),
      Knew: randoms(2, 1, 1, 1, 4),
      Vnew: randoms(3, 1, 1, 1, 3),
      K: tensor([1, 1, 6, 4], () => 0),
      V: tensor([1, 1, 6, 3], () => 0),
      len: tensor([1], () => 0),
    };
    const got = run("kv/decode", { tensors });
    const stored = got.V?.slice(0, 3) ?? [];
    expectClose(got.O, [...stored, ...stored]);
    expect(got.K?.slice(4)).toEqual(range(20).map(() => 0));
  });
});

describeExamples("linalg", () => {
  it("qr: Q is orthonormal, R upper triangular, Q R = A", () => {
    const A = randoms(1, 7, 4);
    const { Q = [], R = [] } = run("linalg/qr", { tensors: { A } });
    expectClose(times(transposed(Q, 4), Q, 7), identity(4), 1e-14);
    expectClose(times(Q, R, 4), Array.from(A.data), 1e-14);
    expect(range(16).every((n) => n % 4 >= Math.floor(n / 4) || R[n] === 0)).toBe(true);
    expect(range(4).every((n) => (R[n * 5] ?? -1) >= 0)).toBe(true);
  });

  it("cholesky: L Lᵀ = A, and its solve solves", () => {
    const A = positive(5, 2);
    const { L = [] } = run("linalg/cholesky", { tensors: { A } });
    expectClose(times(L, transposed(L, 5), 5), A.data, 1e-13);
    const B = randoms(3, 5, 2);
    const { X = [] } = run("linalg/cholesky_solve", { tensors: { A, B } });
    expectClose(times(A.data, X, 5), Array.from(B.data), 1e-12);
  });

  it.each([4, 5])("jacobi_eigh of %i rows: A V = V w, largest first", (n) => {
    const A = positive(n, 4);
    const { w = [], V = [] } = run("linalg/jacobi_eigh", { tensors: { A } });
    const scaled = V.map((v, at) => v * (w[at % n] ?? 0));
    expectClose(times(A.data, V, n), scaled, 1e-6);
    expectClose(times(transposed(V, n), V, n), identity(n), 1e-13);
    expect(w).toEqual(w.toSorted((a, b) => b - a));
  });

  it.each([
    [4, 6],
    [6, 4],
  ])("newton_schulz of %i by %i brings singular values near 1", (i, j) => {
    const { X = [] } = run("linalg/newton_schulz", { tensors: { G: randoms(5, i, j) } });
    const gram = i < j ? times(X, transposed(X, j), j) : times(transposed(X, j), X, i);
    const size = Math.min(i, j);
    const w = run("linalg/jacobi_eigh", { tensors: { A: { shape: [size, size], data: gram } } }).w;
    expect(w?.every((v) => v > 0.4 && v < 1.6)).toBe(true);
  });

  it("inverse_pth_root: X^4 A = I", () => {
    const A = positive(4, 6);
    for (const name of ["inverse_pth_root", "inverse_pth_root_eigh"]) {
      const { X = [] } = run("linalg/inverse_pth_root", { tensors: { A } }, "f64", name);
      const square = times(X, X, 4);
      expectClose(times(times(square, square, 4), A.data, 4), identity(4), 1e-4);
    }
  });

  it("dct_basis is orthonormal", () => {
    const { Q = [] } = run("linalg/dct_basis", { extents: { n: 6 } });
    expectClose(times(Q, transposed(Q, 6), 6), identity(6), 1e-14);
  });

  it("is run at sizes large enough to matter", () => {
    const { w = [] } = run("linalg/jacobi_eigh", { tensors: { A: positive(24, 1) } });
    expect(w.every((value, n) => value > 0 && value <= (w[n - 1] ?? Infinity))).toBe(true);
    const { X = [] } = run("linalg/newton_schulz", { tensors: { G: randoms(5, 48, 48) } });
    expect(X.every((value) => Math.abs(value) < 1.5)).toBe(true);
  });
});
