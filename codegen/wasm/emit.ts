// Tile programs to the bytes of a WebAssembly module.
//
// In:  tile programs.
// Out: bytes, and the kernels in them. The text says everything; binaryen assembles it.
// Not here: the text (module.ts); optimisation, which the engine does.
// Importing this file loads binaryen, which is large: do it late.

import binaryen from "binaryen";
import type { KernelSpec } from "../../src/runtime/executable.js";
import type { TileProgram } from "../../src/tile/tile.js";
import { moduleText, type WasmOptions } from "./module.js";

export interface WasmModule {
  readonly bytes: Uint8Array;
  readonly kernels: readonly KernelSpec[];
}

export function emitWasm(programs: readonly TileProgram[], options: WasmOptions): WasmModule {
  const { text, kernels } = moduleText(programs, options, false);
  return { bytes: assemble(text, options), kernels };
}

function assemble(text: string, options: WasmOptions): Uint8Array {
  const module = binaryen.parseText(text);
  try {
    const { Features } = binaryen;
    module.setFeatures(
      Features.MutableGlobals |
        Features.BulkMemory |
        Features.BulkMemoryOpt |
        Features.NontrappingFPToInt |
        (options.simd === "none" ? 0 : Features.SIMD128) |
        (options.simd === "relaxed" ? Features.RelaxedSIMD : 0) |
        (options.sharedMemory ? Features.Atomics : 0),
    );
    return module.emitBinary(); // the engine validates it when it compiles it
  } finally {
    module.dispose();
  }
}
