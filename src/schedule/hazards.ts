// Equations that read their own target at other points: computed beside it, then moved.
//
// In:  regions of equations, after inlining.
// Out: no equation reads its target but at the point that it writes.
// Not here: hazards between equations (group.ts keeps them apart).

import type { Cascade, Expr, Tensor, TensorId, VariableId } from "../cascade/cascade.js";
import type { Names } from "../cascade/names.js";
import { nodes } from "../cascade/walk.js";
import { spaceOf } from "./inline.js";
import type { Equation, Move, Region, Step } from "./plan.js";
import { withRegions } from "./region.js";

type Leaf = Equation | Move;

/** Adds the tensors that it makes to `tensors`. */
export function separateHazards(
  cascade: Cascade,
  names: Names,
  tensors: Map<TensorId, Tensor>,
  steps: Region<Equation>,
  loops: ReadonlySet<VariableId>,
  isTotal: (eq: Equation) => boolean,
): Region<Leaf> {
  const separate = (region: Region<Equation>): Region<Leaf> =>
    region.flatMap((step): readonly Step<Leaf>[] => {
      if (step.kind !== "leaf") return [withRegions(step, separate)];
      if (!readsElsewhere(step.leaf)) return [step];
      return aside(cascade, names, tensors, step.leaf, loops, isTotal(step.leaf));
    });
  return separate(steps);
}

/** Whether `eq` reads its target anywhere but at the point that it writes. */
function readsElsewhere(eq: Equation): boolean {
  const isReduction = eq.value.kind === "reduce" || eq.value.kind === "fold";
  return [...nodes(eq.value)].some((node) => {
    if (node.kind !== "read" || node.tensor !== eq.target) return false;
    return isReduction || !isAt(node.indices, eq.indices);
  });
}

export function isAt(indices: readonly Expr[], variables: readonly VariableId[]): boolean {
  if (indices.length !== variables.length) return false;
  return indices.every((index, n) => index.kind === "index" && index.variable === variables[n]);
}

function aside(
  cascade: Cascade,
  names: Names,
  tensors: Map<TensorId, Tensor>,
  eq: Equation,
  loops: ReadonlySet<VariableId>,
  isTotal: boolean,
): readonly Step<Leaf>[] {
  const target = cascade.tensors.get(eq.target);
  if (target === undefined) throw new Error(`internal: no tensor ${eq.target}`);
  const { points } = spaceOf(eq, loops);
  const isWhole =
    points.length === eq.indices.length && points.every((v, n) => v === eq.indices[n]);
  const id = names.fresh(`${eq.target}_next`);
  const kept = eq.indices.flatMap((v, n) => (points.includes(v) ? [n] : []));
  const ranks = kept.map((n) => target.ranks[n] ?? "");
  const plain = {
    shared: target.shared,
    tier: undefined,
    doc: undefined,
    value: undefined,
    at: eq.at,
  };
  const { type, format } = target;
  tensors.set(id, { id, role: "let", ranks, variables: points, format, type, ...plain });
  const first: Equation = { ...eq, target: id, indices: points, isLet: true };
  if (isWhole && isTotal) return [leaf(first), leaf({ kind: "move", from: id, to: eq.target })];
  const at = eq.at;
  const reads = points.map((variable): Expr => ({ kind: "index", variable, type: "integer", at }));
  const value: Expr = { kind: "read", tensor: id, indices: reads, type, at };
  return [leaf(first), leaf({ ...eq, value })];
}

const leaf = (one: Leaf): Step<Leaf> => ({ kind: "leaf", leaf: one });
