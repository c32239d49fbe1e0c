// Fills the tensors of a context before a step, and takes them out after it.
//
// In:  what the caller brings; initial values and defaults for what is not brought.
// Out: a context ready to run; afterwards parameters, states and outputs as typed arrays.
// Not here: extents (bind.ts); codes (block-format.ts).

import type { Format, Tensor, TensorId } from "../cascade.js";
import { assignNow } from "./assign.js";
import { extentsOfShape, given, type InputTensor, type Inputs } from "./bind.js";
import { attachBlocks } from "./block-format.js";
import { slabOf, type Context, type Slab } from "./context.js";
import { fault } from "./node.js";
import { fillTables } from "./tables.js";

export type Values = Float64Array | Float32Array | Int32Array | Uint32Array | Uint8Array;

export interface OutputTensor {
  readonly shape: readonly number[];
  /** float64 mode: always Float64Array. f32 mode: by format; an absent point is 0. */
  readonly data: Values;
}

export type Outputs = Readonly<Record<string, OutputTensor>>;

/** `shared` holds the tensors that the parameters of a step have in common, once made. */
export function load(context: Context, inputs: Inputs, shared: Map<TensorId, Slab>): void {
  for (const [id, slab] of shared) context.slabs.set(id, slab);
  fillTables(context);
  attachBlocks(context);
  for (const tensor of context.cascade.tensors.values()) {
    if (shared.has(tensor.id)) continue;
    loadTensor(context, tensor, inputs);
    if (tensor.shared) shared.set(tensor.id, slabOf(context, tensor.id));
  }
  for (const slab of context.slabs.values()) slab.blocks?.beginStep();
}

function loadTensor(context: Context, tensor: Tensor, inputs: Inputs): void {
  switch (tensor.role) {
    case "in":
    case "param":
    case "grad":
    case "input":
    case "state":
      break;
    case "out":
    case "let":
    case "const":
    case "store":
      return;
  }
  const slab = slabOf(context, tensor.id);
  const codes = (name: string): ArrayLike<number> | undefined =>
    given(inputs.tensors, `${tensor.id}.${name}`)?.data;
  if (slab.blocks?.load(codes) === true) return;
  const brought = given(inputs.tensors, tensor.id);
  if (brought !== undefined) return put(slab, brought);
  if (tensor.value !== undefined) {
    return assignNow(context, tensor.id, tensor.variables, tensor.value);
  }
  if (tensor.role === "state") return; // zero, and so are its codes
  if (tensor.role === "param" || tensor.role === "in") {
    throw fault("E0804", tensor.at, [tensor.role === "in" ? "input" : "parameter", tensor.id]);
  }
  slab.isMissing = true; // an error where it is read: it may be awaited first, or never needed
}

/** Writes a tensor of the caller's into `slab`, as its format stores it. */
export function put(slab: Slab, brought: InputTensor): void {
  const extents = extentsOfShape(slab.tensor, brought.shape);
  const isSame = extents.every((extent, d) => extent === slab.extents[d]);
  if (!isSame || brought.data.length !== slab.data.length) {
    const shape = `[${slab.extents.join(", ")}]`;
    const { id, at } = slab.tensor;
    throw fault("E0806", at, [id, shape, slab.data.length, brought.data.length]);
  }
  if (slab.blocks !== undefined) slab.blocks.assign(new Float64Array(brought.data), undefined);
  else copyRounded(slab, brought.data);
  slab.present?.fill(1);
  slab.isComplete = true;
}

function copyRounded(slab: Slab, data: ArrayLike<number>): void {
  const { round } = slab;
  for (let n = 0; n < data.length; n++) slab.data[n] = round(data[n] as number);
}

export function outputsOf(context: Context): Outputs {
  const outputs: Record<string, OutputTensor> = Object.create(null) as Record<string, OutputTensor>;
  for (const { id, role } of context.cascade.tensors.values()) {
    if (role !== "param" && role !== "state" && role !== "out") continue;
    const slab = slabOf(context, id);
    outputs[id] = outputOf(slab, context);
    for (const store of slab.blocks?.stores() ?? []) {
      const data = typed(store.data, store.format, context);
      outputs[`${id}.${store.name}`] = { shape: store.shape, data };
    }
  }
  return outputs;
}

export function outputOf(slab: Slab, context: Context): OutputTensor {
  return { shape: slab.extents, data: typed(slab.data, slab.tensor.format, context) };
}

function typed(data: Float64Array, format: Format, context: Context): Values {
  if (context.mode === "f64") return data.slice();
  switch (format.kind) {
    case "float":
      return format.name === "f64" ? data.slice() : new Float32Array(data);
    case "block":
      return new Float32Array(data);
    case "index":
      return new Int32Array(data);
    case "integer":
      return format.signed || format.bits < 32 ? new Int32Array(data) : new Uint32Array(data);
    case "bool":
      return new Uint8Array(data);
  }
}
