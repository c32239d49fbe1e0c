// WebAssembly of tile programs. The text needs no assembler; for bytes import emit.ts.

export { emitWat, moduleText, type ModuleText, type WasmOptions } from "./module.js";
