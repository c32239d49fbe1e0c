// Lets the reference device run a cascade with the reference interpreter.
//
// In:  the variants of a definition after the pipeline.
// Out: the `interpret` of a Program; what does not fit is a typed error of the runtime.
// Not here: the interpreter (src/cascade/interpret), the device (src/runtime/reference.ts).

import type { Diagnostic } from "../grammar/diagnostic.js";
import type { Cascade } from "./cascade/cascade.js";
import { bind, extentsOfShape } from "./cascade/interpret/bind.js";
import type { InputTensor, Inputs, Outputs } from "./cascade/interpret/index.js";
import { interpretMany } from "./cascade/interpret/index.js";
import { Fault } from "./cascade/interpret/node.js";
import { BadInput, ShapeError } from "./runtime/errors.js";
import { evaluate } from "./runtime/host-expr.js";
import type { Interpret, Interpretation, Plain } from "./runtime/program.js";
import { toHost } from "./tile/lower/host.js";
import { shapeText } from "./runtime/tensor.js";
import type { OrientVariant } from "./transform/orient.js";

type Numbers = ReadonlyMap<string, number>;

export function interpreterOf(variants: readonly OrientVariant[]): Interpret {
  return async ({ mode, settings, parameters }) => {
    const chosen = parameters.map(({ scalars, tensors }) => {
      const numbers = new Map([...settings, ...scalars]);
      const inputs = inputsOf(variants[0]?.cascade, numbers, tensors);
      const cascade = choose(variants, inputs);
      return { cascade, inputs, tails: tailsOf(cascade, inputs) };
    });
    const result = interpretMany(chosen, { mode });
    if (!result.ok) throw asTyped(result.errors[0]);
    const isShared = (name: string) => variants[0]?.cascade.tensors.get(name)?.shared === true;
    const split = (outputs: Outputs, n: number, shared: boolean) => {
      const own = Object.entries(outputs).filter(([name]) => isShared(name) === shared);
      return new Map(own.map(([name, one]) => [name, plain(name, one, chosen[n])]));
    };
    return {
      each: result.value.map((outputs, n) => split(outputs, n, false)),
      common: split(result.value[0] ?? {}, 0, true),
    };
  };
}

interface Chosen {
  readonly cascade: Cascade;
  readonly inputs: Inputs;
  readonly tails: Tails;
}

/** The extents that a rank stands for where a tensor has other ranks than the definition names. */
type Tails = ReadonlyMap<string, readonly number[]>;

function tailsOf({ name, tensors }: Cascade, inputs: Inputs): Tails {
  const tails = new Map<string, readonly number[]>();
  for (const { id, ranks } of tensors.values()) {
    const shape = inputs.tensors?.[id]?.shape;
    const last = ranks.at(-1);
    if (shape === undefined || last === undefined || shape.length === ranks.length) continue;
    const [tail, before] = [shape.slice(ranks.length - 1), tails.get(last)];
    if (before !== undefined && before.join() !== tail.join()) {
      const [one, other] = [shapeText(before), shapeText(tail)];
      throw new ShapeError(
        `\`${last}\` of \`${name}\` stands for ${one} and, in \`${id}\`, for ${other}`,
      );
    }
    tails.set(last, tail);
  }
  return tails;
}

function inputsOf(
  cascade: Cascade | undefined,
  numbers: Numbers,
  tensors: Interpretation["parameters"][number]["tensors"],
): Inputs {
  for (const [name, value] of numbers) {
    const scalar = cascade?.scalars.get(name);
    if (scalar?.type !== "integer" || Number.isInteger(value)) continue;
    throw new BadInput(`\`${name}\` of \`${cascade?.name}\` is ${value}, it takes a whole number`);
  }
  const isRank = (name: string) => cascade?.ranks.has(name) === true;
  const pick = (wanted: boolean) =>
    Object.fromEntries([...numbers].filter(([name]) => isRank(name) === wanted));
  const brought = [...tensors].map(([name, { shape, values }]): [string, InputTensor] => [
    name,
    { shape, data: values },
  ]);
  return { extents: pick(true), scalars: pick(false), tensors: Object.fromEntries(brought) };
}

/**
 * Conditions are over the extents as the first variant names them: what keeps its layout says them,
 * a state may be of the other variant.
 */
function choose(variants: readonly OrientVariant[], inputs: Inputs): Cascade {
  const [first] = variants;
  if (first === undefined) throw new Error("internal: a program without variants");
  if (variants.length === 1) return first.cascade;
  const { tensors } = first.cascade;
  const laidOut = Object.entries(inputs.tensors ?? {}).filter(([name]) => {
    return tensors.get(name)?.role !== "state";
  });
  const given: Inputs = { ...inputs, tensors: Object.fromEntries(laidOut) };
  const claims = typed(() => claimsOf(first.cascade, given));
  const all = () => typed(() => bind(first.cascade, given));
  const names = {
    size: (rank: string) => claims.get(rank) ?? all().extents.get(rank) ?? NaN,
    scalar: (name: string) => Number(inputs.scalars?.[name] ?? all().scalars.get(name) ?? NaN),
    local: () => NaN,
    element: () => NaN,
  };
  const fits = ({ conditions }: OrientVariant) =>
    conditions.every(
      ({ condition, holds }) => (evaluate(toHost(first.cascade, condition), names) !== 0) === holds,
    );
  return (variants.find(fits) ?? first).cascade;
}

/** Extents by name, and those of the matrices that were brought: they have both ranks. */
function claimsOf({ tensors }: Cascade, inputs: Inputs): Numbers {
  const claims = new Map<string, number>(Object.entries(inputs.extents ?? {}));
  for (const [name, { shape }] of Object.entries(inputs.tensors ?? {})) {
    const tensor = tensors.get(name);
    if (tensor === undefined || tensor.ranks.length < 2) continue;
    const extents = extentsOfShape(tensor, shape);
    tensor.ranks.forEach((rank, n) => claims.set(rank, claims.get(rank) ?? extents[n] ?? 0));
  }
  return claims;
}

function typed<T>(f: () => T): T {
  try {
    return f();
  } catch (error) {
    throw error instanceof Fault ? asTyped(error.diagnostic) : error;
  }
}

const shapeCodes = new Set(["E0801", "E0802", "E0803", "E0805", "E0806", "E0808"]);

function asTyped({ code, message, help }: Diagnostic): Error {
  const text = help === undefined ? message : `${message}; ${help}`;
  return shapeCodes.has(code) ? new ShapeError(text) : new BadInput(text);
}

function plain(name: string, { shape, data }: Outputs[string], by: Chosen | undefined): Plain {
  const values = Float64Array.from(data);
  const given = by?.inputs.tensors?.[name]?.shape;
  if (given !== undefined) return { shape: given, values };
  const last = by?.cascade.tensors.get(name)?.ranks.at(-1);
  const tail = last === undefined ? undefined : by?.tails.get(last);
  return { shape: tail === undefined ? shape : [...shape.slice(0, -1), ...tail], values };
}
