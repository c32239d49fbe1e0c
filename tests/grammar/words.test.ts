import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { keywords } from "../../grammar/words.js";

const folder = new URL("../../grammar/", import.meta.url);
const ebnf = readFileSync(new URL("einfall.ebnf", folder), "utf8");
const textMate = readFileSync(new URL("opt.tmLanguage.json", folder), "utf8");

function patternsIn(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    return key === "match" && typeof inner === "string" ? [inner] : patternsIn(inner);
  });
}

const patterns = patternsIn(JSON.parse(textMate));

describe("the word list", () => {
  it.each(keywords)("%s stands in the grammar page", (word) => {
    expect(ebnf).toContain(`"${word}"`);
  });

  it.each(keywords)("%s stands in the editor grammar", (word) => {
    const text = patterns.join(" ").replaceAll(/\\[bsw]/g, " ");
    expect(text.match(/[a-z]+/g)).toContain(word);
  });

  it("names each word once", () => expect(new Set(keywords).size).toBe(keywords.length));

  it("is matched by expressions that JavaScript can read too", () => {
    for (const pattern of patterns) expect(() => new RegExp(pattern)).not.toThrow();
  });
});

describe("the grammar page", () => {
  const rules = [...ebnf.matchAll(/^(\w+)\s+=/gm)].map((match) => match[1] ?? "");
  const text = ebnf.replaceAll(/\(\*[^]*?\*\)|\?[^?]*\?|"[^"]*"|'[^']*'/g, " ");

  it("defines each rule that it uses", () => {
    const used: readonly string[] = text.match(/[a-z]+/g) ?? [];
    expect(used.filter((rule) => !rules.includes(rule))).toEqual([]);
  });

  it("uses each rule that it defines", () => {
    const used: readonly string[] = text.replaceAll(/^\w+\s+=/gm, " ").match(/[a-z]+/g) ?? [];
    expect(rules.filter((rule) => rule !== "file" && !used.includes(rule))).toEqual([]);
  });
});
