// Three interleaved spirals with noise: data that the sample makes, the same at every run.

export interface Batch {
  readonly x: Float32Array; // [n, 2]
  readonly y: Int32Array; // [n], 0 to classes - 1
  readonly count: number;
  readonly classes: number;
}

/** `count` points in all, `classes` arms that turn about one and a half times. */
export function spirals(count: number, classes = 3, seed = 1): Batch {
  const random = mulberry(seed);
  const x = new Float32Array(2 * count);
  const y = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const arm = i % classes;
    const radius = 0.1 + 0.9 * (Math.floor(i / classes) / Math.floor(count / classes));
    const angle = 9 * radius + (2 * Math.PI * arm) / classes + 0.15 * (random() + random() - 1);
    x[2 * i] = radius * Math.cos(angle);
    x[2 * i + 1] = radius * Math.sin(angle);
    y[i] = arm;
  }
  return { x, y, count, classes };
}

/** Uniform in -limit … limit with limit = sqrt(6 / (rows + columns)).  Glorot 2010. */
export function glorot(rows: number, columns: number, seed: number): Float32Array {
  const random = mulberry(seed);
  const limit = Math.sqrt(6 / (rows + columns));
  return Float32Array.from({ length: rows * columns }, () => limit * (2 * random() - 1));
}

/** A small generator of numbers in [0, 1).  Tommy Ettinger's mulberry32, public domain. */
function mulberry(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = Math.imul(state ^ (state >>> 15), state | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 4294967296;
  };
}
