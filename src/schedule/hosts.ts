// Host scalars: what the host computes once per step in float64.
//
// In:  a cascade.
// Out: its rank-0 lets that are host scalars, as expressions; a test for expressions.
// Not here: which lets qualify (src/cascade/scalars.ts); host expressions (src/tile/lower/host.ts).

import type { Cascade, Expr, Statement, TensorId, VariableId } from "../cascade/cascade.js";
import { hostScalars } from "../cascade/scalars.js";
import { statementsDeep } from "../cascade/statements.js";
import { rewrite } from "../cascade/walk.js";

/** Whether `e` is a host scalar that is never absent; host lets are replaced in it already. */
export function isHost(e: Expr, loops: ReadonlySet<VariableId>): boolean {
  switch (e.kind) {
    case "number":
    case "boolean":
    case "size":
    case "scalar":
      return true;
    case "index":
      return loops.has(e.variable);
    case "map":
      return e.args.every((arg) => isHost(arg, loops));
    case "else": {
      const { first, second } = e;
      if (first.kind !== "where" || !isHost(second, loops)) return false;
      return isHost(first.value, loops) && isHost(first.predicate, loops);
    }
    case "cast":
      return e.type === e.arg.type && isPlain(e) && isHost(e.arg, loops);
    default:
      return false;
  }
}

function isPlain({ format }: Extract<Expr, { readonly kind: "cast" }>): boolean {
  if (format.kind === "float") return format.name === "f32" || format.name === "f64";
  return (
    format.kind === "bool" || (format.kind === "integer" && format.bits === 32 && format.signed)
  );
}

/** Variables of every `scan` of the cascade: inside its body they are numbers of the host. */
export function loopVariables(body: readonly Statement[]): ReadonlySet<VariableId> {
  const scans = [...statementsDeep(body)].filter((s) => s.kind === "scan");
  return new Set(scans.map((s) => s.variable));
}

/** Rank-0 lets whose value is a host scalar, never absent; each value without such lets. */
export function hostLets(cascade: Cascade): ReadonlyMap<TensorId, Expr> {
  const loops = loopVariables(cascade.body);
  const candidates = hostScalars(cascade);
  const found = new Map<TensorId, Expr>();
  for (const s of statementsDeep(cascade.body)) {
    if (s.kind !== "assign" || !candidates.has(s.target)) continue;
    const value = withHostLets(s.value, found);
    if (isHost(value, loops)) found.set(s.target, value);
  }
  return found;
}

/** `e` with the values of host lets in place of their reads. */
export function withHostLets(e: Expr, lets: ReadonlyMap<TensorId, Expr>): Expr {
  return rewrite(e, (node) => (node.kind === "read" ? (lets.get(node.tensor) ?? node) : node));
}
