// Gives every reduction of a statement a variable of its own.
//
// In:  an expression in which a reduction may bind a name that is bound already.
// Out: the same with `m_1`, `m_2` … for the second and further ones, of the same rank.
// Not here: names of tensors.

import type { Expr, VariableId } from "../cascade.js";
import { binders, mapChildren } from "../walk.js";
import { variableBeside, type Draft } from "./draft.js";

/** `taken` grows by what the expression binds. */
export function renameApart(draft: Draft, e: Expr, taken: Set<VariableId>): Expr {
  return apart(draft, e, taken, new Map());
}

function apart(
  draft: Draft,
  e: Expr,
  taken: Set<VariableId>,
  names: ReadonlyMap<VariableId, VariableId>,
): Expr {
  const own = binders(e);
  let inner = names;
  if (own.length > 0) {
    const renamed = new Map(names);
    for (const v of own) {
      const chosen = variableBeside(draft, v, taken);
      taken.add(chosen);
      renamed.set(v, chosen);
    }
    inner = renamed;
  }
  const node = mapChildren(e, (child) => apart(draft, child, taken, inner));
  const inside = (v: VariableId): VariableId => inner.get(v) ?? v;
  const outside = (v: VariableId): VariableId => names.get(v) ?? v;
  switch (node.kind) {
    case "index":
      return { ...node, variable: inside(node.variable) };
    case "reduce":
    case "fold":
      return { ...node, over: node.over.map(inside) };
    case "topk":
      return { ...node, over: inside(node.over), into: outside(node.into) };
    default:
      return node;
  }
}
