// Sources for the tests of the checker, and what becomes of them.

import { render } from "../../../grammar/render.js";
import type { Cascade } from "../../../src/cascade/cascade.js";
import { entry } from "../../../src/cascade/entry.js";
import { loadModule, type Module } from "../../../src/cascade/load.js";
import { print } from "../../../src/cascade/print.js";
import { verify } from "../../../src/cascade/verify.js";

export type Files = Readonly<Record<string, string>>;

/** The module of `source`; a failed check throws what a user would read. */
export function moduleOf(source: string, files: Files = {}): Module {
  const read = (path: string): string | undefined => files[path];
  const module = loadModule({ name: "main.opt", text: source }, { read, library: "library" });
  if (!module.ok) throw new Error(module.errors.map((error) => render(error)).join("\n"));
  return module.value;
}

/** The checked definition called `name`, or the first cascade; it is valid by verify.ts. */
export function cascadeOf(source: string, name?: string, files: Files = {}): Cascade {
  const { definitions } = moduleOf(source, files);
  const all = [...definitions.values()].flatMap((d) => (d.kind === "cascade" ? [d.cascade] : []));
  const found = name === undefined ? all[0] : all.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no cascade ${name}`);
  verify(found, "check");
  return found;
}

/** Its statements as they are printed, one a line, without indentation. */
export function equations(source: string, name?: string): readonly string[] {
  const text = print(cascadeOf(source, name));
  const body = text.slice(text.indexOf("{") + 1, text.indexOf("\n}"));
  return body
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

/** Codes of what is wrong. */
export function codesOf(source: string, files: Files = {}): readonly string[] {
  const read = (path: string): string | undefined => files[path];
  const module = loadModule({ name: "main.opt", text: source }, { read, library: "library" });
  return module.ok ? [] : module.errors.map((error) => error.code);
}

/** Outputs for which an `else` is asked. */
export function absentOf(source: string, name?: string): readonly string[] {
  const found = entry(moduleOf(source), name);
  return found.ok ? [] : found.errors.map((error) => error.message.split("`")[1] ?? "");
}
