// One file for a page: generated modules, the runtime, and page.ts.
//
// In:  definitions of stdlib/.
// Out: minified JavaScript for browsers.
// Not here: serving it (visit.ts).

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { emitModule } from "../../codegen/typescript/index.js";
import { compile } from "../../src/index.js";
import { files, names } from "./cases.js";

export const root = fileURLToPath(new URL("../../", import.meta.url));

export const compileCase = (name: (typeof names)[number]) =>
  compile(join(root, "stdlib", files[name]));

const pageEntry = `
import { page } from ${JSON.stringify(join(root, "tests/browser/page.ts"))};
import { prepareAdamw } from "./adamw.opt.ts";
import { prepareSoftmaxRows } from "./softmax_rows.opt.ts";
import { prepareAttention } from "./attention.opt.ts";
globalThis.einfall = page({
  adamw: prepareAdamw, softmax_rows: prepareSoftmaxRows, attention: prepareAttention,
});
`;

/** The entry finds `einfall/runtime` as any project that has installed the package. */
export async function bundlePage(): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), "einfall-browser-"));
  try {
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(root, join(folder, "node_modules/einfall"));
    for (const name of names) {
      writeFileSync(join(folder, `${name}.opt.ts`), await emitModule(await compileCase(name)));
    }
    const entry = join(folder, "page.ts");
    writeFileSync(entry, pageEntry);
    return await bundle(entry);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function bundle(entry: string): Promise<Uint8Array> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    write: false,
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}
