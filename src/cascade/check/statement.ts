// Statements in text order: assignments, loops and branches.
//
// In:  a body as written, after its declarations (declare.ts).
// Out: the body of the cascade.
// Not here: assignments themselves (assign.ts), what holds for the whole body (contract.ts).

import type { Expression, Statement as Written } from "../../../grammar/syntax.js";
import { unreachable, type Span } from "../../../grammar/span.js";
import type { Expr, Statement, VariableId } from "../cascade.js";
import { lookUp } from "./access.js";
import { assign } from "./assign.js";
import { renameApart } from "./apart.js";
import { bodyNote } from "./contract.js";
import type { Context, Place } from "./context.js";
import { wantBoolean, wantInteger } from "./arithmetic.js";
import { builtinScalar } from "./scalars.js";
import { report } from "./draft.js";
import { checkExpression } from "./expression.js";
import { readStored, storeTensor } from "./stored.js";
import { reportFree } from "./free.js";
import { openScope } from "./scope.js";
import { isStatic } from "./static.js";
import { collectMentions } from "./survey.js";

/** What surrounds a block. */
export interface Block {
  readonly context: Context;
  /** Conditions under which the block is carried out. */
  readonly conditions: readonly Expr[];
}

export function checkBody(block: Block, body: readonly Written[]): readonly Statement[] {
  const out: Statement[] = [];
  for (const s of body) checkStatement(block, s, out);
  return out;
}

function checkStatement(block: Block, s: Written, out: Statement[]): void {
  const c = placeOf(block.context, s, out);
  switch (s.kind) {
    case "assign":
      return assign(c, s);
    case "store":
      return storeTensor(c, s);
    case "read":
      return readStored(c, s);
    case "repeat":
      return repeat(block, c, s, out);
    case "scan":
      return scan(block, c, s, out);
    case "every":
      return every(block, c, s, out);
    case "when":
      return when(block, c, s, out);
    case "expect":
    case "numerics":
    case "deterministic":
    case "orient":
    case "shard":
      return bodyNote(
        { ...c, statement: { ...c.statement, hoisted: undefined } },
        s,
        block.conditions,
      );
    case "declare":
    case "const":
    case "index":
    case "rank":
    case "split":
      return; // declare.ts
    default:
      return unreachable(s);
  }
}

/** The context of one statement. */
function placeOf(c: Context, s: Written, out: Statement[]): Context {
  const mentions = { names: new Set<string>(), indexed: new Set<string>() };
  if (c.draft.splits.size > 0) {
    const expressions =
      s.kind === "assign"
        ? [...s.targets.flatMap((target) => target.indices), s.value]
        : s.kind === "store" || s.kind === "read"
          ? [s.value]
          : [];
    for (const e of expressions) collectMentions(e, mentions);
    if (s.kind === "store") s.tensor.dimensions.forEach((d) => mentions.names.add(d.name.text));
  }
  const { names, indexed } = mentions;
  const statement: Place = { ...c.statement, left: [], mentions: names, indexed, hoisted: out };
  return { ...c, statement };
}

/** A scalar of a statement's head: of no rank, checked where a call can be put before it. */
function headScalar(c: Context, e: Expression): Expr | undefined {
  const value = c.check(c, e);
  if (value === undefined || !reportFree(c, value)) return undefined;
  return renameApart(c.draft, value.expr, new Set(c.statement.loops));
}

function inner(c: Context, loops: readonly VariableId[] = []): Context {
  const bound = new Set([...c.bound, ...loops]);
  const statement = { ...c.statement, loops: new Set([...c.statement.loops, ...loops]) };
  return { ...c, scope: openScope(c.scope), bound, statement };
}

function repeat(
  block: Block,
  c: Context,
  s: Extract<Written, { kind: "repeat" }>,
  out: Statement[],
): void {
  const count = headScalar(c, s.count);
  if (count !== undefined)
    wantInteger(c, { expr: count, free: new Map(), closed: new Set() }, "`repeat`");
  const guard = { ...c, statement: { ...c.statement, hoisted: undefined, what: "an `until`" } };
  const until = s.until === undefined ? undefined : headScalar(guard, s.until);
  if (until !== undefined)
    wantBoolean(c, { expr: until, free: new Map(), closed: new Set() }, "`until`");
  const body = checkBody({ ...block, context: inner(block.context) }, s.body);
  if (count === undefined) return;
  out.push({ kind: "repeat", count, until, body, at: s.at });
}

function scan(
  block: Block,
  c: Context,
  s: Extract<Written, { kind: "scan" }>,
  out: Statement[],
): void {
  const meaning = lookUp(c, s.variable);
  const isVariable = meaning?.kind === "rank" || meaning?.kind === "variable";
  if (meaning !== undefined && !isVariable) {
    report(c.draft, "E0209", s.variable.at, [s.variable.text, meaning.kind, "a rank or an index"]);
  }
  if (isVariable && c.statement.loops.has(meaning.id)) {
    report(c.draft, "E0609", s.variable.at, [s.variable.text]);
  }
  const loops = isVariable ? [meaning.id] : [];
  const body = checkBody({ ...block, context: inner(block.context, loops) }, s.body);
  if (!isVariable) return;
  out.push({ kind: "scan", variable: meaning.id, backwards: s.backwards, body, at: s.at });
}

/** `every n { … }` is `when (t - 1) mod n == 0 { … }`. */
function every(
  block: Block,
  c: Context,
  s: Extract<Written, { kind: "every" }>,
  out: Statement[],
): void {
  const count = headScalar(c, s.count);
  const step = builtinScalar(c.draft, "t", s.count.at);
  if (step === undefined) report(c.draft, "E0602", s.at, []);
  if (count !== undefined)
    wantInteger(c, { expr: count, free: new Map(), closed: new Set() }, "`every`");
  const condition =
    count === undefined || step === undefined ? undefined : isTurn(step, count, s.count.at);
  const conditions = condition === undefined ? block.conditions : [...block.conditions, condition];
  const then = checkBody({ conditions, context: inner(block.context) }, s.body);
  if (condition === undefined) return;
  out.push({ kind: "when", condition, isStatic: false, then, otherwise: [], at: s.at });
}

function isTurn(step: Expr, count: Expr, at: Span): Expr {
  const number = (value: number): Expr => ({ kind: "number", type: "integer", value, at });
  const before: Expr = { kind: "map", op: "sub", type: "integer", args: [step, number(1)], at };
  const rest: Expr = { kind: "map", op: "mod", type: "integer", args: [before, count], at };
  return { kind: "map", op: "eq", type: "boolean", args: [rest, number(0)], at };
}

function when(
  block: Block,
  c: Context,
  s: Extract<Written, { kind: "when" }>,
  out: Statement[],
): void {
  const checked = headScalar(c, s.condition);
  const value =
    checked === undefined
      ? undefined
      : { expr: checked, free: new Map(), closed: new Set<string>() };
  const condition = value !== undefined && wantBoolean(c, value, "`when`") ? checked : undefined;
  const holds = condition === undefined ? [] : [condition];
  const fails = holds.map((arg): Expr => {
    return { kind: "map", op: "not", type: "boolean", args: [arg], at: arg.at };
  });
  const branch = (conditions: readonly Expr[], body: readonly Written[]): readonly Statement[] => {
    const all = [...block.conditions, ...conditions];
    return checkBody({ conditions: all, context: inner(block.context) }, body);
  };
  const then = branch(holds, s.then);
  const otherwise = branch(fails, s.otherwise);
  if (condition === undefined) return;
  const decided = isStatic(c.draft.scalars, condition);
  out.push({ kind: "when", condition, isStatic: decided, then, otherwise, at: s.at });
}

export { checkExpression };
