// What to run: parameters with their tensors, and numbers by name.
//
// In:  a compiled program and the command line.
// Out: a Job whose names, shapes and extents all fit; nothing has run yet.
// Not here: drawing tensors (draw.ts), reading files (read.ts), running (execute.ts).

import type { Cascade } from "../../cascade/cascade.js";
import type { CompiledProgram } from "../../compile.js";
import { BadInput } from "../../runtime/errors.js";
import type { TensorInfo } from "../../runtime/program.js";
import type { Tensor } from "../../runtime/tensor.js";
import {
  boundNumbers,
  defaultExtent,
  sortNumbers,
  withDefaults,
  type Numbers,
} from "../numbers.js";
import type { RunOptions } from "../run.js";
import { listed } from "../text.js";
import { drawTensors } from "./draw.js";
import { modelParameters, namedTensors, type Files, type NamedInfo } from "./match.js";
import { readTensors } from "./read.js";

export type Tensors = Readonly<Record<string, Tensor>>;

export interface Job {
  /** named: the definition's own names, once. model: for each parameter, the definition's names. */
  readonly kind: "named" | "model";
  readonly parameters: ReadonlyMap<string, Tensors>;
  readonly numbers: Numbers;
  /** For a person; empty for a model, whose parameters differ. */
  readonly extents: Readonly<Record<string, number>>;
  readonly notes: readonly string[];
  readonly metadata: ReadonlyMap<string, string>;
}

export function makeJob(program: CompiledProgram, options: RunOptions): Job {
  const numbers = sortNumbers(program.cascade, options.define, options.set);
  if (options.in === undefined) return drawnJob(program, numbers, options.seed);
  const own = readTensors(options.in);
  const grads = options.grads === undefined ? undefined : readTensors(options.grads);
  const { metadata } = own;
  const files: Files = {
    own: own.tensors,
    ownPath: options.in,
    grads: grads?.tensors ?? new Map(),
    gradsPath: options.grads,
  };
  const params = program.tensors.filter(({ role }) => role === "param").map(({ name }) => name);
  const isModel =
    program.cascade.kind === "optimizer" && !params.some((name) => files.own.has(name));
  return isModel
    ? { ...modelJob(program, numbers, files), metadata }
    : { ...namedJob(program, numbers, files), metadata };
}

function drawnJob({ cascade, tensors }: CompiledProgram, given: Numbers, seed: number): Job {
  const { numbers, defaulted } = withDefaults(cascade, given);
  const { extents } = boundNumbers(cascade, numbers);
  const drawn = drawTensors(cascade, tensors, extents, seed);
  const names = Object.keys(drawn);
  const what = names.length === 0 ? "" : `no --in: ${listed(names)} drawn with --seed ${seed}`;
  const [example = ""] = defaulted;
  const assumed = `${listed(defaulted)} taken as ${defaultExtent}; -D ${example}=… says otherwise`;
  return {
    kind: "named",
    parameters: new Map([["", drawn]]),
    numbers: withoutBound(cascade, numbers, drawn),
    extents: Object.fromEntries(extents),
    notes: [what, defaulted.length === 0 ? "" : assumed].filter((text) => text !== ""),
    metadata: new Map(),
  };
}

function namedJob({ cascade, tensors }: CompiledProgram, numbers: Numbers, files: Files) {
  const { found, unused } = namedTensors(cascade.name, withOptional(cascade, tensors), files);
  const { extents } = boundNumbers(cascade, numbers, shapesOf(found));
  const what = listed(unused.map((name) => `\`${name}\``));
  return {
    kind: "named",
    parameters: new Map([["", found]]),
    numbers: withoutBound(cascade, numbers, found),
    extents: Object.fromEntries(extents),
    notes: unused.length === 0 ? [] : [`${files.ownPath}: ${what} not used by \`${cascade.name}\``],
  } as const;
}

/** A tensor of a cascade may have a default. */
function withOptional(cascade: Cascade, infos: readonly TensorInfo[]): readonly NamedInfo[] {
  return infos.map((info) => {
    const hasDefault = cascade.tensors.get(info.name)?.value !== undefined;
    return { ...info, isOptional: info.role === "state" || hasDefault };
  });
}

function modelJob({ cascade, tensors }: CompiledProgram, numbers: Numbers, files: Files) {
  const parameters = modelParameters(cascade.name, tensors, files);
  for (const [name, own] of parameters) checkShapes(cascade, name, numbers, own);
  const [first = {}] = parameters.values();
  const rest = withoutBound(cascade, numbers, first);
  return { kind: "model", parameters, numbers: rest, extents: {}, notes: [] } as const;
}

function checkShapes(cascade: Cascade, name: string, numbers: Numbers, tensors: Tensors): void {
  try {
    boundNumbers(cascade, numbers, shapesOf(tensors));
  } catch (error) {
    if (!(error instanceof Error) || !("diagnostic" in error)) throw error;
    throw new BadInput(`parameter \`${name}\`: ${error.message}`);
  }
}

/** The interpreter's binder looks at shapes only; nothing is copied. */
function shapesOf(tensors: Tensors) {
  const entries = Object.entries(tensors).filter(([name]) => !name.includes("."));
  return Object.fromEntries(
    entries.map(([name, { shape, length }]) => [name, { shape, data: { length } }]),
  );
}

/** Extents that the tensors say are left out: `orient` may read them the other way round. */
function withoutBound(cascade: Cascade, { extents, scalars }: Numbers, tensors: Tensors): Numbers {
  const said = new Set(
    Object.keys(tensors).flatMap((name) => cascade.tensors.get(name)?.ranks ?? []),
  );
  const rest = Object.entries(extents).filter(([rank]) => !said.has(rank));
  return { extents: Object.fromEntries(rest), scalars };
}
