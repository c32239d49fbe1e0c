// A file's definitions, each checked when something first asks for it.
//
// In:  a syntax tree, and the definitions that its imports bring.
// Out: a Module; or everything that is wrong in the file.
// Not here: reading files and finding imports (../load.ts).

import type { Checked, Diagnostic } from "../../../grammar/diagnostic.js";
import type { Source, Span } from "../../../grammar/span.js";
import type { Definition as Written, File, Name } from "../../../grammar/syntax.js";
import { diagnose } from "../../../grammar/codes.js";
import { checkFormat } from "./blocks.js";
import { checkCascade } from "./cascades.js";
import type { Definition, Library } from "./definition.js";
import { hasErrors } from "./draft.js";
import { checkMonoid } from "./monoids.js";

export interface Module {
  readonly source: Source;
  /** What the file defines, in text order; imports are not among them. */
  readonly definitions: ReadonlyMap<string, Definition>;
}

/** What the imports of a file bring; `failed` has been reported. */
export type Imports = ReadonlyMap<string, Definition | "failed">;

export function check(source: Source, file: File, imports: Imports): Checked<Module> {
  const problems: Diagnostic[] = [];
  const written = new Map<string, Written>();
  for (const use of file.uses) refuseTwice(use.names, problems);
  for (const d of file.definitions) {
    const twice = written.get(d.name.text)?.name ?? importOf(file, d.name.text);
    if (twice === undefined) written.set(d.name.text, d);
    else problems.push(diagnose("E0203", d.name.at, [d.name.text], [{ text: "introduced here", at: twice.at }]));
  }
  const library = openLibrary(written, imports, problems);
  const definitions = new Map<string, Definition>();
  for (const d of written.values()) {
    const found = library.find(d.name.text, d.name.at);
    if (found !== undefined && found !== "failed") definitions.set(d.name.text, found);
  }
  const sorted = problems.toSorted((a, b) => a.at.start - b.at.start);
  const [first, ...rest] = sorted.filter((problem) => problem.severity === "error");
  if (first !== undefined) return { ok: false, errors: [first, ...rest] };
  return { ok: true, value: { source, definitions }, warnings: sorted };
}

function refuseTwice(names: readonly Name[], problems: Diagnostic[]): void {
  names.forEach((name, n) => {
    const before = names.slice(0, n).find((other) => other.text === name.text);
    if (before === undefined) return;
    problems.push(diagnose("E0203", name.at, [name.text], [{ text: "introduced here", at: before.at }]));
  });
}

function importOf(file: File, name: string): Name | undefined {
  return file.uses.flatMap((use) => use.names).find((one) => one.text === name);
}

/** The file's own definitions, checked on demand, and its imports. */
function openLibrary(
  written: ReadonlyMap<string, Written>, imports: Imports, problems: Diagnostic[],
): Library {
  const done = new Map<string, Definition | "failed">(imports);
  const open: string[] = [];
  const library: Library = {
    find: (name: string, at: Span) => {
      const known = done.get(name);
      const d = written.get(name);
      if (known !== undefined || d === undefined) return known;
      if (open.includes(name)) {
        const circle = [...open.slice(open.indexOf(name)), name].join(" → ");
        problems.push(diagnose("E0208", at, [circle]));
        done.set(name, "failed");
        return "failed";
      }
      open.push(name);
      const before = problems.length;
      const made = checkOne(d, library, problems);
      open.pop();
      const isGood = made !== undefined && !hasErrors(problems.slice(before));
      const result = isGood && done.get(name) !== "failed" ? made : "failed";
      done.set(name, result);
      return result;
    },
    names: () => [...written.keys(), ...imports.keys()],
  };
  return library;
}

function checkOne(d: Written, library: Library, problems: Diagnostic[]): Definition | undefined {
  switch (d.kind) {
    case "cascade":
    case "optimizer":
      return checkCascade(d, library, problems);
    case "monoid":
      return checkMonoid(d, library, problems);
    case "format":
      return checkFormat(d, library, problems);
  }
}
