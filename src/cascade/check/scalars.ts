// Scalars: those that every optimizer has, those of a header, and constants.
//
// In:  a name; `lr = 1e-3 in 0..1`; `const a = 3.4445`.
// Out: scalars of the draft with their kinds.
// Not here: tensors of no rank (declare.ts).

import type { Span } from "../../../grammar/span.js";
import type { Expr, Format, Scalar, ValueType } from "../cascade.js";
import type { Draft } from "./draft.js";

/** `t` and `key` of an optimizer, `key` of a format; in the cascade once something asks. */
export function builtinScalar(draft: Draft, name: string, at: Span): Expr | undefined {
  const isStep = name === "t" && draft.kind === "optimizer";
  const isKey = name === "key" && draft.kind !== "cascade";
  if (!isStep && !isKey) return undefined;
  const scalar: Scalar = {
    id: name,
    role: isStep ? "step" : "key",
    type: "integer",
    value: undefined,
    low: undefined,
    high: undefined,
    at,
  };
  if (!draft.scalars.has(name)) draft.scalars.set(name, scalar);
  return { kind: "scalar", type: "integer", scalar: name, at };
}

export function typeOfFormat(format: Format): ValueType {
  switch (format.kind) {
    case "float":
    case "block":
      return "real";
    case "integer":
    case "index":
      return "integer";
    case "bool":
      return "boolean";
  }
}

export function nameOfFormat(format: Format): string {
  switch (format.kind) {
    case "float":
      return format.name;
    case "integer":
      return `${format.signed ? "i" : "u"}${format.bits}`;
    case "bool":
      return "bool";
    case "index":
      return format.rank;
    case "block":
      return format.format;
  }
}
