// Fills the tables of a cascade: `const T[c] = …`.
//
// In:  a context whose slabs are empty.
// Out: its constant tensors filled, in the order of their declaration.
// Not here: constants that are scalars (bind.ts).

import type { Expr } from "../cascade.js";
import { assignNow, scopeOf } from "./assign.js";
import { slabOf, type Context } from "./context.js";
import { compileExpr } from "./expression.js";

export function fillTables(context: Context): void {
  for (const tensor of context.cascade.tensors.values()) {
    if (tensor.role !== "const") continue;
    if (tensor.table !== undefined) fillFrom(context, tensor.id, tensor.table);
    else if (tensor.value !== undefined) {
      assignNow(context, tensor.id, tensor.variables, tensor.value);
    }
  }
}

function fillFrom(context: Context, id: string, entries: readonly Expr[]): void {
  const slab = slabOf(context, id);
  const scope = scopeOf(context, [], new Set(), `=${id}`);
  entries.forEach((entry, n) => {
    const { cell, run } = compileExpr(entry, scope);
    if (run()) slab.data[n] = slab.round(cell.value);
  });
}
