// Wrong programs from right ones: replaces operations and expressions of a tile program.

import type { StateOp, TileExpr, TileOp, TileProgram } from "../../src/tile/tile.js";

/** Replaces each operation, innermost first, by those that `f` gives. */
export function mapOps(program: TileProgram, f: (op: TileOp) => readonly TileOp[]): TileProgram {
  const body = (ops: readonly TileOp[]): readonly TileOp[] =>
    ops.flatMap((op) => f(op.kind === "loop" ? { ...op, body: body(op.body) } : op));
  return { ...program, body: body(program.body) };
}

/** Drops the n-th operation of `kind`, in the order of `mapOps`. */
export function drop(program: TileProgram, kind: TileOp["kind"], n = 0): TileProgram {
  let seen = -1;
  return mapOps(program, (op) => {
    if (op.kind === kind) seen += 1;
    return op.kind === kind && seen === n ? [] : [op];
  });
}

export function mapStates(program: TileProgram, f: (op: StateOp) => StateOp): TileProgram {
  return mapOps(program, (op) => [op.kind === "state" ? f(op) : op]);
}

export function mapLets(
  program: TileProgram,
  f: (op: Extract<TileOp, { kind: "let" }>) => TileOp,
): TileProgram {
  return mapOps(program, (op) => [op.kind === "let" ? f(op) : op]);
}

export function mapLoops(
  program: TileProgram,
  f: (op: Extract<TileOp, { kind: "loop" }>) => TileOp,
): TileProgram {
  return mapOps(program, (op) => [op.kind === "loop" ? f(op) : op]);
}

export function mapStores(
  program: TileProgram,
  f: (op: Extract<TileOp, { kind: "store" }>) => TileOp,
): TileProgram {
  return mapOps(program, (op) => [op.kind === "store" ? f(op) : op]);
}

export function plusOne(e: TileExpr): TileExpr {
  const one: TileExpr = { kind: "const", type: "i32", value: 1 };
  return { kind: "map", op: "add", type: "i32", args: [e, one] };
}
