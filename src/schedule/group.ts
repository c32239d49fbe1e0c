// Which equations share a launch: by rule. A search over partitions will stand in the same place.
//
// In:  a straight-line run of equations and moves.
// Out: launches in order. An equation joins the last launch that it fits, unless something between
//      stands in its way.
// Not here: tile sizes (tiles.ts), axes that are joined (flatten.ts).

import type { Cascade, TensorId, VariableId } from "../cascade/cascade.js";
import { tensorsRead } from "../cascade/walk.js";
import { flatten } from "./flatten.js";
import { rankOf } from "./inside.js";
import { spaceOf } from "./inline.js";
import { OpenGroup } from "./open-group.js";
import type { Equation, Move, PlanLeaf, Sweep } from "./plan.js";

export interface Setting {
  readonly cascade: Cascade;
  readonly loops: ReadonlySet<VariableId>;
  /** Launches of different spaces are never one. */
  spaceOf(eq: Equation): "param" | "shared";
}

type Open =
  | { readonly kind: "group"; readonly space: "param" | "shared"; readonly group: OpenGroup }
  | { readonly kind: "move"; readonly move: Move };

export function group(setting: Setting, run: readonly (Equation | Move)[]): readonly PlanLeaf[] {
  const open: Open[] = [];
  for (const leaf of run) {
    if (leaf.kind === "move") open.push({ kind: "move", move: leaf });
    else place(setting, open, leaf);
  }
  return open.map((one) => (one.kind === "move" ? one.move : close(setting, one.group)));
}

function place(setting: Setting, open: Open[], eq: Equation): void {
  const space = spaceOf(eq, setting.loops);
  const where = setting.spaceOf(eq);
  for (const one of open.toReversed()) {
    if (one.kind === "move") {
      if (touches(eq, one.move)) break;
      continue;
    }
    if (one.space === where && one.group.tryAdd(eq, space)) return;
    if (one.group.conflictsWith(eq)) break;
  }
  const rank = (v: VariableId): string => rankOf(setting.cascade, v);
  open.push({ kind: "group", space: where, group: new OpenGroup(eq, space, rank) });
}

function touches(eq: Equation, move: Move): boolean {
  const mine: ReadonlySet<TensorId> = new Set([eq.target, ...tensorsRead(eq.value)]);
  return mine.has(move.from) || mine.has(move.to);
}

function close(setting: Setting, open: OpenGroup): Sweep {
  const overs = open.segments.map((segment) => segment.over);
  const distinct = overs.filter((over, n) => overs.findIndex((other) => isSame(other, over)) === n);
  const flat = flatten(setting.cascade, [open.kept, ...distinct], open.equations);
  const kept = flat.axes[0] ?? [];
  let used = 0;
  const segments = open.segments.map((segment) => {
    const over = flat.axes[1 + distinct.findIndex((other) => isSame(other, segment.over))] ?? [];
    const equations = flat.equations.slice(used, used + segment.equations.length);
    used += segment.equations.length;
    return { over, equations };
  });
  return { kind: "sweep", kept, segments, dims: flat.dims };
}

function isSame(a: readonly VariableId[], b: readonly VariableId[]): boolean {
  return a.length === b.length && a.every((v, n) => v === b[n]);
}
