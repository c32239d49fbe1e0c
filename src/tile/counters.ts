// What a launch did, in numbers: bytes per scope of memory, points, operations.
//
// In:  the interpreter (interpret.ts) adds as it goes; count.ts works the same numbers out.
// Out: one record, comparable with toEqual.
// Not here: time, and what a cache would save.

import type { TileExpr, TileMonoid } from "./tile.js";
import { tileNodes } from "./walk.js";
import { typeOfTile } from "./types.js";

/**
 * device: bytes of loads and stores, each the size of the buffer's format; dead and masked points
 * cost nothing. workgroup: four bytes for each point of a tile that is staged (dead ones are
 * written too), and for each point of both tiles that a dot reads.
 */
export interface TileCounters {
  launches: number;
  blocks: number;
  /** Evaluations of a let, stage, merge or store. */
  points: number;
  readonly device: Traffic;
  readonly workgroup: Traffic;
  readonly operations: Operations;
}

export interface Traffic {
  read: number;
  written: number;
}

/** Operations of live points; both sides of a select count. */
export interface Operations {
  /** f32: + - * min max neg abs compare select, rounding. */
  simple: number;
  /** f32: / and sqrt. */
  divide: number;
  /** exp, log, tanh … */
  function: number;
  /** i32 and bool, indices of loads and stores left out. */
  integer: number;
  /** Multiply-adds of dots. */
  dot: number;
}

export function newCounters(): TileCounters {
  return {
    launches: 0,
    blocks: 0,
    points: 0,
    device: { read: 0, written: 0 },
    workgroup: { read: 0, written: 0 },
    operations: { simple: 0, divide: 0, function: 0, integer: 0, dot: 0 },
  };
}

const functions: ReadonlySet<string> = new Set([
  "exp",
  "log",
  "log2",
  "sin",
  "cos",
  "tanh",
  "erf",
  "sigmoid",
  "softplus",
  "logsigmoid",
  "silu",
  "gelu",
  "pow",
]);

/** Operations of one evaluation, indices of loads left out. */
export function operationsOf(expressions: readonly TileExpr[]): Operations {
  const count: Operations = { simple: 0, divide: 0, function: 0, integer: 0, dot: 0 };
  for (const e of expressions) for (const node of withoutIndices(e)) countNode(node, count);
  return count;
}

function* withoutIndices(e: TileExpr): Generator<TileExpr> {
  if (e.kind !== "load") yield* tileNodes(e);
}

function countNode(node: TileExpr, count: Operations): void {
  if (node.kind === "philox") count.integer += 1;
  if (node.kind !== "map") return;
  const on = node.args[0] === undefined ? node.type : typeOfTile(node.args[0]);
  if (functions.has(node.op)) count.function += 1;
  else if (node.op === "div" || node.op === "sqrt") count.divide += 1;
  else if (on === "f32" || node.type === "f32") count.simple += 1;
  else count.integer += 1;
}

/** Operations of merging one point. */
export function operationsOfMerge(monoid: TileMonoid): Operations {
  return operationsOf([...monoid.lift, ...monoid.merge]);
}

export function addOperations(into: Operations, what: Operations, times: number): void {
  into.simple += what.simple * times;
  into.divide += what.divide * times;
  into.function += what.function * times;
  into.integer += what.integer * times;
  into.dot += what.dot * times;
}

export function addCounters(into: TileCounters, what: TileCounters): void {
  into.launches += what.launches;
  into.blocks += what.blocks;
  into.points += what.points;
  for (const scope of ["device", "workgroup"] as const) {
    into[scope].read += what[scope].read;
    into[scope].written += what[scope].written;
  }
  addOperations(into.operations, what.operations, 1);
}
