// Results → a safetensors file, replaced in one step.
//
// In:  results, and the metadata of the file that they came from.
// Out: the file holds the old tensors or the new ones, whenever the machine stops.

import { statSync } from "node:fs";
import { commitFile } from "../../runtime/files.js";
import { BadInput } from "../../runtime/errors.js";
import { nodeFiles } from "../../runtime/node/files.js";
import { dtypes, writeSafetensors, type StoredTensor } from "../../runtime/safetensors.js";
import type { Result } from "./execute.js";

export async function writeResults(
  path: string,
  program: string,
  results: readonly Result[],
  metadata: ReadonlyMap<string, string>,
): Promise<void> {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw new BadInput(`\`${path}\` is a folder; --out names a file`);
  }
  const tensors = results.map(({ name, shape, format, stored }): [string, StoredTensor] => [
    name,
    { dtype: dtypes[format], shape, data: stored },
  ]);
  const own = new Map([...metadata, ["einfall.program", program]]);
  await commitFile(nodeFiles, path, writeSafetensors({ tensors: new Map(tensors), metadata: own }));
}
