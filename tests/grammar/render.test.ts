import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../grammar/diagnostic.js";
import { render } from "../../grammar/render.js";
import type { Source } from "../../grammar/span.js";

const rowsum: Source = {
  name: "rowsum.opt",
  text: "cascade rowsum(x[i,k], b[i]) -> y[i] {\n\n  // rows\n  let y[i] = x[i,k] + b[i]\n}\n",
};

function spanOf(source: Source, text: string) {
  const start = source.text.indexOf(text);
  return { source, start, end: start + text.length };
}

function error(source: Source, text: string, more: Partial<Diagnostic> = {}): Diagnostic {
  const at = spanOf(source, text);
  return { code: "E0412", severity: "error", message: "rank `k` is free", at, notes: [], ...more };
}

describe("render", () => {
  it("shows code, place, line, underline and help", () => {
    const more = { label: "`k` comes in here", help: "write a sum" };
    const text = render(error(rowsum, "k] + b", more));
    expect(text).toBe([
      "error[E0412]: rank `k` is free",
      "  --> rowsum.opt:4:18",
      "   |",
      " 4 |   let y[i] = x[i,k] + b[i]",
      "   |                  ^^^^^^ `k` comes in here",
      "   = help: write a sum",
    ].join("\n"));
  });

  it("shows the place of a note", () => {
    const notes = [{ text: "declared here", at: spanOf(rowsum, "x[i,k]") }];
    expect(render(error(rowsum, "b[i]\n}", { notes })).split("\n").slice(-5)).toEqual([
      "   = note: declared here",
      "  --> rowsum.opt:1:16",
      "   |",
      " 1 | cascade rowsum(x[i,k], b[i]) -> y[i] {",
      "   |                ^^^^^^",
    ]);
  });

  it("shows the first and the last line of a long span", () => {
    const text = render(error(rowsum, "y[i] {\n\n  // rows\n  let", { label: "all of it" }));
    expect(text.split("\n").slice(2)).toEqual([
      "   |",
      " 1 | cascade rowsum(x[i,k], b[i]) -> y[i] {",
      "   |                                 ^^^^^^",
      "...",
      " 4 |   let y[i] = x[i,k] + b[i]",
      "   |   ^^^ all of it",
    ]);
  });

  it("cuts a long line around the underline", () => {
    const source = { name: "long.opt", text: `${"a ".repeat(5_000)}b ${"a ".repeat(5_000)}` };
    const lines = render(error(source, "b")).split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(140);
    expect(lines[4]?.indexOf("^")).toBe(lines[3]?.indexOf("b"));
  });

  it("stays in line behind a tab", () => {
    const [, , , code, under] = render(error({ name: "t", text: "\ta b" }, "b")).split("\n");
    expect(under?.indexOf("^")).toBe(code?.indexOf("b"));
  });

  it("makes hidden characters visible", () => {
    const text = render(error({ name: "t\u001b[31m", text: "a \u202e b" }, "b"));
    expect(text).not.toMatch(/[\u001b\u202e]/);
  });

  it("colours on request only", () => {
    expect(render(error(rowsum, "x"))).not.toContain("\u001b");
    const red = "\u001b[1;31merror[E0412]\u001b[0m";
    expect(render(error(rowsum, "x"), { color: true })).toContain(red);
  });
});
