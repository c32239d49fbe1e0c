// Words and signs in any order: no program, but an answer.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keywords } from "../../grammar/words.js";
import { faults } from "./faults.js";

const signs = [
  "(", ")", "[", "]", "{", "}", ",", ";", ":", "=", "->", "..", ".", "+", "-", "*", "/", "^", "<",
  "<=", "==", "!=", "@", "\n", "\r\n", "// c\n", "/// d\n", "/*", "*/", '"p"', '"', "&&", "%",
];
const values = ["x", "y", "_", "1", "2.5", "1e3", "sum", "max", "f", "é", "\u200b", "\t"];
const parts = [
  "x", "1", "(", ")", "-", "not", "+", "*", "^", "where", "else", "and", "<", "as", "in", "await",
  "from", "sum[k]", "max[k, l]", "topk[k; l]", "f[k]", "f[k] ", "f(", "x[k]", "x[k, l]", ",", "\n",
];

function texts(words: readonly string[]): fc.Arbitrary<string> {
  const piece = fc.tuple(fc.constantFrom(...words), fc.constantFrom("", " ", " ", " "));
  return fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.flat().join(""));
}

function hasNoFault(text: fc.Arbitrary<string>): void {
  const property = fc.property(text, (each) => {
    expect(faults(each)).toEqual([]);
  });
  fc.assert(property, { numRuns: 2_000 });
}

describe("a soup", () => {
  it("of all words gets an answer", () => hasNoFault(texts([...keywords, ...signs, ...values])));

  it("in a body gets an answer", () => {
    const soups = texts([...keywords, ...signs, ...values]);
    hasNoFault(soups.map((soup) => `cascade f(x) -> y {\n  ${soup}\n}\n`));
  });

  it("in an expression gets an answer", () => {
    hasNoFault(texts(parts).map((soup) => `cascade f(x) -> y {\n  y = ${soup}\n}\n`));
  });

  it("of any characters gets an answer", () => hasNoFault(fc.string({ unit: "binary" })));
});
