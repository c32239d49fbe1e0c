// Keeps a source transformer's hands off one large package.
//
// In:  nothing; called before binaryen is imported.
// Out: binaryen loads as it is. Run from TypeScript, tsx would rewrite its 15 MB first: 6 s instead
// of 0.6 s.
// Not here: a published package, or vitest, where nothing transforms it.

import { register } from "node:module";

const hook = `import { readFile } from "node:fs/promises";
export async function load(url, context, next) {
  if (!/\\/node_modules\\/binaryen\\/[^?]*\\.js/.test(url)) return next(url, context);
  const source = await readFile(new URL(url.split("?")[0]));
  return { format: "module", source, shortCircuit: true };
}`;

/** Set where tsx was put to work: src/entry.js, src/cli/einfall.js. */
const registered = Symbol.for("einfall.tsx");

let isDone = false;

export function leaveBinaryenAsItIs(): void {
  const isSource = import.meta.url.endsWith(".ts");
  const isVitest = process.env["VITEST"] !== undefined && !Reflect.has(globalThis, registered);
  if (!isSource || isVitest || isDone) return;
  isDone = true;
  register(`data:text/javascript,${encodeURIComponent(hook)}`);
}
