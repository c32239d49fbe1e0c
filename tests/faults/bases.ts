// Small right programs in which faults are seeded.

import type { FuzzProgram } from "../fuzz/program.js";
import { newInput } from "../fuzz/inputs.js";
import type { Draft, FuzzInput, FuzzRank } from "../fuzz/scope.js";
import { Tape } from "../fuzz/tape.js";

export interface Base {
  readonly text: string;
  /** Ranks of each tensor that the caller brings; its role, and kind by its first letter. */
  readonly tensors: Readonly<Record<string, string>>;
  readonly role?: Readonly<Record<string, FuzzInput["role"]>>;
}

export const bases = {
  step: {
    text: `optimizer fuzz(lr = 0.5, beta = 0.25) {
  param w[i]
  grad  g[i]
  state m[i]
  m[i] = beta * m[i] + (1 - beta) * g[i]
  w[i] = w[i] - lr * m[i] / (1 - beta^t)
}`,
    tensors: { w: "i", g: "i", m: "i" },
    role: { w: "param", m: "state" },
  },
  product: {
    text: `cascade fuzz(A[i,k], B[k,j]) -> C[i,j] {
  C[i,j] = A[i,k] * B[k,j] else 0
}`,
    tensors: { A: "ik", B: "kj" },
  },
  rows: {
    text: `cascade fuzz(A[i,j]) -> M[i], D[i] {
  let m[i] = max[j] A[i,j]
  M[i] = m[i] else 0
  D[i] = sum[j] (A[i,j] - m[i]) else 0
}`,
    tensors: { A: "ij" },
  },
  total: {
    text: `cascade fuzz(A[i,j]) -> S {
  S = sum[i,j] A[i,j] else 0
}`,
    tensors: { A: "ij" },
  },
  gather: {
    text: `cascade fuzz(A[i], q[j] : i32) -> Y[j] {
  Y[j] = A[q[j]] else -1
}`,
    tensors: { A: "i", q: "j" },
  },
  causal: {
    text: `cascade fuzz(A[i, k in i]) -> Y[i] {
  Y[i] = sum[k] (A[i,k] where k <= i) else 0
}`,
    tensors: { A: "ii" },
  },
  positive: {
    text: `cascade fuzz(A[i,j]) -> Y[i] {
  Y[i] = sum[j] (A[i,j] where A[i,j] > 0) else 0
}`,
    tensors: { A: "ij" },
  },
  shift: {
    text: `cascade fuzz(A[i]) -> Y[i] {
  param w[i]
  w[i] = w[i - 1] + A[i]
  Y[i] = w[i] else 0
}`,
    tensors: { A: "i", w: "i" },
    role: { w: "param" },
  },
  masked: {
    text: `cascade fuzz(b[i] : bool, A[i]) -> Y[i] {
  param w[i]
  w[i] = A[i] where b[i]
  Y[i] = w[i] else 0
}`,
    tensors: { b: "i", A: "i", w: "i" },
    role: { w: "param" },
  },
  scan: {
    text: `cascade fuzz(A[i,j]) -> Y[i,j] {
  let h[j] = 1.0 * j
  scan i {
    h[j] = 0.5 * h[j] + A[i,j]
    Y[i,j] = h[j] else 0
  }
}`,
    tensors: { A: "ij" },
  },
  best: {
    text: `cascade fuzz(A[i,j]) -> Y[i] : i32 {
  Y[i] = argmax[j] A[i,j] else 0
}`,
    tensors: { A: "ij" },
  },
  blocks: {
    text: `cascade fuzz(A[i]) -> Y[i] {
  let a[i] = A[(i - 3) div 2]
  Y[i] = a[i] else 9
}`,
    tensors: { A: "i" },
  },
} as const satisfies Readonly<Record<string, Base>>;

export type BaseName = keyof typeof bases;

/** A base at some extents, its values exact in any order, or general floats. */
export function baseProgram(
  name: BaseName,
  extents: Readonly<Record<string, number>>,
  values: "exact" | "floats" = "exact",
): FuzzProgram {
  const base: Base = bases[name];
  const ranks = new Map(
    Object.entries(extents).map(([rank, extent]): [string, FuzzRank] => [
      rank,
      { name: rank, extent, second: `${rank}${rank}` },
    ]),
  );
  const inputs = Object.entries(base.tensors).map(([tensor, letters], n) =>
    inputOf(
      tensor,
      [...letters].flatMap((letter) => ranks.get(letter) ?? []),
      base,
      n,
    ),
  );
  const used = inputs.flatMap(({ tensor }) =>
    tensor.ranks.map(({ name: rank, extent }) => [rank, extent]),
  );
  return {
    text: base.text,
    name: "fuzz",
    extents: Object.fromEntries(used) as Record<string, number>,
    inputs: values === "exact" ? inputs : inputs.map(withFloats),
  };
}

function inputOf(name: string, ranks: readonly FuzzRank[], base: Base, n: number): FuzzInput {
  const draft: Draft = {
    ranks,
    inputs: [],
    lets: [],
    lines: [],
    helpers: new Map(),
    seconds: new Set(),
    names: 0,
  };
  const kind = name === "q" ? "integer" : name === "b" ? "boolean" : "real";
  newInput(
    draft,
    new Tape(kind === "integer" ? [0, n] : [n]),
    ranks,
    kind,
    base.role?.[name] ?? "in",
  );
  const [input] = draft.inputs;
  if (input === undefined) throw new Error(`no input ${name}`);
  return { ...input, tensor: { ...input.tensor, name } };
}

/** Values whose sums depend on the order. */
function withFloats(input: FuzzInput): FuzzInput {
  if (input.tensor.kind !== "real") return input;
  const data = input.data.map((x, n) => Math.fround(x + Math.sin(3 * n + 1) / 3));
  return { ...input, data };
}
