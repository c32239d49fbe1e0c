// A sweep of the plan as one tile program, or as two where nothing is kept.
//
// In:  a sweep.
// Out: tile programs, and the memory that hands results from the first to the second.
// Not here: contractions (contract.ts), launches and grids on the host (host-program.ts).

import { paramsRank } from "../../cascade/cascade.js";
import type { Plan, Segment, Sweep } from "../../schedule/plan.js";
import { tiles } from "../../schedule/tiles.js";
import type { GridAxis, TileProgram } from "../tile.js";
import { Builder } from "./builder.js";
import { extentOf, type Launch } from "./launch.js";
import { equationsOf, isAlong, launchOf, lowerLoops, textOf, type Range } from "./nest.js";
import { splitSweep, type Piece } from "./split.js";
import { lowerEquation } from "./store.js";

/** The programs of a sweep, in order, each with memory that only they use. */
export function lowerSweep(plan: Plan, sweep: Sweep, name: string): readonly Piece[] {
  const [first] = sweep.segments;
  const isWhole = sweep.kept.length === 0 && first !== undefined && first.over.length > 0;
  const isOverParams = first?.over.some((axis) => axis.ranks.includes(paramsRank)) === true;
  if (isWhole && !isOverParams) return splitSweep(plan, sweep, name);
  return [{ program: lowerRows(plan, sweep, name), temporaries: [] }];
}

function lowerRows(plan: Plan, sweep: Sweep, name: string): TileProgram {
  const builder = new Builder((b) => gridOf(b, sweep));
  const launch = launchOf(plan, builder, sweep);
  for (const segment of sweep.segments) lowerSegment(launch, sweep, segment);
  return builder.program(name, textOf(equationsOf(sweep)));
}

function gridOf(builder: Builder, sweep: Sweep): readonly GridAxis[] {
  const last = sweep.kept.length - 1;
  return sweep.kept.map(({ id, ranks }, n) => ({
    id,
    end: extentOf(builder, ranks),
    tile: tileOf(sweep, last - n),
  }));
}

/** Points of a kept axis in a block; `fromInside` 0 is the innermost. */
function tileOf(sweep: Sweep, fromInside: number): number {
  const loops = sweep.segments.filter((segment) => segment.over.length > 0);
  if (loops.length > 0) {
    const isAcross = loops.some((segment) => !isAlong(segment, sweep));
    return fromInside === 0 && isAcross ? tiles.column : tiles.row;
  }
  if (sweep.kept.length === 1) return tiles.line;
  return fromInside === 0 ? tiles.inner : fromInside === 1 ? tiles.outer : 1;
}

function lowerSegment(launch: Launch, sweep: Sweep, segment: Segment): void {
  if (segment.over.length === 0) {
    for (const eq of segment.equations) lowerEquation(launch, eq);
    return;
  }
  const lanes = isAlong(segment, sweep) ? tiles.lanes : 1;
  const whole = segment.over.map((axis): Range => ({ axis, range: undefined }));
  lowerLoops(launch, segment, { kept: sweep.kept.map((axis) => axis.id), loops: whole, lanes });
}
