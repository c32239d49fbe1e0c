// Small tiles, so that small extents meet ragged ends, several blocks and several trips of a loop.

import { tiles } from "../../src/schedule/tiles.js";

export type Tiles = Readonly<Record<keyof typeof tiles, number>>;

/** A few points each: an extent of 33 is many tiles. */
export const smallTiles: Tiles = {
  line: 8,
  inner: 4,
  outer: 2,
  row: 1,
  column: 4,
  sweep: 8,
  lanes: 4,
  chunk: 16,
  rows: 4,
  columns: 8,
  depth: 4,
};

const made = new Map<number, Tiles>();

/** Other small tiles, by a number; the same ones for the same number. */
export function smallTilesByNumber(seed: number): Tiles {
  const known = made.get(seed) ?? makeTiles(seed);
  made.set(seed, known);
  return known;
}

function makeTiles(seed: number): Tiles {
  const pick = (n: number, ...list: readonly number[]): number =>
    list[(seed >>> n) % list.length] ?? 1;
  return {
    line: pick(0, 8, 1, 3, 16),
    inner: pick(1, 4, 1, 5),
    outer: pick(2, 2, 1, 3),
    row: pick(3, 1, 2, 3),
    column: pick(4, 4, 1, 7),
    sweep: pick(5, 8, 1, 3, 16),
    lanes: pick(6, 4, 1, 2, 8),
    chunk: pick(7, 16, 4, 32),
    rows: pick(2, 4, 1, 3),
    columns: pick(3, 8, 1, 5),
    depth: pick(4, 4, 1, 3),
  };
}

/** A number from a text. */
export function hash(text: string): number {
  return [...text].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) >>> 0, 7);
}

/** Runs `f` while the scheduler uses other tiles. */
export function underTiles<T>(other: Tiles, f: () => T): T {
  const table: Record<string, number> = tiles;
  const before = { ...tiles };
  try {
    Object.assign(table, other);
    return f();
  } finally {
    Object.assign(table, before);
  }
}
