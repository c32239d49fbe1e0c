// What `einfall check` says of a file, after its diagnostics.
//
// In:  a checked file.
// Out: one line, and one for each definition that can only be called.

import { counted, listed } from "../text.js";
import type { CheckedDefinition, CheckedFile } from "./file.js";

export function summary({ file, definitions, errors, warnings }: CheckedFile): string {
  const facts = [
    errors.length === 0 ? "no errors" : counted(errors.length, "error"),
    ...(warnings.length === 0 ? [] : [counted(warnings.length, "warning")]),
  ];
  const what = definitions.length === 0 ? "" : `${defined(definitions)}, `;
  const calledOnly = definitions.filter(({ why }) => why !== undefined && errors.length === 0);
  const lines = calledOnly.map(
    ({ name, why }) => `  \`${name}\` can be called, not run by itself: ${why}`,
  );
  return [`${file}: ${what}${listed(facts)}`, ...lines].join("\n");
}

function defined(definitions: readonly CheckedDefinition[]): string {
  const kinds = ["optimizer", "cascade", "monoid", "format"] as const;
  const counts = kinds.flatMap((kind) => {
    const n = definitions.filter((each) => each.kind === kind).length;
    return n === 0 ? [] : [counted(n, kind)];
  });
  return listed(counts);
}
