import { describe, expect, it } from "vitest";
import { limitTexts, syntaxTexts, wordTexts } from "../../grammar/codes/text.js";
import { parse } from "../../grammar/parser.js";
import { render } from "../../grammar/render.js";
import { samples } from "./diagnostics.js";

const codes = Object.keys({ ...wordTexts, ...syntaxTexts, ...limitTexts }).sort();

describe("diagnostics", () => {
  it("have a sample for each code", () => {
    expect(samples.map(({ code }) => code).sort()).toEqual(codes);
  });

  it.each(samples)("$code", async ({ code, source, shown }) => {
    const { errors } = parse({ name: "sample.opt", text: source });
    expect(errors.map((error) => error.code)).toContain(code);
    const rendered = errors.map((error) => render(error)).join("\n\n");
    const given = shown === undefined ? source : `(${shown})\n`;
    const golden = `${given}\n${"-".repeat(40)}\n\n${rendered}\n`;
    await expect(golden).toMatchFileSnapshot(`../golden/diagnostics/${code}.txt`);
  });

  it.each(samples)("$code is one sentence in lower case", ({ source }) => {
    for (const { message, help = "", label = "" } of parse({ name: "s", text: source }).errors) {
      expect(message).toMatch(/^[a-z0-9`]/);
      for (const text of [message, help, label]) expect(text).not.toMatch(/\.$|^[A-Z]/);
    }
  });
});
