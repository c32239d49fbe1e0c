// Short names for bound variables, and none twice in a statement.
//
// In:  a body whose expressions were put together from several places.
// Out: the same, each reduction over the first variable of its kind that is free in its statement.
// Not here: left sides and loops, which keep their variables.

import type { Cascade, Expr, Statement, VariableId } from "../cascade/cascade.js";
import type { Names } from "../cascade/names.js";
import {
  expressionsOf,
  expressionsOfMonoid,
  mapExpressions,
  statementsDeep,
  withInner,
} from "../cascade/statements.js";
import { binders, freeVariables, mapChildren, nodes } from "../cascade/walk.js";

export function tidyBody(
  body: readonly Statement[],
  names: Names,
  loops: readonly VariableId[],
): readonly Statement[] {
  return body.map((s) => {
    const inner = s.kind === "scan" ? [...loops, s.variable] : loops;
    const left = s.kind === "assign" ? s.indices : s.kind === "call" ? walkedBy(s) : [];
    const own = mapExpressions(s, (e) => tidyExpr(e, names, [...loops, ...left]));
    return withInner(own, (below) => tidyBody(below, names, inner));
  });
}

function walkedBy(s: Extract<Statement, { kind: "call" }>): readonly VariableId[] {
  return [...s.mapped, ...[...s.ranks.values()].map(({ variable }) => variable)];
}

/** `e`, its bound variables apart from `outside` and from each other. */
export function tidyExpr(e: Expr, names: Names, outside: readonly VariableId[]): Expr {
  return tidy(e, names, new Set([...outside, ...freeVariables(e)]), new Map());
}

function tidy(
  e: Expr,
  names: Names,
  taken: Set<VariableId>,
  renamed: ReadonlyMap<VariableId, VariableId>,
): Expr {
  const own = binders(e);
  const inner = new Map(renamed);
  for (const v of own) {
    const chosen = names.variableBeside(v, taken);
    taken.add(chosen);
    inner.set(v, chosen);
  }
  const scope = own.length === 0 ? renamed : inner;
  const node = mapChildren(e, (child) => tidy(child, names, taken, scope));
  const inside = (v: VariableId): VariableId => scope.get(v) ?? v;
  switch (node.kind) {
    case "index":
      return scope.has(node.variable) ? { ...node, variable: inside(node.variable) } : node;
    case "reduce":
    case "fold":
      return { ...node, over: node.over.map(inside) };
    case "topk":
      return { ...node, over: inside(node.over), into: renamed.get(node.into) ?? node.into };
    default:
      return node;
  }
}

/** The cascade without variables that nothing uses. A rank keeps its own. */
export function withoutUnusedVariables(c: Cascade): Cascade {
  const used = new Set<VariableId>(c.ranks.keys());
  const see = (e: Expr | undefined): void => {
    if (e === undefined) return;
    for (const node of nodes(e)) {
      for (const v of binders(node)) used.add(v);
      if (node.kind === "index") used.add(node.variable);
      if (node.kind === "topk") used.add(node.into);
    }
  };
  for (const t of c.tensors.values()) {
    for (const v of t.variables) used.add(v);
    see(t.value);
    t.table?.forEach(see);
  }
  for (const s of statementsDeep(c.body)) {
    expressionsOf(s).forEach(see);
    if (s.kind === "assign") for (const v of s.indices) used.add(v);
    if (s.kind === "scan") used.add(s.variable);
    if (s.kind !== "call") continue;
    for (const v of walkedBy(s)) used.add(v);
    for (const result of s.results) for (const v of result?.indices ?? []) used.add(v);
  }
  for (const m of c.monoids.values()) expressionsOfMonoid(m).forEach(see);
  return { ...c, variables: new Map([...c.variables].filter(([v]) => used.has(v))) };
}
