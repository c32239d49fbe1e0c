// What a generated module and a browser load: `einfall/runtime`. It asks for no module of Node.

export type { Device, DeviceKind, Limits, Machine } from "./device.js";
export type { Embedded } from "./embedded.js";
export { embeddedProgram, prepareTyped } from "./embedded.js";
export {
  BadInput, CheckpointError, DeviceLost, EinfallError, KernelFault, OutOfMemory, SafetensorsError,
  ShapeError, Unsupported,
} from "./errors.js";
export type * from "./executable.js";
export type { HostFormat, Values } from "./formats.js";
export { element, local, number, op, scalar, size } from "./host-text.js";
export type { DeviceName, OpenOptions } from "./open.js";
export { open } from "./open.js";
export type { Gradients } from "./optimizer.js";
export type { Group, OptimizerOptions } from "./optimizer-plan.js";
export { Optimizer, createOptimizer } from "./optimizer.js";
export type {
  Call, ManyResults, Prepared, Program, Results, ScalarInfo, Settings, Simd, Step, TensorInfo,
  Uploader, WasmProgram,
} from "./program.js";
export type { Dtype, Safetensors, StoredTensor } from "./safetensors.js";
export { readSafetensors, writeSafetensors } from "./safetensors.js";
export { Tensor, tensor } from "./tensor.js";
