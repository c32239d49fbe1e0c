// The counters of one launch, without data and without walking every point.
//
// In:  a tile program and its sizes.
// Out: the same numbers as the interpreter counts; `isExact` false where a mask or the end of
//      a loop depends on data: then masks count as holding, so that bytes are never less than
//      moved.
// Not here: whole steps (count.ts).

import { unreachable } from "../../../grammar/span.js";
import { elementBytes } from "../../runtime/formats.js";
import { addOperations, newCounters, operationsOf, operationsOfMerge } from "../counters.js";
import type { TileCounters, Traffic } from "../counters.js";
import { compileExpr } from "../interpret/expressions.js";
import {
  cursorsOf,
  extentOf,
  livePoints,
  newCursor,
  newMachine,
  tilePoints,
  type Cursor,
  type Machine,
  type Scope,
} from "../interpret/machine.js";
import type { StateOp, TileBuffer, TileExpr, TileOp, TileProgram } from "../tile.js";
import { axesOfOp, dotAxes } from "../walk.js";
import {
  knownPart,
  letsOf,
  maskedPoints,
  placesThatMatter,
  writtenOut,
  type LetValues,
  type MaskedPoints,
  type Side,
} from "./points.js";

export interface TileCount {
  readonly counters: TileCounters;
  readonly isExact: boolean;
}

/** What everything here shares; `counters` and `isExact` grow. */
interface Count {
  readonly m: Machine;
  readonly lets: LetValues;
  readonly buffers: ReadonlyMap<string, TileBuffer>;
  readonly states: Map<string, StateOp>;
  /** By axis and tile; one for each loop, so that a mask is compiled once. */
  readonly cursors: Map<string, Cursor>;
  readonly masks: Map<TileExpr, Map<string, MaskedPoints | undefined>>;
  readonly counters: TileCounters;
  isExact: boolean;
}

/** What one launch does. */
export function countTile(
  program: TileProgram,
  sizes: readonly number[],
  scalars: readonly number[] = [],
): TileCount {
  const counters = newCounters();
  const noAccess = (): never => {
    throw new Error("internal: a mask is data");
  };
  const accesses = { load: noAccess, store: noAccess, enter: () => {} };
  const count: Count = {
    m: newMachine(program, sizes, scalars, accesses, counters),
    lets: letsOf(program),
    buffers: new Map(program.buffers.map((buffer) => [buffer.name, buffer])),
    states: new Map(),
    cursors: new Map(),
    masks: new Map(),
    counters,
    isExact: true,
  };
  counters.launches = 1;
  countGrid(count, 0, { cursors: new Map(), values: new Map(), states: new Map() }, 1);
  return { counters, isExact: count.isExact };
}

/** The grid's axes from the n-th on, then the body, all of it `times` times. */
function countGrid(count: Count, n: number, scope: Scope, times: number): void {
  const { program, sizes } = count.m;
  const axis = program.grid[n];
  if (axis === undefined) {
    count.counters.blocks += times;
    countBody(count, program.body, scope, times);
    return;
  }
  const range = { from: 0, to: extentOf(axis.end, sizes), tile: axis.tile };
  overTiles(count, axis.id, range, program.body, scope, times, (inner, repeated) =>
    countGrid(count, n + 1, inner, repeated),
  );
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly tile: number;
}

/** Each tile of an axis, or, where its place does not matter, one whole tile and the rest. */
function overTiles(
  count: Count,
  axis: string,
  { from, to, tile }: Range,
  body: readonly TileOp[],
  scope: Scope,
  times: number,
  each: (scope: Scope, times: number) => void,
): void {
  const cursor = count.cursors.get(`${axis} ${tile}`) ?? newCursor(axis, tile);
  count.cursors.set(`${axis} ${tile}`, cursor);
  const inner: Scope = { ...scope, cursors: new Map([...scope.cursors, [axis, cursor]]) };
  const at = (start: number, repeated: number): void => {
    cursor.from = from;
    cursor.start = start;
    cursor.stop = Math.min(start + tile, to);
    if (repeated > 0) each(inner, times * repeated);
  };
  if (placesThatMatter(body, count.lets).has(axis)) {
    for (let start = from; start < to; start += tile) at(start, 1);
    return;
  }
  const whole = Math.max(Math.floor((to - from) / tile), 0);
  at(from, whole);
  if (from + whole * tile < to) at(from + whole * tile, 1);
}

function countBody(count: Count, body: readonly TileOp[], scope: Scope, times: number): void {
  for (const op of body) countOp(count, op, scope, times);
}

function countOp(count: Count, op: TileOp, scope: Scope, times: number): void {
  const { counters } = count;
  switch (op.kind) {
    case "let": {
      countPoints(count, op.axes, [op.value], scope, times);
      if (op.value.kind === "load")
        countAccess(count, op.value, op.axes, scope, times, counters.device, "read");
      return;
    }
    case "stage":
      countPoints(count, op.axes, [op.value], scope, times);
      counters.workgroup.written += 4 * times * tilePoints(cursorsOf(scope, op.axes));
      return;
    case "state":
      count.states.set(op.name, op);
      return;
    case "merge":
      return countMerge(count, op, scope, times);
    case "dot":
      return countDot(count, op, scope, times);
    case "loop": {
      const from = endOf(count, op.from, scope, "least");
      const range = { from, to: endOf(count, op.to, scope, "most"), tile: op.tile };
      return overTiles(count, op.axis, range, op.body, scope, times, (inner, repeated) =>
        countBody(count, op.body, inner, repeated),
      );
    }
    case "store": {
      const axes = axesOfOp(op, count.m.names, [...scope.cursors.keys()], count.states);
      countPoints(count, axes, withWhere([op.value], op.where), scope, times);
      return countAccess(count, op, axes, scope, times, counters.device, "written");
    }
    case "barrier":
      return;
    default:
      unreachable(op);
  }
}

function withWhere(list: readonly TileExpr[], where: TileExpr | undefined): readonly TileExpr[] {
  return where === undefined ? list : [where, ...list];
}

function countPoints(
  { counters }: Count,
  axes: readonly string[],
  expressions: readonly TileExpr[],
  scope: Scope,
  times: number,
): void {
  const points = times * livePoints(cursorsOf(scope, axes));
  counters.points += points;
  addOperations(counters.operations, operationsOf(expressions), points);
}

function countAccess(
  count: Count,
  access: { readonly buffer: string; readonly where: TileExpr | undefined },
  axes: readonly string[],
  scope: Scope,
  times: number,
  traffic: Traffic,
  way: keyof Traffic,
): void {
  const format = count.buffers.get(access.buffer)?.format;
  const bytes = format === undefined ? 0 : elementBytes(format);
  traffic[way] += bytes * times * masked(count, axes, access.where, scope);
}

function masked(
  count: Count,
  axes: readonly string[],
  where: TileExpr | undefined,
  scope: Scope,
): number {
  const cursors = cursorsOf(scope, axes);
  if (where === undefined) return livePoints(cursors);
  const key = axes.join();
  const known = count.masks.get(where) ?? new Map<string, MaskedPoints | undefined>();
  count.masks.set(where, known);
  const mask = known.has(key) ? known.get(key) : maskedPoints(cursors, where, count.m, count.lets);
  known.set(key, mask);
  if (mask === undefined) count.isExact = false;
  return mask === undefined ? livePoints(cursors) : mask();
}

function countMerge(
  count: Count,
  op: Extract<TileOp, { kind: "merge" }>,
  scope: Scope,
  times: number,
): void {
  const state = count.states.get(op.state);
  if (state === undefined) throw new Error(`internal: no state ${op.state}`);
  const axes = [...state.axes, ...state.over];
  countPoints(count, axes, withWhere(op.args, op.where), scope, times);
  const points = times * masked(count, axes, op.where, scope);
  addOperations(count.counters.operations, operationsOfMerge(state.monoid), points);
}

function countDot(
  { counters, states, m }: Count,
  op: Extract<TileOp, { kind: "dot" }>,
  scope: Scope,
  times: number,
): void {
  const state = states.get(op.state);
  if (state === undefined) throw new Error(`internal: no state ${op.state}`);
  const axes = dotAxes(op, state, m.names);
  const tile = (name: string): number => tilePoints(cursorsOf(scope, m.names.get(name) ?? []));
  counters.workgroup.read += 4 * times * (tile(op.left) + tile(op.right));
  counters.operations.dot += times * livePoints(cursorsOf(scope, axes));
}

/** An end of a loop at the first point of the tile: the least or the most that data allows. */
function endOf(count: Count, e: TileExpr, scope: Scope, side: Side): number {
  const whole = writtenOut(e, count.lets);
  if (whole === undefined) count.isExact = false;
  const known = whole ?? knownPart(e, count.lets, side);
  if (known === undefined) return 0;
  for (const cursor of scope.cursors.values()) cursor.index = cursor.start;
  return compileExpr(known, count.m, scope)();
}
