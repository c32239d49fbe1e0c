// The operations of a tile program as closures, each carried out for all points of the tile in
// hand.
//
// In:  a body, the machine, what is in scope.
// Out: one closure that carries the body out once.
// Not here: expressions (expressions.ts), accumulators (states.ts), blocks (interpret.ts).

import { unreachable } from "../../../grammar/span.js";
import { addOperations, operationsOf, operationsOfMerge } from "../counters.js";
import type { TileExpr, TileOp } from "../tile.js";
import { axesOfOp, dotAxes } from "../walk.js";
import { compileExpr } from "./expressions.js";
import {
  atFirst,
  cursorsOf,
  livePoints,
  newCursor,
  newSlab,
  overPoints,
  tilePoints,
  type Cursor,
  type Machine,
  type Scope,
} from "./machine.js";
import type { Eval } from "./maps.js";
import { newState, type StateRunner } from "./states.js";

type Run = () => void;
type Op<K extends TileOp["kind"]> = Extract<TileOp, { readonly kind: K }>;

export function compileBody(body: readonly TileOp[], m: Machine, scope: Scope): Run {
  const runs = body.map((op) => compileOp(op, m, scope));
  return () => {
    for (const run of runs) run();
  };
}

function compileOp(op: TileOp, m: Machine, scope: Scope): Run {
  switch (op.kind) {
    case "let":
      return compileLet(op, m, scope);
    case "stage":
      return compileStage(op, m, scope);
    case "barrier":
      return () => {};
    case "state": {
      const state = newState(op, m, scope);
      scope.states.set(op.name, state);
      return () => state.begin();
    }
    case "merge":
      return compileMergeOp(op, m, scope);
    case "dot":
      return compileDot(op, m, scope);
    case "loop":
      return compileLoop(op, m, scope);
    case "store":
      return compileStore(op, m, scope);
    default:
      return unreachable(op);
  }
}

/** Runs `body` at every live point and counts what it did. */
function atPoints(
  cursors: readonly Cursor[],
  m: Machine,
  expressions: readonly TileExpr[],
  body: Run,
): Run {
  const operations = operationsOf(expressions);
  const run = overPoints(cursors, body);
  return () => {
    const points = livePoints(cursors);
    m.counters.points += points;
    addOperations(m.counters.operations, operations, points);
    run();
  };
}

function compileLet(op: Op<"let">, m: Machine, scope: Scope): Run {
  const cursors = cursorsOf(scope, op.axes);
  const value = compileExpr(op.value, m, scope);
  const slab = newSlab(cursors);
  const { values, offset } = slab;
  scope.values.set(op.name, slab);
  return atPoints(cursors, m, [op.value], () => {
    values[offset()] = value();
  });
}

function compileStage(op: Op<"stage">, m: Machine, scope: Scope): Run {
  const cursors = cursorsOf(scope, op.axes);
  const value = compileExpr(op.value, m, scope);
  const slab = newSlab(cursors);
  const { values, offset } = slab;
  scope.values.set(op.name, slab);
  const fill = atPoints(cursors, m, [op.value], () => {
    values[offset()] = value();
  });
  return () => {
    values.fill(0);
    m.counters.workgroup.written += 4 * values.length;
    fill();
  };
}

function stateIn(name: string, m: Machine, scope: Scope): StateRunner {
  const state = scope.states.get(name);
  if (state === undefined) throw new Error(`internal: ${m.program.name}: no state ${name}`);
  return state;
}

function compileMergeOp(op: Op<"merge">, m: Machine, scope: Scope): Run {
  const state = stateIn(op.state, m, scope);
  const cursors = cursorsOf(scope, [...state.op.axes, ...state.op.over]);
  const args = op.args.map((arg) => compileExpr(arg, m, scope));
  const where = op.where === undefined ? undefined : compileExpr(op.where, m, scope);
  const merge = state.merge(args, scope);
  const operations = operationsOfMerge(state.op.monoid);
  const merged = { points: 0 };
  const run = atPoints(cursors, m, whereFirst(op.args, op.where), () => {
    if (where?.() === 0) return;
    merged.points += 1;
    merge();
  });
  return () => {
    merged.points = 0;
    run();
    addOperations(m.counters.operations, operations, merged.points);
  };
}

function whereFirst(args: readonly TileExpr[], where: TileExpr | undefined): readonly TileExpr[] {
  return where === undefined ? args : [where, ...args];
}

function compileDot(op: Op<"dot">, m: Machine, scope: Scope): Run {
  const state = stateIn(op.state, m, scope);
  const points = cursorsOf(scope, dotAxes(op, state.op, m.names));
  const along = points.at(-1);
  if (along === undefined) throw new Error(`internal: ${m.program.name}: dot over no axis`);
  const left = operand(op.left, m, scope);
  const right = operand(op.right, m, scope);
  const mask = state.op.lanes - 1;
  const run = overPoints(points, () => {
    state.add(Math.fround(left.value() * right.value()), (along.index - along.from) & mask);
  });
  return () => {
    m.counters.workgroup.read += 4 * (left.points + right.points);
    m.counters.operations.dot += livePoints(points);
    run();
  };
}

/** A staged tile: its value at the current point, how many points it has. */
function operand(name: string, m: Machine, scope: Scope): { value: Eval; points: number } {
  const axes = m.names.get(name) ?? [];
  const e: TileExpr = { kind: "local", name, type: "f32" };
  return { value: compileExpr(e, m, scope), points: tilePoints(cursorsOf(scope, axes)) };
}

function compileLoop(op: Op<"loop">, m: Machine, scope: Scope): Run {
  const from = atFirst(scope, compileExpr(op.from, m, scope));
  const to = atFirst(scope, compileExpr(op.to, m, scope));
  const cursor = newCursor(op.axis, op.tile);
  const body = compileBody(op.body, m, {
    cursors: new Map([...scope.cursors, [op.axis, cursor]]),
    values: new Map(scope.values),
    states: new Map(scope.states),
  });
  return () => {
    cursor.from = from();
    const end = to();
    for (let start = cursor.from; start < end; start += op.tile) {
      cursor.start = start;
      cursor.stop = Math.min(start + op.tile, end);
      body();
    }
  };
}

function compileStore(op: Op<"store">, m: Machine, scope: Scope): Run {
  const axes = axesOfOp(op, m.names, [...scope.cursors.keys()], new Map());
  const store = m.accesses.store(
    op.buffer,
    op.indices.map((index) => compileExpr(index, m, scope)),
  );
  const value = compileExpr(op.value, m, scope);
  const where = op.where === undefined ? undefined : compileExpr(op.where, m, scope);
  return atPoints(cursorsOf(scope, axes), m, whereFirst([op.value], op.where), () => {
    if (where?.() !== 0) store(value());
  });
}
