// Counter-based random numbers: the same integers on every target, any element by itself.
//
// In:  a key (one u32) and up to four integers that say which draw is wanted.
// Out: a uniform, normal or sign. `philox` is Philox 4x32-10, written over `Float32Ops`, so that a
//      target emits the same 32-bit operations; the `…32` functions are its f32 conversions.
// Not here: where keys come from (the host gives one per parameter and seed).
//
// What is drawn, exactly. Counter words c0 … c3 are the integers as u32 (two's complement), those
// not given are 0. Key words are (key, 0). Of the four words w0 … w3 of the block:
//   uniform     (w0 >> 8) * 2^-24, in [0, 1)
//   normal      sqrt(-2 ln u) * cos(2 pi v) with u = ((w0 >> 8) + 1) * 2^-24 in (0, 1] and
//               v = (w1 >> 8) * 2^-24: in f32 by our own log, sqrt and cos; in float64 by Math.*
//   rademacher  -1 where the highest bit of w0 is set, else 1
// `round_stochastic(x, key)` is floor(x), plus 1 where the uniform draw is less than x - floor(x).

import { cos } from "./functions/trigonometric.js";
import { log } from "./functions/exponential.js";
import { numberOps, type Float32Ops } from "./functions/ops.js";
import type { Distribution } from "./cascade.js";

export type Block<I> = readonly [I, I, I, I];

const multipliers = [0xd2511f53, 0xcd9e8d57] as const;
const weyl = [0x9e3779b9, 0xbb67ae85] as const;

/** High word of the unsigned product, from four 16-bit products (a target may use i64 or mulhi). */
export function highProduct<V, I, B>(o: Float32Ops<V, I, B>, a: I, b: I): I {
  const mask = o.integer(0xffff);
  const [aLow, aHigh] = [o.iand(a, mask), o.shru(a, 16)];
  const [bLow, bHigh] = [o.iand(b, mask), o.shru(b, 16)];
  const low = o.imul(aLow, bLow);
  const middle = o.iadd(o.imul(aHigh, bLow), o.shru(low, 16)); // below 2^32
  const cross = o.iadd(o.imul(aLow, bHigh), o.iand(middle, mask)); // below 2^32
  return o.iadd(o.imul(aHigh, bHigh), o.iadd(o.shru(middle, 16), o.shru(cross, 16)));
}

/**
 * Philox 4x32-10.
 *
 * @source Salmon 2011, section 3.3 (Random123).
 */
export function philox<V, I, B>(
  o: Float32Ops<V, I, B>,
  counter: Block<I>,
  key: readonly [I, I],
): Block<I> {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  const [m0, m1] = [o.integer(multipliers[0]), o.integer(multipliers[1])];
  const [w0, w1] = [o.integer(weyl[0]), o.integer(weyl[1])];
  for (let round = 0; round < 10; round++) {
    const [high0, low0] = [highProduct(o, m0, c0), o.imul(m0, c0)];
    const [high1, low1] = [highProduct(o, m1, c2), o.imul(m1, c2)];
    c0 = o.ixor(o.ixor(high1, c1), k0);
    c2 = o.ixor(o.ixor(high0, c3), k1);
    c1 = low1;
    c3 = low0;
    k0 = o.iadd(k0, w0);
    k1 = o.iadd(k1, w1);
  }
  return [c0, c1, c2, c3];
}

/** (word >> 8) as an f32: 24 bits, exact. */
function top24<V, I, B>(o: Float32Ops<V, I, B>, word: I): V {
  return o.toFloat(o.shru(word, 8));
}

export function uniform32<V, I, B>(o: Float32Ops<V, I, B>, block: Block<I>): V {
  return o.mul(top24(o, block[0]), o.value(2 ** -24));
}

export function normal32<V, I, B>(o: Float32Ops<V, I, B>, block: Block<I>): V {
  const u = o.mul(o.add(top24(o, block[0]), o.value(1)), o.value(2 ** -24));
  const v = o.mul(top24(o, block[1]), o.value(2 ** -24));
  const radius = o.sqrt(o.mul(o.value(-2), log(o, u)));
  return o.mul(radius, cos(o, o.mul(o.value(2 * Math.PI), v)));
}

export function rademacher32<V, I, B>(o: Float32Ops<V, I, B>, block: Block<I>): V {
  return o.select(o.integerLt(block[0], o.integer(0)), o.value(-1), o.value(1));
}

function normal64(block: Block<number>): number {
  const u = ((block[0] >>> 8) + 1) * 2 ** -24;
  const v = (block[1] >>> 8) * 2 ** -24;
  return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
}

/** One draw; `counters` are up to four integers. */
export function draw(
  distribution: Distribution,
  mode: "f64" | "f32",
  key: number,
  counters: readonly number[],
): number {
  const [c0 = 0, c1 = 0, c2 = 0, c3 = 0] = counters;
  const block = philox(numberOps, [c0 | 0, c1 | 0, c2 | 0, c3 | 0], [key | 0, 0]);
  switch (distribution) {
    case "uniform":
      return uniform32(numberOps, block);
    case "normal":
      return mode === "f32" ? normal32(numberOps, block) : normal64(block);
    case "rademacher":
      return rademacher32(numberOps, block);
  }
}

/** floor(x), or one more with the probability of what is left. */
export function roundStochastic(x: number, key: number, counters: readonly number[]): number {
  const down = Math.floor(x);
  return draw("uniform", "f32", key, counters) < x - down ? down + 1 : down;
}

/**
 * The `key` that the body of a block format sees at one store, a u32: it differs by step, by tensor
 * (its position among the tensors of the cascade), by the count of stores to that tensor since the
 * step began, and by row (of a tensor blocked along one rank; else 0).
 */
export function storeKey(
  key: number,
  at: {
    readonly step: number;
    readonly tensor: number;
    readonly count: number;
    readonly row: number;
  },
): number {
  const counter = [at.step | 0, at.tensor | 0, at.count | 0, at.row | 0] as const;
  return philox(numberOps, counter, [key | 0, 1])[0] >>> 0;
}
