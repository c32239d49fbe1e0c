// All kernels of one compiled definition as the text of one WebAssembly module.
//
// In:  tile programs.
// Out: text (readable: it is what the goldens hold and what is assembled), and what a launch
// passes.
// Not here: assembly to bytes (emit.ts).

import type { KernelSpec } from "../../src/runtime/executable.js";
import type { TileProgram } from "../../src/tile/tile.js";
import type { Simd } from "./context.js";
import type { Helpers } from "./helpers.js";
import { keepCostly } from "./keep.js";
import { kernelText } from "./kernel.js";

export interface WasmOptions {
  /** relaxed: dots use fused multiply-adds where the machine has them; last bits may differ. */
  readonly simd: Simd;
  readonly sharedMemory: boolean;
}

export interface ModuleText {
  readonly text: string;
  readonly kernels: readonly KernelSpec[];
}

/** 4 GiB: all that a 32-bit address reaches. */
const MAXIMUM_PAGES = 65536;

export function moduleText(
  programs: readonly TileProgram[],
  options: WasmOptions,
  isReadable = true,
): ModuleText {
  const helpers: Helpers = { used: new Map() };
  const kernels = programs.map(keepCostly).map((program) => {
    const { text, scratchBytes } = kernelText(program, options.simd, helpers, isReadable);
    return { text, spec: specOf(program, scratchBytes) };
  });
  const memory = options.sharedMemory ? `(memory 1 ${MAXIMUM_PAGES} shared)` : "(memory 1)";
  const text = [
    "(module",
    `  (import "env" "memory" ${memory})`,
    ...kernels.map((kernel) => kernel.text),
    ...[...helpers.used.values()].map((helper) => helper.replace(/^/gm, "  ")),
    ")",
  ].join("\n");
  return { text: `${text}\n`, kernels: kernels.map(({ spec }) => spec) };
}

function specOf(program: TileProgram, scratchBytes: number): KernelSpec {
  return {
    name: program.name,
    equations: program.equations,
    buffers: program.buffers.map(({ name, access }) => ({ name, access })),
    sizes: program.sizes.map(({ name }) => name),
    scalars: program.scalars.map(({ name, type }) => ({ name, type })),
    scratchBytes,
  };
}

/** One program as a module of its own: for goldens and `explain`. */
export function emitWat(program: TileProgram, simd: Simd = "simd128"): string {
  return moduleText([program], { simd, sharedMemory: true }).text;
}
