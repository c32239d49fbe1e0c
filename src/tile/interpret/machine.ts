// What the closures of one launch share: where each axis stands, what names hold, what is counted.
//
// In:  a program with its buffers, sizes and scalars.
// Out: cursors, slabs of values, loops over points.
// Not here: meaning of operations.

import type { AxisId, TileProgram, TileSize } from "../tile.js";
import type { TileCounters } from "../counters.js";
import { axesOfNames, type AxesOfNames } from "../walk.js";
import type { Accesses } from "./access.js";
import type { Eval } from "./maps.js";
import type { StateRunner } from "./states.js";

/** Where an axis stands. Live points of the tile in hand: start ≤ index < stop. */
export interface Cursor {
  readonly axis: AxisId;
  /** Points of a whole tile: room to keep for each. */
  readonly tile: number;
  /** Where the loop began; 0 for an axis of the grid. */
  from: number;
  start: number;
  stop: number;
  index: number;
}

/** One value for each point of some axes within the tile in hand. */
export interface Slab {
  readonly values: Float64Array;
  readonly offset: () => number;
}

export interface Machine {
  readonly program: TileProgram;
  readonly names: AxesOfNames;
  readonly sizes: ReadonlyMap<string, number>;
  readonly scalars: ReadonlyMap<string, number>;
  readonly accesses: Accesses;
  readonly counters: TileCounters;
}

/** What is in scope where an operation stands; loops and lets add to a copy. */
export interface Scope {
  readonly cursors: ReadonlyMap<AxisId, Cursor>;
  readonly values: Map<string, Slab>; // lets and stages
  readonly states: Map<string, StateRunner>;
}

export function newMachine(
  program: TileProgram,
  sizes: readonly number[],
  scalars: readonly number[],
  accesses: Accesses,
  counters: TileCounters,
): Machine {
  const named = (list: readonly { readonly name: string }[], values: readonly number[]) =>
    new Map(list.map(({ name }, n) => [name, values[n] ?? 0]));
  return {
    program,
    names: axesOfNames(program),
    sizes: named(program.sizes, sizes),
    scalars: new Map(program.scalars.map((s, n) => [s.name, scalarValue(scalars[n] ?? 0, s.type)])),
    accesses,
    counters,
  };
}

function scalarValue(value: number, type: "f32" | "i32"): number {
  return type === "f32" ? Math.fround(value) : value | 0;
}

export function extentOf(size: TileSize, sizes: ReadonlyMap<string, number>): number {
  if (size.kind === "number") return size.value;
  const value = sizes.get(size.name);
  if (value === undefined) throw new Error(`internal: no size ${size.name}`);
  return value;
}

export function newCursor(axis: AxisId, tile: number): Cursor {
  return { axis, tile, from: 0, start: 0, stop: 0, index: 0 };
}

export function cursorsOf(scope: Scope, axes: readonly AxisId[]): readonly Cursor[] {
  return axes.map((axis) => {
    const cursor = scope.cursors.get(axis);
    if (cursor === undefined) throw new Error(`internal: axis ${axis} is not in scope`);
    return cursor;
  });
}

/** Room for a value at each point of a whole tile along `cursors`. */
export function newSlab(cursors: readonly Cursor[]): Slab {
  const size = cursors.reduce((product, cursor) => product * cursor.tile, 1);
  return { values: new Float64Array(size), offset: offsetOf(cursors) };
}

/** The place of the current point among all of a tile, row-major. */
export function offsetOf(cursors: readonly Cursor[]): () => number {
  const [a, b] = cursors;
  if (a === undefined) return () => 0;
  if (b === undefined) return () => a.index - a.start;
  if (cursors.length === 2) return () => (a.index - a.start) * b.tile + b.index - b.start;
  return () => {
    let offset = 0;
    for (const cursor of cursors) offset = offset * cursor.tile + cursor.index - cursor.start;
    return offset;
  };
}

/** Carries out `body` at every live point, the last axis fastest. */
export function overPoints(cursors: readonly Cursor[], body: () => void): () => void {
  return cursors.reduceRight<() => void>(
    (inner, cursor) => () => {
      const { stop } = cursor;
      for (let n = cursor.start; n < stop; n++) {
        cursor.index = n;
        inner();
      }
    },
    body,
  );
}

/** How many live points there are. */
export function livePoints(cursors: readonly Cursor[]): number {
  let product = 1;
  for (const { start, stop } of cursors) product *= Math.max(stop - start, 0);
  return product;
}

/** How many points a whole tile has, dead ones too. */
export function tilePoints(cursors: readonly Cursor[]): number {
  return cursors.reduce((product, cursor) => product * cursor.tile, 1);
}

/** Puts every cursor at the first point of its tile: where a uniform expression is evaluated. */
export function atFirst(scope: Scope, e: Eval): Eval {
  const cursors = [...scope.cursors.values()];
  return () => {
    for (const cursor of cursors) cursor.index = cursor.start;
    return e();
  };
}
