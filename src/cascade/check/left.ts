// The left side of an assignment: what may be assigned, and which variables it names.
//
// In:  targets as written.
// Out: the tensor assigned to; variables that the statement binds.
// Not here: the right side (assign.ts), results of calls (results.ts).

import type { Expression, Name } from "../../../grammar/syntax.js";
import type { Tensor } from "../cascade.js";
import { lookUp } from "./access.js";
import { textOf, type Context } from "./context.js";
import { report, tensorOf } from "./draft.js";

/** An index on the left is a name: a scatter is a reduction on the right. */
export function leftName(c: Context, e: Expression): Name | undefined {
  if (e.kind === "name") return { text: e.name, at: e.at };
  return report(c.draft, "E0405", e.at, [textOf(e.at)]);
}

const assignableRoles: ReadonlySet<Tensor["role"]> = new Set(["out", "param", "state", "let"]);

/** The tensor that `name` means, if one may assign to it. */
export function assignable(c: Context, name: Name): Tensor | undefined {
  const meaning = lookUp(c, name);
  if (meaning === undefined) return undefined;
  if (meaning.kind !== "tensor") {
    return report(
      c.draft,
      "E0601",
      name.at,
      [name.text, `a ${meaning.kind}`],
      [{ text: "introduced here", at: meaning.at }],
    );
  }
  const tensor = tensorOf(c.draft, meaning.id);
  if (assignableRoles.has(tensor.role)) return tensor;
  return report(
    c.draft,
    "E0601",
    name.at,
    [name.text, roleNames[tensor.role]],
    [{ text: "introduced here", at: tensor.at }],
  );
}

const roleNames: Readonly<Record<Tensor["role"], string>> = {
  in: "a parameter of the cascade",
  out: "an output",
  param: "a param",
  grad: "a gradient",
  input: "an input",
  state: "a state",
  let: "a let",
  const: "a constant",
  store: "a stored tensor",
};
