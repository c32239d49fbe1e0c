// What is measured, on which data, and how a result is checked. Data is a pure function of the
// index, so a reference value of any element can be made again without keeping arrays.

export interface Case {
  readonly name: string;
  readonly kind: "adamw" | "clip_adamw" | "softmax" | "matmul" | "attention";
  /** Elements of a parameter; side of a matrix; positions. */
  readonly size: number;
  /** Bytes that must move, or operations that must be done. */
  readonly bytes?: number;
  readonly flops?: number;
}

const mega = 1024 * 1024;
export const softmaxColumns = 1024;
export const heads = 8;
export const headSize = 64;

export const cases: readonly Case[] = [
  ...[1, 4, 16].map((m): Case => ({
    name: `adamw/${m}M`,
    kind: "adamw",
    size: m * mega,
    bytes: 28 * m * mega,
  })),
  ...[1, 4, 16].map((m): Case => ({
    name: `clip_adamw/${m}M`,
    kind: "clip_adamw",
    size: m * mega,
    bytes: 32 * m * mega,
  })),
  { name: "softmax/4M", kind: "softmax", size: 4 * mega, bytes: 8 * 4 * mega },
  ...[512, 1024].map((n): Case => ({
    name: `matmul/${n}`,
    kind: "matmul",
    size: n,
    flops: 2 * n ** 3,
  })),
  ...[512, 1024].map((s): Case => ({
    name: `attention/${s}`,
    kind: "attention",
    size: s,
    flops: 4 * heads * s * s * headSize,
  })),
];

export const hyper = {
  lr: 1e-3,
  beta1: 0.9,
  beta2: 0.999,
  eps: 1e-8,
  decay: 0.01,
  step: 10,
  clip: 1,
};

/** Uniform in [0, 1) from an index and a stream; bench/native/bench.c has the same. */
export function uniform(index: number, stream: number): number {
  let h = Math.imul((index + Math.imul(stream, 0x9e3779b1)) | 0, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  h ^= h >>> 16;
  return (h >>> 8) / 16777216;
}

export const data = {
  w: (i: number) => Math.fround(2 * uniform(i, 1) - 1),
  g: (i: number) => Math.fround(0.2 * uniform(i, 2) - 0.1),
  m: (i: number) => Math.fround(0.1 * uniform(i, 3) - 0.05),
  v: (i: number) => Math.fround(1e-4 + 0.01 * uniform(i, 4) ** 2),
  q: (i: number) => Math.fround(2 * uniform(i, 5) - 1),
  k: (i: number) => Math.fround(2 * uniform(i, 6) - 1),
  x: (i: number) => Math.fround(2 * uniform(i, 7) - 1),
} as const;

export function fill(length: number, of: (i: number) => number): Float32Array {
  return Float32Array.from({ length }, (_, i) => of(i));
}

/** Largest error over a sample of elements, against float64. */
export function checkStep(kind: "adamw" | "clip_adamw", size: number, w: Float32Array): number {
  const scale = kind === "adamw" ? 1 : Math.min(1, hyper.clip / gradientNorm(size));
  let worst = 0;
  for (let i = 0; i < size; i += 61) {
    const error = Math.abs((w[i] ?? NaN) - expectedWeight(i, scale));
    worst = error <= worst ? worst : error;
  }
  return worst;
}

function expectedWeight(i: number, scale: number): number {
  const g = data.g(i) * scale;
  const m = hyper.beta1 * data.m(i) + (1 - hyper.beta1) * g;
  const v = hyper.beta2 * data.v(i) + (1 - hyper.beta2) * g * g;
  const mhat = m / (1 - hyper.beta1 ** hyper.step);
  const vhat = v / (1 - hyper.beta2 ** hyper.step);
  return data.w(i) - hyper.lr * (mhat / (Math.sqrt(vhat) + hyper.eps) + hyper.decay * data.w(i));
}

function gradientNorm(size: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += data.g(i) ** 2;
  return Math.sqrt(sum);
}

export function checkSoftmax(size: number, y: Float32Array): number {
  let worst = 0;
  for (let row = 0; row < size / softmaxColumns; row += 97) {
    const x = Array.from({ length: softmaxColumns }, (_, j) => data.q(row * softmaxColumns + j));
    const sum = x.reduce((total, one) => total + Math.exp(one), 0);
    for (let j = 0; j < softmaxColumns; j++) {
      const error = Math.abs((y[row * softmaxColumns + j] ?? NaN) - Math.exp(x[j] ?? 0) / sum);
      worst = error <= worst ? worst : error;
    }
  }
  return worst;
}

/** C = A B with A from `q` and B from `k`. */
export function checkMatmul(n: number, c: Float32Array): number {
  let worst = 0;
  for (let sample = 0; sample < 200; sample++) {
    const i = (sample * 37) % n;
    const j = (sample * 101) % n;
    let sum = 0;
    for (let k = 0; k < n; k++) sum += data.q(i * n + k) * data.k(k * n + j);
    const error = Math.abs((c[i * n + j] ?? NaN) - sum);
    worst = error <= worst ? worst : error;
  }
  return worst;
}

/** Full attention over [heads, s, headSize], layout [h, s, d]. */
export function checkAttention(s: number, at: (h: number, p: number, d: number) => number): number {
  let worst = 0;
  for (let h = 0; h < heads; h++) {
    for (const p of [0, 1, 7, s >> 2, s - 1]) {
      const row = attentionRow(s, h, p);
      row.forEach((expected, d) => {
        const error = Math.abs(at(h, p, d) - expected);
        worst = error <= worst ? worst : error;
      });
    }
  }
  return worst;
}

function attentionRow(s: number, h: number, p: number): Float64Array {
  const base = h * s;
  const out = new Float64Array(headSize);
  let sum = 0;
  for (let m = 0; m < s; m++) {
    let dot = 0;
    for (let d = 0; d < headSize; d++) {
      dot += data.q((base + p) * headSize + d) * data.k((base + m) * headSize + d);
    }
    const weight = Math.exp(dot / Math.sqrt(headSize));
    sum += weight;
    for (let d = 0; d < headSize; d++) {
      out[d] = (out[d] ?? 0) + weight * data.x((base + m) * headSize + d);
    }
  }
  return out.map((one) => one / sum);
}

export interface Timing {
  readonly ms: number;
  readonly repetitions: number;
}

/** Engines compile hot code anew while it runs: what comes before is no measure of a training loop. */
const warmUpMs = 400;

/** Median after warm-ups: at least two, and for some time. */
export async function time(run: () => unknown): Promise<Timing> {
  await run();
  const start = performance.now();
  await run();
  const once = performance.now() - start;
  while (performance.now() - start < warmUpMs) await run();
  const repetitions = once < 10 ? 51 : once < 100 ? 21 : once < 400 ? 11 : 5;
  const times: number[] = [];
  for (let i = 0; i < repetitions; i++) {
    const before = performance.now();
    await run();
    times.push(performance.now() - before);
  }
  times.sort((a, b) => a - b);
  return { ms: times[times.length >> 1] ?? NaN, repetitions };
}

export interface Row {
  readonly suite: string;
  readonly threads: number;
  readonly case: string;
  readonly ms?: number;
  readonly error?: number;
  readonly failure?: string;
  readonly note?: string;
}
