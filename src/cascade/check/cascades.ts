// A cascade or an optimizer: its header, its declarations, its body.
//
// In:  a definition as written, and the library that it may name.
// Out: a Cascade and its signature; undefined when something was wrong.
// Not here: monoids (monoids.ts), block formats (blocks.ts).

import type { Diagnostic } from "../../../grammar/diagnostic.js";
import type {
  CascadeDefinition,
  Parameter,
  Statement,
  TensorDeclaration,
} from "../../../grammar/syntax.js";
import type { Cascade } from "../cascade.js";
import type { Context } from "./context.js";
import { declare } from "./declare.js";
import type { Definition, Library, Signature } from "./definition.js";
import { finish, hasErrors, openDraft, report, type Draft } from "./draft.js";
import { checkExpression } from "./expression.js";
import { openScope } from "./scope.js";
import { checkBody } from "./statement.js";
import { statementsDeep, survey } from "./survey.js";

export function checkCascade(
  d: CascadeDefinition,
  library: Library,
  problems: Diagnostic[],
): Definition | undefined {
  const { draft, cascade } = widen((widened) => {
    const opened = openDraft(d.kind, d.name.text, library, widened);
    return { draft: opened, cascade: checkDraft(opened, d) };
  });
  refuseUnassigned(draft, d);
  problems.push(...draft.problems);
  if (draft.isBroken || hasErrors(draft.problems)) return undefined;
  return { kind: "cascade", cascade, signature: signatureOf(d.parameters), depth: 1 };
}

/** Times that a definition is checked because a `let` turned out to be real. */
const maxRounds = 50;

/** Checks again while a `let` that began with an integer turns out to be given reals. */
export function widen<T extends { readonly draft: Draft }>(
  once: (widened: ReadonlySet<number>) => T,
): T {
  let made = once(new Set());
  let before = 0;
  for (let n = 0; n < maxRounds && made.draft.widened.size > before; n++) {
    before = made.draft.widened.size;
    made = once(made.draft.widened);
  }
  return made;
}

/** What cascades and formats have in common. */
export interface Body {
  readonly doc: string;
  readonly parameters: readonly Parameter[];
  readonly results: readonly TensorDeclaration[];
  readonly body: readonly Statement[];
  readonly at: Cascade["at"];
}

/** Declarations first, for they hold for all of the body; then the statements, in a block. */
export function checkDraft(draft: Draft, d: Body): Cascade {
  const c = contextOf(draft);
  declare(c, survey(d.parameters, d.results, d.body));
  const inner = { ...c, scope: openScope(draft.scope) };
  const body = checkBody({ context: inner, conditions: [] }, d.body);
  return finish(draft, d.doc, d.at, body);
}

export function contextOf(draft: Draft): Context {
  return {
    draft,
    scope: draft.scope,
    bound: new Set(),
    check: checkExpression,
    statement: {
      left: [],
      loops: new Set(),
      mentions: new Set(),
      indexed: new Set(),
      hoisted: undefined,
      what: "a declaration",
    },
  };
}

export function signatureOf(parameters: readonly Parameter[]): Signature {
  return parameters.map((p) => {
    if (p.kind === "tensor") return { kind: "tensor", id: p.tensor.name.text };
    return { kind: p.kind, id: p.name.text };
  });
}

/** An output that no statement assigns is absent everywhere. */
function refuseUnassigned(draft: Draft, d: CascadeDefinition): void {
  const assigned = new Set<string>();
  for (const s of statementsDeep(d.body)) {
    if (s.kind === "assign") for (const target of s.targets) assigned.add(target.name.text);
  }
  for (const { name, at } of d.results) {
    if (!assigned.has(name.text)) report(draft, "E0502", at, [name.text, d.name.text]);
  }
}
