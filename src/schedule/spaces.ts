// Which tensors each parameter has, which all parameters share, and which lie side by side.
//
// In:  a cascade and its equations.
// Out: for each tensor: param, shared or slots.
// Not here: how launches over parameters run (src/runtime).

import { paramsRank, type Cascade, type Expr, type TensorId } from "../cascade/cascade.js";
import { nodes, tensorsRead } from "../cascade/walk.js";
import { rankOf } from "./inside.js";
import type { Equation, Move, Region } from "./plan.js";
import { leaves } from "./region.js";

export type Space = "param" | "shared" | "slots";

export function spacesOf(
  cascade: Cascade,
  steps: Region<Equation | Move>,
): ReadonlyMap<TensorId, Space> {
  const spaces = new Map<TensorId, Space>();
  for (const tensor of cascade.tensors.values()) {
    spaces.set(tensor.id, tensor.shared ? "shared" : "param");
  }
  const all = [...leaves(steps)];
  const isOptimizer = [...nodesOf(all)].some(
    (e) => e.kind === "reduce" && isOverParams(cascade, e),
  );
  if (!isOptimizer && ![...spaces.values()].includes("shared")) return spaces;
  const writes = new Map<TensorId, number>();
  for (const leaf of all) {
    const id = leaf.kind === "move" ? leaf.to : leaf.target;
    writes.set(id, (writes.get(id) ?? 0) + 1);
  }
  for (const leaf of all) {
    if (leaf.kind === "move") continue;
    const { value, target } = leaf;
    if (value.kind === "reduce" && isOverParams(cascade, value)) {
      for (const id of tensorsRead(value)) if (spaces.get(id) === "param") spaces.set(id, "slots");
      spaces.set(target, "shared");
    } else if (cascade.tensors.get(target)?.role !== "let" || writes.get(target) !== 1) {
      continue; // what one assignment shares, another may not
    } else if (isShared(cascade, spaces, leaf)) {
      spaces.set(target, "shared");
    }
  }
  return spaces;
}

export function isOverParams(
  cascade: Cascade,
  e: Extract<Expr, { readonly kind: "reduce" }>,
): boolean {
  return e.over.some((v) => v === paramsRank || rankOf(cascade, v) === paramsRank);
}

/** A let without ranks that depends on nothing of any one parameter, and on something shared. */
function isShared(cascade: Cascade, spaces: ReadonlyMap<TensorId, Space>, eq: Equation): boolean {
  if (eq.indices.length > 0) return false;
  const read = [...tensorsRead(eq.value)];
  if (read.length === 0 || !read.every((id) => spaces.get(id) === "shared")) return false;
  return [...nodes(eq.value)].every((e) => {
    if (e.kind === "size") return false;
    return e.kind !== "scalar" || cascade.scalars.get(e.scalar)?.role !== "key";
  });
}

function* nodesOf(all: readonly (Equation | Move)[]): Generator<Expr> {
  for (const leaf of all) if (leaf.kind === "equation") yield* nodes(leaf.value);
}
