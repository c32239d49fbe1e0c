// Whether a tile program keeps its rules. A program that does not is a mistake of the compiler.
//
// In:  a tile program, the limits of a target.
// Out: one line for each rule that is broken, naming the operation; none for a right program.
// Not here: what only running shows (interpret.ts): races between blocks, reads of unwritten
// memory.
//
// Rules: names are defined once and before use; types fit; axes are in scope; a load stands alone
// in a let over exactly the axes that it uses; every index is proven to lie inside; stages are
// complete when they are read and free when they are overwritten; states are merged inside the
// loops that they reduce and read outside; ends of loops are uniform; stores of different points go
// to different elements.

import type { TileProgram } from "./tile.js";
import { tileOpsDeep } from "./walk.js";
import { checkBarriers } from "./verify/barriers.js";
import { proveAccesses } from "./verify/bounds.js";
import { checkNames } from "./verify/names.js";
import { checkTypes } from "./verify/types.js";

export { proveAccesses, type AccessProof } from "./verify/bounds.js";

/** What a target has room for; undefined: no limit. */
export interface TileLimits {
  readonly storageBuffers: number | undefined;
  readonly workgroupBytes: number | undefined;
}

/** What every WebGPU device offers. */
export const webgpuLimits: TileLimits = { storageBuffers: 8, workgroupBytes: 16_384 };
export const wasmLimits: TileLimits = { storageBuffers: undefined, workgroupBytes: undefined };

/** Every rule that `program` breaks. Bounds are looked at when nothing else is wrong. */
export function verifyTile(program: TileProgram, limits = wasmLimits): readonly string[] {
  const problems = [
    ...checkNames(program),
    ...checkTypes(program),
    ...checkBarriers(program),
    ...checkLimits(program, limits),
  ];
  return problems.length > 0 ? problems : outOfBounds(program);
}

function outOfBounds(program: TileProgram): readonly string[] {
  return proveAccesses(program).flatMap(({ access, missing }) =>
    missing.map((condition) => `${access}: not proven: ${condition}`),
  );
}

/** @throws `internal:` with the program's name and the first rule that it breaks. */
export function assertTile(program: TileProgram, limits = wasmLimits): void {
  const [first, ...more] = verifyTile(program, limits);
  if (first === undefined) return;
  const rest = more.length === 0 ? "" : ` (and ${more.length} more)`;
  throw new Error(`internal: ${program.name}: ${first}${rest}`);
}

/** Bytes that the block's stages take together. */
export function workgroupBytes(program: TileProgram): number {
  const tiles = new Map(program.grid.map(({ id, tile }) => [id, tile]));
  const ops = [...tileOpsDeep(program.body)];
  for (const op of ops) if (op.kind === "loop") tiles.set(op.axis, op.tile);
  return ops.reduce((bytes, op) => {
    if (op.kind !== "stage") return bytes;
    return bytes + 4 * op.axes.reduce((points, id) => points * (tiles.get(id) ?? 1), 1);
  }, 0);
}

function checkLimits(program: TileProgram, limits: TileLimits): readonly string[] {
  const problems: string[] = [];
  const { storageBuffers = Infinity, workgroupBytes: room = Infinity } = limits;
  if (program.buffers.length > storageBuffers) {
    problems.push(`${program.buffers.length} buffers, the target binds ${storageBuffers}`);
  }
  const bytes = workgroupBytes(program);
  if (bytes > room) problems.push(`stages take ${bytes} bytes, the target has ${room}`);
  return problems;
}
