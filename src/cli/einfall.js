#!/usr/bin/env node
// The command line. From a checkout the sources are run as they are, by tsx; a published package has dist/.
import { existsSync } from "node:fs";

const built = new URL("../../dist/src/cli/main.js", import.meta.url);
if (existsSync(built)) {
  await import(built.href);
} else {
  const { register } = await import("tsx/esm/api");
  register();
  Reflect.set(globalThis, Symbol.for("einfall.tsx"), true); // src/untransformed.ts asks
  await import("./main.ts");
}
