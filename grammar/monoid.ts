// The lines of a monoid → its definition.

import { diagnose } from "./codes.js";
import type { Diagnostic } from "./diagnostic.js";
import type { MonoidLine } from "./rules-definition.js";
import type { Span } from "./span.js";
import type { MonoidDefinition, MonoidFunction, Name } from "./syntax.js";

const needed = ["lift", "merge", "result"] as const;

export function monoidOf(name: Name, doc: string, lines: readonly MonoidLine[], at: Span) {
  const errors: Diagnostic[] = [];
  const missing = needed.filter((part) => !lines.some((line) => line.part === part));
  if (missing.length > 0) errors.push(diagnose("E0120", name.at, [name.text, missing]));
  for (const part of needed) {
    const [, second] = lines.filter((line) => line.part === part);
    if (second !== undefined) errors.push(diagnose("E0121", second.at, [part]));
  }
  const [lift, merge, last] = needed.map((part) => lines.find((line) => line.part === part));
  if (lift === undefined || merge === undefined || last?.result === undefined) {
    return { monoid: undefined, errors };
  }
  const monoid: MonoidDefinition = {
    kind: "monoid", name, doc, lift: functionOf(lift), merge: functionOf(merge),
    result: last.result, at,
  };
  return { monoid, errors };
}

function functionOf(line: MonoidLine): MonoidFunction {
  const { parameters, lets, fields, at } = line;
  return { parameters, lets, fields, at };
}
