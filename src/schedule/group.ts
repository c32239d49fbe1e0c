// Which equations share a launch: by rule. A search over partitions will stand in the same place.
//
// In:  a straight-line run of equations and moves.
// Out: launches in order. An equation joins the last launch that it fits, unless something between
//      stands in its way.
// Not here: tile sizes (tiles.ts), axes that are joined (flatten.ts).

import type { Cascade, Expr, TensorId, VariableId } from "../cascade/cascade.js";
import { tensorsRead } from "../cascade/walk.js";
import type { Absences } from "./absence.js";
import { matchContraction } from "./contraction.js";
import { flatten } from "./flatten.js";
import { rankOf } from "./inside.js";
import { spaceOf } from "./inline.js";
import { OpenGroup } from "./open-group.js";
import type { Contract, Equation, Move, PlanLeaf, Product, Sweep } from "./plan.js";

export interface Setting {
  readonly cascade: Cascade;
  readonly loops: ReadonlySet<VariableId>;
  readonly absences: Absences;
  /** Launches of different spaces are never one. */
  spaceOf(eq: Equation): "param" | "shared";
}

type Open =
  | {
      readonly kind: "group";
      readonly space: "param" | "shared";
      readonly group: OpenGroup;
      readonly isContract: boolean;
    }
  | { readonly kind: "move"; readonly move: Move };

export function group(setting: Setting, run: readonly (Equation | Move)[]): readonly PlanLeaf[] {
  const open: Open[] = [];
  for (const leaf of run) {
    if (leaf.kind === "move") open.push({ kind: "move", move: leaf });
    else place(setting, open, leaf);
  }
  return open.map((one) => {
    if (one.kind === "move") return one.move;
    return one.isContract ? closeContract(setting, one.group) : close(setting, one.group);
  });
}

/** A reduction whose points must be taken in order: its loops stay as they are written. */
export function isOrderedFold(cascade: Cascade, e: Expr): boolean {
  return e.kind === "fold" && cascade.monoids.get(e.monoid)?.isOrdered === true;
}

function place(setting: Setting, open: Open[], eq: Equation): void {
  const space = spaceOf(eq, setting.loops);
  const where = setting.spaceOf(eq);
  const isContract =
    matchContraction(setting.cascade, setting.absences, eq, space.points) !== undefined;
  const isAlone = space.over.length > 1 && isOrderedFold(setting.cascade, eq.value);
  for (const one of open.toReversed()) {
    if (one.kind === "move") {
      if (touches(eq, one.move)) break;
      continue;
    }
    if (one.space === where && !isAlone && joins(setting, one, eq, isContract)) return;
    if (one.group.conflictsWith(eq)) break;
  }
  const rank = (v: VariableId): string => rankOf(setting.cascade, v);
  open.push({ kind: "group", space: where, group: new OpenGroup(eq, space, rank), isContract });
}

function joins(
  setting: Setting,
  one: Extract<Open, { readonly kind: "group" }>,
  eq: Equation,
  isContract: boolean,
): boolean {
  const space = spaceOf(eq, setting.loops);
  if (!one.isContract) return !isContract && one.group.tryAdd(eq, space);
  if (!isContract) return one.group.tryAddPoint(eq, space);
  const { kept, segments } = one.group;
  if (segments.length > 1 || !one.group.tryAddSum(eq, space)) return false;
  if (haveSameRoles(setting, one.group)) return true;
  one.group.kept = kept;
  one.group.segments = segments;
  return false;
}

/** Whether all sums of a launch agree which axes are rows, columns and batch. */
function haveSameRoles(setting: Setting, open: OpenGroup): boolean {
  const sums = open.segments[0]?.equations ?? [];
  const roles = sums.map((eq) => {
    const found = matchContraction(setting.cascade, setting.absences, eq, open.kept);
    return JSON.stringify([found?.batch, found?.rows, found?.columns]);
  });
  return roles.every((role) => role === roles[0]);
}

function touches(eq: Equation, move: Move): boolean {
  const mine: ReadonlySet<TensorId> = new Set([eq.target, ...tensorsRead(eq.value)]);
  return mine.has(move.from) || mine.has(move.to);
}

function closeContract(setting: Setting, open: OpenGroup): Contract {
  const { cascade, absences } = setting;
  const [sums = [], ...rest] = open.segments.map((segment) => segment.equations);
  const [first] = sums;
  const found =
    first === undefined ? undefined : matchContraction(cascade, absences, first, open.kept);
  if (found === undefined) throw new Error("internal: a contraction that is none");
  const lists = [found.batch, found.rows, found.columns, found.over];
  const flat = flatten(cascade, lists, open.equations);
  const [batch = [], rows = [], columns = [], over = []] = flat.axes;
  const products = sums.map((equation): Product => {
    const own = matchContraction(cascade, absences, equation, open.kept);
    if (own === undefined) throw new Error("internal: a contraction that is none");
    return { equation, left: own.left, right: own.right, rest: own.rest };
  });
  const { followers, dims } = flat;
  return {
    kind: "contract",
    sums: products,
    batch,
    rows,
    columns,
    over,
    epilogue: rest.flat(),
    followers,
    dims,
  };
}

function close(setting: Setting, open: OpenGroup): Sweep {
  const overs = open.segments.map((segment) => segment.over);
  const distinct = overs.filter((over, n) => overs.findIndex((other) => isSame(other, over)) === n);
  const flat = flatten(setting.cascade, [open.kept, ...distinct], open.equations);
  const kept = flat.axes[0] ?? [];
  const segments = open.segments.map((segment) => {
    const over = flat.axes[1 + distinct.findIndex((other) => isSame(other, segment.over))] ?? [];
    return { over, equations: segment.equations };
  });
  return { kind: "sweep", kept, segments, followers: flat.followers, dims: flat.dims };
}

function isSame(a: readonly VariableId[], b: readonly VariableId[]): boolean {
  return a.length === b.length && a.every((v, n) => v === b[n]);
}
