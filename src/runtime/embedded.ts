// Programs that a generated module carries with it.
//
// In:  an executable, and the bytes of its kernels as base64.
// Out: a Program as compile() would give, without the compiler; and its step with the types of the
// module.
// Not here: making the module (codegen/typescript).

import type { Machine } from "./device.js";
import type { Executable } from "./executable.js";
import type { Prepared, Program, ScalarInfo, Settings, Simd, Step, TensorInfo } from "./program.js";
import { Unsupported } from "./errors.js";

export interface Embedded {
  readonly tensors: readonly TensorInfo[];
  readonly scalars: readonly ScalarInfo[];
  readonly executable: Executable;
  /** For each variant; without `relaxed`, both are the same. */
  readonly simd128: readonly string[];
  readonly relaxed?: readonly string[];
}

export function embeddedProgram({
  tensors,
  scalars,
  executable,
  simd128,
  relaxed,
}: Embedded): Program {
  const modules = { simd128: lazily(simd128), relaxed: lazily(relaxed ?? simd128) };
  const wasm = async (simd: Simd) => {
    if (simd !== "none") return { executable, modules: modules[simd]() };
    throw new Unsupported(
      `\`${executable.name}\` was generated for machines with SIMD; compile it from its ` +
      "source here",
    );
  };
  return { name: executable.name, tensors, scalars, wasm };
}

/** Decoded once: a device knows code that it has loaded by its identity. */
function lazily(texts: readonly string[]): () => readonly Uint8Array[] {
  let bytes: readonly Uint8Array[] | undefined;
  return () => (bytes ??= texts.map(decodeBase64));
}

function decodeBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

/** `device.prepare` with the types that a generated module knows. */
export async function prepareTyped<Arguments, Output>(
  device: Pick<Machine, "prepare">,
  program: Program,
  settings: object = {},
): Promise<Step<Arguments, Output>> {
  const step: Prepared = await device.prepare(program, settings as Settings);
  return step as unknown as Step<Arguments, Output>;
}
