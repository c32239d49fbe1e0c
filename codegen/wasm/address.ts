// The byte address of an element, computed outside every loop in which its parts do not change.
//
// In:  a buffer and the indices of an element.
// Out: one address; or, along the vector axis, a contiguous group of four, or four addresses.
// Not here: formats and masks (memory.ts).

import { elementBytes } from "../../src/runtime/formats.js";
import type { TileBuffer, TileExpr } from "../../src/tile/tile.js";
import { affineTerms, type Term } from "./affine.js";
import { need, type Context } from "./context.js";
import { bind, hoist, type Value } from "./scope.js";
import { addI32, i32, mulI32, sx } from "./text.js";
import { argument, sizeValue, widen } from "./values.js";

export interface Address {
  /** How the four points of a wide context lie; a scalar one is uniform. */
  readonly kind: "uniform" | "contiguous" | "lanes";
  /** Of lane 0 (contiguous) or of the one element. */
  readonly pointer: string;
  /** Bytes to add, as the instruction's immediate. */
  readonly offset: number;
  readonly lane: (l: number) => string;
}

interface Part {
  readonly value: Value;
  /** Elements to which one step of `value` amounts. */
  readonly step: Value;
}

export function addressOf(c: Context, buffer: TileBuffer, indices: readonly TileExpr[]): Address {
  const strides = stridesOf(c, buffer);
  const bytes = elementBytes(buffer.format);
  const parts: Part[] = [];
  const lanes: Part[] = [];
  let immediate = 0;
  indices.forEach((index, dimension) => {
    const stride = strides[dimension] ?? one;
    const terms = affineTerms(index, c.info.lets);
    const isLast = stride.text === one.text;
    for (const term of terms) {
      if (isLast && isForward(term, indices, c)) immediate += term.coefficient;
      else addTerm(c, term, stride, parts, lanes);
    }
  });
  const pointer = pointerOf(c, buffer, parts, bytes);
  return placed(c, buffer, pointer, lanes, immediate * bytes);
}

const one: Value = { text: i32(1), type: "i32", wide: false, level: 0 };
const number = (value: number): Value => ({ ...one, text: i32(value) });

/** A constant that may be an immediate: the address without it is no lower than the buffer's. */
function isForward(term: Term, indices: readonly TileExpr[], c: Context): boolean {
  if (term.axis !== undefined || term.e !== undefined || term.coefficient < 0) return false;
  return indices
    .flatMap((index) => affineTerms(index, c.info.lets))
    .every((t) => t.coefficient >= 0 && (t.e === undefined || t.e.kind === "size"));
}

/** Elements between neighbours along each dimension. */
function stridesOf(c: Context, buffer: TileBuffer): readonly Value[] {
  let stride = one;
  const strides = buffer.dims.map(() => one);
  for (let d = buffer.dims.length - 1; d >= 0; d--) {
    strides[d] = stride;
    const extent = buffer.dims[d];
    if (extent === undefined || d === 0) continue;
    stride = product(c, stride, sizeValue(c, extent), `${buffer.name}.stride`);
  }
  return strides;
}

function product(c: Context, a: Value, b: Value, name: string): Value {
  const level = Math.max(a.level, b.level);
  return hoist(c.fn, c.scope, name, { ...one, text: mulI32(a.text, b.text), level });
}

function addTerm(c: Context, term: Term, stride: Value, parts: Part[], lanes: Part[]): void {
  const step = { ...stride, text: mulI32(stride.text, i32(term.coefficient)) };
  if (term.axis !== undefined) {
    const { index } = need(c.axes, term.axis);
    parts.push({ value: index, step });
    if (term.axis === c.lanes?.axis) lanes.push({ value: index, step });
    return;
  }
  const value = term.e === undefined ? one : c.evaluate(c, term.e);
  (value.wide ? lanes : parts).push({ value, step });
}

/**
 * Base plus the parts, those of outer loops first: each partial sum is computed in its own loop.
 */
function pointerOf(c: Context, buffer: TileBuffer, parts: readonly Part[], bytes: number): Value {
  let pointer = argument(c, `buffer ${buffer.name}`, "i32");
  const levels = [...new Set(parts.map(partLevel))].sort((a, b) => a - b);
  for (const level of levels) {
    const sum = parts
      .filter((part) => partLevel(part) === level)
      .reduce((text, { value, step }) => addI32(text, mulI32(value.text, step.text)), i32(0));
    const text = addI32(pointer.text, mulI32(sum, i32(bytes)));
    pointer = hoist(c.fn, c.scope, `${buffer.name}.at`, { ...one, text, level });
  }
  return pointer;
}

const partLevel = ({ value, step }: Part): number => Math.max(value.level, step.level);

function placed(
  c: Context,
  buffer: TileBuffer,
  pointer: Value,
  lanes: readonly Part[],
  offset: number,
): Address {
  const bytes = elementBytes(buffer.format);
  const single = { pointer: pointer.text, offset };
  if (lanes.length === 0 || c.lanes === undefined) {
    return { ...single, kind: "uniform", lane: () => pointer.text };
  }
  const first = 4 * c.lanes.copy;
  if (lanes.every(({ value }) => !value.wide)) {
    const steps = lanes.reduce((text, { step }) => addI32(text, step.text), i32(0));
    if (steps === i32(1)) {
      const moved = offset + first * bytes;
      const lane = (l: number): string => addI32(pointer.text, i32(l * bytes));
      return { kind: "contiguous", pointer: pointer.text, offset: moved, lane };
    }
    return {
      ...single,
      kind: "lanes",
      lane: (l) => stridedLane(c, pointer, steps, first + l, bytes),
    };
  }
  const at = scatteredLanes(c, pointer, lanes, bytes);
  return { ...single, kind: "lanes", lane: (l) => sx(`i32x4.extract_lane ${l}`, at.text) };
}

function stridedLane(c: Context, pointer: Value, steps: string, n: number, bytes: number): string {
  if (n === 0) return pointer.text;
  const distance = mulI32(steps, i32(n * bytes));
  return addI32(pointer.text, hoist(c.fn, c.scope, "far", { ...one, text: distance }).text);
}

/** Four addresses of a gather. The vector axis itself is a part of `pointer` already, at lane 0. */
function scatteredLanes(c: Context, pointer: Value, lanes: readonly Part[], bytes: number): Value {
  const first = 4 * (c.lanes?.copy ?? 0);
  const numbers = [0, 1, 2, 3].map((l) => first + l).join(" ");
  const iota: Value = { ...one, text: `(v128.const i32x4 ${numbers})`, wide: true };
  const terms = lanes.map(({ value, step }) => {
    const distance = widen(c, product(c, step, number(bytes), "step"));
    return sx("i32x4.mul", (value.wide ? value : iota).text, distance.text);
  });
  const text = [widen(c, pointer).text, ...terms].reduce((a, b) => sx("i32x4.add", a, b));
  return bind(c.fn, c.scope, "at", { ...one, text, wide: true, level: c.scope.level });
}
