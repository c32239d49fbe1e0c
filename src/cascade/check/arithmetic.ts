// Kinds of values: operators and functions of real, integer and boolean arguments.
//
// In:  checked operands.
// Out: one `map`, `where` or `else` node with its kind.
// Not here: products (product.ts), reductions (reduction.ts).

import type { Span } from "../../../grammar/span.js";
import type { BinaryOperator, Expression } from "../../../grammar/syntax.js";
import type { BinaryOp, Expr, MapOp, UnaryOp, ValueType } from "../cascade.js";
import { all, kindNames, made, type Context, type Value } from "./context.js";
import { report } from "./draft.js";

type Binary = Extract<Expression, { kind: "binary" }>;
type Unary = Extract<Expression, { kind: "unary" }>;

const operators: ReadonlyMap<BinaryOperator, BinaryOp> = new Map([
  ["^", "pow"],
  ["*", "mul"],
  ["/", "div"],
  ["div", "floordiv"],
  ["mod", "mod"],
  ["+", "add"],
  ["-", "sub"],
  ["==", "eq"],
  ["!=", "ne"],
  ["<", "lt"],
  ["<=", "le"],
  [">", "gt"],
  [">=", "ge"],
  ["and", "and"],
  ["or", "or"],
]);

/** Result kind of a function of one number; "same" keeps an integer an integer. */
export const unaryFunctions: ReadonlyMap<string, "same" | ValueType> = new Map([
  ["abs", "same"],
  ["sign", "same"],
  ["sqrt", "real"],
  ["exp", "real"],
  ["log", "real"],
  ["log2", "real"],
  ["sin", "real"],
  ["cos", "real"],
  ["tanh", "real"],
  ["erf", "real"],
  ["sigmoid", "real"],
  ["softplus", "real"],
  ["logsigmoid", "real"],
  ["silu", "real"],
  ["gelu", "real"],
  ["floor", "integer"],
  ["ceil", "integer"],
  ["round", "integer"],
  ["isfinite", "boolean"],
]);

export function mapExpr(op: MapOp, type: ValueType, args: readonly Expr[], at: Span): Expr {
  return { kind: "map", op, type, args, at };
}

/** Says that `value` ought to be a number, unless it is one. */
export function wantNumber(c: Context, value: Value, what: string): boolean {
  if (value.expr.type !== "boolean") return true;
  report(c.draft, "E0301", value.expr.at, [what, "numbers", kindNames.boolean]);
  return false;
}

export function wantBoolean(c: Context, value: Value, what: string): boolean {
  if (value.expr.type === "boolean") return true;
  report(c.draft, "E0305", value.expr.at, [what, kindNames[value.expr.type]]);
  return false;
}

export function wantInteger(c: Context, value: Value, what: string): boolean {
  if (value.expr.type === "integer") return true;
  report(c.draft, "E0301", value.expr.at, [what, "integers", kindNames[value.expr.type]]);
  return false;
}

/** The kind of two numbers taken together. */
export function widest(types: readonly ValueType[]): ValueType {
  return types.every((type) => type === "integer") ? "integer" : "real";
}

export function unary(c: Context, e: Unary): Value | undefined {
  const operand = c.check(c, e.operand);
  if (operand === undefined) return undefined;
  if (e.operator === "not") {
    if (!wantBoolean(c, operand, "`not`")) return undefined;
    return made(c, mapExpr("not", "boolean", [operand.expr], e.at), [operand]);
  }
  if (!wantNumber(c, operand, "`-`")) return undefined;
  return made(c, mapExpr("neg", operand.expr.type, [operand.expr], e.at), [operand]);
}

/** Every operator but `*` and `/`. */
export function binary(c: Context, e: Binary): Value | undefined {
  const parts = all(
    isComparison(e.operator)
      ? [comparand(c, e.left), comparand(c, e.right)]
      : [c.check(c, e.left), c.check(c, e.right)],
  );
  const [left, right] = parts ?? [];
  if (left === undefined || right === undefined) return undefined;
  const expr = combine(c, e, left, right);
  return expr === undefined ? undefined : made(c, expr, [left, right]);
}

function combine(c: Context, e: Binary, left: Value, right: Value): Expr | undefined {
  const what = `\`${e.operator}\``;
  switch (e.operator) {
    case "where":
      if (!wantBoolean(c, right, what)) return undefined;
      return {
        kind: "where",
        type: left.expr.type,
        value: left.expr,
        predicate: right.expr,
        at: e.at,
      };
    case "else": {
      const type = together(c, [left, right], what);
      if (type === undefined) return undefined;
      return { kind: "else", type, first: left.expr, second: right.expr, at: e.at };
    }
    case "and":
    case "or":
      if (![wantBoolean(c, left, what), wantBoolean(c, right, what)].every(Boolean))
        return undefined;
      return pair(e, "boolean", left, right);
    case "==":
    case "!=":
      return together(c, [left, right], what) && pair(e, "boolean", left, right);
    case "div":
    case "mod":
      if (![wantInteger(c, left, what), wantInteger(c, right, what)].every(Boolean))
        return undefined;
      return pair(e, "integer", left, right);
    default:
      if (![wantNumber(c, left, what), wantNumber(c, right, what)].every(Boolean)) return undefined;
      if (isComparison(e.operator)) return pair(e, "boolean", left, right);
      if (e.operator === "^") return power(c, e, left, right);
      return pair(e, widest([left.expr.type, right.expr.type]), left, right);
  }
}

function pair(e: Binary, type: ValueType, left: Value, right: Value): Expr {
  const op = operators.get(e.operator);
  if (op === undefined) throw new Error(`internal: no operator ${e.operator}`);
  return mapExpr(op, type, [left.expr, right.expr], e.at);
}

/** `^`: of two integers an integer, so the exponent must not be negative. */
function power(c: Context, e: Binary, left: Value, right: Value): Expr | undefined {
  const type = widest([left.expr.type, right.expr.type]);
  if (type === "integer" && isNegative(right.expr)) {
    return report(c.draft, "E0303", right.expr.at, []);
  }
  return pair(e, type, left, right);
}

function isNegative(e: Expr): boolean {
  if (e.kind === "number") return e.value < 0;
  return e.kind === "map" && e.op === "neg" && e.args[0]?.kind === "number" && e.args[0].value > 0;
}

/** The kind of values of which one is taken; undefined, and reported, when some are boolean. */
export function together(
  c: Context,
  values: readonly Value[],
  what: string,
): ValueType | undefined {
  const types = values.map((value) => value.expr.type);
  if (types.every((type) => type === "boolean")) return "boolean";
  const wrong = values.find((value) => value.expr.type === "boolean");
  if (wrong === undefined) return widest(types);
  return report(c.draft, "E0301", wrong.expr.at, [
    what,
    "two values of one kind",
    kindNames.boolean,
  ]);
}

function isComparison(operator: BinaryOperator): boolean {
  return ["==", "!=", "<", "<=", ">", ">="].includes(operator);
}

/** One side of a comparison, where alone `inf` may stand. */
function comparand(c: Context, e: Expression): Value | undefined {
  const isNegated = e.kind === "unary" && e.operator === "-";
  const inner = isNegated ? e.operand : e;
  if (inner.kind !== "name" || inner.name !== "inf") return c.check(c, e);
  const value = isNegated ? -Infinity : Infinity;
  return {
    expr: { kind: "number", type: "real", value, at: e.at },
    free: new Map(),
    closed: new Set(),
  };
}

/** Kind of a function of one number. */
export function unaryResult(name: string, argument: ValueType): ValueType {
  const kind = unaryFunctions.get(name);
  return kind === "same" ? argument : (kind ?? "real");
}

export function isUnaryOp(name: string): name is UnaryOp {
  return unaryFunctions.has(name);
}
