// What an optimizer needs to go on as if it had never stopped, as one safetensors file.
//
// In:  parameters, states, the step, the seed, hyper-parameters.
// Out: bytes, and the same again from bytes: every element bit by bit.
// Not here: files (files.ts), stepping (optimizer.ts). Tensors are named `param/NAME`,
// `state/NAME/STATE` and `shared/GROUP/STATE`; the rest stands in the metadata as text.

import { CheckpointError } from "./errors.js";
import type { HostFormat } from "./formats.js";
import { parseJson } from "./json.js";
import type { StoredTensor } from "./safetensors.js";
import { dtypes, readSafetensors, writeSafetensors } from "./safetensors.js";
import type { Tensor } from "./tensor.js";
import { tensor } from "./tensor.js";

export interface Checkpoint {
  readonly t: number;
  readonly seed: number;
  /** For each group: the definition, and its scalars. */
  readonly groups: readonly GroupRecord[];
  readonly tensors: ReadonlyMap<string, Tensor>;
}

export interface GroupRecord {
  readonly program: string;
  readonly scalars: Readonly<Record<string, number>>;
}

const version = "1";

const formats = new Map(
  Object.entries(dtypes).map(([format, dtype]) => [dtype, format as HostFormat]),
);

export async function writeCheckpoint({
  t,
  seed,
  groups,
  tensors,
}: Checkpoint): Promise<Uint8Array> {
  const stored = new Map<string, StoredTensor>();
  for (const [name, each] of tensors) {
    const data = await each.stored();
    stored.set(name, { dtype: dtypes[each.format], shape: each.shape, data });
  }
  const metadata = new Map([
    ["einfall", version],
    ["t", String(t)],
    ["seed", String(seed)],
    ...groups.flatMap(({ program, scalars }, n): [string, string][] => [
      [`group.${n}.program`, program],
      ...Object.entries(scalars).map(([name, value]): [string, string] => [
        `group.${n}.scalar.${name}`,
        String(value),
      ]),
    ]),
  ]);
  return writeSafetensors({ tensors: stored, metadata });
}

/** @throws {SafetensorsError} @throws {CheckpointError} */
export function readCheckpoint(bytes: Uint8Array): Checkpoint {
  const { tensors, metadata } = readSafetensors(bytes);
  const found = metadata.get("einfall");
  if (found !== version) {
    throw new CheckpointError(
      found === undefined
        ? "the file holds tensors, but no optimizer: its metadata has no `einfall`"
        : `the file is of version ${found}, this program reads ${version}`,
    );
  }
  return {
    t: wholeOf(metadata, "t"),
    seed: wholeOf(metadata, "seed"),
    groups: groupsOf(metadata),
    tensors: new Map([...tensors].map(([name, each]) => [name, asTensor(name, each)])),
  };
}

function asTensor(name: string, { dtype, shape, data }: StoredTensor): Tensor {
  const format = formats.get(dtype);
  if (format === undefined || data instanceof BigInt64Array || data instanceof BigUint64Array) {
    throw new CheckpointError(`tensor \`${name}\` is ${dtype}, which no state is stored as`);
  }
  return tensor(data, shape, format);
}

function wholeOf(metadata: ReadonlyMap<string, string>, key: string): number {
  const text = metadata.get(key) ?? "";
  const value = /^\d+$/.test(text) ? parseJson(text) : undefined;
  if (typeof value === "number") return value;
  throw new CheckpointError(`the metadata has ${key} = \`${text}\`, which is no whole number`);
}

function groupsOf(metadata: ReadonlyMap<string, string>): readonly GroupRecord[] {
  const groups: GroupRecord[] = [];
  for (let n = 0; ; n++) {
    const program = metadata.get(`group.${n}.program`);
    if (program === undefined) return groups;
    const prefix = `group.${n}.scalar.`;
    const scalars = [...metadata]
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, text]): [string, number] => [key.slice(prefix.length), realOf(key, text)]);
    groups.push({ program, scalars: Object.fromEntries(scalars) });
  }
}

/** `String(x)` and back are exact for every float64. */
function realOf(key: string, text: string): number {
  const value = text.trim() === "" ? NaN : Number(text);
  if (Number.isFinite(value)) return value;
  throw new CheckpointError(`the metadata has ${key} = \`${text}\`, which is no number`);
}
