// Walks over expressions: children, rewriting, variables, substitution.
//
// In:  an expression of a cascade (cascade.ts).
// Out: its parts, or a new expression. Nothing is mutated.
// Not here: statements (statements.ts), fresh names (names.ts), meaning.

import { unreachable, type Span } from "../../grammar/span.js";
import type { Expr, RankId, ScalarId, Tensor, TensorId, VariableId } from "./cascade.js";

export type Reduction = Extract<Expr, { readonly kind: "reduce" | "topk" | "fold" }>;

/** The expressions directly below, in the order in which they are written. */
export function children(e: Expr): readonly Expr[] {
  switch (e.kind) {
    case "number":
    case "boolean":
    case "size":
    case "scalar":
    case "index":
    case "local":
      return [];
    case "read":
      return e.indices;
    case "map":
    case "fold":
      return e.args;
    case "cast":
      return [e.arg];
    case "where":
      return [e.value, e.predicate];
    case "else":
      return [e.first, e.second];
    case "reduce":
      return [e.body];
    case "topk":
      return e.keys;
    case "random":
      return [e.key, ...e.counters];
    case "stochastic":
      return [e.arg, e.key, ...e.counters];
    case "straight":
      return [e.value, e.derivative];
    default:
      return unreachable(e);
  }
}

/** `e` with `f` applied to each child; `e` itself when nothing changed. */
export function mapChildren(e: Expr, f: (child: Expr) => Expr): Expr {
  const before = children(e);
  const after = before.map(f);
  if (after.every((child, n) => child === before[n])) return e;
  return withChildren(e, after);
}

/** `e` with other children, as many as `children(e)` gives and in that order. */
function withChildren(e: Expr, parts: readonly Expr[]): Expr {
  const part = (n: number): Expr => {
    const found = parts[n];
    if (found === undefined) throw new Error(`internal: ${e.kind} lacks child ${n}`);
    return found;
  };
  switch (e.kind) {
    case "number":
    case "boolean":
    case "size":
    case "scalar":
    case "index":
    case "local":
      return e;
    case "read":
      return { ...e, indices: parts };
    case "map":
    case "fold":
      return { ...e, args: parts };
    case "cast":
      return { ...e, arg: part(0) };
    case "where":
      return { ...e, value: part(0), predicate: part(1) };
    case "else":
      return { ...e, first: part(0), second: part(1) };
    case "reduce":
      return { ...e, body: part(0) };
    case "topk":
      return { ...e, keys: parts };
    case "random":
      return { ...e, key: part(0), counters: parts.slice(1) };
    case "stochastic":
      return { ...e, arg: part(0), key: part(1), counters: parts.slice(2) };
    case "straight":
      return { ...e, value: part(0), derivative: part(1) };
    default:
      return unreachable(e);
  }
}

/** Rewrites from the leaves up: `f` sees a node whose children are rewritten already. */
export function rewrite(e: Expr, f: (node: Expr) => Expr): Expr {
  return f(mapChildren(e, (child) => rewrite(child, f)));
}

/** `e` and everything below it, parents first. */
export function* nodes(e: Expr): Generator<Expr> {
  yield e;
  for (const child of children(e)) yield* nodes(child);
}

/** Number of nodes of `e`. */
export function nodeCount(e: Expr): number {
  return children(e).reduce((count, child) => count + nodeCount(child), 1);
}

/** Variables that `e` itself binds: those of a reduction. `into` of topk is free. */
export function binders(e: Expr): readonly VariableId[] {
  switch (e.kind) {
    case "reduce":
    case "fold":
      return e.over;
    case "topk":
      return [e.over];
    default:
      return [];
  }
}

/** Variables that `e` varies over: used in it and not bound in it. */
export function freeVariables(e: Expr): ReadonlySet<VariableId> {
  const free = new Set<VariableId>();
  collectFree(e, new Set(), free);
  return free;
}

function collectFree(e: Expr, bound: ReadonlySet<VariableId>, free: Set<VariableId>): void {
  if (e.kind === "index" && !bound.has(e.variable)) free.add(e.variable);
  if (e.kind === "topk" && !bound.has(e.into)) free.add(e.into);
  const own = binders(e);
  const inner = own.length === 0 ? bound : new Set([...bound, ...own]);
  for (const child of children(e)) collectFree(child, inner, free);
}

/** Variables bound anywhere in `e`; one that is bound twice occurs twice. */
export function boundVariables(e: Expr): readonly VariableId[] {
  return [...nodes(e)].flatMap(binders);
}

/** Tensors that `e` reads. */
export function tensorsRead(e: Expr): ReadonlySet<TensorId> {
  return new Set([...nodes(e)].flatMap((node) => (node.kind === "read" ? [node.tensor] : [])));
}

/** Ranks whose extent `e` asks for. */
export function sizesOf(e: Expr): ReadonlySet<RankId> {
  return new Set([...nodes(e)].flatMap((node) => (node.kind === "size" ? [node.rank] : [])));
}

/** Scalars that `e` mentions. */
export function scalarsOf(e: Expr): ReadonlySet<ScalarId> {
  return new Set([...nodes(e)].flatMap((node) => (node.kind === "scalar" ? [node.scalar] : [])));
}

/** The value of a variable. */
export function indexOf(variable: VariableId, at: Span): Expr {
  return { kind: "index", variable, type: "integer", at };
}

/** `t[i,j]` at plain variables. */
export function readAt(t: Tensor, variables: readonly VariableId[], at: Span): Expr {
  const indices = variables.map((v) => indexOf(v, at));
  return { kind: "read", tensor: t.id, indices, type: t.type, at };
}

/** Makes a new variable of the same rank; see Names in names.ts. */
export type FreshVariable = (like: VariableId) => VariableId;

/** `e` with other names for variables, bound ones included. The map must be injective. */
export function renameVariables(e: Expr, names: ReadonlyMap<VariableId, VariableId>): Expr {
  const name = (v: VariableId): VariableId => names.get(v) ?? v;
  return rewrite(e, (node) => {
    switch (node.kind) {
      case "index":
        return names.has(node.variable) ? { ...node, variable: name(node.variable) } : node;
      case "reduce":
      case "fold":
        return { ...node, over: node.over.map(name) };
      case "topk":
        return { ...node, over: name(node.over), into: name(node.into) };
      default:
        return node;
    }
  });
}

/** `e` with a new variable for each one that it binds, so that it may stand beside the old `e`. */
export function freshenBinders(e: Expr, fresh: FreshVariable): Expr {
  const bound = new Set(boundVariables(e));
  if (bound.size === 0) return e;
  return renameVariables(e, new Map([...bound].map((v) => [v, fresh(v)])));
}

/**
 * `e` with expressions in place of free variables. Nothing is captured: a reduction that binds a
 * variable of a replacement binds a fresh one instead, and so does a replacement at each place.
 */
export function substitute(e: Expr, by: ReadonlyMap<VariableId, Expr>, fresh: FreshVariable): Expr {
  if (by.size === 0) return e;
  if (e.kind === "index") {
    const replacement = by.get(e.variable);
    return replacement === undefined ? e : freshenBinders(replacement, fresh);
  }
  const own = binders(e);
  const inner = own.length === 0 ? by : new Map([...by].filter(([v]) => !own.includes(v)));
  const safe = own.length === 0 ? e : avoidCapture(e, own, inner, fresh);
  const node = mapChildren(safe, (child) => substitute(child, inner, fresh));
  return node.kind === "topk" ? { ...node, into: variableOf(node.into, by) } : node;
}

function avoidCapture(
  e: Expr,
  own: readonly VariableId[],
  by: ReadonlyMap<VariableId, Expr>,
  fresh: FreshVariable,
): Expr {
  const brought = new Set([...by.values()].flatMap((value) => [...freeVariables(value)]));
  const caught = own.filter((v) => brought.has(v));
  if (caught.length === 0) return e;
  return renameVariables(e, new Map(caught.map((v) => [v, fresh(v)])));
}

function variableOf(into: VariableId, by: ReadonlyMap<VariableId, Expr>): VariableId {
  const replacement = by.get(into);
  if (replacement === undefined) return into;
  if (replacement.kind === "index") return replacement.variable;
  throw new Error(`internal: topk cannot number its result by an expression for ${into}`);
}

/** Equal up to spans. Bound variables must have equal names. */
export function sameExpr(a: Expr, b: Expr): boolean {
  return a === b || exprKey(a) === exprKey(b);
}

/** A text that two expressions share when they are equal up to spans. */
export function exprKey(e: Expr): string {
  return JSON.stringify(e, (_field, value: unknown) => {
    if (typeof value === "number") return numberKey(value);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    const fields = Object.entries(value).filter(([field]) => field !== "at");
    return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** JSON has neither -0 nor infinity. */
function numberKey(value: number): number | string {
  if (Object.is(value, -0)) return "#-0";
  return Number.isFinite(value) ? value : `#${value}`;
}
