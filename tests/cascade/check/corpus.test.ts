// Every program of the library and, where they are at hand, of the language's examples.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { render } from "../../../grammar/render.js";
import { entry } from "../../../src/cascade/entry.js";
import { loadModule, type Host } from "../../../src/cascade/load.js";
import { print } from "../../../src/cascade/print.js";
import { verify } from "../../../src/cascade/verify.js";

const pathOf = (url: string): string =>
  fileURLToPath(new URL(url, import.meta.url)).replaceAll("\\", "/");
const library = pathOf("../../../stdlib");
const examples = pathOf("../../../../shared/examples");

function programsIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names
    .filter((name) => name.endsWith(".opt"))
    .map((name) => name.replaceAll("\\", "/"))
    .sort();
}

function hostOf(root: string): Host {
  return {
    read: (path) => (existsSync(path) ? readFileSync(path, "utf8") : undefined),
    list: (folder) => (existsSync(folder) ? readdirSync(folder) : undefined),
    root,
    library,
  };
}

/** Masks have absent outputs: they are there to be called. */
const masks = ["window_and_sink", "causal", "window"];

/** What is wrong with a program, as a user reads it; and with a cascade, as verify.ts says. */
function problemsIn(folder: string, name: string): readonly string[] {
  const path = `${folder}/${name}`;
  const module = loadModule({ name: path, text: readFileSync(path, "utf8") }, hostOf(folder));
  if (!module.ok) return module.errors.map((error) => render(error));
  return [...module.value.definitions].flatMap(([id, definition]) => {
    if (definition.kind !== "cascade") return [];
    verify(definition.cascade, "check");
    const found = entry(module.value, id);
    return found.ok || masks.includes(id) ? [] : found.errors.map((error) => render(error));
  });
}

/** Programs whose cascades, printed, do not check again. */
function unprintable(folder: string, name: string): readonly string[] {
  const path = `${folder}/${name}`;
  const module = loadModule({ name: path, text: readFileSync(path, "utf8") }, hostOf(folder));
  if (!module.ok) return [name];
  return [...module.value.definitions.values()].flatMap((definition) => {
    if (definition.kind !== "cascade") return [];
    const text = print(definition.cascade);
    const again = loadModule({ name: `${folder}/printed.opt`, text }, hostOf(folder));
    return again.ok ? [] : again.errors.map((error) => render(error));
  });
}

describe("the library", () => {
  it.each(programsIn(library))("%s checks", (name) =>
    expect(problemsIn(library, name)).toEqual([]),
  );
});

describe.skipIf(!existsSync(examples))("the examples (../shared/examples)", () => {
  const names = programsIn(examples);

  it.each(names)("%s checks", (name) => expect(problemsIn(examples, name)).toEqual([]));

  it.each(names)("%s checks again as it is printed", (name) => {
    expect(unprintable(examples, name)).toEqual([]);
  });

  it("know one mask that cannot stand alone", () => {
    const path = `${examples}/attention/attention_composed.opt`;
    const module = loadModule({ name: path, text: readFileSync(path, "utf8") }, hostOf(examples));
    if (!module.ok) throw new Error("attention_composed does not check");
    const found = entry(module.value, "window_and_sink");
    expect(found.ok ? [] : found.errors.map((error) => error.code)).toEqual(["E0501"]);
  });
});
