// Drops lets that nothing reads, then arguments that nothing names.
//
// In:  a tile program as it was built.
// Out: an equal one.
// Not here: stores, states and stages; all of them are meant.

import type { TileExpr, TileOp, TileProgram, TileSize } from "../tile.js";
import { tileExpressionsOf, tileNodes, tileOpsDeep } from "../walk.js";

export function withoutDead(program: TileProgram): TileProgram {
  let { body } = program;
  for (;;) {
    const used = namesRead(body);
    const next = filterOps(body, (op) => op.kind !== "let" || used.has(op.name));
    if (count(next) === count(body)) break;
    body = next;
  }
  return withoutArguments({ ...program, body });
}

function nodesOf(body: readonly TileOp[]): readonly TileExpr[] {
  return [...tileOpsDeep(body)].flatMap((op) =>
    tileExpressionsOf(op).flatMap((e) => [...tileNodes(e)]),
  );
}

function namesRead(body: readonly TileOp[]): ReadonlySet<string> {
  const names = nodesOf(body).flatMap((node) => (node.kind === "local" ? [node.name] : []));
  const dots = [...tileOpsDeep(body)].flatMap((op) =>
    op.kind === "dot" ? [op.left, op.right] : [],
  );
  return new Set([...names, ...dots]);
}

function filterOps(body: readonly TileOp[], keep: (op: TileOp) => boolean): readonly TileOp[] {
  return body
    .filter(keep)
    .map((op) => (op.kind === "loop" ? { ...op, body: filterOps(op.body, keep) } : op));
}

function count(body: readonly TileOp[]): number {
  return [...tileOpsDeep(body)].length;
}

function withoutArguments(program: TileProgram): TileProgram {
  const nodes = nodesOf(program.body);
  const stored = [...tileOpsDeep(program.body)].flatMap((op) =>
    op.kind === "store" ? [op.buffer] : [],
  );
  const loaded = nodes.flatMap((node) => (node.kind === "load" ? [node.buffer] : []));
  const touched = new Set([...stored, ...loaded]);
  const buffers = program.buffers.filter((buffer) => touched.has(buffer.name));
  const scalars = new Set(nodes.flatMap((node) => (node.kind === "scalar" ? [node.name] : [])));
  const sizes = new Set(
    [
      ...nodes.flatMap((node) => (node.kind === "size" ? [node.size] : [])),
      ...program.grid.map((axis) => axis.end),
      ...buffers.flatMap((buffer) => buffer.dims),
    ].flatMap((size: TileSize) => (size.kind === "size" ? [size.name] : [])),
  );
  return {
    ...program,
    buffers,
    sizes: program.sizes.filter((size) => sizes.has(size.name)),
    scalars: program.scalars.filter((scalar) => scalars.has(scalar.name)),
  };
}
