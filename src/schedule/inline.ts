// Makes cheap elementwise lets again where they are used, instead of storing them.
//
// In:  regions of equations.
// Out: the same values; lets that nothing reads any more are gone.
// Not here: lets that stay in registers within a launch (group.ts finds them by their uses).

import type { Cascade, Expr, Format, TensorId, VariableId } from "../cascade/cascade.js";
import type { Names } from "../cascade/names.js";
import { nodes, rewrite, substitute, tensorsRead } from "../cascade/walk.js";
import { findAbsences, type Absences } from "./absence.js";
import { matchContraction } from "./contraction.js";
import { isHost } from "./hosts.js";
import { isInside } from "./inside.js";
import type { Equation, Region, Step } from "./plan.js";
import { innerRegions, leaves, withRegions } from "./region.js";

/** A let used once is inlined up to this cost of one point, others up to the second. */
const costOnce = 400;
const costOften = 48;
/** A let that a statement over more variables reads, unless that stages it (a contraction). */
const costRepeated = 14;

/** Lets by name that may be put in place of their reads. */
type Available = ReadonlyMap<TensorId, Equation>;

export function inlineLets(
  cascade: Cascade,
  names: Names,
  steps: Region<Equation>,
  loops: ReadonlySet<VariableId>,
): Region<Equation> {
  const inliner = new Inliner(cascade, names, loops, findAbsences(cascade, steps));
  inliner.count(steps);
  return withoutDead(cascade, inliner.region(steps, new Map()).steps);
}

class Inliner {
  private readonly counts = new Map<TensorId, number>();
  private readonly writes = new Map<TensorId, number>();
  private readonly cascade: Cascade;
  private readonly names: Names;
  private readonly loops: ReadonlySet<VariableId>;

  private readonly absences: Absences;

  constructor(cascade: Cascade, names: Names, loops: ReadonlySet<VariableId>, absences: Absences) {
    this.absences = absences;
    this.cascade = cascade;
    this.names = names;
    this.loops = loops;
  }

  count(steps: Region<Equation>): void {
    for (const eq of leaves(steps)) {
      this.writes.set(eq.target, (this.writes.get(eq.target) ?? 0) + 1);
      for (const node of nodes(eq.value)) {
        if (node.kind !== "read") continue;
        this.counts.set(node.tensor, (this.counts.get(node.tensor) ?? 0) + 1);
      }
    }
  }

  region(steps: Region<Equation>, start: Available): { steps: Region<Equation>; after: Available } {
    let available = start;
    const result: Step<Equation>[] = [];
    for (const step of steps) {
      if (step.kind === "leaf") {
        const eq = { ...step.leaf, value: this.expand(step.leaf, available) };
        available = without(available, [eq.target]);
        if (this.canInline(eq)) available = new Map([...available, [eq.target, eq]]);
        result.push({ kind: "leaf", leaf: eq });
        continue;
      }
      const written = innerRegions(step).flatMap((inner) =>
        [...leaves(inner)].map((eq) => eq.target),
      );
      const inside = step.kind === "when" ? available : without(available, written);
      result.push(withRegions(step, (inner) => this.region(inner, inside).steps));
      available = without(available, written);
    }
    return { steps: result, after: available };
  }

  private canInline(eq: Equation): boolean {
    const tensor = this.cascade.tensors.get(eq.target);
    if (!eq.isLet || (tensor?.role !== "let" && tensor?.role !== "const")) return false;
    if (this.writes.get(eq.target) !== 1) return false;
    if (eq.value.kind === "reduce" || eq.value.kind === "fold") return false;
    if (tensorsRead(eq.value).has(eq.target)) return false;
    const count = this.counts.get(eq.target) ?? 0;
    return costOf(eq.value) <= (count === 1 ? costOnce : costOften);
  }

  /** Cheap lets first: with them in place a contraction shows, whose sides may cost more. */
  private expand(eq: Equation, available: Available): Expr {
    const value = this.replace(eq, eq.value, available, costRepeated);
    const { points } = spaceOf(eq, this.loops);
    const isStaged =
      matchContraction(this.cascade, this.absences, { ...eq, value }, points) !== undefined;
    return isStaged ? this.replace(eq, value, available, costOften) : value;
  }

  private replace(eq: Equation, value: Expr, available: Available, limit: number): Expr {
    const room = this.width(eq);
    return rewrite(value, (node) => {
      if (node.kind !== "read") return node;
      const found = available.get(node.tensor);
      if (found === undefined) return node;
      if (room > found.indices.length && costOf(found.value) > limit) return node;
      const by = new Map(
        found.indices.map((v, n): [VariableId, Expr] => [v, node.indices[n] ?? node]),
      );
      const made = substitute(found.value, by, (like) => this.names.variableLike(like));
      const format = this.cascade.tensors.get(node.tensor)?.format;
      return this.guard(found, node, asStored(format, this.asTensor(made)));
    });
  }

  /**
   * A tensor of numbers is rounded to f32 where it stands, and what uses it computes in f32. In its
   * place the numbers alone would become part of a host scalar, so they are kept apart by a node
   * that
   * the host does not evaluate. Integers are exact either way.
   */
  private asTensor(value: Expr): Expr {
    if (value.type !== "real" || !isHost(value, this.loops)) return value;
    const { type, at } = value;
    return {
      kind: "straight",
      value,
      derivative: { kind: "number", value: 0, type, at },
      type,
      at,
    };
  }

  /** A read outside the extent is absent, so an expression in its place must be too. */
  private guard(
    found: Equation,
    read: Extract<Expr, { readonly kind: "read" }>,
    value: Expr,
  ): Expr {
    const tensor = this.cascade.tensors.get(found.target);
    return read.indices.reduce((guarded, index, n): Expr => {
      const rank = tensor?.ranks[n];
      if (rank === undefined) throw new Error(`internal: ${found.target} lacks rank ${n}`);
      if (isInside(this.cascade, index, rank)) return guarded;
      return {
        kind: "where",
        value: guarded,
        predicate: between(index, rank),
        type: value.type,
        at: read.at,
      };
    }, value);
  }

  private width(eq: Equation): number {
    const bound = eq.value.kind === "reduce" || eq.value.kind === "fold" ? eq.value.over : [];
    const free = eq.indices.filter((v) => !this.loops.has(v));
    return new Set([...free, ...bound]).size;
  }
}

/** 0 <= index < size(rank). */
function between(index: Expr, rank: string): Expr {
  const boolean = { type: "boolean", at: index.at } as const;
  const zero: Expr = { kind: "number", value: 0, type: "integer", at: index.at };
  const size: Expr = { kind: "size", rank, type: "integer", at: index.at };
  const low: Expr = { kind: "map", op: "ge", args: [index, zero], ...boolean };
  const high: Expr = { kind: "map", op: "lt", args: [index, size], ...boolean };
  return { kind: "map", op: "and", args: [low, high], ...boolean };
}

/** The value after it was stored in `format` and read again. */
function asStored(format: Format | undefined, value: Expr): Expr {
  if (format === undefined || format.kind === "bool") return value;
  if (format.kind === "index") {
    const size: Expr = { kind: "size", rank: format.rank, type: "integer", at: value.at };
    return { kind: "else", first: value, second: size, type: value.type, at: value.at };
  }
  if (format.kind === "float" && (format.name === "f32" || format.name === "f64")) return value;
  if (format.kind === "integer" && format.bits === 32 && format.signed) return value;
  return { kind: "cast", format, arg: value, type: value.type, at: value.at };
}

/** Rough work of one point: loads and operations. */
export function costOf(e: Expr): number {
  let cost = 0;
  for (const node of nodes(e)) {
    if (node.kind === "read") cost += 2;
    else if (node.kind === "map") cost += mapCost(node.op);
    else if (node.kind === "random" || node.kind === "stochastic") cost += 40;
    else if (node.kind === "where" || node.kind === "else" || node.kind === "cast") cost += 1;
  }
  return cost;
}

function mapCost(op: string): number {
  if (op === "div" || op === "sqrt" || op === "floordiv" || op === "mod") return 4;
  const slow = [
    "exp",
    "log",
    "log2",
    "sin",
    "cos",
    "tanh",
    "erf",
    "sigmoid",
    "softplus",
    "logsigmoid",
  ];
  return slow.includes(op) || op === "silu" || op === "gelu" || op === "pow" ? 10 : 1;
}

/** Definitions that stay valid when `written` change. */
function without(available: Available, written: readonly TensorId[]): Available {
  const isValid = ([id, eq]: readonly [TensorId, Equation]): boolean =>
    !written.includes(id) && ![...tensorsRead(eq.value)].some((read) => written.includes(read));
  return new Map([...available].filter(isValid));
}

/** Drops lets that nothing reads, until none is left. */
export function withoutDead(cascade: Cascade, steps: Region<Equation>): Region<Equation> {
  const read = new Set([...leaves(steps)].flatMap((eq) => [...tensorsRead(eq.value)]));
  for (const id of conditionsOf(steps)) read.add(id);
  const isAlive = (eq: Equation): boolean => {
    const role = cascade.tensors.get(eq.target)?.role;
    return (role !== "let" && role !== "const") || read.has(eq.target);
  };
  const kept = filterLeaves(steps, isAlive);
  const isSame = [...leaves(kept)].length === [...leaves(steps)].length;
  return isSame ? kept : withoutDead(cascade, kept);
}

function filterLeaves(steps: Region<Equation>, f: (eq: Equation) => boolean): Region<Equation> {
  return steps.flatMap((step): Region<Equation> => {
    if (step.kind === "leaf") return f(step.leaf) ? [step] : [];
    return [withRegions(step, (inner) => filterLeaves(inner, f))];
  });
}

/** Tensors that conditions read. */
export function conditionsOf<Leaf>(steps: Region<Leaf>): readonly TensorId[] {
  return steps.flatMap((step): readonly TensorId[] => {
    if (step.kind === "leaf") return [];
    const own =
      step.kind === "when"
        ? step.condition
        : step.kind === "repeat"
          ? step.until?.condition
          : undefined;
    const below = innerRegions(step).flatMap(conditionsOf);
    return own === undefined ? below : [...tensorsRead(own), ...below];
  });
}

/** Variables of `eq` that are not those of loops around it: its points, then what it reduces. */
export function spaceOf(
  eq: Equation,
  loops: ReadonlySet<VariableId>,
): {
  readonly points: readonly VariableId[];
  readonly over: readonly VariableId[];
} {
  const over = eq.value.kind === "reduce" || eq.value.kind === "fold" ? eq.value.over : [];
  return { points: eq.indices.filter((v) => !loops.has(v)), over };
}
