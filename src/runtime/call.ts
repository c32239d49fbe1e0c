// Sorts what a caller passes into tensors and numbers, by the names of the definition.
//
// In:  a bag of tensors and scalars by name.
// Out: two maps whose names all exist; a mistake is a BadInput that lists what there is.
// Not here: shapes (bind.ts).

import { BadInput, listed } from "./errors.js";
import type { Executable, TensorSpec } from "./executable.js";
import type { Call } from "./program.js";
import { tensor } from "./tensor.js";
import type { Tensor } from "./tensor.js";

export interface Given {
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Scalars, and extents by the name of their rank. */
  readonly numbers: ReadonlyMap<string, number>;
}

/** Tensors that a caller may pass. */
export function isPublic(spec: TensorSpec): boolean {
  return spec.role !== "temporary" && spec.role !== "constant";
}

/** Tensors that a step changes, and gives back. */
export function isResult(spec: TensorSpec): boolean {
  return spec.role === "param" || spec.role === "state" || spec.role === "out";
}

/** Made once for each program: sorts the calls of every step. */
export function callSorter(executable: Executable): (call: Call) => Given {
  const variant = executable.variants[0];
  const specs = new Map((variant?.tensors ?? []).filter(isPublic).map((s) => [s.name, s]));
  const scalars = new Set([
    ...executable.scalars.map((scalar) => scalar.name),
    ...(variant?.ranks ?? []).map((rank) => rank.name),
    ...(executable.kind === "optimizer" ? ["t", "key"] : []), // every optimizer takes them
  ]);
  return (call) => {
    const tensors = new Map<string, Tensor>();
    const numbers = new Map<string, number>();
    for (const [name, value] of Object.entries(call)) {
      if (value === undefined) continue;
      const spec = specs.get(name);
      if (spec !== undefined) tensors.set(name, asTensor(executable, spec, value));
      else if (scalars.has(name)) numbers.set(name, asNumber(executable, name, value));
      else throw unknown(executable.name, name, [...specs.keys(), ...scalars]);
    }
    return { tensors, numbers };
  };
}

function asTensor(
  executable: Executable,
  spec: TensorSpec,
  value: Tensor | number | boolean,
): Tensor {
  if (typeof value === "object" && typeof value.data === "function") return value;
  const isNumber = typeof value === "number" || typeof value === "boolean";
  if (isNumber && spec.dims.length === 0) return tensor([value], [], spec.format);
  throw new BadInput(
    `\`${spec.name}\` of \`${executable.name}\` is a tensor over [${spec.ranks.join(", ")}], ` +
      `not ${describe(value)}; make one with tensor(data, shape)`,
  );
}

function asNumber(executable: Executable, name: string, value: unknown): number {
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new BadInput(`\`${name}\` of \`${executable.name}\` is a number, not ${describe(value)}`);
}

function describe(value: unknown): string {
  if (typeof value === "number") return String(value);
  if (ArrayBuffer.isView(value)) return `a ${value.constructor.name}`;
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object" && value !== null && "data" in value) return "a tensor";
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

function unknown(program: string, name: string, known: readonly string[]): BadInput {
  const quoted = known.map((k) => `\`${k}\``);
  return new BadInput(`\`${program}\` has no \`${name}\`; it takes ${listed(quoted)}`);
}
