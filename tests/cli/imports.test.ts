// What is loaded before a command asks for more.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "./cli.js";

const statement = /^(?:import|export)\s+(?!type\b)[^;]*?from\s+"([^"]+)"|^import\s+"([^"]+)"/gm;

/** Every module that importing `file` loads at once: files, and packages by name. */
function loaded(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const [, from, bare] of readFileSync(file, "utf8").matchAll(statement)) {
    const name = from ?? bare ?? "";
    if (!name.startsWith(".")) seen.add(name);
    else loaded(sourceOf(join(dirname(file), name)), seen);
  }
  return seen;
}

function sourceOf(path: string): string {
  const typed = path.replace(/\.js$/, ".ts");
  return existsSync(typed) ? typed : path;
}

function packages(file: string): readonly string[] {
  const names = [...loaded(join(root, file))].filter((name) => !name.startsWith("/"));
  return names.filter((name) => !name.startsWith("node:")).toSorted();
}

describe("the command line", () => {
  it("loads the argument parser and no compiler to show its help", () => {
    expect(packages("src/cli/program.ts")).toContain("commander");
    expect([...loaded(join(root, "src/cli/program.ts"))]).not.toContain(
      join(root, "src/compile.ts"),
    );
  });

  it("checks and compiles without binaryen, ts-morph and prettier", () => {
    expect(packages("src/cli/check/file.ts")).toEqual(["chevrotain"]);
    expect(packages("src/compile.ts")).toEqual(["chevrotain"]);
    expect(packages("src/index.ts")).toEqual(["chevrotain"]);
  });
});
