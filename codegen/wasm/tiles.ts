// Programs with tiles: each operation is carried out for the whole tile before the next one begins.
//
// In:  one block's tile along each axis, and a body with stages and dots.
// Out: lines. Runs of pointwise operations are one region each; a let that a later region needs is
//      computed there again, so that nothing but stages and states is kept between regions.
// Not here: regions (region.ts), the dot itself (dot.ts).

import type { AxisId, StateOp, TileExpr, TileOp } from "../../src/tile/tile.js";
import { axesUsed, tileExpressionsOf, tileNodes, tileOpsDeep } from "../../src/tile/walk.js";
import { withLast } from "./blocks.js";
import { need, type Context, type ScratchState } from "./context.js";
import { emitDot } from "./dot.js";
import { emitOps, insideLoop, loopText } from "./loops.js";
import { emitRegion, type RegionAxis } from "./region.js";
import { bind, freshLocal, hoist, reserve } from "./scope.js";
import { clearScratch, scratchBytesOf } from "./scratch-states.js";
import { COLUMNS, layOut, padded, ROWS, stepsOf } from "./stage.js";
import { addI32, i32, minI32, set } from "./text.js";
import { uniform } from "./values.js";
import { vectorAxis } from "./vectorize.js";

type Let = TileOp & { readonly kind: "let" };
type Loop = TileOp & { readonly kind: "loop" };

/** What is known where an operation on tiles stands. */
interface Tiles {
  readonly c: Context;
  readonly axes: readonly RegionAxis[];
  readonly tiles: ReadonlyMap<AxisId, number>;
  /** Lets of tiles so far, in their order. */
  readonly lets: Let[];
  readonly written: Set<string>;
}

export function emitTiles(c: Context, axes: readonly RegionAxis[], ops: readonly TileOp[]): void {
  const tiles = new Map(axes.map((axis) => [axis.id, axis.tile]));
  for (const op of tileOpsDeep(ops)) if (op.kind === "loop") tiles.set(op.axis, op.tile);
  emitTileOps({ c: atFirst(c, axes), axes, tiles, lets: [], written: new Set() }, ops);
}

/** Every axis at the first point of its tile: where bounds of loops are evaluated. */
function atFirst(c: Context, axes: readonly RegionAxis[]): Context {
  const places = axes.map(
    ({ id, low, high, start, from }) => [id, { index: low, start, stop: high, from }] as const,
  );
  return { ...c, axes: new Map([...c.axes, ...places]) };
}

const isTileOp = (op: TileOp): boolean =>
  op.kind === "stage" ||
  op.kind === "dot" ||
  op.kind === "barrier" ||
  (op.kind === "loop" && [...tileOpsDeep(op.body)].some(isTileOp));

function emitTileOps(t: Tiles, ops: readonly TileOp[]): void {
  let run: TileOp[] = [];
  const flush = (): void => {
    emitRun(t, run);
    run = [];
  };
  for (const [n, op] of ops.entries()) {
    if (op.kind === "state" && leavesRun(op, ops.slice(n + 1))) {
      flush();
      keepInMemory(t, op);
    } else if (isTileOp(op)) {
      flush();
      emitTileOp(t, op);
    } else run.push(op);
  }
  flush();
}

/** Merged, or read, on the other side of an operation on tiles. */
function leavesRun(state: StateOp, after: readonly TileOp[]): boolean {
  const border = after.findIndex((op) => isTileOp(op));
  if (border < 0) return false;
  return [...tileOpsDeep(after.slice(border))].some(
    (op) =>
      ((op.kind === "merge" || op.kind === "dot") && op.state === state.name) ||
      tileExpressionsOf(op).some((e) =>
        [...tileNodes(e)].some((node) => "state" in node && node.state === state.name),
      ),
  );
}

function emitTileOp(t: Tiles, op: TileOp): void {
  switch (op.kind) {
    case "stage":
      return emitStage(t, op);
    case "dot":
      return emitDot(t.c, op);
    case "loop":
      return emitTileLoop(t, op);
    default: // a barrier: one thread carries out a block
  }
}

/** Dots tell how a state lies: rows from the left tile, columns from the right one. */
function keepInMemory(t: Tiles, op: StateOp): void {
  const { c } = t;
  const known = c.states.get(op.name);
  if (known?.kind === "scratch") return clearScratch(c, known);
  const dots = [...tileOpsDeep(c.info.program.body)];
  const dot = dots.find((other) => other.kind === "dot" && other.state === op.name);
  const left = dot?.kind === "dot" ? (c.info.names.get(dot.left) ?? []) : [];
  const isRow = (axis: AxisId): boolean => left.includes(axis) && need(t.tiles, axis) > 1;
  const m = stepsOf(op.axes.filter(isRow), t.tiles);
  const n = stepsOf(
    op.axes.filter((axis) => !isRow(axis)),
    t.tiles,
  );
  if (dot !== undefined && op.lanes !== 1)
    throw new Error(`internal: ${op.name} of a dot has lanes`);
  const rows = dot === undefined ? m.count : padded(m.count, ROWS);
  const width = dot === undefined ? n.count : padded(n.count, COLUMNS);
  const kept = [...m.across.map(({ axis, step }) => ({ axis, step: step * width })), ...n.across];
  const points = rows * width;
  const offset = reserve(c.fn, scratchBytesOf(op, points));
  const state: ScratchState = { kind: "scratch", op, offset, kept, points, rows };
  c.states.set(op.name, state);
  clearScratch(c, state);
}

function emitStage(t: Tiles, op: TileOp & { readonly kind: "stage" }): void {
  const { c } = t;
  const dot = [...tileOpsDeep(c.info.program.body)].find(
    (other) => other.kind === "dot" && (other.left === op.name || other.right === op.name),
  );
  if (dot?.kind !== "dot") throw new Error(`internal: no dot reads the stage ${op.name}`);
  const side = dot.left === op.name ? "left" : "right";
  const layout = c.stages.get(op.name) ?? layOut(c.fn, op, side, dot.over, t.tiles);
  c.stages.set(op.name, layout);
  emitRun(t, [op]);
}

/** One region over the axes that its operations vary over. */
function emitRun(t: Tiles, run: readonly TileOp[]): void {
  const { c } = t;
  if (run.every((op) => op.kind === "let")) {
    t.lets.push(...run.filter((op): op is Let => op.kind === "let"));
    return; // whoever needs one computes it
  }
  const needed = neededLets(t, run);
  const ops = [...needed, ...run];
  const used = new Set(ops.flatMap((op) => [...axesDeep(c, op, t.axes)]));
  const axes = t.axes.filter(({ id }) => used.has(id));
  const candidates = axes
    .filter(({ id, tile }) => tile % 4 === 0 && !crossesPanel(c, run, id))
    .map(({ id, tile }) => ({ id, tile, extent: undefined }));
  const vector =
    c.simd === "none" ? undefined : vectorAxis(c.info, ops, candidates, c.info.wideLoops);
  emitRegion(c, { axes: withLast(axes, vector), vector }, ops);
  t.lets.push(...run.filter((op): op is Let => op.kind === "let"));
  for (const op of tileOpsDeep(run)) if (op.kind === "store") t.written.add(op.buffer);
}

/** Four neighbours along the axis would be columns of more than one panel. */
function crossesPanel(c: Context, run: readonly TileOp[], axis: AxisId): boolean {
  return run.some((op) => {
    const layout = op.kind === "stage" ? c.stages.get(op.name) : undefined;
    const step = layout?.across.find((across) => across.axis === axis)?.step ?? 1;
    return layout?.side === "right" && step !== 1 && step % COLUMNS !== 0;
  });
}

function axesDeep(c: Context, op: TileOp, axes: readonly RegionAxis[]): readonly AxisId[] {
  const { names, stateOps } = c.info;
  const expressions = tileExpressionsOf(op).flatMap((e) => [...axesUsed(e, names)]);
  if (op.kind === "loop")
    return [...expressions, ...op.body.flatMap((inner) => axesDeep(c, inner, axes))];
  if (op.kind === "let" || op.kind === "state" || op.kind === "stage") return op.axes;
  if (op.kind !== "merge") return expressions;
  const state = need(stateOps, op.state);
  return [...state.axes, ...state.over];
}

/** Lets of earlier regions that `run` names, directly or through one another. */
function neededLets(t: Tiles, run: readonly TileOp[]): readonly Let[] {
  return letsFor(t, [...tileOpsDeep(run)].flatMap(tileExpressionsOf), new Set());
}

function letsFor(t: Tiles, expressions: readonly TileExpr[], found: Set<Let>): readonly Let[] {
  for (const node of expressions.flatMap((e) => [...tileNodes(e)])) {
    if (node.kind !== "local") continue;
    const known = t.lets.find((op) => op.name === node.name);
    if (known === undefined || found.has(known)) continue;
    found.add(known);
    if (known.value.kind === "load" && t.written.has(known.value.buffer)) {
      throw new Error(`internal: ${known.name} is read again after its buffer was written`);
    }
    letsFor(t, [known.value], found);
  }
  return t.lets.filter((op) => found.has(op));
}

function emitTileLoop(t: Tiles, loop: Loop): void {
  const { c } = t;
  emitOps(c, letsFor(t, [loop.from, loop.to], new Set()));
  const index = freshLocal(c.fn, `${loop.axis}.low`, "i32");
  const from = bind(c.fn, c.scope, `${loop.axis}.from`, uniform(c, loop.from));
  const to = hoist(c.fn, c.scope, `${loop.axis}.to`, uniform(c, loop.to));
  c.scope.lines.push(set(index, from.text));
  const inner = insideLoop(c, loop.axis, index, { start: undefined, stop: undefined, from });
  const low = need(inner.axes, loop.axis).index;
  const span = bind(c.fn, inner.scope, `${loop.axis}.span`, {
    ...low,
    text: addI32(low.text, i32(loop.tile)),
  });
  const high = bind(c.fn, inner.scope, `${loop.axis}.high`, {
    ...low,
    text: minI32(span.text, to.text),
  });
  const axis: RegionAxis = {
    id: loop.axis,
    low,
    high,
    isSingle: loop.tile === 1,
    tile: loop.tile,
    start: low,
    from,
  };
  const axes = [...t.axes, axis];
  emitTileOps({ ...t, c: atFirst(inner, axes), axes, lets: [...t.lets] }, loop.body);
  c.scope.lines.push(loopText(c, loop.axis, inner.scope, index, loop.tile, to.text));
}
