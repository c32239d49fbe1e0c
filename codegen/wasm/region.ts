// A box of points: nested loops over axes, each operation at the depth where its axes are known.
//
// In:  axes with their bounds, the vector axis last, and operations without stages and dots.
// Out: lines.
// Not here: blocks of the grid (blocks.ts), the choice of the vector axis (vectorize.ts).

import type { AxisId, StateOp, TileExpr, TileOp } from "../../src/tile/tile.js";
import {
  axesOfOp,
  axesUsed,
  tileExpressionsOf,
  tileNodes,
  tileOpsDeep,
} from "../../src/tile/walk.js";
import type { Context } from "./context.js";
import { emitOps, insideLoop, loopText } from "./loops.js";
import { bind, freshLocal, type Value } from "./scope.js";
import { addI32, i32, set, sx } from "./text.js";
import { boundsUse } from "./vectorize.js";

export interface RegionAxis {
  readonly id: AxisId;
  readonly low: Value;
  readonly high: Value;
  /** One point for sure: no loop. */
  readonly isSingle: boolean;
  /** Points from a multiple of this on have equal loop bounds. */
  readonly tile: number;
  /** Where the tile, and the loop that the axis belongs to, begin. */
  readonly start: Value | undefined;
  readonly from: Value | undefined;
}

export interface Region {
  readonly axes: readonly RegionAxis[];
  /** The last of `axes`, if its points are taken four at a time. */
  readonly vector: AxisId | undefined;
}

export function emitRegion(c: Context, region: Region, ops: readonly TileOp[]): void {
  const depths = new Map(ops.map((op) => [op, depthOf(c, region, op)]));
  emitDepth(c, region, ops, depths, 0);
}

/** How many of the region's loops must be open. */
function depthOf(c: Context, region: Region, op: TileOp): number {
  const used = axesOf(c, region, op);
  return 1 + region.axes.findLastIndex((axis) => used.has(axis.id));
}

function axesOf(c: Context, region: Region, op: TileOp): ReadonlySet<AxisId> {
  const scope = region.axes.map((axis) => axis.id);
  const { names, stateOps } = c.info;
  if (op.kind !== "loop") return new Set(axesOfOp(op, names, scope, stateOps));
  const bounds = [op.from, op.to].flatMap((e) => [...axesUsed(e, names)]);
  return new Set([...bounds, ...op.body.flatMap((inner) => [...axesOf(c, region, inner)])]);
}

function emitDepth(
  c: Context,
  region: Region,
  ops: readonly TileOp[],
  depths: ReadonlyMap<TileOp, number>,
  depth: number,
): void {
  const here = ops.filter((op) => depths.get(op) === depth);
  const deeper = ops.filter((op) => (depths.get(op) ?? 0) > depth);
  const late = here.filter((op) => op.kind === "store" && isReadBefore(op, ops, deeper));
  emitOps(
    c,
    here.filter((op) => !late.includes(op)),
  );
  const axis = region.axes[depth];
  if (axis !== undefined && deeper.length > 0) {
    const body = (inner: Context): void => emitDepth(inner, region, ops, depths, depth + 1);
    if (axis.id === region.vector) emitVectorAxis(c, axis, deeper, body);
    else emitAxis(c, axis, body);
  }
  emitOps(c, late);
}

/** Points further in read the buffer as it was before this store: it waits for them. */
function isReadBefore(
  store: TileOp & { readonly kind: "store" },
  ops: readonly TileOp[],
  deeper: readonly TileOp[],
): boolean {
  const before = ops.slice(0, ops.indexOf(store)).filter((op) => deeper.includes(op));
  const isLoad = (e: TileExpr): boolean => e.kind === "load" && e.buffer === store.buffer;
  return [...tileOpsDeep(before)].some((op) =>
    tileExpressionsOf(op).some((e) => [...tileNodes(e)].some(isLoad)),
  );
}

function emitAxis(c: Context, axis: RegionAxis, body: (inner: Context) => void): void {
  const place = { start: axis.start, stop: axis.high, from: axis.from };
  if (axis.isSingle) {
    return body({ ...c, axes: new Map([...c.axes, [axis.id, { ...place, index: axis.low }]]) });
  }
  const index = freshLocal(c.fn, axis.id, "i32");
  c.scope.lines.push(set(index, axis.low.text));
  emitPoints(c, axis, index, axis.high.text, 0, body);
}

/** From where `index` stands up to `stop`: one point, or `copies` groups of four at a time. */
function emitPoints(
  c: Context,
  axis: RegionAxis,
  index: string,
  stop: string,
  copies: number,
  body: (inner: Context) => void,
): void {
  const place = { start: axis.start, stop: axis.high, from: axis.from };
  const inner = insideLoop(c, axis.id, index, place);
  body(copies === 0 ? inner : { ...inner, lanes: { axis: axis.id, copy: 0, copies } });
  c.scope.lines.push(loopText(c, axis.id, inner.scope, index, Math.max(1, 4 * copies), stop));
}

function emitVectorAxis(
  c: Context,
  axis: RegionAxis,
  ops: readonly TileOp[],
  body: (inner: Context) => void,
): void {
  const copies = copiesOf(c, axis, ops);
  const index = freshLocal(c.fn, axis.id, "i32");
  c.scope.lines.push(set(index, axis.low.text));
  const hasLoops = ops.some((op) => op.kind === "loop");
  const widths = copies > 1 && (hasLoops || c.scope.level > 0) ? [copies, 1] : [copies];
  for (const width of widths) {
    const count = sx("i32.and", sx("i32.sub", axis.high.text, axis.low.text), i32(-4 * width));
    const stop = bind(c.fn, c.scope, `${axis.id}.stop`, {
      ...axis.high,
      text: addI32(axis.low.text, count),
    });
    emitPoints(c, axis, index, stop.text, width, body);
  }
  emitPoints(c, axis, index, axis.high.text, 0, body);
}

/** Groups of four side by side: as many as keep their accumulators or their values in registers. */
function copiesOf(c: Context, axis: RegionAxis, ops: readonly TileOp[]): number {
  const all = [...tileOpsDeep(ops)];
  const states = all.filter(
    (op): op is StateOp => op.kind === "state" && op.axes.includes(axis.id),
  );
  const registers = states.reduce((sum, op) => sum + op.lanes * op.monoid.fields.length, 0);
  const accesses = all.filter(
    (op) => op.kind === "store" || (op.kind === "let" && op.value.kind === "load"),
  ).length;
  const wanted = registers > 0 ? 8 / registers : accesses <= 4 ? 4 : 2;
  const fitting = [4, 2].filter((copies) => copies <= wanted);
  const isFixed = boundsUse(c.info, ops, axis.id);
  return fitting.find((copies) => !isFixed || axis.tile % (4 * copies) === 0) ?? 1;
}
