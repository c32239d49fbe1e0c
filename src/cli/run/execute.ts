// Runs a job on a device.
//
// In:  a program and a job that fits it.
// Out: every parameter, state and output after the last step, by name; of a model, its parameters.
// Not here: files and text.

import type { Cascade, Tensor as Declared } from "../../cascade/cascade.js";
import type { CompiledProgram } from "../../compile.js";
import type { Device } from "../../runtime/device.js";
import { BadInput, Unsupported } from "../../runtime/errors.js";
import type { HostFormat, Values } from "../../runtime/formats.js";
import { open } from "../../runtime/open.js";
import { createOptimizer } from "../../runtime/optimizer.js";
import type { Call, Results } from "../../runtime/program.js";
import { converted } from "../../runtime/tensor.js";
import { findElementFormat } from "../../tile/lower/formats.js";
import type { RunOptions } from "../run.js";
import { UsageError } from "../terminal.js";
import type { Job } from "./job.js";

export interface Result {
  readonly name: string;
  readonly shape: readonly number[];
  readonly format: HostFormat;
  /** As they are stored: bit patterns of f16, bf16 and f8. */
  readonly stored: Values;
}

type Scalars = Readonly<Record<string, number>>;

export interface Done {
  readonly device: string;
  readonly results: readonly Result[];
}

export async function runJob(
  program: CompiledProgram,
  job: Job,
  options: RunOptions,
): Promise<Done> {
  const device = await openDevice(options);
  try {
    const results =
      job.kind === "model"
        ? await runModel(device, program, job, options)
        : await runNamed(device, program, job, options);
    return { device: device.name, results };
  } finally {
    device.close();
  }
}

async function openDevice({ device, f32 }: RunOptions): Promise<Device> {
  if (f32 === true && device !== "reference") {
    throw new UsageError("--f32 is of the reference device; the others always round to f32");
  }
  try {
    return await open(device, f32 === true ? { mode: "f32" } : {});
  } catch (error) {
    if (!(error instanceof Unsupported)) throw error;
    throw new Unsupported(
      `--device ${device} is not here: ${error.message}; see \`einfall devices\``,
    );
  }
}

async function runNamed(
  device: Device,
  program: CompiledProgram,
  job: Job,
  { steps, seed }: RunOptions,
): Promise<readonly Result[]> {
  const { settings, hyper } = sorted(program, job);
  const step = await device.prepare(program, settings);
  const names = new Set(program.scalars.map(({ name }) => name));
  const outputs = new Set(
    program.tensors.filter(({ role }) => role === "out").map(({ name }) => name),
  );
  const first = hyper["t"] ?? 1;
  let call: Call = { ...(names.has("key") ? { key: seed } : {}), ...job.parameters.get("") };
  let results: Results = {};
  for (let n = 0; n < steps; n++) {
    const t = names.has("t") ? { t: first + n } : {};
    results = await step({ ...call, ...hyper, ...t });
    const kept = Object.entries(results).filter(([name]) => !outputs.has(name));
    call = { ...call, ...Object.fromEntries(kept) };
  }
  return read(results, (name) => formatOf(program.cascade, name));
}

async function runModel(
  device: Device,
  program: CompiledProgram,
  job: Job,
  { steps, seed }: RunOptions,
): Promise<readonly Result[]> {
  const { settings, hyper } = sorted(program, job);
  if ("t" in hyper || "key" in hyper) {
    throw new UsageError(
      "of a model, `t` counts from 1 and `key` follows from --seed; leave --set t and key out",
    );
  }
  const [param = ""] = program.tensors
    .filter(({ role }) => role === "param")
    .map(({ name }) => name);
  const entries = [...job.parameters];
  const params = Object.fromEntries(
    entries.flatMap(([name, { [param]: own }]) => (own === undefined ? [] : [[name, own]])),
  );
  const gradients = Object.fromEntries(
    entries.map(([name, { [param]: _own, ...rest }]) => [name, rest]),
  );
  const groups = [{ match: "*", program, settings, scalars: hyper }];
  const optimizer = await createOptimizer(device, { params, groups, seed });
  for (let n = 0; n < steps; n++) await optimizer.step(gradients);
  return read(optimizer.params, () => formatOf(program.cascade, param));
}

/** Statics and extents fix a program; hyper-parameters go with each step. */
function sorted(
  { scalars }: CompiledProgram,
  { numbers }: Job,
): { settings: Scalars; hyper: Scalars } {
  const statics = new Set(scalars.filter((info) => info.static).map(({ name }) => name));
  const pick = (isStatic: boolean) =>
    Object.fromEntries(
      Object.entries(numbers.scalars).filter(([name]) => statics.has(name) === isStatic),
    );
  return { settings: { ...numbers.extents, ...pick(true) }, hyper: pick(false) };
}

async function read(
  results: Results,
  formatFor: (name: string) => HostFormat,
): Promise<readonly Result[]> {
  const read = Object.entries(results).map(async ([name, result]) => {
    const format = formatFor(name);
    const stored = converted(await result.stored(), result.format, format);
    return { name, shape: result.shape, format, stored };
  });
  return Promise.all(read);
}

/** What a file holds of a result: the reference computes in float64, whatever is declared. */
function formatOf(cascade: Cascade, name: string): HostFormat {
  const own = cascade.tensors.get(name);
  if (own !== undefined) return hostFormat(own);
  const [whole = "", store = ""] = name.split("."); // the codes of `m` are `m.q`
  const format = cascade.tensors.get(whole)?.format;
  const made = format?.kind === "block" ? cascade.formats.get(format.format) : undefined;
  const tensor = made?.encode.tensors.get(store);
  if (tensor === undefined)
    throw new BadInput(`the result \`${name}\` is no tensor of \`${cascade.name}\``);
  return hostFormat(tensor);
}

function hostFormat({ format, type }: Declared): HostFormat {
  const found = findElementFormat(format);
  if (found !== undefined) return found;
  if (format.kind === "float") return format.name;
  return type === "integer" ? "i32" : "f32"; // codes narrower than a byte; a block format's values
}
