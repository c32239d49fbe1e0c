// Which axis lies along the lanes of a vector: the one along which most elements are neighbours.
//
// In:  a program.
// Out: loops that take four points of their own axis at once, or an axis of the grid.
// Not here: emission. Nothing here changes a value: the order of a reduction is the program's.

import type { AxisId, TileExpr, TileOp, TileProgram } from "../../src/tile/tile.js";
import {
  axesUsed,
  tileExpressionsOf,
  tileNodes,
  tileOpsDeep,
  type AxesOfNames,
} from "../../src/tile/walk.js";
import { affineTerms } from "./affine.js";

type Loop = TileOp & { readonly kind: "loop" };
type Let = TileOp & { readonly kind: "let" };

export interface Facts {
  readonly program: TileProgram;
  readonly names: AxesOfNames;
  readonly lets: ReadonlyMap<string, Let>;
}

/** Cost of a point's access when four points of `axis` go together; 1 is one by itself. */
function accessCost(facts: Facts, indices: readonly TileExpr[], axis: AxisId): number {
  let isNeighbour = false;
  for (const [d, index] of indices.entries()) {
    for (const term of affineTerms(index, facts.lets)) {
      if (term.e !== undefined && axesUsed(term.e, facts.names).has(axis)) return 1.25;
      if (term.axis !== axis || term.coefficient === 0) continue;
      if (d !== indices.length - 1 || term.coefficient !== 1 || isNeighbour) return 1.25;
      isNeighbour = true;
    }
  }
  return 0.25;
}

function accessesOf(op: TileOp): readonly (readonly TileExpr[])[] {
  const loads = tileExpressionsOf(op)
    .flatMap((e) => [...tileNodes(e)])
    .flatMap((e) => (e.kind === "load" ? [e.indices] : []));
  return op.kind === "store" ? [...loads, op.indices] : loads;
}

const pointwise: ReadonlySet<TileOp["kind"]> = new Set(["let", "state", "merge", "store"]);
const isInnermost = (loop: Loop): boolean => loop.body.every((op) => pointwise.has(op.kind));

/**
 * Innermost loops that gain from four points at once, where no axis of the grid is the vector
 * axis.
 */
export function wideLoops(facts: Facts): ReadonlySet<TileOp> {
  const loops = [...tileOpsDeep(facts.program.body)].filter((op): op is Loop => op.kind === "loop");
  const chosen = new Set<TileOp>(loops.filter((loop) => isInnermost(loop) && gains(facts, loop)));
  for (;;) {
    const bad = loops.find((loop) => chosen.has(loop) && sharesState(facts, loop, loops, chosen));
    if (bad === undefined) return chosen;
    chosen.delete(bad);
  }
}

function gains(facts: Facts, loop: Loop): boolean {
  const accesses = loop.body.flatMap(accessesOf);
  const wide = accesses.reduce((sum, indices) => sum + accessCost(facts, indices, loop.axis), 0);
  const statesOf = loop.body.flatMap((op) => (op.kind === "merge" ? [op.state] : []));
  const sequential = statesOf.filter((name) => lanesOf(facts, name) < 4).length;
  const keepsAxis = statesOf.some((name) => keeps(facts, name, loop.axis));
  return !keepsAxis && wide + sequential < 0.75 * accesses.length + 0.5 * sequential;
}

function stateOf(facts: Facts, name: string): (TileOp & { readonly kind: "state" }) | undefined {
  for (const op of tileOpsDeep(facts.program.body)) {
    if (op.kind === "state" && op.name === name) return op;
  }
  return undefined;
}

const lanesOf = (facts: Facts, name: string): number => stateOf(facts, name)?.lanes ?? 1;
const keeps = (facts: Facts, name: string, axis: AxisId): boolean =>
  stateOf(facts, name)?.axes.includes(axis) ?? false;

/** A packed state is merged by wide loops only. */
function sharesState(
  facts: Facts,
  loop: Loop,
  loops: readonly Loop[],
  chosen: ReadonlySet<TileOp>,
): boolean {
  const packed = mergedIn(loop).filter((name) => lanesOf(facts, name) >= 4);
  return loops.some(
    (other) => !chosen.has(other) && mergedIn(other).some((name) => packed.includes(name)),
  );
}

export const mergedIn = (loop: Loop): readonly string[] => [
  ...new Set(loop.body.flatMap((op) => (op.kind === "merge" ? [op.state] : []))),
];

/** The loop's body merges into the state and is taken four points at a time. */
export function isPacked(facts: Facts, wide: ReadonlySet<TileOp>, state: string): boolean {
  if (lanesOf(facts, state) < 4) return false;
  return [...wide].some((loop) => loop.kind === "loop" && mergedIn(loop).includes(state));
}

export interface Candidate {
  readonly id: AxisId;
  readonly tile: number;
  /** Its extent if it is a number. */
  readonly extent: number | undefined;
}

/**
 * The vector axis among `candidates` for `ops`, or undefined where the loops by themselves do
 * better.
 */
export function vectorAxis(
  facts: Facts,
  ops: readonly TileOp[],
  candidates: readonly Candidate[],
  wide: ReadonlySet<TileOp>,
): AxisId | undefined {
  const costs = candidates
    .filter((axis) => mayBeVector(facts, ops, axis))
    .map(({ id }) => ({
      id,
      cost: bodyCost(facts, ops, 1, (_, indices) => accessCost(facts, indices, id), 0.25),
    }));
  const own = bodyCost(
    facts,
    ops,
    1,
    (loop, indices) =>
      loop !== undefined && wide.has(loop) ? accessCost(facts, indices, loop.axis) : 1,
    1,
    wide,
  );
  const best = costs.reduceRight<(typeof costs)[number] | undefined>(
    (least, next) => (least === undefined || next.cost < least.cost ? next : least),
    undefined,
  );
  return best !== undefined && best.cost <= own ? best.id : undefined;
}

/** Bounds of loops must be the same for four neighbours. */
function mayBeVector(facts: Facts, ops: readonly TileOp[], axis: Candidate): boolean {
  if (axis.extent !== undefined && axis.extent < 4) return false;
  if (axis.tile % 4 === 0) return true;
  return !boundsUse(facts, ops, axis.id);
}

export function boundsUse(
  facts: Pick<Facts, "names">,
  ops: readonly TileOp[],
  axis: AxisId,
): boolean {
  return [...tileOpsDeep(ops)].some(
    (op) => op.kind === "loop" && [op.from, op.to].some((e) => axesUsed(e, facts.names).has(axis)),
  );
}

type AccessCost = (loop: Loop | undefined, indices: readonly TileExpr[]) => number;

/** Accesses and operations, those inside a loop sixteen times. */
function bodyCost(
  facts: Facts,
  ops: readonly TileOp[],
  weight: number,
  access: AccessCost,
  other: number,
  wide: ReadonlySet<TileOp> = new Set(),
  loop?: Loop,
): number {
  return ops.reduce((sum, op) => {
    if (op.kind === "loop") {
      const inner = wide.has(op) ? 0.25 : other;
      return sum + bodyCost(facts, op.body, weight * 16, access, inner, wide, op);
    }
    const accesses = accessesOf(op).reduce((total, indices) => total + access(loop, indices), 0);
    return sum + weight * (accesses + (op.kind === "let" || op.kind === "merge" ? 0.5 * other : 0));
  }, 0);
}
