// Equal lets become one.
//
// In:  a cascade.
// Out: the same without a `let` whose equation an earlier one has, if nothing was assigned between
//      that the equation reads, and neither is assigned again. Reads go to the earlier one.
// Not here: equal parts of two equations.

import type { Assign, Cascade, Statement, TensorId } from "../cascade/cascade.js";
import {
  mapStatements,
  mapExpressions,
  statementsDeep,
  targetsOf,
  tensorsReadBy,
  tensorsWrittenBy,
  withInner,
} from "../cascade/statements.js";
import { boundVariables, exprKey, renameVariables, rewrite, tensorsRead } from "../cascade/walk.js";

export function mergeEqualLets(c: Cascade): Cascade {
  const search = new Search(c);
  const body = search.block(c.body, new Map());
  if (search.same.size === 0) return c;
  const renamed = mapStatements(body, (s) => [
    mapExpressions(s, (e) =>
      rewrite(e, (node) => {
        const other = node.kind === "read" ? search.same.get(node.tensor) : undefined;
        return node.kind === "read" && other !== undefined ? { ...node, tensor: other } : node;
      }),
    ),
  ]);
  return { ...c, body: renamed };
}

/** Equation → the tensor that holds it, and what it reads. */
type Known = Map<string, { readonly id: TensorId; readonly reads: ReadonlySet<TensorId> }>;

class Search {
  /** Tensor that is left out → the equal one. */
  readonly same = new Map<TensorId, TensorId>();
  private readonly c: Cascade;
  private readonly fixed: ReadonlySet<TensorId>;

  constructor(c: Cascade) {
    this.c = c;
    this.fixed = lonelyLets(c);
  }

  block(body: readonly Statement[], known: Known): readonly Statement[] {
    return body.flatMap((s) => {
      if (s.kind === "assign" && s.isLet && this.fixed.has(s.target))
        return this.equation(s, known);
      const inner = s.kind === "when" ? known : forget(new Map(known), s);
      const next = withInner(s, (below) => this.block(below, new Map(inner)));
      forget(known, s);
      return [next];
    });
  }

  private equation(s: Assign, known: Known): readonly Statement[] {
    const key = this.key(s);
    const found = known.get(key);
    if (found !== undefined) {
      this.same.set(s.target, found.id);
      return [];
    }
    known.set(key, { id: s.target, reads: tensorsRead(s.value) });
    return [s];
  }

  /** The equation with its variables numbered and merged tensors replaced. */
  private key(s: Assign): string {
    const t = this.c.tensors.get(s.target);
    const names = new Map([
      ...s.indices.map((v, n) => [v, `left ${n}`] as const),
      ...boundVariables(s.value).map((v, n) => [v, `bound ${n}`] as const),
    ]);
    const ranks = [...names.keys()].map((v) => this.c.variables.get(v)?.rank).join();
    const value = rewrite(renameVariables(s.value, names), (node) =>
      node.kind === "read" ? { ...node, tensor: this.same.get(node.tensor) ?? node.tensor } : node,
    );
    return [ranks, t?.type, JSON.stringify(t?.format), exprKey(value)].join("|");
  }
}

/** Forgets equations that `s` makes stale. */
function forget(known: Known, s: Statement): Known {
  const written = new Set(tensorsWrittenBy(s));
  for (const inner of statementsDeep([s])) if (inner.kind === "await") written.add(inner.input);
  for (const [key, { reads }] of known) {
    if ([...reads].some((id) => written.has(id))) known.delete(key);
  }
  return known;
}

/** Lets that one statement writes and that only expressions read. */
export function lonelyLets(c: Cascade): ReadonlySet<TensorId> {
  const counts = new Map<TensorId, number>();
  const named = new Set<TensorId>();
  for (const s of statementsDeep(c.body)) {
    for (const id of targetsOf(s)) counts.set(id, (counts.get(id) ?? 0) + 1);
    if (s.kind !== "await" && s.kind !== "gradient") continue;
    for (const id of [...tensorsReadBy(s), ...tensorsWrittenBy(s)]) named.add(id);
  }
  const isLonely = (id: TensorId): boolean =>
    counts.get(id) === 1 && !named.has(id) && c.tensors.get(id)?.role === "let";
  return new Set([...counts.keys()].filter(isLonely));
}
