// An expression with every pair of parentheses that the precedences imply.

import { unreachable } from "../../grammar/span.js";
import type { Argument, Expression, File } from "../../grammar/syntax.js";

export function show(e: Expression): string {
  switch (e.kind) {
    case "number":   return e.text;
    case "boolean":  return String(e.value);
    case "name":     return e.name;
    case "access":   return `${e.name.text}[${list(e.indices)}]`;
    case "field":    return `${e.object.text}.${e.field.text}`;
    case "call":     return `${e.name.text}${binds(e.binds)}(${e.arguments.map(argument).join(", ")})`;
    case "reduce":   return `(${reduction(e)} ${e.arguments.length > 1 ? "…" : ""}${list(e.arguments)})`;
    case "unary":    return `(${e.operator} ${show(e.operand)})`;
    case "binary":   return `(${show(e.left)} ${e.operator} ${show(e.right)})`;
    case "as":       return `(${show(e.operand)} as ${e.format.name.text})`;
    case "in":       return `(${show(e.operand)} in ${e.format.text})`;
    case "table":    return `[${list(e.entries)}]`;
    case "group":    return `<${show(e.inner)}>`;
    case "await":    return `(await ${show(e.input)}${e.from ? ` from ${show(e.from)}` : ""})`;
    case "gradient": return `(gradient ${e.of.text} wrt ${e.wrt.map((name) => name.text).join(", ")})`;
    default:         return unreachable(e);
  }
}

function list(all: readonly Expression[]): string {
  return all.map(show).join(", ");
}

function binds(names: readonly { readonly text: string }[] | undefined): string {
  return names === undefined ? "" : `[${names.map((name) => name.text).join(", ")}]`;
}

function argument(a: Argument): string {
  return a.name === undefined ? show(a.value) : `${a.name.text} = ${show(a.value)}`;
}

function reduction(e: Extract<Expression, { readonly kind: "reduce" }>): string {
  const over = e.over.map((rank) => rank.name.text).join(", ");
  return `${e.name.text}[${over}${e.into === undefined ? "" : `; ${e.into.text}`}]`;
}

/** A tree as text, without its spans. */
export function shape(file: File): string {
  return JSON.stringify(file, (key, value: unknown) => (key === "at" ? undefined : value));
}
