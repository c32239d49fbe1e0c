// `import "einfall"`: a published package has dist/; a checkout runs its sources by tsx.
import { existsSync } from "node:fs";

const built = new URL("../dist/src/index.js", import.meta.url);
const isBuilt = existsSync(built);
if (!isBuilt) {
  const { register } = await import("tsx/esm/api");
  register();
  Reflect.set(globalThis, Symbol.for("einfall.tsx"), true); // src/untransformed.ts asks
}
const api = await import(isBuilt ? built.href : "./index.ts");

export const {
  BadInput, CheckpointError, CompileError, DeviceLost, EinfallError, KernelFault, Optimizer,
  OutOfMemory, SafetensorsError, ShapeError, Tensor, Unsupported, commitFile, compile,
  createOptimizer, element, embeddedProgram, local, nodeFiles, number, op, open, prepareTyped,
  readSafetensors, scalar, size, tensor, writeSafetensors,
} = api;
