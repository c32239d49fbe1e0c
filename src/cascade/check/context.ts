// Where an expression stands, and what is known of it once it is checked.
//
// In:  the block and statement around an expression.
// Out: Context, handed down; Value, handed up, with the variables that nothing has bound yet.
// Not here: the rules themselves (expression.ts and its neighbours).

import type { Diagnostic } from "../../../grammar/diagnostic.js";
import type { Span } from "../../../grammar/span.js";
import type { Expression } from "../../../grammar/syntax.js";
import type { Expr, Statement, ValueType, VariableId } from "../cascade.js";
import { report, type Draft } from "./draft.js";
import type { Scope } from "./scope.js";

export interface Context {
  readonly draft: Draft;
  readonly scope: Scope;
  /** Variables that something binds here: the left side, a reduction, a loop. */
  readonly bound: ReadonlySet<VariableId>;
  readonly statement: Place;
  /** Checks an expression below this one. (Here, so that files need not import in a circle.) */
  readonly check: Check;
}

export type Check = (c: Context, e: Expression) => Value | undefined;

/** What holds for a whole statement. */
export interface Place {
  /** Variables of the left side. */
  readonly left: readonly VariableId[];
  /** Variables of the loops around. */
  readonly loops: ReadonlySet<VariableId>;
  /** Names that the statement mentions. Filled only where there is a split. */
  readonly mentions: ReadonlySet<string>;
  /** Those of them that stand alone as an index. */
  readonly indexed: ReadonlySet<string>;
  /** Statements to stand before this one; undefined: a call cannot stand here, and why. */
  readonly hoisted: Statement[] | undefined;
  readonly what: string;
}

/** A checked expression. `undefined` in its place: what is wrong with it has been reported. */
export interface Value {
  readonly expr: Expr;
  /** Variables that it varies over and that nothing binds yet. */
  readonly free: Uses;
  /** Variables that a product inside it has summed over. */
  readonly closed: ReadonlySet<VariableId>;
}

export type Uses = ReadonlyMap<VariableId, Use>;

/** The access that brings a variable in. */
export interface Use {
  readonly at: Span;
  readonly text: string;
}

const none: Uses = new Map();
const nothing: ReadonlySet<VariableId> = new Set();

/** A value that varies over nothing unbound. */
export function constant(expr: Expr): Value {
  return { expr, free: none, closed: nothing };
}

/** `expr` made of `parts`; a variable that one part sums and another leaves free is an error. */
export function made(c: Context, expr: Expr, parts: readonly Value[]): Value {
  const [only, second] = parts;
  if (only === undefined) return constant(expr);
  if (second === undefined) return { ...only, expr };
  const free = new Map<VariableId, Use>();
  for (const part of parts) for (const [v, use] of part.free) if (!free.has(v)) free.set(v, use);
  const closed = new Set(parts.flatMap((part) => [...part.closed]));
  for (const v of closed) {
    const use = free.get(v);
    if (use === undefined) continue;
    report(c.draft, "E0413", use.at, [v, use.text]);
    free.delete(v);
  }
  return { expr, free, closed };
}

/** Parts that all checked, or undefined. */
export function all(parts: readonly (Value | undefined)[]): readonly Value[] | undefined {
  const found = parts.filter((part) => part !== undefined);
  return found.length === parts.length ? found : undefined;
}

export function textOf(at: Span): string {
  const text = at.source.text.slice(at.start, at.end).replace(/\s+/g, " ");
  return text.length <= 40 ? text : `${text.slice(0, 37)}...`;
}

export const kindNames: Readonly<Record<ValueType, string>> = {
  real: "a real",
  integer: "an integer",
  boolean: "a boolean",
};

/** `c` with more variables bound. */
export function binding(c: Context, variables: readonly VariableId[]): Context {
  return { ...c, bound: new Set([...c.bound, ...variables]) };
}

export type Notes = Diagnostic["notes"];
