// The tensors of a safetensors file.
//
// In:  a path.
// Out: tensors on the host by name, and the file's metadata.
// Not here: the format itself (src/runtime/safetensors.ts).

import { readFileSync } from "node:fs";
import { BadInput } from "../../runtime/errors.js";
import type { HostFormat } from "../../runtime/formats.js";
import { readSafetensors, type Dtype, type StoredTensor } from "../../runtime/safetensors.js";
import { Tensor, tensor } from "../../runtime/tensor.js";

export interface TensorFile {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** @throws SafetensorsError, or BadInput for integers beyond 32 bits. */
export function readTensors(path: string): TensorFile {
  const { tensors, metadata } = readSafetensors(readFileSync(path));
  const read = [...tensors].map(([name, stored]): [string, Tensor] => [
    name,
    toTensor(name, stored),
  ]);
  return { tensors: new Map(read), metadata };
}

export const formats: Readonly<Record<Dtype, HostFormat>> = {
  F64: "f64",
  F32: "f32",
  F16: "f16",
  BF16: "bf16",
  F8_E4M3: "f8e4m3",
  F8_E5M2: "f8e5m2",
  I64: "i32",
  I32: "i32",
  I16: "i16",
  I8: "i8",
  U64: "u32",
  U32: "u32",
  U16: "u16",
  U8: "u8",
  BOOL: "bool",
};

function toTensor(name: string, { dtype, shape, data }: StoredTensor): Tensor {
  const format = formats[dtype];
  if (!(data instanceof BigInt64Array || data instanceof BigUint64Array))
    return tensor(data, shape, format);
  const numbers = Array.from(data, Number);
  try {
    return tensor(numbers, shape, format);
  } catch (error) {
    throw error instanceof BadInput
      ? new BadInput(`tensor \`${name}\` of ${dtype}: ${error.message}`)
      : error;
  }
}
