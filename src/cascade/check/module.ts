// A file's definitions, each checked after those that it names.
//
// In:  a syntax tree, and the definitions that its imports bring.
// Out: a Module; or everything that is wrong in the file.
// Not here: reading files and finding imports (../load.ts).

import type { Checked, Diagnostic } from "../../../grammar/diagnostic.js";
import { maxErrors } from "../../../grammar/limits.js";
import type { Source } from "../../../grammar/span.js";
import type { Definition as Written, File, Name } from "../../../grammar/syntax.js";
import { diagnose } from "../../../grammar/codes.js";
import { checkFormat } from "./blocks.js";
import { checkCascade } from "./cascades.js";
import { inOrder, pathText } from "./circles.js";
import type { Definition, Library } from "./definition.js";
import { checkMonoid } from "./monoids.js";
import { usesOf } from "./uses.js";

export interface Module {
  readonly source: Source;
  /** What the file defines, in text order; imports are not among them. */
  readonly definitions: ReadonlyMap<string, Definition>;
  /** Those that name a definition of another file which did not check. */
  readonly broken: ReadonlySet<string>;
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
    else
      problems.push(
        diagnose("E0203", d.name.at, [d.name.text], [{ text: "introduced here", at: twice.at }]),
      );
  }
  const done = new Map<string, Definition | "failed">(imports);
  const library: Library = {
    find: (name) => done.get(name),
    names: () => [...written.keys(), ...imports.keys()],
  };
  for (const { d, depth } of inNeed(written, done, problems)) {
    if (done.has(d.name.text)) continue;
    const made = checkOne(d, library, problems);
    done.set(d.name.text, made?.kind === "cascade" ? { ...made, depth } : (made ?? "failed"));
  }
  const definitions = new Map(
    [...written.keys()].flatMap((name) => {
      const found = done.get(name);
      return found === undefined || found === "failed" ? [] : [[name, found] as const];
    }),
  );
  const broken = new Set([...written.keys()].filter((name) => !definitions.has(name)));
  const [first, ...rest] = limited(problems.filter((problem) => problem.severity === "error"));
  if (first !== undefined) return { ok: false, errors: [first, ...rest] };
  return { ok: true, value: { source, definitions, broken }, warnings: limited(problems) };
}

/** In text order, and not more than can be read. */
function limited(problems: readonly Diagnostic[]): readonly Diagnostic[] {
  const sorted = problems.toSorted((a, b) => a.at.start - b.at.start);
  const beyond = sorted[maxErrors];
  if (beyond === undefined) return sorted;
  const end = beyond.severity === "error" ? [diagnose("E0907", beyond.at, [maxErrors])] : [];
  return [...sorted.slice(0, maxErrors), ...end];
}

/** Calls that may stand inside one another. */
const maxDepth = 100;

/** The definitions, each after those that it names. One that needs itself fails. */
function inNeed(
  written: ReadonlyMap<string, Written>,
  done: Map<string, Definition | "failed">,
  problems: Diagnostic[],
): readonly { readonly d: Written; readonly depth: number }[] {
  const uses = new Map([...written].map(([name, d]) => [name, usesOf(d)] as const));
  const needs = (name: string): readonly string[] => [...(uses.get(name)?.keys() ?? [])];
  const own = (name: string): readonly string[] =>
    needs(name).filter((other) => written.has(other));
  const { order, circles } = inOrder(written.keys(), own);
  for (const circle of circles) {
    const [last, first] = [circle.at(-2) ?? "", circle.at(-1) ?? ""];
    const at = uses.get(last)?.get(first);
    if (at !== undefined) problems.push(diagnose("E0208", at, [pathText(circle)]));
    for (const name of circle) done.set(name, "failed");
  }
  const depths = new Map(
    [...done].map(([name, d]) => {
      return [name, d !== "failed" && d.kind === "cascade" ? d.depth : 0];
    }),
  );
  for (const name of order) {
    if (done.get(name) === "failed") continue;
    const depth = needs(name).reduce(
      (most, other) => Math.max(most, 1 + (depths.get(other) ?? 0)),
      1,
    );
    depths.set(name, depth);
    const d = written.get(name);
    if (depth !== maxDepth + 1 || d === undefined) continue;
    problems.push(diagnose("E0218", d.name.at, [maxDepth]));
    done.set(name, "failed");
  }
  return order.flatMap((name) => {
    const d = written.get(name);
    return d === undefined ? [] : [{ d, depth: depths.get(name) ?? 1 }];
  });
}

function refuseTwice(names: readonly Name[], problems: Diagnostic[]): void {
  names.forEach((name, n) => {
    const before = names.slice(0, n).find((other) => other.text === name.text);
    if (before === undefined) return;
    problems.push(
      diagnose("E0203", name.at, [name.text], [{ text: "introduced here", at: before.at }]),
    );
  });
}

function importOf(file: File, name: string): Name | undefined {
  return file.uses.flatMap((use) => use.names).find((one) => one.text === name);
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
