// Expressions: one `switch` over the syntax, each kind in a file of its own.
//
// In:  an expression as written, and where it stands.
// Out: a Value; undefined when something in it was wrong and has been reported.
// Not here: statements (statement.ts).

import type { Expression } from "../../../grammar/syntax.js";
import { unreachable } from "../../../grammar/span.js";
import type { Expr } from "../cascade.js";
import { accessValue, nameValue } from "./access.js";
import { binary, unary } from "./arithmetic.js";
import { builtinCall, builtinNames, isBuiltin } from "./builtin.js";
import { callValue, writtenCall } from "./call.js";
import { constant, made, type Context, type Value } from "./context.js";
import { report, tensorOf } from "./draft.js";
import { castFormat } from "./formats.js";
import { accumulateIn, product } from "./product.js";
import { builtinReduction, fold, reductionNames, type Reduction } from "./reduction.js";
import { typeOfFormat } from "./scalars.js";
import { meaningOf, nearest } from "./scope.js";

export function checkExpression(c: Context, e: Expression): Value | undefined {
  switch (e.kind) {
    case "number": {
      const type = e.isInteger ? "integer" : "real";
      return constant({ kind: "number", type, value: e.value, at: e.at });
    }
    case "boolean":
      return constant({ kind: "boolean", type: "boolean", value: e.value, at: e.at });
    case "name":
      return nameValue(c, e);
    case "access":
      return accessValue(c, e);
    case "field":
      return fieldValue(c, e);
    case "call":
      return call(c, e);
    case "reduce":
      return reduce(c, e);
    case "unary":
      return unary(c, e);
    case "binary":
      return e.operator === "*" || e.operator === "/" ? product(c, e) : binary(c, e);
    case "as":
      return cast(c, e);
    case "in":
      return accumulateIn(c, e);
    case "group":
      return checkExpression(c, e.inner);
    case "table":
      throw new Error("internal: a table outside a constant"); // the parser refuses it
    case "await":
    case "gradient":
      return report(c.draft, "E0607", e.at, [e.kind]);
    default:
      return unreachable(e);
  }
}

/** `a.m` in a monoid's merge. */
function fieldValue(c: Context, e: Extract<Expression, { kind: "field" }>): Value | undefined {
  const meaning = meaningOf(c.scope, `${e.object.text}.${e.field.text}`);
  if (meaning?.kind !== "local") {
    return report(c.draft, "E0214", e.at, [e.object.text, e.field.text]);
  }
  return constant({ kind: "local", type: "real", name: meaning.id, at: e.at });
}

function call(c: Context, e: Extract<Expression, { kind: "call" }>): Value | undefined {
  const written = writtenCall(c, e);
  if (written === "failed") return undefined;
  if (written !== undefined) return callValue(c, written, e.at);
  const found = c.draft.library.find(e.name.text, e.name.at);
  if (found !== "failed" && found?.kind === "monoid") {
    return monoidCall(c, e);
  }
  const isBuiltinCall = isBuiltin(e.name.text) && e.binds === undefined;
  if (found === undefined && isBuiltinCall) return builtinCall(c, e);
  if (found === undefined && e.binds !== undefined && reductionNames.includes(e.name.text)) {
    return builtinReduction(c, asReduction(e, e.binds));
  }
  return notCallable(c, e);
}

function notCallable(c: Context, e: Extract<Expression, { kind: "call" }>): undefined {
  const { draft } = c;
  const name = e.name.text;
  const meaning = meaningOf(c.scope, name);
  if (meaning?.kind === "poison") return undefined;
  if (meaning !== undefined) return report(draft, "E0215", e.at, [name, meaning.kind]);
  if (draft.library.find(name, e.name.at) !== undefined) {
    return report(draft, "E0209", e.name.at, [name, "format", "a cascade"]);
  }
  const known = [...builtinNames(), ...reductionNames, ...draft.library.names()];
  const meant = nearest(name, known);
  draft.scope.names.set(name, { kind: "poison", at: e.name.at });
  return report(draft, "E0201", e.name.at, [name, meant, true]);
}

/** `weighted_mean[m](S[m], V[m,f])`: read as a call, meant as a reduction. */
function monoidCall(c: Context, e: Extract<Expression, { kind: "call" }>): Value | undefined {
  if (e.binds === undefined) return report(c.draft, "E0717", e.at, [e.name.text]);
  return reduce(c, asReduction(e, e.binds));
}

function asReduction(
  e: Extract<Expression, { kind: "call" }>,
  binds: NonNullable<typeof e.binds>,
): Reduction {
  const over = binds.map((name) => ({ name, at: name.at }));
  const args = e.arguments.map((argument) => argument.value);
  return { kind: "reduce", name: e.name, over, arguments: args, at: e.at };
}

function reduce(c: Context, e: Reduction): Value | undefined {
  const { draft } = c;
  const found = draft.library.find(e.name.text, e.name.at);
  if (found === "failed") return undefined;
  if (found?.kind === "monoid") return fold(c, e, found.monoid);
  if (found?.kind === "cascade") {
    const written = writtenCall(c, e);
    return written === undefined || written === "failed" ? undefined : callValue(c, written, e.at);
  }
  if (found !== undefined) {
    return report(draft, "E0209", e.name.at, [e.name.text, found.kind, "a reduction"]);
  }
  if (reductionNames.includes(e.name.text)) return builtinReduction(c, e);
  const meaning = meaningOf(c.scope, e.name.text);
  if (meaning?.kind === "poison") return undefined;
  if (meaning !== undefined) {
    return report(draft, "E0209", e.name.at, [e.name.text, meaning.kind, "a reduction"]);
  }
  draft.scope.names.set(e.name.text, { kind: "poison", at: e.name.at });
  const known = [...reductionNames, ...draft.library.names()];
  return report(draft, "E0201", e.name.at, [e.name.text, nearest(e.name.text, known), true]);
}

/** `x as bf16`, `x as V` */
function cast(c: Context, e: Extract<Expression, { kind: "as" }>): Value | undefined {
  const operand = c.check(c, e.operand);
  const meaning = meaningOf(c.scope, e.format.name.text);
  const format =
    meaning?.kind === "tensor" ? tensorOf(c.draft, meaning.id).format : castFormat(c, e.format);
  if (operand === undefined || format === undefined) return undefined;
  if (format.kind === "block") return report(c.draft, "E0718", e.format.at, [format.format]);
  const type = typeOfFormat(format);
  if ((type === "boolean") !== (operand.expr.type === "boolean")) {
    return report(c.draft, "E0311", e.at, [operand.expr.type, type]);
  }
  const expr: Expr = { kind: "cast", type, format, arg: operand.expr, at: e.at };
  return made(c, expr, [operand]);
}
