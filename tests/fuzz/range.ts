// What is known of a value: so that sums come out the same in any order.
//
// A real value is a multiple of `grain`, a power of two, and at most `max`. While max / grain stays
// within 24 bits, f32 holds every sum exactly, whatever the order. Grain 0: nothing is known (exp,
// division).

export interface Range {
  readonly max: number;
  readonly grain: number;
}

/** Sums of this many grains are exact in f32, with room for a factor of two. */
const grains = 2 ** 23;

export const inexact: Range = { max: Infinity, grain: 0 };

export function isExact({ max, grain }: Range): boolean {
  return grain > 0 && max / grain <= grains;
}

export const added = (a: Range, b: Range): Range =>
  known({
    max: a.max + b.max,
    grain: Math.min(a.grain, b.grain),
  });

export const multiplied = (a: Range, b: Range): Range =>
  known({
    max: a.max * b.max,
    grain: a.grain * b.grain,
  });

/** The sum of at most `count` values. */
export const summed = (a: Range, count: number): Range =>
  known({ max: a.max * count, grain: a.grain });

/** One of the two. */
export const joined = (a: Range, b: Range): Range =>
  known({
    max: Math.max(a.max, b.max),
    grain: Math.min(a.grain, b.grain),
  });

/** A range that has lost its grain keeps its bound: |x| ≤ max still holds. */
function known(range: Range): Range {
  return isExact(range) ? range : { max: range.max, grain: 0 };
}
