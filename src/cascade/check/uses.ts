// Which definitions a definition names: its calls, its reductions, its formats.
//
// In:  a definition as written.
// Out: the names, each with its first place. A name that means something else may be among them.

import type { Span } from "../../../grammar/span.js";
import type {
  Definition,
  Expression,
  FormatReference,
  Parameter,
  Statement,
  TensorDeclaration,
} from "../../../grammar/syntax.js";
import { statementsDeep } from "./survey.js";

export function usesOf(d: Definition): ReadonlyMap<string, Span> {
  const uses = new Map<string, Span>();
  const note = (name: { readonly text: string; readonly at: Span }): void => {
    if (!uses.has(name.text)) uses.set(name.text, name.at);
  };
  const visit = (e: Expression | undefined): void => {
    if (e === undefined) return;
    if (e.kind === "call" || e.kind === "reduce") note(e.name);
    if (e.kind === "as") note(e.format.name);
    for (const inner of partsOf(e)) visit(inner);
  };
  const format = (ref: FormatReference | undefined): void => {
    if (ref === undefined) return;
    note(ref.name);
    ref.arguments.forEach((argument) => visit(argument.value));
  };
  const tensor = (t: TensorDeclaration): void => {
    format(t.format);
    visit(t.value);
  };
  for (const e of expressionsOf(d)) visit(e);
  if (d.kind === "monoid") return uses;
  const results = d.kind === "format" ? [d.subject] : d.results;
  const parameters = d.parameters.flatMap((p) => (p.kind === "tensor" ? [p.tensor] : []));
  for (const t of [...parameters, ...results]) tensor(t);
  for (const s of statementsDeep(d.body)) {
    if (s.kind === "declare") s.tensors.forEach(tensor);
    if (s.kind === "store") tensor(s.tensor);
    if (s.kind === "assign") s.targets.forEach((target) => format(target.format));
  }
  return uses;
}

function expressionsOf(d: Definition): readonly (Expression | undefined)[] {
  if (d.kind === "monoid") {
    return [
      d.result,
      ...[d.lift, d.merge].flatMap((f) => [...f.lets, ...f.fields].map((x) => x.value)),
    ];
  }
  const defaults = d.parameters.map((p: Parameter) =>
    p.kind === "tensor" ? p.tensor.value : p.value,
  );
  return [...defaults, ...[...statementsDeep(d.body)].flatMap(expressionsIn)];
}

function expressionsIn(s: Statement): readonly (Expression | undefined)[] {
  switch (s.kind) {
    case "assign":
      return [...s.targets.flatMap((target) => target.indices), s.value];
    case "store":
    case "read":
    case "rank":
      return [s.value];
    case "const":
      return s.constants.map((constant) => constant.value);
    case "split":
      return [s.factor];
    case "expect":
      return s.conditions;
    case "orient":
    case "when":
      return [s.condition];
    case "repeat":
      return [s.count, s.until];
    case "every":
      return [s.count];
    default:
      return [];
  }
}

/** The expressions directly below. */
export function partsOf(e: Expression): readonly Expression[] {
  switch (e.kind) {
    case "access":
      return e.indices;
    case "call":
      return e.arguments.map((argument) => argument.value);
    case "reduce":
      return e.arguments;
    case "unary":
    case "as":
    case "in":
      return [e.operand];
    case "binary":
      return [e.left, e.right];
    case "group":
      return [e.inner];
    case "table":
      return e.entries;
    default:
      return [];
  }
}
