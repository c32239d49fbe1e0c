// Which axis of a launch each variable of an equation walks.
//
// In:  an equation's variables, the axes that are wanted, and accesses that both sides share.
// Out: a one-to-one map from variables to axes, or undefined.
// Not here: whether the equation may join the launch (open-group.ts).

import type { Expr, RankId, TensorId, VariableId } from "../cascade/cascade.js";
import { nodes } from "../cascade/walk.js";
import type { Equation } from "./plan.js";

/** A tensor with the indices it is used at. */
export interface Access {
  readonly tensor: TensorId;
  readonly indices: readonly Expr[];
}

export type RankOf = (variable: VariableId) => RankId;

/** Every access of `eq`, its target first. */
export function accessesOf(eq: Equation): readonly Access[] {
  const target = { tensor: eq.target, indices: eq.indices.map((v) => indexOf(v, eq)) };
  return [target, ...readsOf(eq.value)];
}

export function readsOf(e: Expr): readonly Access[] {
  return [...nodes(e)].flatMap((node) =>
    node.kind === "read" ? [{ tensor: node.tensor, indices: node.indices }] : [],
  );
}

function indexOf(variable: VariableId, eq: Equation): Expr {
  return { kind: "index", variable, type: "integer", at: eq.at };
}

/**
 * Maps `variables` onto `axes`, rank by rank: first as shared accesses suggest, then equal names,
 * then in order. Both lists must have the same ranks.
 */
export function align(
  variables: readonly VariableId[],
  axes: readonly VariableId[],
  own: readonly Access[],
  shared: readonly Access[],
  rankOf: RankOf,
): ReadonlyMap<VariableId, VariableId> | undefined {
  if (variables.length !== axes.length) return undefined;
  const map = new Map<VariableId, VariableId>();
  const free = new Set(axes);
  const take = (variable: VariableId, axis: VariableId): void => {
    if (map.has(variable) || !free.has(axis) || !variables.includes(variable)) return;
    if (rankOf(variable) !== rankOf(axis)) return;
    map.set(variable, axis);
    free.delete(axis);
  };
  for (const mine of own) {
    for (const theirs of shared.filter((access) => access.tensor === mine.tensor)) {
      mine.indices.forEach((index, n) => {
        const other = theirs.indices[n];
        if (index.kind === "index" && other?.kind === "index") take(index.variable, other.variable);
      });
    }
  }
  for (const variable of variables) take(variable, variable);
  for (const variable of variables) {
    const axis = [...free].find((candidate) => rankOf(candidate) === rankOf(variable));
    if (axis !== undefined) take(variable, axis);
  }
  return map.size === variables.length ? map : undefined;
}
