// The body of a block format: what it stores, and what `read` gives back.
//
// In:  `store s[b] : f32 = …`, `read T[q[n]] * s[b]`.
// Out: stored tensors; an expression of them and of tables alone.
// Not here: the format as a whole (blocks.ts).

import type { Statement as Written } from "../../../grammar/syntax.js";
import { f32, type Expr, type Statement, type VariableId } from "../cascade.js";
import { substitute, rewrite, tensorsRead } from "../walk.js";
import { renameApart } from "./apart.js";
import { binding, kindNames, type Context } from "./context.js";
import { dimensionsOf } from "./declare.js";
import { introduce, rankOf, report, tensorOf, variableBeside } from "./draft.js";
import { declaredFormat } from "./formats.js";
import { reportFree } from "./free.js";
import { fitFormat, isWhole } from "./whole.js";
import { nameOfFormat, typeOfFormat } from "./scalars.js";

export function storeTensor(c: Context, s: Extract<Written, { kind: "store" }>): void {
  const { draft } = c;
  if (draft.kind !== "format") return report(draft, "E0603", s.at, ["store"]);
  const { name } = s.tensor;
  const variables = dimensionsOf(
    c,
    s.tensor.dimensions.map((d) => d.name),
  );
  const format =
    s.tensor.format === undefined ? f32 : declaredFormat(c, s.tensor.format, variables ?? []);
  const left = variables ?? [];
  const inner = { ...binding(c, left), statement: { ...c.statement, left } };
  const value = inner.check(inner, s.value);
  const isBound = value !== undefined && reportFree(c, value);
  const isGood = isBound && variables !== undefined && format !== undefined;
  const meaning = isGood
    ? ({ kind: "tensor", id: name.text, at: name.at } as const)
    : ({ kind: "poison", at: name.at } as const);
  if (!introduce(draft, c.scope, name, meaning) || !isGood) return;
  const type = typeOfFormat(format);
  draft.tensors.set(name.text, {
    id: name.text,
    role: "store",
    variables,
    ranks: variables.map((v) => rankOf(draft, v)),
    format,
    type,
    value: undefined,
    shared: false,
    tier: undefined,
    doc: undefined,
    at: s.tensor.at,
  });
  const fitted = fitFormat(c, tensorOf(draft, name.text), value.expr);
  if (type === "real" && isWhole(c, value.expr)) draft.whole.add(name.text);
  if (fitted === undefined) {
    const facts = [
      name.text,
      nameOfFormat(format),
      kindNames[type],
      kindNames[value.expr.type],
    ] as const;
    return report(draft, "E0313", s.value.at, [...facts]);
  }
  const expr = renameApart(draft, fitted, new Set(variables));
  c.statement.hoisted?.push({
    kind: "assign",
    target: name.text,
    indices: variables,
    value: expr,
    isLet: true,
    at: s.at,
  });
}

/** `read`: over the subject's variable; each `let` in it is replaced by its equation. */
export function readStored(c: Context, s: Extract<Written, { kind: "read" }>): void {
  const { draft } = c;
  const subject = draft.subject === undefined ? undefined : draft.tensors.get(draft.subject);
  if (draft.kind !== "format") return report(draft, "E0603", s.at, ["read"]);
  if (draft.read !== undefined) return report(draft, "E0615", s.at, []);
  if (subject === undefined) return;
  const hoisted: Statement[] = [];
  const statement = {
    ...c.statement,
    left: subject.variables,
    hoisted: undefined,
    what: "a `read`",
  };
  const inner = { ...binding(c, subject.variables), statement };
  const value = inner.check(inner, s.value);
  if (value === undefined || !reportFree(c, value)) return;
  const whole = expand(c, value.expr, c.statement.hoisted ?? hoisted, subject.variables);
  const kept = [...tensorsRead(whole)].find((id) => {
    const { role } = tensorOf(draft, id);
    return role !== "store" && role !== "const";
  });
  if (kept !== undefined) {
    const lets = [...tensorsRead(value.expr)].find((id) => tensorOf(draft, id).role === "let");
    return report(draft, "E0723", s.at, [lets ?? kept]);
  }
  draft.read = renameApart(draft, whole, new Set(subject.variables));
}

/** `e` with the equation of each `let` that is assigned once in place of its reads. */
function expand(
  c: Context,
  e: Expr,
  body: readonly Statement[],
  taken: readonly VariableId[],
): Expr {
  const fresh = (like: VariableId): VariableId => {
    return variableBeside(c.draft, like, new Set([...taken, ...c.draft.variables.keys()]));
  };
  return rewrite(e, (node) => {
    if (node.kind !== "read") return node;
    const equations = body.filter((s) => s.kind === "assign" && s.target === node.tensor);
    const [equation, second] = equations;
    const isLet = tensorOf(c.draft, node.tensor).role === "let";
    if (!isLet || equation?.kind !== "assign" || second !== undefined) return node;
    const by = new Map(
      equation.indices.flatMap((v, n) => {
        const index = node.indices[n];
        return index === undefined ? [] : [[v, index] as const];
      }),
    );
    return substitute(expand(c, equation.value, body, taken), by, fresh);
  });
}
