import { describe, expect, it } from "vitest";
import { bodyTexts, callTexts } from "../../../grammar/codes/calls.js";
import { kindTexts, nameTexts } from "../../../grammar/codes/names.js";
import { rankTexts, roleTexts } from "../../../grammar/codes/ranks.js";
import type { Diagnostic } from "../../../grammar/diagnostic.js";
import { render } from "../../../grammar/render.js";
import { entry } from "../../../src/cascade/entry.js";
import { loadModule } from "../../../src/cascade/load.js";
import { callSamples } from "./samples-calls.js";
import { kindSamples, nameSamples, type Sample } from "./samples-names.js";
import { bodySamples, presenceSamples, rankSamples, roleSamples } from "./samples-ranks.js";

const samples = [
  ...nameSamples,
  ...kindSamples,
  ...rankSamples,
  ...presenceSamples,
  ...roleSamples,
  ...callSamples,
  ...bodySamples,
];

/** Shown by long chains of files and definitions: hostile.test.ts. */
const elsewhere = ["E0217", "E0218"];

const codes = Object.keys({
  ...nameTexts,
  ...kindTexts,
  ...rankTexts,
  ...roleTexts,
  ...callTexts,
  ...bodyTexts,
});

function problemsOf({ source, files = {}, entry: name }: Sample): readonly Diagnostic[] {
  const module = loadModule(
    { name: "sample.opt", text: source },
    { read: (path) => (path === "sample.opt" ? source : files[path]) },
  );
  if (!module.ok) return module.errors;
  if (name === undefined) return module.warnings;
  const found = entry(module.value, name === "" ? undefined : name);
  return found.ok ? found.warnings : found.errors;
}

describe("diagnostics of the checker", () => {
  it("have a sample for each code", () => {
    const shown = [...samples.map(({ code }) => code), ...elsewhere];
    expect(shown.sort()).toEqual(codes.sort());
  });

  it.each(samples)("$code", async (sample) => {
    const problems = problemsOf(sample);
    expect(problems.map((problem) => problem.code)).toContain(sample.code);
    const rendered = problems.map((problem) => render(problem)).join("\n\n");
    const others = Object.entries(sample.files ?? {}).map(
      ([path, text]) => `// ${path}
${text}
`,
    );
    const golden = `${others.join("")}${sample.source}\n${"-".repeat(40)}\n\n${rendered}\n`;
    await expect(golden).toMatchFileSnapshot(`../../golden/diagnostics/${sample.code}.txt`);
  });

  it.each(samples)("$code is one sentence in lower case", (sample) => {
    for (const { message, help = "", label = "" } of problemsOf(sample)) {
      expect(message).toMatch(/^[a-z0-9`]/);
      for (const text of [message, help, label]) expect(text).not.toMatch(/\.$|^[A-Z]/);
    }
  });
});
