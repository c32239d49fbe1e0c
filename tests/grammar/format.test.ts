import { describe, expect, it } from "vitest";
import { format } from "../../grammar/format.js";
import { examples, examplesPath, snippets, stdlib } from "./corpus.js";

function formatted(text: string): string {
  const result = format({ name: "test.opt", text });
  return result.ok ? result.value : result.errors.map((error) => error.message).join("\n");
}

/** Lines of a body, formatted. */
function lines(...written: readonly string[]): readonly string[] {
  const text = formatted(`cascade f(x) -> y {\n${written.join("\n")}\n}\n`);
  return text.split("\n").slice(1, -2).map((line) => line.replace(/^ {2}/, ""));
}

describe("format", () => {
  it.each(snippets)("leaves $name as it is", ({ text }) => expect(formatted(text)).toBe(text));

  it.skipIf(stdlib.length === 0)("leaves the library as it is", () => {
    for (const { text } of stdlib) expect(formatted(text)).toBe(text);
  });

  it.skipIf(examples.length === 0)(`leaves the examples alone (skipped without ${examplesPath})`, () => {
    for (const { text } of examples) expect(formatted(text)).toBe(text);
  });

  it("does not touch what cannot be read", () => {
    expect(format({ name: "t", text: "cascade" })).toMatchObject({ ok: false, errors: [{}] });
  });
});

describe("spaces", () => {
  it.each([
    ["y=a+b*c", "y = a + b * c"],
    ["y = a ^ - 3*-b", "y = a^-3 * -b"],
    ["y = f( a,b ,k=1 )", "y = f(a, b, k = 1)"],
    ["y = sum [ k ] x [ k ]", "y = sum[k] x[k]"],
    ["y = sum[k](x[k])", "y = sum[k] (x[k])"],
    ["y = topk[k;n]-x[k]", "y = topk[k; n] -x[k]"],
    ["y = f[m](x) + g[m] (x)", "y = f[m](x) + g[m] (x)"],
    ["y = x[i,j,kv[h]]", "y = x[i,j,kv[h]]"],
    ["y = x[i, j,k]", "y = x[i,j,k]"],
    ["y = x[i, pick[r],k]", "y = x[i, pick[r], k]"],
    ["y = x[c+1, k -1]", "y = x[c+1, k - 1]"],
    ["y = b^(t-1) * (t-1)", "y = b^(t-1) * (t - 1)"],
    ["y = not(a)and b where(c)", "y = not (a) and b where (c)"],
    ["y = x  as   bf16", "y = x as bf16"],
    ["y = a - -b", "y = a - -b"],
    ["state m:f32@host=0,v", "state m : f32 @ host = 0, v"],
    ["repeat 3{y=1}", "repeat 3 { y = 1 }"],
  ])("%s → %s", (written, meant) => expect(lines(written)).toEqual([meant]));

  it("keeps aligned columns", () => {
    const aligned = ["let   a[i]   = 1     // one", "let   ab[i,j] = 2    // two"];
    expect(lines(...aligned)).toEqual(aligned);
  });

  it("keeps a comment in its column where the code becomes shorter", () => {
    expect(lines("  y   +=  1".replace("+", ""), "  z = a +   b    // sum"))
      .toEqual(["y   = 1", "z = a + b      // sum"]);
  });
});

describe("lines", () => {
  it("indents blocks by two", () => {
    expect(lines("when a {", "y = 1", "} else {", "      repeat 3 {", "y = 2", "}", "}")).toEqual([
      "when a {", "  y = 1", "} else {", "  repeat 3 {", "    y = 2", "  }", "}",
    ]);
  });

  it("moves what continues a statement with it", () => {
    expect(lines("      y = max(a,", "              b)", "where c")).toEqual([
      "y = max(a,", "        b)", "  where c",
    ]);
  });

  it("keeps one blank line, none at the ends of a block", () => {
    expect(lines("", "y = 1", "", "", "", "z = 2", "", "// end", "")).toEqual([
      "y = 1", "", "z = 2", "", "// end",
    ]);
  });

  it("keeps every comment", () => {
    const text = "// a\n\n/// b\ncascade f(x, // c\n          y) -> z { // d\n  // e\n  z = x // f\n} // g\n// h\n";
    expect(formatted(text)).toBe(text);
  });

  it("aligns a comment with the comment above", () => {
    const text = ["y = 1      // a", "           // b", "z = 2"];
    expect(lines(...text)).toEqual(text);
  });

  it("ends with one newline, without carriage returns and without a mark", () => {
    expect(formatted("\ufeffcascade f(x) {\r\n  y = 1\r\n}\r\n\r\n")).toBe("cascade f(x) {\n  y = 1\n}\n");
  });

  it("leaves an empty file empty", () => expect(formatted(" \n\n")).toBe(""));
});
