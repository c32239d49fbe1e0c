// Runs a definition twice, by the reference interpreter in f32 and as tile programs, on the same
// inputs.

import type { Cascade, Tensor } from "../../../src/cascade/cascade.js";
import { interpret, type InputTensor, type Inputs } from "../../../src/cascade/interpret/index.js";
import { bind } from "../../../src/cascade/interpret/bind.js";
import { tensor } from "../../../src/runtime/tensor.js";
import { lower, type LowerVariant } from "../../../src/tile/lower/index.js";
import { elementFormat } from "../../../src/tile/lower/formats.js";
import { tileDevice, tileProgram, type TileDevice } from "../../../src/tile/device.js";
import type { Lowered } from "../../../src/tile/tile.js";
import { assertTile } from "../../../src/tile/verify.js";
import { orientVariants } from "../../../src/transform/orient.js";
import { runPipeline } from "../../../src/transform/pipeline.js";
import { prepared, random } from "../../cascade/interpret/source.js";

/** Extents, and what stands in tensors; the rest is random. */
export interface Case {
  readonly extents: Readonly<Record<string, number>>;
  readonly scalars?: Readonly<Record<string, number>>;
  readonly tensors?: Readonly<Record<string, (n: number) => number>>;
}

export interface Outcome {
  readonly device: TileDevice;
  readonly lowered: Lowered;
  /** By name: elements by either way. */
  readonly results: ReadonlyMap<
    string,
    { readonly got: Float64Array; readonly wanted: Float64Array }
  >;
}

export function variantsOf(cascade: Cascade): readonly LowerVariant[] {
  return orientVariants(cascade).map((variant) => {
    const result = runPipeline(variant.cascade);
    if (!result.ok) throw new Error(result.errors.map((e) => `${e.code} ${e.message}`).join("; "));
    return { ...variant, cascade: result.value };
  });
}

/** Lowered and verified. */
export function loweredOf(cascade: Cascade): Lowered {
  const lowered = lower(variantsOf(cascade));
  if (!lowered.ok) throw new Error(lowered.errors.map((e) => `${e.code} ${e.message}`).join("; "));
  for (const program of lowered.value.programs.flat()) assertTile(program);
  return lowered.value;
}

function inputsOf(cascade: Cascade, given: Case): Inputs {
  const { extents } = bind(cascade, { extents: given.extents, scalars: given.scalars ?? {} });
  const next = random(7);
  const tensors: Record<string, InputTensor> = {};
  for (const t of cascade.tensors.values()) {
    if (!["in", "param", "grad", "input", "state"].includes(t.role)) continue;
    if (t.role === "state" && given.tensors?.[t.id] === undefined) continue;
    if (t.value !== undefined && given.tensors?.[t.id] === undefined) continue;
    const shape = t.ranks.map((rank) => extents.get(rank) ?? 0);
    const make = given.tensors?.[t.id] ?? ((): number => elementOf(t, next, extents));
    const count = shape.reduce((a, b) => a * b, 1);
    tensors[t.id] = { shape, data: Float64Array.from({ length: count }, (_, n) => make(n)) };
  }
  const carried = new Set(
    [...cascade.tensors.values()].flatMap((t) => (tensors[t.id] === undefined ? [] : t.ranks)),
  );
  const own = Object.entries(given.extents).filter(([rank]) => !carried.has(rank));
  return { extents: Object.fromEntries(own), scalars: given.scalars ?? {}, tensors };
}

function elementOf(t: Tensor, next: () => number, extents: ReadonlyMap<string, number>): number {
  if (t.format.kind === "index")
    return Math.floor(Math.abs(next()) * 7) % (extents.get(t.format.rank) ?? 1);
  if (t.format.kind === "integer") return Math.floor(Math.abs(next()) * 5) % 4;
  if (t.format.kind === "bool") return next() > 0 ? 1 : 0;
  return Math.fround(next());
}

export async function runBoth(cascade: Cascade, given: Case): Promise<Outcome> {
  const lowered = loweredOf(cascade);
  const plain: Cascade = { ...cascade, orients: [] };
  const inputs = inputsOf(plain, given);
  const wanted = interpret(prepared(cascade, inputs), inputs, { mode: "f32" });
  if (!wanted.ok) throw new Error(wanted.errors.map((e) => `${e.code} ${e.message}`).join("; "));
  const device = tileDevice({ isPoisoned: true, isStrict: true });
  const step = await device.prepare(tileProgram(lowered), statics(cascade, given, inputs));
  const tensors = Object.entries(inputs.tensors ?? {}).map(([id, { shape, data }]) => {
    const format = elementFormat(cascade.tensors.get(id)?.format ?? { kind: "bool" });
    return [id, tensor([...Array.from(data)], [...shape], format)] as const;
  });
  const results = await step({ ...Object.fromEntries(tensors), ...dynamics(cascade, given) });
  const pairs = new Map<string, { got: Float64Array; wanted: Float64Array }>();
  for (const [id, result] of Object.entries(results)) {
    const data = await result?.data();
    const want = wanted.value[id];
    if (data === undefined || want === undefined) throw new Error(`no ${id} on both sides`);
    pairs.set(id, {
      got: Float64Array.from(data as ArrayLike<number>),
      wanted: Float64Array.from(want.data),
    });
  }
  return { device, lowered, results: pairs };
}

function statics(cascade: Cascade, given: Case, inputs: Inputs): Record<string, number> {
  const entries = Object.entries(given.scalars ?? {});
  const fixed = entries.filter(([name]) => cascade.scalars.get(name)?.role === "static");
  return { ...inputs.extents, ...Object.fromEntries(fixed) };
}

function dynamics(cascade: Cascade, given: Case): Record<string, number> {
  const entries = Object.entries(given.scalars ?? {});
  return Object.fromEntries(
    entries.filter(([name]) => cascade.scalars.get(name)?.role !== "static"),
  );
}

/** The largest difference of any result, relative to the largest value of its tensor. */
export function worst(outcome: Outcome): number {
  let error = 0;
  for (const { got, wanted } of outcome.results.values()) {
    if (got.length !== wanted.length) return Infinity;
    const scale = wanted.reduce((top, x) => Math.max(top, Math.abs(x)), 1e-3);
    got.forEach((x, n) => {
      const difference = Math.abs(x - (wanted[n] ?? NaN)) / scale;
      error = Number.isNaN(difference) ? Infinity : Math.max(error, difference);
    });
  }
  return error;
}
