// Accumulators in the thread's scratch memory: one set for each kept point of the tile in hand.
//
// In:  a state of a program with tiles, or a packed state while a loop's last few points are
// merged.
// Out: its cells as values, and lines that write them.
// Not here: the laws of the monoid (states.ts).
//
// Field f of kept point p, accumulator l: offset + ((f · points + p) · lanes + l) · 4 bytes;
// presence
// is one field more. A dot's state has one lane and one field, and rows of a padded width.

import type { StateOp } from "../../src/tile/tile.js";
import { bindCell, combine, finish, isTracked, type Cell } from "./cells.js";
import { need, type Context, type ScratchState } from "./context.js";
import { useHelper } from "./helpers.js";
import { bind, type Value } from "./scope.js";
import { addI32, get, i32, mulI32, subI32, sx, withOffset } from "./text.js";
import { widen } from "./values.js";

/** Fields and presence, as their types. */
export function fieldTypes(op: StateOp): readonly Value["type"][] {
  const types = op.monoid.fields.map((field) => field.type);
  return isTracked(op) ? [...types, "bool"] : types;
}

export const scratchBytesOf = (op: StateOp, points: number): number =>
  fieldTypes(op).length * points * op.lanes * 4;

/** How the four points of a wide context lie in memory. */
type Spread = "one" | "side by side" | { readonly bytes: number };

interface Place {
  readonly pointer: string;
  readonly spread: Spread;
}

function placeOf(c: Context, state: ScratchState): Place {
  const { op } = state;
  let point = i32(0);
  let spread: Spread = "one";
  for (const { axis, step } of state.kept) {
    const { index, start } = need(c.axes, axis);
    const copy = c.lanes?.axis === axis ? 4 * c.lanes.copy : 0;
    const local = addI32(
      start === undefined ? index.text : subI32(index.text, start.text),
      i32(copy),
    );
    point = addI32(point, mulI32(local, i32(step)));
    if (c.lanes?.axis === axis)
      spread = step * op.lanes === 1 ? "side by side" : { bytes: step * op.lanes * 4 };
  }
  return { pointer: sx("i32.add", get("scratch"), mulI32(point, i32(4 * op.lanes))), spread };
}

/** The accumulator of the point in hand: its number along the innermost reduced loop. */
function accumulatorOf(c: Context, op: StateOp): string {
  const axis = [...op.over].reverse().find((id) => c.axes.has(id));
  if (axis === undefined || op.lanes === 1) return i32(0);
  const { index, from } = need(c.axes, axis);
  const copy = c.lanes?.axis === axis ? 4 * c.lanes.copy : 0;
  const number = addI32(subI32(index.text, from?.text ?? i32(0)), i32(copy));
  return mulI32(sx("i32.and", number, i32(op.lanes - 1)), i32(4));
}

export function loadCell(c: Context, state: ScratchState): Cell {
  const { op } = state;
  const place = placeOf(c, state);
  const pointer = bind(
    c.fn,
    c.scope,
    `${op.name}.at`,
    pointerValue(c, addI32(place.pointer, accumulatorOf(c, op))),
  );
  const isOver = c.lanes !== undefined && op.over.includes(c.lanes.axis);
  const spread: Spread = isOver ? "side by side" : place.spread;
  return readCell(c, state, { pointer: pointer.text, spread }, 0);
}

const pointerValue = (c: Context, text: string): Value => ({
  text,
  type: "i32",
  wide: false,
  level: c.scope.level,
});

function readCell(c: Context, state: ScratchState, place: Place, lane: number): Cell {
  const { op } = state;
  const values = fieldTypes(op).map((type, f) => {
    const offset = state.offset + (f * state.points * op.lanes + lane) * 4;
    return bind(c.fn, c.scope, op.name, readField(c, type, place, offset));
  });
  const fields = values.slice(0, op.monoid.fields.length);
  return { fields, present: isTracked(op) ? values.at(-1) : undefined };
}

function readField(c: Context, type: Value["type"], place: Place, offset: number): Value {
  const kind = type === "f32" ? "f32" : "i32";
  const value = { type, level: c.scope.level };
  if (place.spread === "one") {
    const word = sx(withOffset(`${kind}.load`, offset), place.pointer);
    return { ...value, text: type === "bool" ? sx("i32.ne", word, i32(0)) : word, wide: false };
  }
  if (place.spread === "side by side") {
    return { ...value, text: sx(withOffset("v128.load", offset), place.pointer), wide: true };
  }
  const { bytes } = place.spread;
  const lane = (l: number): string =>
    sx(withOffset(`${kind}.load`, offset + l * bytes), place.pointer);
  const text = [1, 2, 3].reduce(
    (vector, l) => sx(`${kind}x4.replace_lane ${l}`, vector, lane(l)),
    sx(`${kind}x4.splat`, lane(0)),
  );
  return { ...value, text, wide: true };
}

/** A bool lies in memory as a mask, 0 or -1, whether it was written alone or with three others. */
export function storeCell(c: Context, state: ScratchState, cell: Cell): void {
  const { op } = state;
  const isOver = c.lanes !== undefined && op.over.includes(c.lanes.axis);
  const place = placeOf(c, state);
  const pointer = addI32(place.pointer, accumulatorOf(c, op));
  const spread: Spread = isOver ? "side by side" : place.spread;
  const bound = bindCell(c, op, cell);
  const values = bound.present === undefined ? bound.fields : [...bound.fields, bound.present];
  values.forEach((value, f) => {
    const offset = state.offset + f * state.points * op.lanes * 4;
    writeField(c, { pointer, spread }, offset, value);
  });
}

function writeField(c: Context, place: Place, offset: number, value: Value): void {
  const kind = value.type === "f32" ? "f32" : "i32";
  if (place.spread === "one") {
    const word = value.type === "bool" ? sx("i32.sub", i32(0), value.text) : value.text;
    c.scope.lines.push(sx(withOffset(`${kind}.store`, offset), place.pointer, word));
    return;
  }
  const vector = widen(c, value);
  if (place.spread === "side by side") {
    c.scope.lines.push(sx(withOffset("v128.store", offset), place.pointer, vector.text));
    return;
  }
  const { bytes } = place.spread;
  for (let l = 0; l < 4; l++) {
    const lane = sx(`${kind}x4.extract_lane ${l}`, vector.text);
    c.scope.lines.push(sx(withOffset(`${kind}.store`, offset + l * bytes), place.pointer, lane));
  }
}

/** Every accumulator of every kept point as it is before anything is merged. */
export function clearScratch(c: Context, state: ScratchState): void {
  const { op } = state;
  const words = state.points * op.lanes;
  fieldTypes(op).forEach((type, f) => {
    const start = op.monoid.fields[f]?.empty ?? 0;
    const from = addI32(get("scratch"), i32(state.offset + f * words * 4));
    if (Object.is(start, 0)) {
      c.scope.lines.push(sx("memory.fill", from, i32(0), i32(words * 4)));
      return;
    }
    useHelper(c.fn.helpers, "fill_i32");
    const bits =
      new Int32Array((type === "f32" ? Float32Array : Int32Array).of(start).buffer)[0] ?? 0;
    c.scope.lines.push(sx("call $fill_i32", from, i32(words), i32(bits)));
  });
}

/** The state of the kept point in hand, all accumulators folded, finished. */
export function foldScratch(c: Context, state: ScratchState): [readonly Value[], Value] {
  const { op } = state;
  const place = placeOf(c, state);
  const pointer = bind(c.fn, c.scope, `${op.name}.at`, pointerValue(c, place.pointer));
  const bound = { ...place, pointer: pointer.text };
  let cells = Array.from({ length: op.lanes }, (_, lane) => readCell(c, state, bound, lane));
  for (let half = op.lanes / 2; half >= 1; half /= 2) {
    cells = cells.slice(0, half).map((cell, l) => {
      const other = cells[l + half];
      return other === undefined ? cell : bindCell(c, op, combine(c, op, cell, other, true));
    });
  }
  const [first] = cells;
  if (first === undefined) throw new Error(`internal: ${op.name} has no accumulator`);
  return finish(c, op, first);
}
