// Reductions of one's own: `monoid logsumexp { lift … merge … result … }`.
//
// In:  a monoid as written.
// Out: a Monoid whose merge calls its states `a` and `b`.
// Not here: its laws (laws.ts), its use (reduction.ts).

import type { Diagnostic } from "../../../grammar/diagnostic.js";
import type { MonoidDefinition, MonoidFunction as Written, Name } from "../../../grammar/syntax.js";
import type { Expr, Monoid, MonoidFunction } from "../cascade.js";
import { contextOf } from "./cascades.js";
import type { Context } from "./context.js";
import type { Definition, Library } from "./definition.js";
import { hasErrors, introduce, openDraft, report } from "./draft.js";
import { checkLaws } from "./laws.js";
import { openScope } from "./scope.js";

export function checkMonoid(
  d: MonoidDefinition,
  library: Library,
  problems: Diagnostic[],
): Definition | undefined {
  const draft = openDraft("cascade", d.name.text, library, new Set());
  const c = contextOf(draft);
  const fields = d.lift.fields.map((field) => field.name.text);
  const lift = checkFunction(
    c,
    d.lift,
    d.lift.parameters.map((name) => [name.text, name] as const),
    fields,
  );
  const [first, second, third] = d.merge.parameters;
  if (first === undefined || second === undefined || third !== undefined) {
    report(draft, "E0729", d.merge.at, [d.merge.parameters.length]);
  }
  const states = [first, second].flatMap((name, n) =>
    fields.map((field) => {
      return [`${name?.text ?? ""}.${field}`, name, `${n === 0 ? "a" : "b"}.${field}`] as const;
    }),
  );
  const merge = checkFunction(c, d.merge, states, fields);
  const scope = openScope(c.scope);
  for (const field of d.lift.fields) {
    const { text, at } = field.name;
    introduce(draft, scope, field.name, { kind: "local", id: text, at });
  }
  const result = number({ ...c, scope }, d.result);
  const monoid =
    lift === undefined || merge === undefined || result === undefined
      ? undefined
      : {
          id: d.name.text,
          parameters: d.lift.parameters.map((p) => p.text),
          fields,
          lift,
          merge,
          result,
          at: d.at,
        };
  const isTried = monoid !== undefined && !hasErrors(draft.problems);
  const isOrdered = isTried && !checkLaws(draft, d, monoid);
  problems.push(...draft.problems);
  return draft.isBroken || hasErrors(draft.problems) || monoid === undefined
    ? undefined
    : { kind: "monoid", monoid: isOrdered ? { ...monoid, isOrdered } : monoid };
}

type Local = readonly [text: string, name: Name | undefined, id?: string];

/** `(parameters) { let … (fields) }` */
function checkFunction(
  c: Context,
  f: Written,
  locals: readonly Local[],
  fields: readonly string[],
): MonoidFunction | undefined {
  const scope = openScope(c.scope);
  for (const [text, name, id] of locals) {
    if (name === undefined) continue;
    introduce(
      c.draft,
      scope,
      { text, at: name.at },
      { kind: "local", id: id ?? text, at: name.at },
    );
  }
  const inner = { ...c, scope };
  const lets = f.lets.map(({ name, value }) => {
    const expr = number(inner, value);
    const kind =
      expr === undefined
        ? ({ kind: "poison", at: name.at } as const)
        : ({ kind: "local", id: name.text, at: name.at } as const);
    introduce(c.draft, scope, name, kind);
    return expr === undefined ? undefined : { name: name.text, value: expr };
  });
  const byName = new Map(f.fields.map((field) => [field.name.text, field] as const));
  const extra = f.fields.find((field) => !fields.includes(field.name.text));
  const missing = fields.filter((field) => !byName.has(field));
  if (extra !== undefined || missing.length > 0 || byName.size < f.fields.length) {
    return report(c.draft, "E0730", f.at, [fields.join(", "), [...byName.keys()].join(", ")]);
  }
  const values = fields.map((field) => {
    const found = byName.get(field);
    return found === undefined ? undefined : number(inner, found.value);
  });
  const [goodLets, goodValues] = [
    lets.filter((l) => l !== undefined),
    values.filter((v) => v !== undefined),
  ];
  if (goodLets.length < lets.length || goodValues.length < values.length) return undefined;
  return { lets: goodLets, fields: goodValues };
}

function number(c: Context, e: MonoidDefinition["result"]): Expr | undefined {
  const value = c.check(c, e);
  if (value === undefined || value.expr.type !== "boolean") return value?.expr;
  return report(c.draft, "E0301", e.at, ["a monoid", "numbers", "a boolean"]);
}

export type { Monoid };
