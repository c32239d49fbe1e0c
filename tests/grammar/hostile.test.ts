// R12: sources written to hurt the parser, by name, each with what a user is told.

import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { format } from "../../grammar/format.js";
import { parse } from "../../grammar/parser.js";
import { render } from "../../grammar/render.js";
import { generated, type Hostile } from "../hostile/opt/generated.js";
import { shape } from "./show.js";

const folder = new URL("../hostile/opt/syntax/", import.meta.url);
const limitMs = 2_000;

const files: readonly Hostile[] = readdirSync(folder)
  .filter((file) => file.endsWith(".opt"))
  .map((file) => ({ name: file.slice(0, -4), text: readFileSync(new URL(file, folder), "utf8") }));

/** What a user is told: the first errors in full, the codes of the rest. */
function answer({ name, text }: Hostile): string {
  const { file, errors } = parse({ name: `${name}.opt`, text });
  const shown = errors.slice(0, 8).map((error) => render(error));
  const rest = errors.slice(8).map((error) => error.code);
  const codes = [...new Set(rest)].join(", ");
  const more = rest.length === 0 ? [] : [`and ${rest.length} more: ${codes}`];
  const read = `${file.definitions.length} definitions and ${file.uses.length} imports are read`;
  return `${[...shown, ...more, read].join("\n\n")}\n`;
}

describe("hostile sources", () => {
  it("are at least 40", () => expect(files.length + generated.length).toBeGreaterThanOrEqual(40));

  it.each([...files, ...generated])("$name", async (hostile) => {
    const began = process.cpuUsage();
    const told = answer(hostile);
    const { user, system } = process.cpuUsage(began);
    expect((user + system) / 1_000).toBeLessThan(limitMs);
    await expect(told).toMatchFileSnapshot(`../hostile/opt/syntax/${hostile.name}.txt`);
  });

  it.each([...files, ...generated])("$name stays itself when formatted", ({ text }) => {
    const once = format({ name: "once.opt", text });
    const value = once.ok ? once.value : "";
    const twice = format({ name: "twice.opt", text: value });
    expect(twice).toEqual({ ok: true, value, warnings: [] });
    const trees = [text, value].map((each) => shape(parse({ name: "t", text: each }).file));
    expect(once.ok && trees[0] !== trees[1]).toBe(false);
  });
});
