// The public interface: compile a definition, open a device, run it.

export type { CompiledProgram, CompileInput, CompileOptions } from "./compile.js";
export { CompileError, compile } from "./compile.js";
export type { Files } from "./runtime/files.js";
export { commitFile } from "./runtime/files.js";
export * from "./runtime/index.js";
export { nodeFiles } from "./runtime/node/files.js";
