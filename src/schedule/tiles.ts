// Tile sizes, all of them. Fixed for now; a search over machines will choose here.
//
// In:  nothing.
// Out: numbers of points.
// Not here: axes (group.ts), lanes of a target.

export const tiles = {
  /** Elementwise over one axis: enough work to be worth a block. */
  line: 4096,
  /** Elementwise over several: the innermost, the next one out; all others 1. */
  inner: 512,
  outer: 8,
  /** Kept axes of a reduction along memory: one row at a time. */
  row: 1,
  /** The innermost kept axis of a reduction across memory. */
  column: 256,
  /** Points of a loop that a sweep takes at a time. */
  sweep: 1024,
  /** Accumulators of a reduction along memory. */
  lanes: 16,
  /**
   * Elements of a full reduction that one block takes, so that results do not depend on
   * threads.
   */
  chunk: 32768,
  /** A contraction's rows, columns and depth. */
  rows: 64,
  columns: 64,
  depth: 128,
} as const;
