// Loops around equations: states before, operations inside, results behind.
//
// In:  a segment of a sweep and the loops to open.
// Out: operations in the launch's builder.
// Not here: which loops there are (sweep.ts, split.ts); bounds (bounds.ts).

import type { Expr, VariableId } from "../../cascade/cascade.js";
import { accessesOf } from "../../schedule/align.js";
import type { Axis, Equation, Plan, Segment, Sweep } from "../../schedule/plan.js";
import { tiles } from "../../schedule/tiles.js";
import type { TileExpr, TileMonoid } from "../tile.js";
import { narrowLoop } from "./bounds.js";
import type { Builder } from "./builder.js";
import { Launch } from "./launch.js";
import {
  emitMerge,
  emitState,
  openReduction,
  reductionOf,
  resultOf,
  type Opened,
} from "./reduction.js";
import { assign, lowerEquation } from "./store.js";
import { constant } from "./tile-expr.js";

export function launchOf(plan: Plan, builder: Builder, sweep: Sweep): Launch {
  const all = [...sweep.kept, ...sweep.segments.flatMap((segment) => segment.over)];
  return new Launch(plan, builder, all, sweep.kept, sweep);
}

export function equationsOf(sweep: Sweep): readonly Equation[] {
  return sweep.segments.flatMap((segment) => segment.equations);
}

export function textOf(equations: readonly Equation[]): readonly string[] {
  const texts = equations.map(({ at }) =>
    at.source.text.slice(at.start, at.end).replace(/\s+/g, " "),
  );
  return texts.filter((text, n) => text !== "" && texts.indexOf(text) === n);
}

/** Whether the loop walks memory as it lies: no access of it ends in a kept axis. */
export function isAlong(segment: Segment, { kept, followers }: Sweep): boolean {
  const looped = new Set(segment.over.map((axis) => axis.id));
  const outer = new Set(kept.map((axis) => axis.id));
  const isHead = (e: Expr): boolean => e.kind !== "index" || !followers.has(e.variable);
  return segment.equations.flatMap(accessesOf).every((access) => {
    const indices = access.indices.filter(isHead);
    const plain = indices.flatMap((index) => (index.kind === "index" ? [index.variable] : []));
    const last = indices.at(-1);
    if (!plain.some((v) => looped.has(v)) || last?.kind !== "index") return true;
    return !outer.has(last.variable);
  });
}

/** A loop of a nest; `range` where it is not the whole axis. */
export interface Range {
  readonly axis: Axis;
  readonly range: { readonly from: TileExpr; readonly to: TileExpr } | undefined;
}

export interface Nest {
  readonly kept: readonly VariableId[];
  readonly loops: readonly Range[];
  readonly lanes: number;
}

/** States, loops around the equations of `segment`, and the results behind them. */
export function lowerLoops(launch: Launch, segment: Segment, nest: Nest): void {
  const opened = openNest(launch, segment, nest);
  for (const one of opened) assign(launch, one.equation, resultOf(launch, one));
}

/** The same without taking the results. */
export function openNest(
  launch: Launch,
  segment: Segment,
  nest: Nest,
  shape: (monoid: TileMonoid) => TileMonoid = (monoid) => monoid,
): readonly Opened[] {
  const { builder } = launch;
  const depth = builder.depth;
  const over = nest.loops.map(({ axis }) => axis.id);
  const opened = segment.equations.flatMap((eq) => {
    const reduction = reductionOf(eq);
    return reduction === undefined ? [] : [openReduction(launch, eq, reduction)];
  });
  for (const one of opened) {
    const shaped = { ...one, monoid: shape(one.monoid) };
    emitState(launch, shaped, { axes: nest.kept, over, lanes: nest.lanes, depth });
  }
  const outside = launch.ranks;
  for (const { axis } of nest.loops) {
    builder.open(axis.id);
    launch.ranks = [...launch.ranks, ...axis.ranks];
  }
  for (const eq of segment.equations) {
    const state = opened.find((one) => one.equation === eq);
    if (state === undefined) lowerEquation(launch, eq);
    else emitMerge(launch, state);
  }
  closeLoops(launch, nest);
  launch.ranks = outside;
  launch.forgetDeeper(depth);
  return opened;
}

function closeLoops(launch: Launch, nest: Nest): void {
  const { builder } = launch;
  nest.loops.toReversed().forEach(({ axis, range }, n) => {
    const body = builder.close();
    const from = range?.from ?? constant("i32", 0);
    const to: TileExpr = range?.to ?? { kind: "size", size: launch.extent(axis.ranks) };
    const tile = n === 0 && nest.lanes > 1 ? tiles.sweep : 1;
    builder.emit(narrowLoop(builder, { kind: "loop", axis: axis.id, from, to, tile, body }));
  });
}
