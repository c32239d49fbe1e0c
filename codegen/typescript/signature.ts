// The types that a generated module gives to a definition: what a step takes, and what it gives.
//
// In:  the executable and the signature of a program.
// Out: properties with their doc comments, in the order of the definition.
// Not here: text of the module (module.ts).

import type { Executable, TensorSpec } from "../../src/runtime/executable.js";
import type { ScalarInfo } from "../../src/runtime/program.js";

export interface Property {
  readonly name: string;
  readonly type: string;
  readonly isOptional: boolean;
  readonly doc: string;
}

export interface Signature {
  readonly arguments: readonly Property[];
  readonly results: readonly Property[];
  /** Statics and extents. */
  readonly settings: readonly Property[];
}

/** `docs`: one line for each tensor that has one. */
export function signatureOf(
  executable: Executable,
  scalars: readonly ScalarInfo[],
  docs: ReadonlyMap<string, string>,
): Signature {
  const [variant] = executable.variants;
  const specs = (variant?.tensors ?? []).filter(
    ({ role }) => role !== "temporary" && role !== "constant",
  );
  const inputs = specs.filter(({ role }) => role !== "out");
  const results = specs.filter(
    ({ role }) => role === "param" || role === "state" || role === "out",
  );
  const statics = scalars.filter((info) => info.static);
  const named = new Set(statics.map((info) => info.name));
  const free = (variant?.ranks ?? []).filter(
    ({ name, value }) => value === undefined && !named.has(name),
  );
  return {
    arguments: [
      ...inputs.map((spec) => argument(spec, docs)),
      ...scalars.filter((info) => !info.static).map(scalar),
    ],
    results: results.map((spec) => ({
      name: spec.name,
      type: "Tensor",
      isOptional: false,
      doc: describe(spec, docs, false),
    })),
    settings: [
      ...statics.map(scalar),
      ...free.map(({ name }) => ({
        name,
        type: "number",
        isOptional: true,
        doc: `Extent of \`${name}\`, where no tensor says it.`,
      })),
    ],
  };
}

function argument(spec: TensorSpec, docs: ReadonlyMap<string, string>): Property {
  const isOptional = spec.role === "state" || (spec.role === "in" && spec.value !== undefined);
  const type = spec.ranks.length === 0 ? "Tensor | number" : "Tensor";
  return { name: spec.name, type, isOptional, doc: describe(spec, docs, true) };
}

const uses: Readonly<Record<TensorSpec["role"], string>> = {
  param: "Parameter, updated in place",
  grad: "Gradient",
  input: "Input",
  state: "State, its initial value when left out",
  in: "Input",
  out: "Result",
  temporary: "",
  constant: "",
};

function describe(
  spec: TensorSpec,
  docs: ReadonlyMap<string, string>,
  isArgument: boolean,
): string {
  const use = isArgument || spec.role === "out" ? uses[spec.role] : "After the step";
  const doc = docs.get(spec.name);
  const over = spec.ranks.length === 0 ? "a single number" : `over [${spec.ranks.join(", ")}]`;
  return [`${use}: ${spec.format} ${over}.`, ...(doc === undefined ? [] : [doc])].join("\n");
}

function scalar({ name, default: value, min, max }: ScalarInfo): Property {
  const range =
    min === undefined && max === undefined ? "" : `From ${min ?? "-∞"} to ${max ?? "∞"}; `;
  const fallback =
    value === undefined ? "by its definition when left out." : `${value} when left out.`;
  const text = range + fallback;
  const doc = text.slice(0, 1).toUpperCase() + text.slice(1);
  return { name, type: "number", isOptional: true, doc };
}
