// What can be proven of integers: that an index lies inside its rank, that a comparison holds.
//
// In:  integer expressions of variables, extents, and integer `let`s with one equation.
// Out: proofs by polynomials; "not proven" is no disproof.
// Not here: presence of values (expression.ts).

import type { Cascade, Expr, RankId, TensorId, Variable, VariableId } from "../cascade.js";
import { exprKey, substitute } from "../walk.js";
import {
  add,
  atom,
  atomsOf,
  constant,
  isNonNegativeFromOne,
  multiply,
  replaceIn,
  type Polynomial,
} from "./polynomial.js";

/** What is known where an expression stands. */
export interface Facts {
  readonly cascade: Cascade;
  /** Polynomials in extents that are at least 0, by each product with a minus. */
  readonly nonNegative: ReadonlyMap<string, readonly Polynomial[]>;
  /** Conditions that hold, by exprKey. */
  readonly holds: ReadonlySet<string>;
  /** `let`s whose value is their one equation wherever they are read. */
  readonly equations: ReadonlyMap<TensorId, Equation>;
  /** Tensors whose every value is an index inside the rank of their format. */
  readonly indices: ReadonlySet<TensorId>;
  /** Bounds of atoms that are no extents. */
  readonly atoms: Map<string, Bounds>;
  /** The cascade's variables, and those made where an equation stands in place of a read. */
  readonly variables: Map<VariableId, Variable>;
  /** Nodes that a proof may still look at. */
  readonly work: { left: number };
}

export interface Equation {
  readonly variables: readonly VariableId[];
  readonly value: Expr;
}

interface Bounds {
  readonly low: Polynomial | undefined;
  readonly high: Polynomial | undefined;
}

const size = (rank: RankId): string => `size ${rank}`;

/** How deep equations are put in place of reads. */
const maxDepth = 40;

/** The equation of a read tensor at the read's indices. */
export function equationAt(facts: Facts, e: Extract<Expr, { kind: "read" }>): Expr | undefined {
  const equation = facts.equations.get(e.tensor);
  if (equation === undefined) return undefined;
  const by = new Map(
    equation.variables.flatMap((v, n) => {
      const index = e.indices[n];
      return index === undefined ? [] : [[v, index] as const];
    }),
  );
  return substitute(equation.value, by, (like) => freshVariable(facts, like));
}

/** A variable of the same rank as `like`, for a proof only. */
export function freshVariable(facts: Facts, like: VariableId): VariableId {
  const id = `${like}'${facts.variables.size}`;
  const known = facts.variables.get(like);
  if (known !== undefined) facts.variables.set(id, { id, rank: known.rank });
  return id;
}

/** `e` as a polynomial; what is no sum or product is an atom, with its bounds noted. */
export function polynomial(facts: Facts, e: Expr, depth = 0): Polynomial | undefined {
  if (depth > maxDepth || facts.work.left-- <= 0) return undefined;
  const of = (inner: Expr): Polynomial | undefined => polynomial(facts, inner, depth + 1);
  switch (e.kind) {
    case "number":
      return Number.isInteger(e.value) ? constant(e.value) : undefined;
    case "size":
      return extent(facts, e.rank, depth);
    case "index":
      return variable(facts, e.variable);
    case "scalar":
      return scalar(facts, e.scalar, depth);
    case "read": {
      const equation = equationAt(facts, e);
      return equation === undefined ? named(facts, e, heldBounds(facts, e.tensor)) : of(equation);
    }
    case "cast":
      return e.type === "integer" && e.arg.type === "integer" ? of(e.arg) : undefined;
    case "topk":
      return named(facts, e, within(facts, e.over));
    case "reduce": {
      const [over] = e.over;
      return named(facts, e, isPosition(e.op) && over !== undefined ? within(facts, over) : {});
    }
    case "map":
      return mapped(facts, e, depth);
    default:
      return named(facts, e, {});
  }
}

/** Bounds of the indices that a tensor holds. */
function heldBounds(facts: Facts, id: TensorId): Partial<Bounds> {
  const rank = heldRank(facts, id);
  return rank === undefined ? {} : { low: constant(0), high: last(facts, rank) };
}

function heldRank(facts: Facts, id: TensorId): RankId | undefined {
  const format = facts.cascade.tensors.get(id)?.format;
  return format?.kind === "index" && facts.indices.has(id) ? format.rank : undefined;
}

/** Bounds of a position along a variable's rank. */
function within(facts: Facts, v: VariableId): Partial<Bounds> {
  const rank = facts.variables.get(v)?.rank;
  return rank === undefined ? {} : { low: constant(0), high: last(facts, rank) };
}

function last(facts: Facts, rank: RankId): Polynomial | undefined {
  const length = extent(facts, rank, 0);
  return length === undefined ? undefined : add(length, constant(-1));
}

/** An extent: its formula where that is a polynomial, else an atom. */
function extent(facts: Facts, rank: RankId, depth: number): Polynomial | undefined {
  const given = facts.cascade.ranks.get(rank)?.extent;
  if (given?.kind !== "derived" || !isPolynomial(given.value)) return atom(size(rank));
  return polynomial(facts, given.value, depth + 1);
}

function isPolynomial(e: Expr): boolean {
  if (e.kind === "number" || e.kind === "size") return true;
  return (
    e.kind === "map" && ["add", "sub", "mul", "neg"].includes(e.op) && e.args.every(isPolynomial)
  );
}

function variable(facts: Facts, v: VariableId): Polynomial {
  const name = `variable ${v}`;
  const { low, high } = within(facts, v);
  facts.atoms.set(name, { low, high });
  return atom(name);
}

/** A constant is its value. A scalar with a positive default is taken to be positive. */
function scalar(facts: Facts, id: string, depth: number): Polynomial | undefined {
  const found = facts.cascade.scalars.get(id);
  if (found?.role === "const" && found.value !== undefined) {
    return polynomial(facts, found.value, depth + 1);
  }
  const name = `scalar ${id}`;
  const own = found?.value?.kind === "number" ? found.value.value : undefined;
  const usual = found?.role === "step" || (own !== undefined && own >= 1) ? 1 : undefined;
  const low = found?.low ?? usual;
  const bounds = [low, found?.high].map((n) =>
    n === undefined ? undefined : constant(Math.ceil(n)),
  );
  facts.atoms.set(name, { low: bounds[0], high: bounds[1] });
  return atom(name);
}

function named(facts: Facts, e: Expr, bounds: Partial<Bounds>): Polynomial {
  const name = `value ${exprKey(e)}`;
  facts.atoms.set(name, { low: bounds.low, high: bounds.high });
  return atom(name);
}

function mapped(
  facts: Facts,
  e: Extract<Expr, { kind: "map" }>,
  depth: number,
): Polynomial | undefined {
  const args = e.args.map((arg) => polynomial(facts, arg, depth + 1));
  const [a, b, c] = args;
  if (e.type !== "integer" || a === undefined) return named(facts, e, {});
  if (e.op === "neg") return add(constant(0), a, -1);
  if (e.op === "abs") return named(facts, e, { low: constant(0) });
  if (b === undefined) return named(facts, e, {});
  switch (e.op) {
    case "add":
      return add(a, b);
    case "sub":
      return add(a, b, -1);
    case "mul":
      return multiply(a, b);
    case "mod":
      return named(
        facts,
        e,
        isPositive(facts, b) ? { low: constant(0), high: add(b, constant(-1)) } : {},
      );
    case "floordiv": {
      const isOrderly = isPositive(facts, b) && isNonNegative(facts, a);
      return named(facts, e, isOrderly ? { low: constant(0), high: a } : {});
    }
    case "clamp":
      return named(facts, e, { low: b, high: c });
    case "min":
      return named(facts, e, { high: a });
    case "max":
      return named(facts, e, { low: a });
    default:
      return named(facts, e, {});
  }
}

function isPositive(facts: Facts, p: Polynomial): boolean {
  return isNonNegative(facts, add(p, constant(-1)));
}

/** Products that are bounded one after the other before the attempt is given up. */
const maxSteps = 60;

/** Whether `p` is at least 0: every variable goes to the end of its range that makes `p` least. */
export function isNonNegative(facts: Facts, p: Polynomial): boolean {
  let least: Polynomial | undefined = p;
  for (let n = 0; n < maxSteps && least !== undefined; n++) {
    const next: Polynomial | "done" | undefined = lowered(facts, least);
    if (next === "done") return isProven(facts, least);
    least = next;
  }
  return false;
}

/** `p` with one atom, no extent, replaced by a bound. */
function lowered(facts: Facts, p: Polynomial): Polynomial | "done" | undefined {
  for (const [product, coefficient] of p) {
    const atoms = atomsOf(product);
    const name = atoms.find((one) => !one.startsWith("size "));
    if (name === undefined) continue;
    const others = atoms.filter((_, n) => n !== atoms.indexOf(name));
    if (!others.every((other) => isNeverNegative(facts, other))) return undefined;
    const bounds = facts.atoms.get(name);
    const bound = coefficient > 0 ? bounds?.low : bounds?.high;
    return bound === undefined ? undefined : replaceIn(p, product, name, bound);
  }
  return "done";
}

function isNeverNegative(facts: Facts, name: string): boolean {
  if (name.startsWith("size ")) return true;
  const low = facts.atoms.get(name)?.low;
  return low !== undefined && isNonNegativeFromOne(low);
}

/** Facts that a proof takes off one after the other, and how many it tries for each. */
const maxFacts = 3;
const maxTried = 12;

/** A polynomial in extents, with some of the facts taken off: those that could undo a minus. */
function isProven(facts: Facts, p: Polynomial, left = maxFacts): boolean {
  if (isNonNegativeFromOne(p)) return true;
  if (left === 0) return false;
  const minuses = [...p].flatMap(([product, coefficient]) => (coefficient < 0 ? [product] : []));
  const tried = new Set(
    minuses.flatMap((product) => {
      return (facts.nonNegative.get(product) ?? []).slice(0, maxTried);
    }),
  );
  return [...tried].some((fact) => isProven(facts, add(p, fact, -1), left - 1));
}

function isPosition(op: string): boolean {
  return op === "argmax" || op === "argmin";
}

/** Whether an index lies inside the extent of `rank`. */
export function isInside(facts: Facts, e: Expr, rank: RankId): boolean {
  if (e.kind === "index" && facts.variables.get(e.variable)?.rank === rank) return true;
  if (e.kind === "read" && heldRank(facts, e.tensor) === rank) return true;
  const over =
    e.kind === "topk" ? e.over : e.kind === "reduce" && isPosition(e.op) ? e.over[0] : undefined;
  if (over !== undefined && facts.variables.get(over)?.rank === rank) return true;
  const value = e.kind === "read" ? (equationAt(facts, e) ?? e) : e;
  const length = extent(facts, rank, 0);
  if (length === undefined) return false;
  if (value.kind === "map" && value.op === "floordiv")
    return isQuotientBelow(facts, value.args, length);
  if (value.kind === "else" || value.kind === "where") {
    const parts = value.kind === "else" ? [value.first, value.second] : [value.value];
    return parts.every((part) => isInside(facts, part, rank));
  }
  const p = polynomial(facts, value);
  if (p === undefined || !isNonNegative(facts, p)) return false;
  return isNonNegative(facts, add(add(length, constant(-1)), p, -1));
}

/** `x div d < length` when `x < d * length`. */
function isQuotientBelow(facts: Facts, args: readonly Expr[], length: Polynomial): boolean {
  const [x, d] = args.map((arg) => polynomial(facts, arg));
  if (x === undefined || d === undefined) return false;
  const room = multiply(d, length);
  if (room === undefined || !isPositive(facts, d) || !isNonNegative(facts, x)) return false;
  return isNonNegative(facts, add(add(room, constant(-1)), x, -1));
}

/** Whether a condition always holds. */
export function isTrue(facts: Facts, e: Expr): boolean {
  if (e.kind === "boolean") return e.value;
  if (e.kind !== "map") return false;
  if (facts.holds.has(exprKey(e))) return true;
  const [a, b] = e.args;
  if (a === undefined) return false;
  if (e.op === "not") return isFalse(facts, a);
  if (b === undefined) return false;
  switch (e.op) {
    case "and":
      return isTrue(facts, a) && isTrue(facts, b);
    case "or":
      return isTrue(facts, a) || isTrue(facts, b);
    case "le":
      return isAtMost(facts, a, b, 0);
    case "lt":
      return isAtMost(facts, a, b, 1);
    case "ge":
      return isAtMost(facts, b, a, 0);
    case "gt":
      return isAtMost(facts, b, a, 1);
    case "eq":
      return isAtMost(facts, a, b, 0) && isAtMost(facts, b, a, 0);
    case "ne":
      return isAtMost(facts, a, b, 1) || isAtMost(facts, b, a, 1);
    default:
      return false;
  }
}

function isFalse(facts: Facts, e: Expr): boolean {
  if (e.kind === "boolean") return !e.value;
  if (e.kind !== "map") return false;
  const opposite = opposites.get(e.op);
  return opposite !== undefined && isTrue(facts, { ...e, op: opposite });
}

type Op = Extract<Expr, { kind: "map" }>["op"];
const opposites: ReadonlyMap<Op, Op> = new Map<Op, Op>([
  ["le", "gt"],
  ["gt", "le"],
  ["lt", "ge"],
  ["ge", "lt"],
  ["eq", "ne"],
  ["ne", "eq"],
]);

/** `a + gap <= b`, of integers. */
function isAtMost(facts: Facts, a: Expr, b: Expr, gap: number): boolean {
  if (a.type !== "integer" || b.type !== "integer") return false;
  const [low, high] = [polynomial(facts, a), polynomial(facts, b)];
  if (low === undefined || high === undefined) return false;
  return isNonNegative(facts, add(add(high, low, -1), constant(-gap)));
}
