// Which of the variables that a call is mapped over a tensor of the callee varies with.
//
// In:  the callee's body, what each of its tensors and scalars depends on from the start.
// Out: for each tensor a set of mapped variables; those that decide which statements run.
// Not here: the equations themselves.
//
// `angle[e]` of a rotary embedding depends on the position and not on the head: mapped over both,
// it gets one of the two ranks.

import type { Cascade, Expr, Statement, TensorId, VariableId } from "../../cascade/cascade.js";
import { expressionsOf, statementsDeep, targetsOf } from "../../cascade/statements.js";
import { nodes } from "../../cascade/walk.js";

export interface Given {
  /** Mapped variables that a parameter's argument varies with. */
  readonly tensors: ReadonlyMap<TensorId, ReadonlySet<VariableId>>;
  readonly scalars: ReadonlyMap<string, ReadonlySet<VariableId>>;
  /** Tensors that must vary with all of them: results, and what a gradient names. */
  readonly whole: ReadonlySet<TensorId>;
  readonly mapped: readonly VariableId[];
}

export interface Dependence {
  readonly of: (tensor: TensorId) => ReadonlySet<VariableId>;
  /** Mapped variables that a run-time `when` or `until` looks at. */
  readonly control: ReadonlySet<VariableId>;
}

export function dependence(callee: Cascade, given: Given): Dependence {
  const sets = new Map<TensorId, Set<VariableId>>();
  const setOf = (id: TensorId): Set<VariableId> => {
    const found = sets.get(id) ?? startOf(id, given);
    sets.set(id, found);
    return found;
  };
  const inExpr = (e: Expr): readonly VariableId[] =>
    [...nodes(e)].flatMap((node) => {
      if (node.kind === "read") return [...setOf(node.tensor)];
      return node.kind === "scalar" ? [...(given.scalars.get(node.scalar) ?? [])] : [];
    });
  const all = [...statementsDeep(callee.body)];
  for (let before = -1, after = 0; before < after;) {
    before = after;
    for (const s of all) grow(s, inExpr, setOf);
    after = [...sets.values()].reduce((sum, set) => sum + set.size, 0);
  }
  return { of: setOf, control: new Set(all.flatMap((s) => controlling(s, inExpr))) };
}

function startOf(id: TensorId, given: Given): Set<VariableId> {
  if (given.whole.has(id)) return new Set(given.mapped);
  return new Set(given.tensors.get(id) ?? []);
}

function grow(
  s: Statement,
  inExpr: (e: Expr) => readonly VariableId[],
  setOf: (id: TensorId) => Set<VariableId>,
): void {
  if (s.kind !== "assign") return;
  for (const v of inExpr(s.value)) setOf(s.target).add(v);
}

function controlling(
  s: Statement,
  inExpr: (e: Expr) => readonly VariableId[],
): readonly VariableId[] {
  if (s.kind === "when" || s.kind === "repeat") return expressionsOf(s).flatMap(inExpr);
  return [];
}

/** Tensors that a `gradient` or `await` of the body names: they must exist as wholes. */
export function namedWhole(body: readonly Statement[]): ReadonlySet<TensorId> {
  const named = new Set<TensorId>();
  for (const s of statementsDeep(body)) {
    if (s.kind !== "gradient" && s.kind !== "await") continue;
    for (const id of targetsOf(s)) named.add(id);
    if (s.kind === "await") named.add(s.input);
    else for (const id of [s.of, ...s.wrt]) named.add(id);
    if (s.from !== undefined) named.add(s.from);
  }
  return named;
}
