import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { emitWat } from "../../codegen/wasm/index.js";
import { compile } from "../../src/compile.js";
import { printTile } from "../../src/tile/print.js";

const library = new URL("../../stdlib/", import.meta.url);

/** The text of one definition of a file, its doc comment included. */
function sourceOf(file: string, name: string): string {
  const text = readFileSync(new URL(file, library), "utf8");
  const definitions = text.split(/\n(?=\/\/\/|(?:cascade|optimizer|monoid) )/);
  const at = definitions.findIndex((each) =>
    new RegExp(`^(cascade|optimizer) ${name}\\(`).test(each),
  );
  const docs = definitions.slice(0, at).reverse();
  const first = docs.findIndex((each) => !each.startsWith("///"));
  const own = docs.slice(0, first < 0 ? docs.length : first).reverse();
  return [...own, definitions[at] ?? ""].join("\n").trim();
}

// What a reviewer needs stands in one file: the equations, the tile programs, the kernels. Each of
// these
// definitions is also run against the reference (tests/stdlib/devices.test.ts).
describe("a kernel is reviewed like written code", () => {
  it.each([
    ["optimizers/lion.opt", "lion"],
    ["optimizers/adamw.opt", "adamw_clipped"],
    ["nn/softmax.opt", "softmax_rows"],
    ["linalg/matmul.opt", "linear"],
  ])("%s#%s", async (file, name) => {
    const program = await compile(`${library.pathname}${file}#${name}`);
    const programs = (await program.lower()).programs.flat();
    const golden = [
      `// source: stdlib/${file}`,
      sourceOf(file, name),
      ...programs.flatMap((each) => [
        "",
        "// tile program",
        printTile(each).trim(),
        "",
        "// wasm",
        emitWat(each).trim(),
      ]),
      "",
    ].join("\n");
    await expect(golden).toMatchFileSnapshot(`../golden/kernels/${name}.wasm.txt`);
  });
});
