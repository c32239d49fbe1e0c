// Programs written to hurt the checker, by name, each with what a user is told.

import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../../grammar/diagnostic.js";
import { render } from "../../../grammar/render.js";
import { entry } from "../../../src/cascade/entry.js";
import { loadModule } from "../../../src/cascade/load.js";
import { hostilePrograms, type HostileProgram } from "../../hostile/opt/semantic.js";

const limitMs = 4_000;

function problemsOf({ text, files, isEntry }: HostileProgram): readonly Diagnostic[] {
  const read = (path: string): string | undefined => (path === "main.opt" ? text : files?.(path));
  const module = loadModule({ name: "main.opt", text }, { read });
  if (!module.ok) return module.errors;
  const found = isEntry === true ? entry(module.value) : undefined;
  return [...module.warnings, ...(found?.ok === false ? found.errors : [])];
}

/** The first problems in full, the codes of the rest. */
function told(problems: readonly Diagnostic[]): string {
  const shown = problems.slice(0, 3).map((problem) => render(problem));
  const rest = [...new Set(problems.slice(3).map((problem) => problem.code))].join(", ");
  const more = rest === "" ? [] : [`and ${problems.length - 3} more: ${rest}`];
  return `${[...shown, ...more, `${problems.length} problems`].join("\n\n")}\n`;
}

describe("hostile programs", () => {
  it.each(hostilePrograms)("$name", async (program) => {
    const began = process.cpuUsage();
    const problems = problemsOf(program);
    const { user, system } = process.cpuUsage(began);
    expect((user + system) / 1_000).toBeLessThan(limitMs);
    await expect(told(problems)).toMatchFileSnapshot(
      `../../hostile/opt/semantic/${program.name}.txt`,
    );
  });

  it.each([
    ["E0217", "import-without-end"],
    ["E0218", "calls-3000-deep"],
  ])("%s", (code, name) => {
    const program = hostilePrograms.find((one) => one.name === name);
    const problems = program === undefined ? [] : problemsOf(program);
    expect(problems.map((problem) => problem.code)).toContain(code);
  });
});
