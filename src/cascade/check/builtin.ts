// Functions that need no import: `exp(x)`, `size(i)`, `clamp(x, a, b)`, `normal(key, i)` …
//
// In:  a call of one of their names.
// Out: the node that it stands for.
// Not here: cascades and monoids (call.ts, reduction.ts).

import type { Argument, Expression } from "../../../grammar/syntax.js";
import type { BinaryOp, Distribution, Expr } from "../cascade.js";
import {
  isUnaryOp,
  mapExpr,
  together,
  unaryFunctions,
  unaryResult,
  wantInteger,
  wantNumber,
} from "./arithmetic.js";
import { all, constant, made, type Context, type Value } from "./context.js";
import { rankOf, report } from "./draft.js";
import { lookUp } from "./access.js";

export type Call = Extract<Expression, { kind: "call" }>;

/** Name, and how many arguments it takes. */
const arities: ReadonlyMap<string, readonly [number, number]> = new Map([
  ...[...unaryFunctions.keys()].map((name) => arity(name, 1, 1)),
  arity("size", 1, 1),
  arity("min", 2, 64),
  arity("max", 2, 64),
  arity("clamp", 3, 3),
  arity("uniform", 1, 5),
  arity("normal", 1, 5),
  arity("rademacher", 1, 5),
  arity("round_stochastic", 2, 6),
  arity("straight", 2, 2),
]);

function arity(name: string, least: number, most: number): [string, readonly [number, number]] {
  return [name, [least, most]];
}

export function isBuiltin(name: string): boolean {
  return arities.has(name);
}

export function builtinNames(): readonly string[] {
  return [...arities.keys()];
}

export function builtinCall(c: Context, e: Call): Value | undefined {
  const name = e.name.text;
  const [least, most] = arities.get(name) ?? [0, 0];
  const given = e.arguments.length;
  if (given < least || given > most) {
    const wanted = least === most ? String(least) : `${least} to ${most}`;
    return report(c.draft, "E0307", e.at, [name, wanted, given]);
  }
  const named = e.arguments.find((argument) => argument.name !== undefined)?.name;
  if (named !== undefined) return report(c.draft, "E0310", named.at, [name, named.text]);
  if (name === "size") return sizeOf(c, e);
  const parts = all(e.arguments.map((argument: Argument) => c.check(c, argument.value)));
  if (parts === undefined) return undefined;
  const expr = application(c, e, parts);
  return expr === undefined ? undefined : made(c, expr, parts);
}

/** `size(i)` */
function sizeOf(c: Context, e: Call): Value | undefined {
  const [argument] = e.arguments;
  if (argument?.value.kind !== "name") return report(c.draft, "E0212", e.at, []);
  const { name, at } = argument.value;
  const meaning = lookUp(c, { text: name, at });
  if (meaning === undefined) return undefined;
  if (meaning.kind !== "rank" && meaning.kind !== "variable") {
    return report(c.draft, "E0209", at, [name, meaning.kind, "a rank"]);
  }
  const rank = rankOf(c.draft, meaning.id);
  return constant({ kind: "size", type: "integer", rank, at: e.at });
}

function application(c: Context, e: Call, parts: readonly Value[]): Expr | undefined {
  const name = e.name.text;
  switch (name) {
    case "min":
    case "max":
    case "clamp":
      return extremum(c, e, name, parts);
    case "uniform":
    case "normal":
    case "rademacher":
      return random(c, e, name, parts);
    case "round_stochastic":
      return stochastic(c, e, parts);
    case "straight":
      return straight(c, e, parts);
    default: {
      const [x] = parts;
      if (x === undefined || !isUnaryOp(name)) throw new Error(`internal: no function ${name}`);
      if (!wantNumber(c, x, `\`${name}\``)) return undefined;
      return mapExpr(name, unaryResult(name, x.expr.type), [x.expr], e.at);
    }
  }
}

function extremum(
  c: Context,
  e: Call,
  op: BinaryOp | "clamp",
  parts: readonly Value[],
): Expr | undefined {
  const wrong = parts.filter((part) => !wantNumber(c, part, `\`${e.name.text}\``));
  const type = wrong.length > 0 ? undefined : together(c, parts, `\`${e.name.text}\``);
  const [first, ...rest] = parts.map((part) => part.expr);
  if (type === undefined || first === undefined) return undefined;
  if (op === "clamp") return mapExpr("clamp", type, [first, ...rest], e.at);
  return rest.reduce((left, right) => mapExpr(op, type, [left, right], e.at), first);
}

function random(
  c: Context,
  e: Call,
  distribution: Distribution,
  parts: readonly Value[],
): Expr | undefined {
  const wrong = parts.filter((part) => !wantInteger(c, part, `\`${e.name.text}\``));
  const [key, ...counters] = parts.map((part) => part.expr);
  if (wrong.length > 0 || key === undefined) return undefined;
  return { kind: "random", type: "real", distribution, key, counters, at: e.at };
}

/** `round_stochastic(x, key)`: where no counters are given, the variables of the left side. */
function stochastic(c: Context, e: Call, parts: readonly Value[]): Expr | undefined {
  const [x, ...integers] = parts;
  if (x === undefined || !wantNumber(c, x, "`round_stochastic`")) return undefined;
  const wrong = integers.filter((part) => !wantInteger(c, part, "`round_stochastic`"));
  const [key, ...given] = integers.map((part) => part.expr);
  if (wrong.length > 0 || key === undefined) return undefined;
  const own = c.statement.left.slice(0, 4).map((variable): Expr => {
    return { kind: "index", type: "integer", variable, at: e.at };
  });
  const counters = given.length > 0 ? given : own;
  return { kind: "stochastic", type: "integer", arg: x.expr, key, counters, at: e.at };
}

function straight(c: Context, e: Call, parts: readonly Value[]): Expr | undefined {
  const [value, derivative] = parts;
  if (value === undefined || derivative === undefined) return undefined;
  const type = together(c, parts, "`straight`");
  if (type === undefined) return undefined;
  return { kind: "straight", type, value: value.expr, derivative: derivative.expr, at: e.at };
}
