import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";
import { afterAll, describe, expect, it } from "vitest";
import { emitModule } from "../../../codegen/typescript/index.js";
import { compile, open, tensor } from "../../../src/index.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "einfall-"));
afterAll(() => rmSync(folder, { recursive: true }));

const adamwSource = `/// AdamW.  Loshchilov & Hutter 2019, Algorithm 2.
optimizer adamw(lr = 1e-3 in 0..1, beta1 = 0.9, beta2 = 0.999, eps = 1e-8, weight_decay = 1e-2) {
  param w[i]
  grad  g[i]
  state m[i], v[i]

  m[i] = beta1 * m[i] + (1 - beta1) * g[i]
  v[i] = beta2 * v[i] + (1 - beta2) * g[i]^2
  let mhat[i] = m[i] / (1 - beta1^t)
  let vhat[i] = v[i] / (1 - beta2^t)
  w[i] = w[i] - lr * (mhat[i] / (sqrt(vhat[i]) + eps) + weight_decay * w[i])
}
`;
const adamw = () => compile({ source: adamwSource, name: "adamw.opt" });

/** Kernels are reviewed as text, in the goldens of codegen/wasm. */
const withoutKernels = (text: string) => text.replace(/"AGFzbQ[A-Za-z0-9+/=]*"/g, '"…"');

/** One file as a browser would load it: the module, the runtime, minified. */
async function bundle() {
  writeFileSync(join(folder, "adamw.opt.ts"), await emitModule(await adamw()));
  const entry = join(folder, "page.ts");
  const page =
    'export { open, tensor } from "einfall/runtime"; export { prepareAdamw } from "./adamw.opt";';
  writeFileSync(entry, page);
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    write: false,
    metafile: true,
    alias: { "einfall/runtime": join(root, "src/runtime/index.ts") },
  });
  return { contents: outputFiles[0]?.contents ?? new Uint8Array(), metafile };
}

describe("a generated module", () => {
  it("is what a person would review", async () => {
    const text = withoutKernels(await emitModule(await adamw()));
    await expect(text).toMatchFileSnapshot("../../golden/modules/adamw.opt.ts");
  });

  it("is the same bytes for the same source", async () => {
    expect(await emitModule(await adamw())).toBe(await emitModule(await adamw()));
  });

  it("holds several definitions, and names that are words of the language", async () => {
    const source =
      "cascade new(x[i]) -> y[i] {\n  y[i] = x[i] + 1\n}\n" +
      "/// */ throw 1 /** @x\ncascade await_it(x[i]) -> y[i] {\n  y[i] = 2 * x[i]\n}\n";
    const both = [
      await compile({ source }, { entry: "new" }),
      await compile({ source }, { entry: "await_it" }),
    ];
    const text = await emitModule(...both);
    const { code } = await transform(text, { loader: "ts", minify: true });
    expect(text).toContain("export const new_: Program");
    expect(text).toContain("export function prepareAwaitIt(");
    expect(code).not.toContain("throw 1 /**;");
    expect(code).not.toMatch(/throw 1;/);
  });
});

describe("what a browser loads", () => {
  it("is less than 20 KB, and holds no module of Node", async () => {
    const { contents, metafile } = await bundle();
    const bytes = gzipSync(contents, { level: 9 }).length;
    console.log(`bundle(adamw + runtime): ${contents.length} bytes, gzip ${bytes}`);
    expect(bytes).toBeLessThan(20_000);
    expect(Object.keys(metafile.inputs).filter((path) => path.includes("runtime/node/"))).toEqual(
      [],
    );
    expect(Object.values(metafile.outputs).flatMap(({ imports }) => imports)).toEqual([]);
  });

  it("steps as the compiled program does, on threads too, bit by bit", async () => {
    const file = join(folder, "page.mjs");
    writeFileSync(file, (await bundle()).contents);
    const page = (await import(
      pathToFileURL(file).href
    )) as typeof import("../../../src/runtime/index.js") &
      Pick<typeof import("../../golden/modules/adamw.opt.js"), "prepareAdamw">;
    const values = (f: (x: number) => number) =>
      Float32Array.from({ length: 96_000 }, (_, n) => f(n));
    const call = (make: typeof tensor) => ({
      w: make(values(Math.sin), [240, 400]),
      g: make(values(Math.cos), [240, 400]),
      lr: 0.01,
      t: 3,
    });
    const [theirs, ours] = [
      await page.open("wasm", { threads: 2 }),
      await open("wasm", { threads: 1 }),
    ];
    const own = await (await page.prepareAdamw(theirs))(call(page.tensor));
    const compiled = await (await ours.prepare(await adamw()))(call(tensor));
    expect(own.w.shape).toEqual([240, 400]);
    expect(await own.w.data()).toEqual(await compiled["w"]?.data());
    expect(await own.v.data()).toEqual(await compiled["v"]?.data());
    theirs.close();
    ours.close();
  });
});
