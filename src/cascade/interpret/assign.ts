// One equation: its right side for every point, then the present points written.
//
// In:  an assignment and the context that it changes.
// Out: its two halves, since over several parameters all are evaluated before any is written.
// Not here: control flow (program.ts).

import type { Assign, Expr, VariableId } from "../cascade.js";
import { absentValue, asIs, slabOf, variableCell, type Context, type Slab } from "./context.js";
import { compileExpr } from "./expression.js";
import type { Node } from "./node.js";
import { loopsOver, sweep, type Scope } from "./scope.js";

export interface CompiledAssign {
  readonly kind: "assign";
  /** The target is one for all parameters: one of them computes it. */
  readonly isShared: boolean;
  readonly evaluate: () => void;
  readonly commit: () => void;
}

type Equation = Pick<Assign, "target" | "indices" | "value" | "isLet">;

/** The right side at each point, and where the point lies. */
interface Points {
  readonly offsets: Int32Array;
  readonly values: Float64Array;
  readonly present: Uint8Array;
  readonly touched: Uint8Array;
}

export function compileAssign(
  s: Equation,
  context: Context,
  scans: ReadonlySet<VariableId>,
  path: string,
): CompiledAssign {
  const slab = slabOf(context, s.target);
  const bound = s.indices.filter((v) => !scans.has(v));
  const scope = scopeOf(context, bound, scans, path);
  const isExact = context.hostTensors.has(s.target);
  const value = compileExpr(s.value, isExact ? { ...scope, arithmetic: "exact" } : scope);
  const loops = loopsOver(context, bound);
  const size = loops.reduce((product, loop) => product * loop.extent, 1);
  const points: Points = {
    offsets: new Int32Array(size),
    values: new Float64Array(size),
    present: new Uint8Array(size),
    touched: new Uint8Array(size),
  };
  return {
    kind: "assign",
    isShared: slab.tensor.shared,
    evaluate: evaluation(s, slab, value, points, context, (step) => sweep(loops, step)),
    commit: () => commit(s, slab, points, context),
  };
}

export function scopeOf(
  context: Context,
  active: readonly VariableId[],
  scans: ReadonlySet<VariableId>,
  path: string,
): Scope {
  return {
    context,
    active: new Set(active),
    scans,
    locals: new Map(),
    arithmetic: context.mode === "f32" ? "f32" : "exact",
    isKept: false,
    place: { path, reductions: 0 },
  };
}

function evaluation(
  s: Equation,
  slab: Slab,
  value: Node,
  points: Points,
  context: Context,
  around: (step: () => void) => () => void,
): () => void {
  const { offsets, values, present, touched } = points;
  const { cell, run } = value;
  const { touch, epoch } = context;
  const places = s.indices.map((v, d) => ({
    cell: variableCell(context, v),
    stride: slab.strides[d] ?? 0,
  }));
  let n = 0;
  const all = around(() => {
    let offset = 0;
    for (const place of places) offset += place.cell.value * place.stride;
    offsets[n] = offset;
    touch.value = 0;
    present[n] = run() ? 1 : 0;
    values[n] = cell.value;
    touched[n] = touch.value;
    n++;
  });
  return () => {
    epoch.value++;
    n = 0;
    all();
  };
}

function commit(s: Equation, slab: Slab, points: Points, context: Context): void {
  const { keepsUntouched } = context;
  const isStore = slab.tensor.role === "store";
  const isKept = (n: number): boolean =>
    points.present[n] !== 1 || (isStore && keepsUntouched.value === 1 && points.touched[n] !== 1);
  if (s.isLet && !isStore) clear(slab, context);
  if (slab.blocks === undefined) write(slab, points, isKept);
  else encode(slab, points, isKept);
}

function clear(slab: Slab, context: Context): void {
  slab.data.fill(absentValue(context, slab.tensor.format));
  slab.present?.fill(0);
  slab.touched?.fill(0);
}

function write(slab: Slab, points: Points, isKept: (n: number) => boolean): void {
  const { data, present, touched } = slab;
  const { offsets } = points;
  const store = storing(slab, points.values);
  for (let n = 0; n < offsets.length; n++) {
    const offset = offsets[n] as number;
    if (touched !== undefined) touched[offset] = points.touched[n] as number;
    if (isKept(n)) continue;
    store(data, offset, n);
    if (present !== undefined) present[offset] = 1;
  }
  slab.isComplete = present === undefined || !present.includes(0);
}

/** Rounds a value into its place; in the common formats without a call for each number. */
function storing(
  { round }: Slab,
  values: Float64Array,
): (data: Float64Array, offset: number, n: number) => void {
  if (round === asIs) return (data, offset, n) => (data[offset] = values[n] as number);
  if (round === Math.fround) {
    return (data, offset, n) => (data[offset] = Math.fround(values[n] as number));
  }
  return (data, offset, n) => (data[offset] = round(values[n] as number));
}

function encode(slab: Slab, points: Points, isKept: (n: number) => boolean): void {
  const { data, present, blocks } = slab;
  const { offsets, values } = points;
  const next = data.slice();
  const mask = new Uint8Array(data.length);
  let count = 0;
  for (let n = 0; n < offsets.length; n++) {
    const offset = offsets[n] as number;
    if (slab.touched !== undefined) slab.touched[offset] = points.touched[n] as number;
    if (isKept(n)) continue;
    next[offset] = values[n] as number;
    mask[offset] = 1;
    count++;
  }
  if (count > 0) blocks?.assign(next, count === data.length ? undefined : mask);
  present?.fill(1);
  slab.isComplete = true;
}

/** Evaluates and writes at once what is no statement: an initial value, a table. */
export function assignNow(
  context: Context,
  target: string,
  indices: readonly VariableId[],
  value: Expr,
): void {
  const equation = { target, indices, value, isLet: false };
  const { evaluate, commit: write } = compileAssign(equation, context, new Set(), `=${target}`);
  evaluate();
  write();
}
