// Joins adjacent axes that every access of a launch uses together, in the same order.
//
// In:  the axes and equations of a launch.
// Out: fewer axes, each of the first variable of those it joins, and how each tensor's dimensions
//      look. Equations stay as they are: the lowering passes over the variables that follow within
//      an axis.
// Not here: which equations share a launch.

import type { Cascade, Expr, RankId, TensorId, VariableId } from "../cascade/cascade.js";
import { nodes } from "../cascade/walk.js";
import { accessesOf } from "./align.js";
import { rankOf } from "./inside.js";
import type { Axis, Equation } from "./plan.js";

export interface Flat {
  readonly axes: readonly (readonly Axis[])[];
  readonly followers: ReadonlySet<VariableId>;
  readonly dims: ReadonlyMap<TensorId, readonly (readonly RankId[])[]>;
}

/** `lists`: axes that may be joined among each other: the kept ones, then each loop nest. */
export function flatten(
  cascade: Cascade,
  lists: readonly (readonly VariableId[])[],
  equations: readonly Equation[],
): Flat {
  const joined = new Map<VariableId, VariableId>(); // the axis that follows within a joined one
  for (const list of lists) {
    const ordered = inMemoryOrder(list, equations);
    ordered.slice(1).forEach((second, n) => {
      const first = ordered[n];
      if (first === undefined || !areTogether(lists, first, second)) return;
      if (canJoin(cascade, first, second, equations)) joined.set(first, second);
    });
  }
  undoDisagreed(joined, equations);
  const heads = lists.map((list) => headsOf(inMemoryOrder(list, equations), joined));
  const chain = (v: VariableId): readonly VariableId[] => {
    const next = joined.get(v);
    return next === undefined ? [v] : [v, ...chain(next)];
  };
  const followers = new Set(joined.values());
  const axes = heads.map((list) =>
    list.map((id): Axis => ({ id, ranks: chain(id).map((v) => rankOf(cascade, v)) })),
  );
  return { axes, followers, dims: dimsOf(cascade, equations, followers) };
}

/** No loop nest walks one of them alone, though nothing in it may be read along it. */
function areTogether(
  lists: readonly (readonly VariableId[])[],
  first: VariableId,
  second: VariableId,
): boolean {
  return lists.every((list) => list.includes(first) === list.includes(second));
}

/**
 * A tensor has one shape in a launch: a join is undone where another access keeps its ranks apart.
 */
function undoDisagreed(
  joined: Map<VariableId, VariableId>,
  equations: readonly Equation[],
): void {
  const accesses = equations.flatMap(accessesOf);
  for (let isStable = false; !isStable; ) {
    const followers = new Set(joined.values());
    const followerAt = (index: Expr | undefined): VariableId | undefined =>
      index?.kind === "index" && followers.has(index.variable) ? index.variable : undefined;
    const wrong = new Set(
      accesses.flatMap(({ tensor, indices }) =>
        indices.flatMap((index, n) => {
          const follower = followerAt(index);
          const isAlone = accesses.some(
            (other) => other.tensor === tensor && followerAt(other.indices[n]) === undefined,
          );
          return follower !== undefined && isAlone ? [follower] : [];
        }),
      ),
    );
    isStable = wrong.size === 0;
    for (const [first, second] of joined) if (wrong.has(second)) joined.delete(first);
  }
}

function headsOf(
  list: readonly VariableId[],
  joined: ReadonlyMap<VariableId, VariableId>,
): readonly VariableId[] {
  const followers = new Set(joined.values());
  return list.filter((v) => !followers.has(v));
}

/** Axes in the order in which the first access that has them all, or most of them, walks memory. */
export function inMemoryOrder(
  list: readonly VariableId[],
  equations: readonly Equation[],
): readonly VariableId[] {
  let best: readonly VariableId[] = [];
  for (const { indices } of equations.flatMap(accessesOf)) {
    const used = indices.flatMap((index) => (index.kind === "index" ? [index.variable] : []));
    const order = [...new Set(used)].filter((v) => list.includes(v));
    if (order.length > best.length) best = order;
  }
  return [...list.filter((v) => !best.includes(v)), ...best];
}

/** Every access uses both side by side, or neither; and nothing asks for their values. */
function canJoin(
  cascade: Cascade,
  first: VariableId,
  second: VariableId,
  equations: readonly Equation[],
): boolean {
  if (equations.some((eq) => usesAsNumber(eq, first) || usesAsNumber(eq, second))) return false;
  return equations.flatMap(accessesOf).every(({ tensor, indices }) => {
    const at = (v: VariableId): readonly number[] =>
      indices.flatMap((index, n) => (index.kind === "index" && index.variable === v ? [n] : []));
    const [a, b] = [at(first), at(second)];
    if (a.length === 0 && b.length === 0) return true;
    const [n, m] = [a[0], b[0]];
    if (a.length !== 1 || b.length !== 1 || n === undefined || m !== n + 1) return false;
    const ranks = cascade.tensors.get(tensor)?.ranks;
    return ranks?.[n] === rankOf(cascade, first) && ranks[m] === rankOf(cascade, second);
  });
}

/** Whether `v` occurs but as a whole index of an access. */
function usesAsNumber(eq: Equation, v: VariableId): boolean {
  const isIndex = (e: Expr): boolean => e.kind === "index" && e.variable === v;
  let total = 0;
  let plain = 0;
  for (const node of nodes(eq.value)) {
    if (isIndex(node)) total += 1;
    if (node.kind === "read") plain += node.indices.filter(isIndex).length;
  }
  const isArg =
    eq.value.kind === "reduce" && (eq.value.op === "argmax" || eq.value.op === "argmin");
  return total !== plain || (isArg && eq.value.kind === "reduce" && eq.value.over.includes(v));
}

/** For each tensor used: its ranks, those of joined axes together. */
function dimsOf(
  cascade: Cascade,
  equations: readonly Equation[],
  followers: ReadonlySet<VariableId>,
): ReadonlyMap<TensorId, readonly (readonly RankId[])[]> {
  const dims = new Map<TensorId, readonly (readonly RankId[])[]>();
  for (const { tensor, indices } of equations.flatMap(accessesOf)) {
    if (dims.has(tensor)) continue;
    const ranks = cascade.tensors.get(tensor)?.ranks ?? [];
    const own: RankId[][] = [];
    indices.forEach((index, n) => {
      const rank = ranks[n];
      if (rank === undefined) throw new Error(`internal: ${tensor} has no rank ${n}`);
      const isJoined = index.kind === "index" && followers.has(index.variable);
      if (isJoined) own.at(-1)?.push(rank);
      else own.push([rank]);
    });
    dims.set(tensor, own);
  }
  return dims;
}
