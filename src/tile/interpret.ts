// Runs one launch of a tile program, exactly as tile.ts says, and counts what it moved.
//
// In:  a program, memory for its buffers, its sizes, scalars and grid.
// Out: the memory, changed; counters, added to.
// Throws `internal:` where the program breaks a rule that only running shows: an index outside, a
// read of what nobody wrote (poisoned memory), in strict mode two blocks at one element.
// Not here: the host program (device.ts), rules that reading shows (verify.ts).

import { newCounters, type TileCounters } from "./counters.js";
import { newAccesses } from "./interpret/access.js";
import { compileBody } from "./interpret/body.js";
import { extentOf, newCursor, newMachine, type Cursor, type Machine } from "./interpret/machine.js";
import type { TileMemory } from "./interpret/memory.js";
import type { TileProgram } from "./tile.js";

export { allocateMemory, memoryOf, type TileMemory } from "./interpret/memory.js";

export interface TileLaunch {
  /** In the order of the program's buffers, sizes and scalars. */
  readonly buffers: readonly TileMemory[];
  readonly sizes: readonly number[];
  readonly scalars: readonly number[];
  /** Blocks along each axis of the grid. */
  readonly grid: readonly number[];
}

export interface TileOptions {
  /** Also refuses elements that one block stores and another one touches. */
  readonly isStrict?: boolean;
}

/** Runs all blocks of one launch, one after another. */
export function interpretTile(
  program: TileProgram,
  launch: TileLaunch,
  counters: TileCounters = newCounters(),
  options: TileOptions = {},
): void {
  const sizes = new Map(program.sizes.map(({ name }, n) => [name, launch.sizes[n] ?? 0]));
  const { isStrict = false } = options;
  const accesses = newAccesses(program, launch.buffers, sizes, counters, isStrict);
  const machine = newMachine(program, launch.sizes, launch.scalars, accesses, counters);
  const cursors = program.grid.map(({ id, tile }) => newCursor(id, tile));
  const body = compileBody(program.body, machine, {
    cursors: new Map(cursors.map((cursor) => [cursor.axis, cursor])),
    values: new Map(),
    states: new Map(),
  });
  checkGrid(machine, launch);
  counters.launches += 1;
  runBlocks(machine, cursors, body);
}

/** Blocks along each axis of the grid: what the host must launch. */
export function gridOf(program: TileProgram, sizes: readonly number[]): readonly number[] {
  const named = new Map(program.sizes.map(({ name }, n) => [name, sizes[n] ?? 0]));
  return program.grid.map(({ end, tile }) => Math.ceil(extentOf(end, named) / tile));
}

function checkGrid(m: Machine, launch: TileLaunch): void {
  const want = gridOf(m.program, launch.sizes);
  if (want.join() === launch.grid.join()) return;
  const got = launch.grid.join(", ");
  throw new Error(`internal: ${m.program.name}: a grid of [${got}], not of [${want.join(", ")}]`);
}

function runBlocks(m: Machine, cursors: readonly Cursor[], body: () => void): void {
  let block = 0;
  const run = cursors.reduceRight<() => void>(
    (inner, cursor, n) => {
      const axis = m.program.grid[n];
      const end = axis === undefined ? 0 : extentOf(axis.end, m.sizes);
      return () => {
        for (let start = 0; start < end; start += cursor.tile) {
          cursor.start = start;
          cursor.stop = Math.min(start + cursor.tile, end);
          inner();
        }
      };
    },
    () => {
      m.accesses.enter(block);
      block += 1;
      m.counters.blocks += 1;
      body();
    },
  );
  run();
}
