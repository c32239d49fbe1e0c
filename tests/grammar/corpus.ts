// The programs that the tests of grammar/ read.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Source } from "../../grammar/span.js";

/** All `.opt` files below `folder`, named by their path in it. */
function sourcesIn(folder: URL): readonly Source[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const files = names.filter((name) => name.endsWith(".opt")).sort();
  return files.map((name) => {
    return { name, text: readFileSync(new URL(name.replaceAll("\\", "/"), folder), "utf8") };
  });
}

const examplesUrl = new URL("../../../shared/examples/", import.meta.url);
export const examplesPath = fileURLToPath(examplesUrl);

export const snippets = sourcesIn(new URL("./snippets/", import.meta.url));
export const stdlib = sourcesIn(new URL("../../stdlib/", import.meta.url));
export const examples = sourcesIn(examplesUrl);

export const corpus: readonly Source[] = [...snippets, ...stdlib, ...examples];
