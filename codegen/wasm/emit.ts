// Tile programs to the bytes of a WebAssembly module.
//
// In:  tile programs.
// Out: bytes, and the kernels in them. The text says everything.
// Not here: the text (module.ts), its bytes (assemble.ts); optimisation, which the engine does.

import type { KernelSpec } from "../../src/runtime/executable.js";
import type { TileProgram } from "../../src/tile/tile.js";
import { assemble } from "./assemble.js";
import { moduleText, type WasmOptions } from "./module.js";

export interface WasmModule {
  readonly bytes: Uint8Array;
  readonly kernels: readonly KernelSpec[];
}

export function emitWasm(programs: readonly TileProgram[], options: WasmOptions): WasmModule {
  const { text, kernels } = moduleText(programs, options, false);
  return { bytes: assemble(text), kernels };
}
