// Reads a recorded trajectory: what an optimizer's own code did (../shared/oracles/README.md).
//
// In:  a safetensors file of `../shared/oracles`.
// Out: initial parameters, the gradient and other inputs of each step, what followed, and the
//      tolerance.

import { existsSync, readFileSync, readdirSync } from "node:fs";
import { readSafetensors } from "../../src/runtime/safetensors.js";

export const oracleFolder = new URL("../../../shared/oracles/", import.meta.url);
export const hasOracles = existsSync(oracleFolder);

export interface Oracle {
  readonly name: string;
  readonly hyper: Readonly<Record<string, unknown>>;
  readonly tolerance: { readonly f64?: number; readonly f32: number; readonly absolute: number };
  readonly parameters: readonly string[];
  readonly steps: number;
  /** `param.0/wide`, `grad.3/vec`, … */
  tensor(
    key: string,
  ): { readonly data: Float64Array; readonly shape: readonly number[] } | undefined;
}

/** The recordings of one optimizer: `adamw` finds `adamw-a`, and `adamw-b` where it is present. */
export function oraclesOf(prefix: string): readonly Oracle[] {
  return readdirSync(oracleFolder)
    .filter((file) => new RegExp(`^${prefix}-[a-z]\\.safetensors$`).test(file))
    .map((file) => readOracle(new URL(file, oracleFolder)));
}

function readOracle(file: URL): Oracle {
  const { tensors, metadata } = readSafetensors(new Uint8Array(readFileSync(file)));
  const text = (key: string) => metadata.get(key) ?? "{}";
  const parameters = [...tensors.keys()]
    .filter((key) => key.startsWith("param.0/"))
    .map((key) => key.slice("param.0/".length));
  const steps = [...tensors.keys()]
    .map((key) => /^param\.(\d+)\//.exec(key)?.[1])
    .reduce((most, step) => Math.max(most, Number(step ?? 0)), 0);
  return {
    name: file.pathname.replace(/^.*\/|\.safetensors$/g, ""),
    hyper: JSON.parse(text("hyper")) as Record<string, unknown>,
    tolerance: readTolerance(text("tolerance")),
    parameters,
    steps,
    tensor(key) {
      const found = tensors.get(key);
      return (
        found && {
          data: Float64Array.from(found.data as ArrayLike<number>, Number),
          shape: found.shape,
        }
      );
    },
  };
}

function readTolerance(text: string): Oracle["tolerance"] {
  const { f64, f32 } = JSON.parse(text) as Record<string, Record<string, number> | undefined>;
  return {
    ...(f64?.["per_tensor_rel"] === undefined ? {} : { f64: f64["per_tensor_rel"] }),
    f32: f32?.["per_tensor_rel"] ?? 0,
    absolute: f32?.["atol"] ?? 0,
  };
}
