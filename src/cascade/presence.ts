// Which tensors have a value at every point, and which may be absent at some.
//
// In:  a checked cascade, calls and all.
// Out: "always" or "maybe" for each tensor; the outputs that want an `else`, with the reason.
// Not here: what absence means when a program runs (interpret/).
//
// Extents are taken to be at least 1. Presence only grows: an assignment writes the points that are
// present and keeps the others.

import type { Span } from "../../grammar/span.js";
import type { Cascade, Expr, Statement, Tensor, TensorId, VariableId } from "./cascade.js";
import { isInside, type Equation, type Facts } from "./presence/bounds.js";
import { absentPart, type Knowledge } from "./presence/expression.js";
import { factsOf, maxWork } from "./presence/facts.js";
import { targetsOf, statementsDeep } from "./statements.js";
import { nodes, tensorsRead } from "./walk.js";

export type Presence = "always" | "maybe";

/** An output that may be absent, and the equation's part that is to blame. */
export interface AbsentOutput {
  readonly tensor: TensorId;
  readonly at: Span;
  readonly why: string;
}

/** Presence of each tensor after the last statement. */
export function presence(cascade: Cascade): ReadonlyMap<TensorId, Presence> {
  const { state } = analyse(cascade, new Set());
  return new Map(
    [...cascade.tensors.keys()].map((id) => {
      return [id, state.get(id)?.size === 0 ? "always" : "maybe"];
    }),
  );
}

/** Whether `e`, which stands in `cascade`, is present at every point of its variables. */
export function isPresent(cascade: Cascade, e: Expr): boolean {
  const { facts, settled } = analyse(cascade, new Set());
  facts.work.left = maxWork;
  return absentPart({ facts, always: settled }, e) === undefined;
}

export function absentOutputs(cascade: Cascade): readonly AbsentOutput[] {
  const { state, blame } = analyse(cascade, new Set());
  return [...cascade.tensors.values()].flatMap((tensor): AbsentOutput[] => {
    const isOutput = tensor.role === "out" || tensor.role === "store";
    if (!isOutput || state.get(tensor.id)?.size === 0) return [];
    const part = blame.get(tensor.id);
    if (part === undefined)
      return [{ tensor: tensor.id, at: tensor.at, why: "not assigned everywhere" }];
    return [{ tensor: tensor.id, at: part.at, why: reasonOf(part) }];
  });
}

function reasonOf(e: Expr): string {
  switch (e.kind) {
    case "where":
      return "absent where this does not hold";
    case "read":
      return "may lie outside, or read what is absent";
    case "topk":
      return "there may be fewer points than it names";
    case "reduce":
    case "fold":
      return "may have no present point to reduce";
    default:
      return "may be absent";
  }
}

/** Tensor → loop variables of which it still lacks points; an empty set: present everywhere. */
type State = Map<TensorId, ReadonlySet<VariableId>>;

interface Analysis {
  readonly cascade: Cascade;
  readonly facts: Facts;
  readonly equations: Map<TensorId, Equation>;
  readonly indices: Set<TensorId>;
  readonly assigned: ReadonlyMap<TensorId, number>;
  /** Present everywhere from their first mention on. */
  readonly settled: Set<TensorId>;
  readonly touched: Set<TensorId>;
  readonly blame: Map<TensorId, Expr>;
  state: State;
}

const analyses = new WeakMap<Cascade, Map<string, Analysis>>();
const everywhere: ReadonlySet<VariableId> = new Set();

/** `absent`: parameters whose arguments may be absent. */
function analyse(cascade: Cascade, absent: ReadonlySet<TensorId>): Analysis {
  const known = analyses.get(cascade) ?? new Map<string, Analysis>();
  analyses.set(cascade, known);
  const key = [...absent].join(",");
  const before = known.get(key);
  if (before !== undefined) return before;
  const equations = new Map<TensorId, Equation>();
  const indices = new Set<TensorId>();
  const analysis: Analysis = {
    cascade,
    facts: { ...factsOf(cascade), equations, indices },
    equations,
    indices,
    assigned: countAssignments(cascade),
    settled: new Set(),
    touched: new Set(),
    blame: new Map(),
    state: new Map(),
  };
  known.set(key, analysis);
  for (const tensor of cascade.tensors.values()) {
    if (!isGiven(tensor) || absent.has(tensor.id)) continue;
    analysis.state.set(tensor.id, everywhere);
    analysis.settled.add(tensor.id);
  }
  walk(analysis, cascade.body, []);
  return analysis;
}

/** Tensors that come from outside, or with an initial value. */
function isGiven({ role, value }: Tensor): boolean {
  if (role === "const") return value !== undefined;
  return role !== "out" && role !== "let" && role !== "store";
}

function countAssignments(cascade: Cascade): ReadonlyMap<TensorId, number> {
  const counts = new Map<TensorId, number>();
  for (const s of statementsDeep(cascade.body)) {
    for (const id of targetsOf(s)) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

/** `loops`: variables of the scans around, as far as nothing between them may be skipped. */
function walk(a: Analysis, body: readonly Statement[], loops: readonly VariableId[]): void {
  for (const s of body) step(a, s, loops);
}

function step(a: Analysis, s: Statement, loops: readonly VariableId[]): void {
  switch (s.kind) {
    case "assign": {
      const part = absentPart(knowledge(a), s.value);
      if (part !== undefined && !a.blame.has(s.target)) a.blame.set(s.target, part);
      if (part === undefined) grow(a, s.target, s.indices, loops);
      learn(a, s);
      a.touched.add(s.target);
      return;
    }
    case "call":
      return call(a, s, loops);
    case "await":
      return grow(a, s.target, [], loops);
    case "gradient":
      for (const id of s.targets) grow(a, id, [], loops);
      return;
    case "scan":
      walk(a, s.body, [...loops, s.variable]);
      for (const [id, missing] of a.state) {
        if (!missing.has(s.variable)) continue;
        a.state.set(id, new Set([...missing].filter((v) => v !== s.variable)));
      }
      return;
    case "repeat": {
      const before = new Map(a.state);
      walk(a, s.body, loops);
      a.state = kept(before, a.state); // there may be no pass at all
      return;
    }
    case "when": {
      const before = a.state;
      a.state = new Map(before);
      walk(a, s.then, loops);
      const then = a.state;
      a.state = new Map(before);
      walk(a, s.otherwise, loops);
      a.state = both(then, a.state);
    }
  }
}

/** What held before the loop, and `let`s inside it, which end with it. */
function kept(before: State, after: State): State {
  return new Map([...after].filter(([id]) => before.has(id)));
}

function both(a: State, b: State): State {
  const shared = [...a].flatMap(([id, missing]): [TensorId, ReadonlySet<VariableId>][] => {
    const other = b.get(id);
    return other === undefined ? [] : [[id, new Set([...missing, ...other])]];
  });
  return new Map(shared);
}

/** The tensor has been written at all points of `indices`, loop variables one at a time. */
function grow(
  a: Analysis,
  id: TensorId,
  indices: readonly VariableId[],
  loops: readonly VariableId[],
): void {
  const looped = indices.filter((v) => loops.includes(v));
  const before = a.state.get(id);
  if (before === undefined || before.size > looped.length) a.state.set(id, new Set(looped));
  const isLet = a.cascade.tensors.get(id)?.role === "let" && !a.touched.has(id);
  const isFirst = isLet || (loops.length === 0 && !a.touched.has(id));
  if (isFirst && looped.length === 0) a.settled.add(id);
}

/** Keeps the equation of a `let` that no later assignment changes, nor what it reads. */
function learn(a: Analysis, s: Extract<Statement, { kind: "assign" }>): void {
  if (a.assigned.get(s.target) !== 1) return;
  const format = a.cascade.tensors.get(s.target)?.format;
  if (format?.kind === "index" && isInside(a.facts, s.value, format.rank)) a.indices.add(s.target);
  const hasTopk = [...nodes(s.value)].some((node) => node.kind === "topk");
  if (!s.isLet || hasTopk) return;
  const isStable = [...tensorsRead(s.value)].every((id) => {
    const role = a.cascade.tensors.get(id)?.role;
    return a.equations.has(id) || role === "in" || role === "const";
  });
  if (isStable) a.equations.set(s.target, { variables: s.indices, value: s.value });
}

function knowledge(a: Analysis): Knowledge {
  const always = { has: (id: TensorId): boolean => a.state.get(id)?.size === 0 };
  a.facts.work.left = maxWork;
  return { facts: a.facts, always, present: (id) => a.state.get(id) };
}

/** A result is present where the callee's output is, given what the arguments are. */
function call(
  a: Analysis,
  s: Extract<Statement, { kind: "call" }>,
  loops: readonly VariableId[],
): void {
  const absent = [...s.tensors].flatMap(([id, value]) => {
    return absentPart(knowledge(a), value) === undefined ? [] : [id];
  });
  const outputs = [...s.callee.tensors.values()].filter((tensor) => tensor.role === "out");
  const { state } = analyse(s.callee, new Set(absent));
  s.results.forEach((result, n) => {
    const output = outputs[n];
    if (result === undefined || output === undefined) return;
    const isWhole = state.get(output.id)?.size === 0;
    if (isWhole) grow(a, result.target, result.indices, loops);
    else if (!a.blame.has(result.target)) {
      a.blame.set(result.target, { kind: "boolean", type: "boolean", value: false, at: s.at });
    }
    a.touched.add(result.target);
  });
}
