// `import "einfall"`: a published package has dist/; a checkout runs its sources as they are, by
// tsx.
import { existsSync } from "node:fs";

const built = new URL("../dist/src/index.js", import.meta.url);
const isBuilt = existsSync(built);
if (!isBuilt) {
  const { register } = await import("tsx/esm/api");
  register();
}
const api = await import(isBuilt ? built.href : "./index.ts");

export const {
  BadInput, CheckpointError, CompileError, DeviceLost, EinfallError, KernelFault, Optimizer,
  OutOfMemory, SafetensorsError, ShapeError, Tensor, Unsupported, commitFile, compile,
  createOptimizer, nodeFiles, open, readSafetensors, tensor, writeSafetensors,
} = api;
