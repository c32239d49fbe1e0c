// Contraction: a variable that two factors of a product use, and that nothing binds, is summed.
//
// In:  `a * b / c` as written.
// Out: the product, under a `reduce` with `contraction: true` where it sums.
// Not here: sums that are written out (reduction.ts); free variables left over (assign.ts).

import type { Expression } from "../../../grammar/syntax.js";
import type { Expr, FloatName, VariableId } from "../cascade.js";
import { mapExpr, wantNumber, widest } from "./arithmetic.js";
import { all, made, type Context, type Value } from "./context.js";
import { report } from "./draft.js";

type Binary = Extract<Expression, { kind: "binary" }>;

interface Factor {
  readonly e: Expression;
  readonly isDivisor: boolean;
}

/** Factors joined by `*` and `/`, from left to right. A parenthesis is one factor. */
function factorsOf(e: Expression): readonly Factor[] {
  const factors: Factor[] = [];
  let rest = e;
  while (rest.kind === "binary" && (rest.operator === "*" || rest.operator === "/")) {
    factors.unshift({ e: rest.right, isDivisor: rest.operator === "/" });
    rest = rest.left;
  }
  return [{ e: rest, isDivisor: false }, ...factors];
}

export function product(c: Context, e: Binary): Value | undefined {
  const factors = factorsOf(e);
  const parts = all(factors.map((factor) => c.check(c, factor.e)));
  if (parts === undefined) return undefined;
  const numbers = parts.filter((part) => wantNumber(c, part, "a product"));
  if (numbers.length < parts.length) return undefined;

  const exprs = parts.map((part) => part.expr);
  const whole = made(c, multiply(exprs, factors, e), parts);
  const summed = sharedVariables(parts).filter((v) => whole.free.has(v));
  if (summed.length === 0) return whole;
  const free = new Map([...whole.free].filter(([v]) => !summed.includes(v)));
  const expr: Expr = {
    kind: "reduce",
    op: "sum",
    type: whole.expr.type,
    over: summed,
    body: whole.expr,
    contraction: true,
    accumulate: undefined,
    at: e.at,
  };
  return { expr, free, closed: new Set([...whole.closed, ...summed]) };
}

function multiply(exprs: readonly Expr[], factors: readonly Factor[], e: Binary): Expr {
  const [first, ...rest] = exprs;
  if (first === undefined) throw new Error("internal: a product without factors");
  return rest.reduce((left, right, n) => {
    const isDivisor = factors[n + 1]?.isDivisor === true;
    const type = isDivisor ? "real" : widest([left.type, right.type]);
    const at = { ...e.at, end: right.at.end };
    return mapExpr(isDivisor ? "div" : "mul", type, [left, right], at);
  }, first);
}

/** Variables that are free in two factors or more, in the order in which they come in. */
function sharedVariables(parts: readonly Value[]): readonly VariableId[] {
  const counts = new Map<VariableId, number>();
  for (const part of parts)
    for (const v of part.free.keys()) counts.set(v, (counts.get(v) ?? 0) + 1);
  return [...counts].flatMap(([v, count]) => (count >= 2 ? [v] : []));
}

const accumulators: ReadonlySet<string> = new Set(["f64", "f32", "f16", "bf16"]);

/** `a * b in f64`: the format in which the contraction, or the reduction, accumulates. */
export function accumulateIn(
  c: Context,
  e: Extract<Expression, { kind: "in" }>,
): Value | undefined {
  const operand = c.check(c, e.operand);
  if (operand === undefined) return undefined;
  const name = e.format.text;
  if (!isAccumulator(name)) return report(c.draft, "E0308", e.format.at, [name]);
  if (operand.expr.kind !== "reduce") return report(c.draft, "E0309", e.at, []);
  return { ...operand, expr: { ...operand.expr, accumulate: name } };
}

function isAccumulator(name: string): name is FloatName {
  return accumulators.has(name);
}
