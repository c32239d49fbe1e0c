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
    case "call":     return call(e);
    case "reduce":   return reduction(e);
    case "unary":    return `(${e.operator} ${show(e.operand)})`;
    case "binary":   return `(${show(e.left)} ${e.operator} ${show(e.right)})`;
    case "as":       return `(${show(e.operand)} as ${e.format.name.text})`;
    case "in":       return `(${show(e.operand)} in ${e.format.text})`;
    case "table":    return `[${list(e.entries)}]`;
    case "group":    return `<${show(e.inner)}>`;
    case "await":    return `(await ${show(e.input)}${e.from ? ` from ${show(e.from)}` : ""})`;
    case "gradient": return `(gradient ${e.of.text} wrt ${e.wrt.map(textOf).join(", ")})`;
    default:         return unreachable(e);
  }
}

function list(all: readonly Expression[]): string {
  return all.map(show).join(", ");
}

function textOf(name: { readonly text: string }): string {
  return name.text;
}

type Kind<K extends Expression["kind"]> = Extract<Expression, { readonly kind: K }>;

function call(e: Kind<"call">): string {
  const binds = e.binds === undefined ? "" : `[${e.binds.map(textOf).join(", ")}]`;
  return `${e.name.text}${binds}(${e.arguments.map(argument).join(", ")})`;
}

function argument(a: Argument): string {
  return a.name === undefined ? show(a.value) : `${a.name.text} = ${show(a.value)}`;
}

function reduction(e: Kind<"reduce">): string {
  const over = e.over.map((rank) => rank.name.text).join(", ");
  const into = e.into === undefined ? "" : `; ${e.into.text}`;
  const several = e.arguments.length > 1 ? "…" : "";
  return `(${e.name.text}[${over}${into}] ${several}${list(e.arguments)})`;
}

/** A tree as text, without its spans. */
export function shape(file: File): string {
  return JSON.stringify(file, (key, value: unknown) => (key === "at" ? undefined : value));
}
