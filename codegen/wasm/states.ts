// Reductions: accumulators in locals, their merging by the laws of a monoid, and what comes out.
//
// In:  state, merge, result of a tile program.
// Out: lines. The order is that of tile.ts: point j goes to accumulator j mod lanes, then halves
// fold.
// Not here: loops (loops.ts), accumulators in scratch memory (scratch-states.ts).
//
// Two forms. `packed`: four accumulators are one vector, for a loop whose own axis is the vector
// axis.
// `spread`: one local for each accumulator (a vector, if the kept points are four); a loop turns
// them
// round after each point, so that the next one is always in front.

import type { StateOp } from "../../src/tile/tile.js";
import { always, at, bindCell, combine, finish, isTracked, lift, type Cell } from "./cells.js";
import { need, type Context, type LocalState, type Slot, type StateValue } from "./context.js";
import { bind, freshLocal, wasmType, type Value } from "./scope.js";
import { foldScratch, loadCell, storeCell } from "./scratch-states.js";
import { f32, get, i32, set, sx, wideConstant } from "./text.js";
import { laneOf, widen } from "./values.js";

const keyOf = (c: Context, op: StateOp): string =>
  c.lanes !== undefined && op.axes.includes(c.lanes.axis) ? `${op.name}#${c.lanes.copy}` : op.name;

export function stateOf(c: Context, name: string): StateValue {
  const known = c.states.get(name);
  return known?.kind === "scratch" ? known : need(c.states, keyOf(c, need(c.info.stateOps, name)));
}

export function declareState(c: Context, op: StateOp, form: LocalState["form"]): void {
  const wide = c.lanes !== undefined && op.axes.includes(c.lanes.axis);
  const count = form === "packed" ? op.lanes / 4 : op.lanes;
  const isWide = wide || form === "packed";
  const slots = Array.from({ length: count }, () => newSlot(c, op, isWide));
  c.states.set(keyOf(c, op), {
    kind: "local",
    op,
    form,
    wide,
    slots,
    home: c,
    finished: undefined,
    wasMerged: undefined,
  });
}

function newSlot(c: Context, op: StateOp, wide: boolean): Slot {
  const fields = op.monoid.fields.map((field) => {
    const name = freshLocal(c.fn, `${op.name}.${field.name}`, wasmType({ type: field.type, wide }));
    const start = field.empty ?? 0;
    const text = field.type === "f32" ? f32(start) : i32(start);
    const value: Value = { text, type: field.type, wide: false, level: 0 };
    c.scope.lines.push(set(name, (wide ? widen(c, value) : value).text));
    return name;
  });
  if (!isTracked(op)) return { fields, present: undefined };
  const present = freshLocal(c.fn, `${op.name}.present`, wide ? "v128" : "i32");
  c.scope.lines.push(set(present, wide ? wideConstant("i32", 0) : i32(0)));
  return { fields, present };
}

export function cellOf(c: Context, op: StateOp, slot: Slot, wide: boolean): Cell {
  const value = (name: string, type: Value["type"]): Value => ({
    text: get(name),
    type,
    wide,
    level: c.scope.level,
  });
  return {
    fields: slot.fields.map((name, n) => value(name, op.monoid.fields[n]?.type ?? "f32")),
    present: slot.present === undefined ? undefined : value(slot.present, "bool"),
  };
}

/** Sets a slot's locals; all new values are computed before the first is set. */
export function assignSlot(c: Context, slot: Slot, cell: Cell, wide: boolean): void {
  const fit = (value: Value): Value => (wide ? widen(c, value) : value);
  const isSingle = cell.fields.length === 1;
  const ready = cell.fields.map((value) =>
    isSingle ? fit(value) : bind(c.fn, c.scope, "merged", fit(value)),
  );
  slot.fields.forEach((name, n) => c.scope.lines.push(set(name, at(ready, n).text)));
  if (slot.present !== undefined && cell.present !== undefined) {
    c.scope.lines.push(set(slot.present, fit(cell.present).text));
  }
}

/** Merges the point (or the four points) in hand. */
export function emitMerge(
  c: Context,
  name: string,
  args: readonly Value[],
  where: Value | undefined,
): void {
  const state = stateOf(c, name);
  const { op } = state;
  const fields = lift(c, op, args);
  const point: Cell = { fields, present: where };
  if (state.kind === "scratch") {
    for (const [place, b] of pointsFor(c, op, point)) {
      storeCell(place, state, combine(place, op, loadCell(place, state), b));
    }
    return;
  }
  const isOver = c.lanes !== undefined && op.over.includes(c.lanes.axis);
  const copy = c.lanes?.copy ?? 0;
  if (!isOver || state.form === "packed") {
    const slot = at(state.slots, isOver ? copy % state.slots.length : 0);
    const wide = state.wide || state.form === "packed";
    return assignSlot(c, slot, combine(c, op, cellOf(c, op, slot, wide), point), wide);
  }
  for (let l = 0; l < 4; l++) {
    const slot = at(state.slots, (4 * copy + l) % state.slots.length);
    const b: Cell = {
      fields: fields.map((value) => laneOf(c, value, l)),
      present: where === undefined ? undefined : laneOf(c, where, l),
    };
    assignSlot(c, slot, combine(c, op, cellOf(c, op, slot, false), b), false);
  }
}

/** Four accumulators in memory can take four points at once only if they lie side by side. */
function pointsFor(c: Context, op: StateOp, point: Cell): readonly (readonly [Context, Cell])[] {
  const { lanes } = c;
  if (lanes === undefined || !op.over.includes(lanes.axis) || op.lanes >= 4) return [[c, point]];
  return [0, 1, 2, 3].map((l) => {
    const place = need(c.axes, lanes.axis);
    const text = sx("i32.add", place.index.text, i32(4 * lanes.copy + l));
    const index = { ...place.index, text };
    const axes = new Map([...c.axes, [lanes.axis, { ...place, index }] as const]);
    const cell: Cell = {
      fields: point.fields.map((value) => laneOf(c, value, l)),
      present: point.present === undefined ? undefined : laneOf(c, point.present, l),
    };
    return [{ ...c, lanes: undefined, axes }, cell] as const;
  });
}

const moves = ["8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15", "4 5 6 7 4 5 6 7 4 5 6 7 4 5 6 7"];

/** Halves fold until one accumulator is left; then `finish`. */
function finishLocal(state: LocalState): void {
  const { op, home: c } = state;
  const wide = state.wide || state.form === "packed";
  const bound = (cell: Cell): Cell => bindCell(c, op, cell);
  let cells = state.slots.map((slot) => bound(cellOf(c, op, slot, wide)));
  for (let half = cells.length / 2; half >= 1; half /= 2) {
    cells = cells
      .slice(0, half)
      .map((cell, l) => bound(combine(c, op, cell, at(cells, l + half), true)));
  }
  let last = at(cells, 0);
  if (state.form === "packed") {
    for (const move of moves) {
      const shuffled = (value: Value): Value => ({
        ...value,
        text: sx(`i8x16.shuffle ${move}`, value.text, value.text),
      });
      const other: Cell = {
        fields: last.fields.map((value) => bind(c.fn, c.scope, "half", shuffled(value))),
        present: last.present === undefined ? undefined : shuffled(last.present),
      };
      last = bound(combine(c, op, last, other, true));
    }
    last = bound({
      fields: last.fields.map((value) => laneOf(c, value, 0)),
      present: last.present === undefined ? undefined : laneOf(c, last.present, 0),
    });
  }
  [state.finished, state.wasMerged] = finish(c, op, last);
}

export function resultOf(c: Context, name: string, index: number): Value {
  const state = stateOf(c, name);
  if (state.kind === "scratch") return at(foldScratch(c, state)[0], index);
  if (state.finished === undefined) finishLocal(state);
  return at(state.finished ?? [], index);
}

export function presenceOf(c: Context, name: string): Value {
  const state = stateOf(c, name);
  if (state.kind === "scratch") return foldScratch(c, state)[1];
  if (state.finished === undefined) finishLocal(state);
  return state.wasMerged ?? always;
}
