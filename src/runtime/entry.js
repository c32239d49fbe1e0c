// `import "einfall/runtime"` in Node: dist/ when there is one, else the sources by tsx. Browsers
// load index.ts.
import { existsSync } from "node:fs";

const built = new URL("../../dist/src/runtime/index.js", import.meta.url);
const isBuilt = existsSync(built);
if (!isBuilt) {
  const { register } = await import("tsx/esm/api");
  register();
}
const api = await import(isBuilt ? built.href : "./index.ts");

export const {
  BadInput, CheckpointError, DeviceLost, EinfallError, KernelFault, Optimizer, OutOfMemory,
  SafetensorsError, ShapeError, Tensor, Unsupported, createOptimizer, element, embeddedProgram,
  local, number, op, open, prepareTyped, readSafetensors, scalar, size, tensor,
  writeSafetensors,
} = api;
