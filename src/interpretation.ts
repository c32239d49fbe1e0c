// Lets the reference device run a cascade with the reference interpreter.
//
// In:  the variants of a definition after the pipeline.
// Out: the `interpret` of a Program; what does not fit is a typed error of the runtime.
// Not here: the interpreter (src/cascade/interpret), the device (src/runtime/reference.ts).

import type { Diagnostic } from "../grammar/diagnostic.js";
import type { Cascade } from "./cascade/cascade.js";
import { bind } from "./cascade/interpret/bind.js";
import type { InputTensor, Inputs, Outputs } from "./cascade/interpret/index.js";
import { interpretMany } from "./cascade/interpret/index.js";
import { Fault } from "./cascade/interpret/node.js";
import { BadInput, ShapeError } from "./runtime/errors.js";
import { evaluate } from "./runtime/host-expr.js";
import type { Interpret, Interpretation, Plain } from "./runtime/program.js";
import { toHost } from "./tile/lower/host.js";
import type { OrientVariant } from "./transform/orient.js";

type Numbers = ReadonlyMap<string, number>;

export function interpreterOf(variants: readonly OrientVariant[]): Interpret {
  return async ({ mode, settings, parameters }) => {
    const chosen = parameters.map(({ scalars, tensors }) => {
      const numbers = new Map([...settings, ...scalars]);
      const inputs = inputsOf(variants[0]?.cascade, numbers, tensors);
      return { cascade: choose(variants, inputs), inputs };
    });
    const result = interpretMany(chosen, { mode });
    if (!result.ok) throw asTyped(result.errors[0]);
    const isShared = (name: string) => variants[0]?.cascade.tensors.get(name)?.shared === true;
    const split = (outputs: Outputs, shared: boolean) =>
      new Map(Object.entries(outputs).filter(([name]) => isShared(name) === shared).map(plain));
    return {
      each: result.value.map((outputs) => split(outputs, false)),
      common: split(result.value[0] ?? {}, true),
    };
  };
}

function inputsOf(
  cascade: Cascade | undefined,
  numbers: Numbers,
  tensors: Interpretation["parameters"][number]["tensors"],
): Inputs {
  const isRank = (name: string) => cascade?.ranks.has(name) === true;
  const pick = (wanted: boolean) =>
    Object.fromEntries([...numbers].filter(([name]) => isRank(name) === wanted));
  const brought = [...tensors].map(([name, { shape, values }]): [string, InputTensor] => [
    name,
    { shape, data: values },
  ]);
  return { extents: pick(true), scalars: pick(false), tensors: Object.fromEntries(brought) };
}

/** Conditions are over the extents that the first variant binds. */
function choose(variants: readonly OrientVariant[], inputs: Inputs): Cascade {
  const [first] = variants;
  if (first === undefined) throw new Error("internal: a program without variants");
  if (variants.length === 1) return first.cascade;
  const { extents, scalars } = bound(first.cascade, inputs);
  const names = {
    size: (rank: string) => extents.get(rank) ?? NaN,
    scalar: (name: string) => scalars.get(name) ?? NaN,
    local: () => NaN,
    element: () => NaN,
  };
  const fits = ({ conditions }: OrientVariant) =>
    conditions.every(({ condition, holds }) =>
      (evaluate(toHost(first.cascade, condition), names) !== 0) === holds);
  return (variants.find(fits) ?? first).cascade;
}

function bound(cascade: Cascade, inputs: Inputs): ReturnType<typeof bind> {
  try {
    return bind(cascade, inputs);
  } catch (error) {
    throw error instanceof Fault ? asTyped(error.diagnostic) : error;
  }
}

const shapeCodes = new Set(["E0801", "E0802", "E0803", "E0805", "E0806", "E0808"]);

function asTyped({ code, message, help }: Diagnostic): Error {
  const text = help === undefined ? message : `${message}; ${help}`;
  return shapeCodes.has(code) ? new ShapeError(text) : new BadInput(text);
}

function plain([name, { shape, data }]: [string, Outputs[string]]): [string, Plain] {
  return [name, { shape, values: Float64Array.from(data) }];
}
