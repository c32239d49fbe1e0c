// Block formats: a definition that makes a format for each choice of its statics.
//
// In:  `format dynamic8(static signed = true) of x[n] { … }`, and values of the statics.
// Out: a BlockFormat: the cascade that encodes, the expression that reads.
// Not here: `store` and `read` themselves (stored.ts).

import type { Diagnostic } from "../../../grammar/diagnostic.js";
import type { FormatDefinition } from "../../../grammar/syntax.js";
import type { BlockFormat } from "../cascade.js";
import { checkDraft, widen } from "./cascades.js";
import type { Definition, Library, Statics } from "./definition.js";
import { hasErrors, openDraft, report, type Draft } from "./draft.js";
import { evaluate } from "./static.js";

/** The definition is checked at once, with the defaults, and again for other statics. */
export function checkFormat(
  d: FormatDefinition,
  library: Library,
  problems: Diagnostic[],
): Definition | undefined {
  const made = new Map<string, BlockFormat | undefined>();
  const statics = d.parameters.flatMap((p) => {
    return p.kind === "scalar" && p.isStatic ? [p.name.text] : [];
  });
  const make = (given: Statics): BlockFormat | undefined => {
    const id = formatId(d.name.text, given);
    if (!made.has(id)) made.set(id, makeFormat(d, id, given, library, problems));
    return made.get(id);
  };
  const before = problems.length;
  make(new Map());
  if (made.get(d.name.text) === undefined || hasErrors(problems.slice(before))) return undefined;
  return { kind: "format", format: { name: d.name.text, statics, make } };
}

/** As it is printed: `affine_group(bits = 8)`. */
function formatId(name: string, given: Statics): string {
  if (given.size === 0) return name;
  return `${name}(${[...given].map(([key, value]) => `${key} = ${value}`).join(", ")})`;
}

function makeFormat(
  d: FormatDefinition,
  id: string,
  given: Statics,
  library: Library,
  problems: Diagnostic[],
): BlockFormat | undefined {
  const parameters = [{ kind: "tensor", tensor: d.subject } as const, ...d.parameters];
  const { draft, encode } = widen((widened) => {
    const opened = openDraft("format", d.name.text, library, widened);
    fixStatics(opened, d, given);
    opened.subject = d.subject.name.text;
    return { draft: opened, encode: checkDraft(opened, { ...d, parameters, results: [] }) };
  });
  const [dimension, second] = d.subject.dimensions;
  if (dimension === undefined || second !== undefined) {
    report(draft, "E0727", d.subject.at, [d.subject.dimensions.length]);
  }
  const stores = [...encode.tensors.values()].filter((tensor) => tensor.role === "store");
  const isGood = !draft.isBroken && !hasErrors(draft.problems);
  if (isGood && draft.read === undefined) report(draft, "E0616", d.name.at, [d.name.text]);
  problems.push(...draft.problems);
  if (
    draft.isBroken ||
    hasErrors(draft.problems) ||
    dimension === undefined ||
    draft.read === undefined
  ) {
    return undefined;
  }
  return {
    id,
    encode: { ...encode, scalars: withStatics(draft) },
    subject: d.subject.name.text,
    variable: dimension.name.text,
    stores: stores.map((tensor) => tensor.id),
    read: draft.read,
  };
}

/** Values given win over defaults; a default of numbers is fixed too. */
function fixStatics(draft: Draft, d: FormatDefinition, given: Statics): void {
  for (const p of d.parameters) {
    if (p.kind !== "scalar") continue;
    if (!p.isStatic) report(draft, "E0728", p.at, [p.name.text]);
    const { value } = p;
    const own = value?.kind === "number" || value?.kind === "boolean" ? value.value : undefined;
    const fixed = given.get(p.name.text) ?? own;
    if (fixed !== undefined) draft.fixed.set(p.name.text, fixed);
  }
}

/** The scalars, each fixed static with its value. */
function withStatics(draft: Draft): BlockFormat["encode"]["scalars"] {
  return new Map(
    [...draft.scalars].map(([id, scalar]) => {
      const fixed =
        draft.fixed.get(id) ??
        (scalar.value === undefined
          ? undefined
          : evaluate(scalar.value, (s) => draft.fixed.get(s)));
      if (scalar.role !== "static" || fixed === undefined) return [id, scalar];
      const { type, at } = scalar;
      return typeof fixed === "boolean"
        ? [id, { ...scalar, value: { kind: "boolean", type: "boolean", value: fixed, at } }]
        : [id, { ...scalar, value: { kind: "number", type, value: fixed, at } }];
    }),
  );
}
