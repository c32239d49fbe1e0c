// A program at every stage of the compiler, and what each stage computes.
//
// The oracle needs no second implementation: all stages must give the same bits.

import type { Diagnostic } from "../../grammar/diagnostic.js";
import type { Cascade } from "../../src/cascade/cascade.js";
import { entry } from "../../src/cascade/entry.js";
import { interpret, type Inputs } from "../../src/cascade/interpret/index.js";
import { loadModule } from "../../src/cascade/load.js";
import { print } from "../../src/cascade/print.js";
import { statementsDeep } from "../../src/cascade/statements.js";
import type { Device } from "../../src/runtime/device.js";
import type { Program } from "../../src/runtime/program.js";
import { tensor } from "../../src/runtime/tensor.js";
import { tileDevice, tileProgram } from "../../src/tile/device.js";
import { lower } from "../../src/tile/lower/index.js";
import type { Lowered } from "../../src/tile/tile.js";
import { verifyTile } from "../../src/tile/verify.js";
import { runPipeline } from "../../src/transform/pipeline.js";
import type { FuzzProgram } from "./program.js";
import { hash, smallTilesByNumber, underTiles, type Tiles } from "./tiles.js";

/** Results by tensor. */
export type Values = Readonly<Record<string, ArrayLike<number>>>;

/** The compiler says no: with a diagnostic, which is not a failure of a stage. */
export class Refused extends Error {
  readonly code: string;

  constructor(stage: string, { code, message }: Diagnostic) {
    super(`${stage}: ${code}: ${message}`);
    this.code = code;
  }
}

/** The cascade after the checker and after each pass. */
export interface Stages {
  readonly program: FuzzProgram;
  readonly cascades: readonly { readonly pass: string; readonly cascade: Cascade }[];
  /** Tile programs, verified; made once for each choice of tiles. */
  readonly lowered: (tiles?: Tiles) => Lowered;
}

export function stagesOf(program: FuzzProgram): Stages {
  const checked = checkText("check", program.text);
  const cascades = [{ pass: "check", cascade: checked }];
  const result = runPipeline(checked, (pass, cascade) => cascades.push({ pass, cascade }));
  if (!result.ok) throw new Refused("pipeline", result.errors[0]);
  const known = new Map<Tiles | undefined, Lowered>();
  const lowered = (tiles?: Tiles): Lowered => {
    const make = (): Lowered => lowerNow(result.value);
    const made = known.get(tiles) ?? (tiles === undefined ? make() : underTiles(tiles, make));
    known.set(tiles, made);
    return made;
  };
  return { program, cascades, lowered };
}

function checkText(stage: string, text: string): Cascade {
  const module = loadModule({ name: "fuzz.opt", text }, { read: () => undefined });
  if (!module.ok) throw new Refused(stage, module.errors[0]);
  const found = entry(module.value, "fuzz");
  if (!found.ok) throw new Refused(stage, found.errors[0]);
  return found.value;
}

function lowerNow(cascade: Cascade): Lowered {
  const result = lower([{ conditions: [], cascade }]);
  if (!result.ok) throw new Refused("lower", result.errors[0]);
  for (const program of result.value.programs.flat()) {
    const [problem] = verifyTile(program);
    if (problem !== undefined) throw new Error(`internal: ${program.name}: ${problem}`);
  }
  return result.value;
}

/** Runs a program somewhere; undefined where this stage does not apply to it. */
export interface Executor {
  readonly name: string;
  readonly run: (stages: Stages) => Promise<Values | undefined> | Values | undefined;
}

/** The interpreter on the cascade after `pass`. */
export function referenceAfter(pass: string, mode: "f32" | "f64" = "f32"): Executor {
  return {
    name: `reference after ${pass}`,
    run: ({ program, cascades }) => {
      const found = cascades.find((stage) => stage.pass === pass);
      if (found === undefined || hasCalls(found.cascade)) return undefined;
      return interpreted(found.cascade, program, mode);
    },
  };
}

/** The interpreter on the text that the last pass prints, checked again. */
export const printed: Executor = {
  name: "printed, checked again",
  run: ({ program, cascades }) => {
    const last = cascades.at(-1);
    if (last === undefined) return undefined;
    return interpreted(checkText("printed", print(last.cascade)), program, "f32");
  },
};

function hasCalls(cascade: Cascade): boolean {
  return [...statementsDeep(cascade.body)].some((s) => s.kind === "call");
}

export function inputsOf({ inputs }: FuzzProgram): Inputs {
  const tensors = inputs.map(
    ({ tensor: { name, ranks }, data }) =>
      [name, { shape: ranks.map(({ extent }) => extent), data }] as const,
  );
  return { tensors: Object.fromEntries(tensors) };
}

function interpreted(cascade: Cascade, program: FuzzProgram, mode: "f32" | "f64"): Values {
  const result = interpret(cascade, inputsOf(program), { mode });
  if (!result.ok) throw new Refused("interpret", result.errors[0]);
  return Object.fromEntries(Object.entries(result.value).map(([name, { data }]) => [name, data]));
}

/** The lowered program on a device that `open` gives. */
export function onDevice(
  name: string,
  open: () => Device | Promise<Device>,
  programOf: (lowered: Lowered) => Program | Promise<Program>,
  tiles?: (program: FuzzProgram) => Tiles,
): Executor {
  return {
    name,
    run: async ({ program, lowered }) => {
      const device = await open();
      const step = await device.prepare(await programOf(lowered(tiles?.(program))));
      const { each, shared } = await step.many([callOf(program)]);
      const results = { ...shared, ...each[0] };
      const values: [string, ArrayLike<number>][] = [];
      for (const [key, value] of Object.entries(results)) values.push([key, await value.data()]);
      step.dispose();
      return Object.fromEntries(values);
    },
  };
}

/** What the runtime takes. */
export function callOf({ inputs }: FuzzProgram) {
  const brought = inputs.map(({ tensor: { name, ranks, kind }, data }) => {
    const format = kind === "real" ? "f32" : kind === "boolean" ? "bool" : "i32";
    return [
      name,
      tensor(
        data,
        ranks.map(({ extent }) => extent),
        format,
      ),
    ] as const;
  });
  return Object.fromEntries(brought);
}

/** Fresh memory is poison, and no block may touch what another one stores. */
const openTiles = (): Device => tileDevice({ isPoisoned: true, isStrict: true });

export const onTiles = onDevice("tile interpreter", openTiles, tileProgram);

/** The same small tiles for one program, whoever runs it. */
export const tilesFor = ({ text }: FuzzProgram): Tiles => smallTilesByNumber(hash(text));

export const onSmallTiles = onDevice(
  "tile interpreter, small tiles",
  openTiles,
  tileProgram,
  tilesFor,
);

/** The chain: each must equal the first that applies. */
export const executors: readonly Executor[] = [
  referenceAfter("check"),
  referenceAfter("inline"),
  referenceAfter("simplify"),
  printed,
  onTiles,
  onSmallTiles,
];
