// Runs cascades on random inputs, and compares what comes out bit by bit.

import { expect } from "vitest";
import type { Cascade, Tensor } from "../../src/cascade/cascade.js";
import { bind } from "../../src/cascade/interpret/bind.js";
import {
  interpret,
  type Inputs,
  type InputTensor,
  type Mode,
} from "../../src/cascade/interpret/index.js";
import { print } from "../../src/cascade/print.js";
import { statementsDeep } from "../../src/cascade/statements.js";
import { verify } from "../../src/cascade/verify.js";
import { inline } from "../../src/transform/inline.js";
import { random } from "../cascade/interpret/source.js";
import { cascadeOf } from "../cascade/same.js";

/** `c` without calls, verified. */
export function inlined(c: Cascade): Cascade {
  const result = inline(c);
  if (!result.ok) throw new Error(result.errors[0].message);
  verify(result.value, "inline");
  return result.value;
}

/** The definition itself as printed, without those that it uses. */
export function shown(c: Cascade): string {
  return print(c).split(/^\}\n/m)[0] ?? "";
}

/** The statements that `pass` makes of the first definition of a text, without indentation. */
export function after(pass: (c: Cascade) => Cascade, text: string): string {
  const made = pass(cascadeOf(text));
  verify(made, pass.name);
  const [, ...lines] = shown(made).trimEnd().split("\n");
  const body = lines.filter((line) => line !== "" && !/^ {2}(expect|index) /.test(line));
  return body.map((line) => line.replace(/^ {2}/, "")).join("\n");
}

/** Extents of free and of static ranks that are tried until the contracts hold. */
const sizes: readonly (readonly [number, number])[] = [
  [4, 2],
  [6, 3],
  [4, 4],
  [8, 4],
];

/** Random inputs that meet the contracts; undefined when no extents tried do. */
export function inputsFor(c: Cascade, seed = 1): Inputs | undefined {
  for (const [free, fixed] of sizes) {
    const extents: Record<string, number> = {};
    for (const { id, extent } of c.ranks.values()) {
      if (extent.kind !== "derived") extents[id] = extent.kind === "free" ? free : fixed;
    }
    try {
      return { extents, tensors: tensorsFor(c, bind(c, { extents }).extents, seed) };
    } catch {
      continue; // these extents break a contract
    }
  }
  return undefined;
}

const brought: ReadonlySet<Tensor["role"]> = new Set(["in", "param", "grad", "input"]);

function tensorsFor(
  c: Cascade,
  extents: ReadonlyMap<string, number>,
  seed: number,
): Record<string, InputTensor> {
  const next = random(seed);
  const tensors = [...c.tensors.values()].filter((t) => brought.has(t.role));
  return Object.fromEntries(
    tensors.map((t) => {
      const shape = t.ranks.map((rank) => extents.get(rank) ?? 1);
      const size = shape.reduce((product, extent) => product * extent, 1);
      const limit = t.format.kind === "index" ? (extents.get(t.format.rank) ?? 1) : 2;
      const value = (): number =>
        t.type === "real" ? next() : Math.floor(Math.abs(next()) * limit);
      return [t.id, { shape, data: Array.from({ length: size }, value) }];
    }),
  );
}

export type Numbers = Readonly<Record<string, readonly number[]>>;

export function run(c: Cascade, inputs: Inputs, mode: Mode = "f64"): Numbers {
  const asked = (id: string): InputTensor => {
    const tensor = inputs.tensors?.[id];
    if (tensor === undefined) throw new Error(`no tensor ${id}`);
    return tensor;
  };
  const onAwait = ({ input }: { readonly input: string }): readonly InputTensor[] => [asked(input)];
  const result = interpret(c, inputs, { mode, key: 5, onAwait });
  if (!result.ok) throw new Error(`${result.errors[0].code}: ${result.errors[0].message}`);
  return Object.fromEntries(Object.entries(result.value).map(([id, t]) => [id, [...t.data]]));
}

/** Both give the same bits in both modes; -0 is not 0. */
export function expectSameValues(a: Cascade, b: Cascade, inputs: Inputs): void {
  for (const mode of ["f64", "f32"] as const) {
    expect(run(b, inputs, mode)).toStrictEqual(run(a, inputs, mode));
  }
}

/** Whether the interpreter takes it: derivatives must become equations first. */
export function canRun(c: Cascade): boolean {
  return ![...statementsDeep(c.body)].some((s) => s.kind === "gradient");
}

/** How many nodes of a kind the statements have, for a test of what is left. */
export function statementKinds(c: Cascade): readonly string[] {
  return [...statementsDeep(c.body)].map((s) => s.kind);
}
