// Expressions as text, with the parentheses that they need and no others.
//
// In:  an expression, and the names that its variables have where it stands.
// Out: text that is read back as the same expression.
//
// A variable that a reduction binds is shown by the name of its kind where nothing else has that
// name there: `sum[k]` and not `sum[k_1]`. Reading it back numbers it again.

import { unreachable } from "../../../grammar/span.js";
import type { BinaryOp, Cascade, Expr, RankId, UnaryOp, VariableId } from "../cascade.js";
import { freeVariables, type Reduction } from "../walk.js";
import { contractionFits } from "./contraction.js";
import { formatText, listText, numberText, stemOf } from "./text.js";

/** What a name means where an expression stands. */
export interface Scope {
  readonly cascade: Cascade;
  /** Variables of enclosing loops and reductions → the names that they are shown by. */
  readonly names: ReadonlyMap<VariableId, string>;
  /** Names on the left side: a reduction may use them anew, a contraction not. */
  readonly left: ReadonlySet<string>;
  /** Hears of every name shown, so that it can be declared. */
  readonly shown: (name: string, rank: RankId) => void;
}

// How tightly an expression holds together: grammar/precedence.ts.
const loosest = 1;
const level = {
  else: 1,
  where: 2,
  or: 3,
  and: 4,
  not: 5,
  compare: 6,
  add: 7,
  accumulate: 8,
  mul: 9,
  prefix: 10,
  pow: 11,
  as: 12,
  atom: 13,
} as const;

const infix: Readonly<Partial<Record<BinaryOp, readonly [string, number]>>> = {
  add: ["+", level.add],
  sub: ["-", level.add],
  mul: ["*", level.mul],
  div: ["/", level.mul],
  floordiv: ["div", level.mul],
  mod: ["mod", level.mul],
  and: ["and", level.and],
  or: ["or", level.or],
  eq: ["==", level.compare],
  ne: ["!=", level.compare],
  lt: ["<", level.compare],
  le: ["<=", level.compare],
  gt: [">", level.compare],
  ge: [">=", level.compare],
  pow: ["^", level.pow],
};

type Printed = readonly [text: string, level: number];

/** `e` as text. */
export function expressionText(e: Expr, scope: Scope): string {
  return held(e, loosest, scope);
}

/** `e` as text, in parentheses when it holds less tightly than `least`. */
function held(e: Expr, least: number, scope: Scope): string {
  const [text, own] = printed(e, scope);
  return own < least ? `(${text})` : text;
}

function printed(e: Expr, scope: Scope): Printed {
  switch (e.kind) {
    case "number":
      return [numberText(e.value, e.type), isNegative(e.value) ? level.prefix : level.atom];
    case "boolean":
      return [String(e.value), level.atom];
    case "size":
      return [`size(${e.rank})`, level.atom];
    case "scalar":
      return [e.scalar, level.atom];
    case "index":
      return [nameOf(e.variable, scope), level.atom];
    case "local":
      return [e.name, level.atom];
    case "read":
      return [readText(e, scope), level.atom];
    case "map":
      return mapText(e, scope);
    case "cast":
      return [
        `${held(e.arg, level.as, scope)} as ${formatText(e.format, [], { format: (id) => id })}`,
        level.as,
      ];
    case "where": {
      const value = held(e.value, level.where, scope);
      return [`${value} where ${held(e.predicate, level.or, scope)}`, level.where];
    }
    case "else": {
      const first = held(e.first, level.where, scope);
      return [`${first} else ${held(e.second, level.else, scope)}`, level.else];
    }
    case "reduce":
    case "topk":
    case "fold":
      return reductionText(e, scope);
    case "random":
      return [callText(e.distribution, [e.key, ...e.counters], scope), level.atom];
    case "stochastic":
      return [
        callText("round_stochastic", [e.arg, e.key, ...written(e.counters, scope)], scope),
        level.atom,
      ];
    case "straight":
      return [callText("straight", [e.value, e.derivative], scope), level.atom];
    default:
      return unreachable(e);
  }
}

function isNegative(value: number): boolean {
  return value < 0 || Object.is(value, -0);
}

/** Counters, unless they are the variables of the left side: those need not be written. */
function written(counters: readonly Expr[], scope: Scope): readonly Expr[] {
  const left = [...scope.left].slice(0, 4);
  const isUsual =
    counters.length === left.length &&
    counters.every((e, n) => e.kind === "index" && nameOf(e.variable, scope) === left[n]);
  return isUsual ? [] : counters;
}

function callText(name: string, args: readonly Expr[], scope: Scope): string {
  return `${name}(${args.map((arg) => held(arg, loosest, scope)).join(", ")})`;
}

/** The name of a variable here. */
export function nameOf(v: VariableId, scope: Scope): string {
  const name = scope.names.get(v) ?? v;
  const rank = scope.cascade.variables.get(v)?.rank;
  if (rank !== undefined) scope.shown(name, rank);
  return name;
}

function readText(e: Extract<Expr, { kind: "read" }>, scope: Scope): string {
  if (e.indices.length === 0) return e.tensor;
  const ranks = scope.cascade.tensors.get(e.tensor)?.ranks ?? [];
  const indices = e.indices.map((index, n) => {
    const text = held(index, loosest, scope);
    if (index.kind !== "index") return text;
    const rank = ranks[n];
    const isOwn = rank === undefined || scope.cascade.variables.get(index.variable)?.rank === rank;
    return isOwn ? text : `${rank}(${text})`;
  });
  return `${e.tensor}[${listText(indices)}]`;
}

function mapText(e: Extract<Expr, { kind: "map" }>, scope: Scope): Printed {
  const [first, second] = e.args;
  const binary = infix[e.op as BinaryOp];
  if (first !== undefined && second !== undefined && binary !== undefined) {
    return binaryText(e.op, binary, [first, second], scope);
  }
  if (first !== undefined && (e.op === "neg" || e.op === "not")) {
    return prefixText(e.op, first, scope);
  }
  return [callText(e.op, e.args, scope), level.atom];
}

function prefixText(op: UnaryOp, arg: Expr, scope: Scope): Printed {
  if (op === "not") return [`not ${held(arg, level.not, scope)}`, level.not];
  const text = held(arg, level.prefix, scope);
  return [text.startsWith("-") ? `-(${text})` : `-${text}`, level.prefix];
}

function binaryText(
  op: string,
  [sign, own]: readonly [string, number],
  [left, right]: readonly [Expr, Expr],
  scope: Scope,
): Printed {
  if (op === "pow") {
    const base = held(left, level.as, scope);
    const isSigned = right.kind === "number" || (right.kind === "map" && right.op === "neg");
    return [`${base}^${held(right, isSigned ? level.prefix : level.pow, scope)}`, own];
  }
  const leftLeast = own === level.compare ? level.add : own;
  const rightLeast = own === level.compare ? level.add : own + 1;
  return [`${held(left, leftLeast, scope)} ${sign} ${held(right, rightLeast, scope)}`, own];
}

function reductionText(e: Reduction, scope: Scope): Printed {
  if (e.kind === "reduce" && e.contraction) {
    const inner = within(e, e.over, scope, false);
    const names = e.over.map((v) => inner.names.get(v) ?? v);
    if (names.every((name) => !isUsed(name, scope)) && contractionFits(e)) {
      for (const v of e.over) nameOf(v, inner);
      // As a factor it needs parentheses: they keep the sum where it is.
      return accumulated([held(e.body, level.mul, inner), level.accumulate], e.accumulate);
    }
  }
  const [text, accumulate] = writtenText(e, scope);
  return accumulated([text, level.prefix], accumulate);
}

function accumulated([text, own]: Printed, format: string | undefined): Printed {
  return format === undefined ? [text, own] : [`${text} in ${format}`, level.accumulate];
}

function isUsed(name: string, scope: Scope): boolean {
  return scope.left.has(name) || [...scope.names.values()].includes(name);
}

function writtenText(e: Reduction, scope: Scope): readonly [string, string | undefined] {
  switch (e.kind) {
    case "reduce": {
      const inner = within(e, e.over, scope, true);
      const over = listText(e.over.map((v) => nameOf(v, inner)));
      return [`${e.op}[${over}] ${held(e.body, level.prefix, inner)}`, e.accumulate];
    }
    case "topk": {
      const inner = within(e, [e.over], scope, true);
      const head = `topk[${nameOf(e.over, inner)}; ${nameOf(e.into, scope)}]`;
      return [`${head} ${argumentText(e.keys, inner)}`, undefined];
    }
    case "fold": {
      const inner = within(e, e.over, scope, true);
      const over = listText(e.over.map((v) => nameOf(v, inner)));
      return [`${e.monoid}[${over}] ${foldText(e.args, inner)}`, undefined];
    }
    default:
      return unreachable(e);
  }
}

function argumentText(args: readonly Expr[], scope: Scope): string {
  const [only] = args;
  if (only !== undefined && args.length === 1) return held(only, level.prefix, scope);
  return `(${args.map((arg) => held(arg, loosest, scope)).join(", ")})`;
}

/** After a monoid's name a sign would subtract, and a parenthesis hold all that is reduced. */
function foldText(args: readonly Expr[], scope: Scope): string {
  const text = argumentText(args, scope);
  const [only] = args;
  if (only === undefined || args.length > 1) return text;
  const isWhole = printed(only, scope)[1] < level.prefix;
  return !isWhole && /^[-(]/.test(text) ? `(${text})` : text;
}

/** The scope inside a reduction, its variables named after their kind where that is free. */
function within(e: Reduction, over: readonly VariableId[], scope: Scope, mayHide: boolean): Scope {
  const names = new Map(scope.names);
  const outside = [...freeVariables(e)].map((v) => scope.names.get(v) ?? v);
  const taken = new Set([...scope.names.values(), ...outside, ...(mayHide ? [] : scope.left)]);
  for (const v of over) {
    const stem = stemOf(v);
    const isKind = scope.cascade.variables.get(stem)?.rank === scope.cascade.variables.get(v)?.rank;
    const name = isKind && !taken.has(stem) ? stem : v;
    taken.add(name);
    names.set(v, name);
  }
  return { ...scope, names };
}
