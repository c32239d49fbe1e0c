// Results → a safetensors file, replaced in one step.
//
// In:  results, and the metadata of the file that they came from.
// Out: the file holds the old tensors or the new ones, whenever the machine stops.

import { statSync } from "node:fs";
import { commitFile } from "../../runtime/files.js";
import { BadInput } from "../../runtime/errors.js";
import type { HostFormat } from "../../runtime/formats.js";
import { nodeFiles } from "../../runtime/node/files.js";
import { writeSafetensors, type Dtype, type StoredTensor } from "../../runtime/safetensors.js";
import type { Result } from "./execute.js";

const dtypes: Readonly<Record<HostFormat, Dtype>> = {
  f64: "F64",
  f32: "F32",
  f16: "F16",
  bf16: "BF16",
  f8e4m3: "F8_E4M3",
  f8e5m2: "F8_E5M2",
  i32: "I32",
  u32: "U32",
  i16: "I16",
  u16: "U16",
  i8: "I8",
  u8: "U8",
  bool: "BOOL",
};

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
