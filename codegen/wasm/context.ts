// What the emitters of one kernel share.
//
// In:  a tile program.
// Out: look-ups by name, and the place where code is being emitted.
// Not here: emission.

import type {
  AxisId,
  StateOp,
  TileBuffer,
  TileExpr,
  TileOp,
  TileProgram,
} from "../../src/tile/tile.js";
import { axesOfNames, tileOpsDeep, type AxesOfNames } from "../../src/tile/walk.js";
import type { FunctionBuilder, Scope, Value } from "./scope.js";

export type Simd = "simd128" | "relaxed" | "none";

export interface ProgramInfo {
  readonly program: TileProgram;
  readonly buffers: ReadonlyMap<string, TileBuffer>;
  readonly lets: ReadonlyMap<string, TileOp & { readonly kind: "let" }>;
  readonly stateOps: ReadonlyMap<string, StateOp>;
  readonly names: AxesOfNames;
  /** Word of each argument. */
  readonly words: ReadonlyMap<string, number>;
  /** Loops whose own axis is the vector axis when nothing outside is. */
  readonly wideLoops: ReadonlySet<TileOp>;
}

/** Where an axis stands. */
export interface AxisPlace {
  /** The point's index; of a wide context, lane 0 of copy 0. */
  readonly index: Value;
  /** First index of the tile in hand, for what is laid out by tiles in scratch memory. */
  readonly start: Value | undefined;
  /** Live points of the tile end here. */
  readonly stop: Value | undefined;
  /** Where the loop began. */
  readonly from: Value | undefined;
}

/** Four points along `axis` are one value; `copies` such groups stand side by side in a loop. */
export interface Lanes {
  readonly axis: AxisId;
  readonly copy: number;
  readonly copies: number;
}

export interface Context {
  readonly info: ProgramInfo;
  readonly simd: Simd;
  readonly fn: FunctionBuilder;
  readonly scope: Scope;
  readonly axes: ReadonlyMap<AxisId, AxisPlace>;
  readonly lanes: Lanes | undefined;
  /**
   * Lets: a wide one under `name#copy`. Rewritten when a body is emitted again at another width.
   */
  readonly values: Map<string, Value>;
  readonly states: Map<string, StateValue>;
  /** Tiles that `dot` reads. */
  readonly stages: Map<string, StageLayout>;
  /** expr.ts: here, so that what expressions are made of needs not import it. */
  readonly evaluate: (c: Context, e: TileExpr) => Value;
}

/**
 * Where a staged tile lies in scratch memory, for a dot over `over`: a left tile row by row, k
 * along the
 * row; a right one in panels of eight columns, the eight values of one k side by side.
 */
export interface StageLayout {
  readonly side: "left" | "right";
  readonly offset: number;
  readonly bytes: number;
  /** Room along k. */
  readonly depth: number;
  readonly over: AxisId;
  /** Axes that number the rows (left) or columns (right), with the distance of neighbours. */
  readonly across: readonly { readonly axis: AxisId; readonly step: number }[];
}

export type StateValue = LocalState | ScratchState;

/** The locals of one accumulator, or of four. */
export interface Slot {
  readonly fields: readonly string[];
  readonly present: string | undefined;
}

/** Accumulators in locals (states.ts). */
export interface LocalState {
  readonly kind: "local";
  readonly op: StateOp;
  readonly form: "packed" | "spread";
  /** Of spread slots: each is that of four kept points. */
  readonly wide: boolean;
  readonly slots: readonly Slot[];
  /** Where it was declared: the fold is computed there. */
  readonly home: Context;
  finished: readonly Value[] | undefined;
  wasMerged: Value | undefined;
}

/** Accumulators in the thread's scratch memory (scratch-states.ts). */
export interface ScratchState {
  readonly kind: "scratch";
  readonly op: StateOp;
  /** Bytes from the start of scratch memory. */
  readonly offset: number;
  /** Kept axes, and how many points lie between neighbours along each. */
  readonly kept: readonly { readonly axis: AxisId; readonly step: number }[];
  /** Room, in kept points. */
  readonly points: number;
  /** Of a dot's state: how many rows these points are. */
  readonly rows: number;
}

export function programInfo(program: TileProgram, wideLoops: ReadonlySet<TileOp>): ProgramInfo {
  const lets = new Map<string, TileOp & { readonly kind: "let" }>();
  const stateOps = new Map<string, StateOp>();
  for (const op of tileOpsDeep(program.body)) {
    if (op.kind === "let") lets.set(op.name, op);
    if (op.kind === "state") stateOps.set(op.name, op);
  }
  const names = [...program.buffers, ...program.sizes, ...program.scalars].map(({ name }) => name);
  return {
    program,
    buffers: new Map(program.buffers.map((buffer) => [buffer.name, buffer])),
    lets,
    stateOps,
    names: axesOfNames(program),
    words: argumentWords(program, names),
    wideLoops,
  };
}

/** Buffers, sizes and scalars may share a name, so that each kind has its own key. */
function argumentWords(p: TileProgram, names: readonly string[]): ReadonlyMap<string, number> {
  const kindOf = (n: number): string =>
    n < p.buffers.length ? "buffer" : n < p.buffers.length + p.sizes.length ? "size" : "scalar";
  return new Map(names.map((name, n) => [`${kindOf(n)} ${name}`, n]));
}

/** The part of `map` called `name`; a missing one is a fault of the compiler. */
export function need<T>(map: ReadonlyMap<string, T>, name: string): T {
  const found = map.get(name);
  if (found === undefined) throw new Error(`internal: \`${name}\` is not in scope`);
  return found;
}

/** The let's value for the copy in hand. */
export function valueOf(c: Context, name: string): Value {
  return c.values.get(name) ?? need(c.values, `${name}#${c.lanes?.copy ?? 0}`);
}

/** Gives a name its value in the copy in hand. */
export function define(c: Context, name: string, value: Value): void {
  c.values.delete(value.wide ? name : `${name}#${c.lanes?.copy ?? 0}`);
  c.values.set(value.wide ? `${name}#${c.lanes?.copy ?? 0}` : name, value);
}
