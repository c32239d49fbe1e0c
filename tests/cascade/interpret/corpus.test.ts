// Every program of the examples and of the library runs, in both modes, with finite results.

import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import type { Cascade, Tensor } from "../../../src/cascade/cascade.js";
import { bind } from "../../../src/cascade/interpret/bind.js";
import { interpret, type InputTensor, type Inputs } from "../../../src/cascade/interpret/index.js";
import { statementsDeep } from "../../../src/cascade/statements.js";
import { definitionsOf, prepared, random, tensor } from "./source.js";

/** Extents that meet what the definitions expect, by the letters that they use for it. */
const special: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  snapkv: { m: 9, c: 5, w: 2, p: 4, d: 3 },
  think_decode: { o: 3, r: 2, m: 5 },
  muonclip: { h: 2, o: 6, n: 5 },
};
const byName: Readonly<Record<string, number>> = { h: 4, g: 2, e: 4, r: 2, i: 4, j: 4, c: 6, q: 3, m: 7 };

function extentsOf(c: Cascade): Record<string, number> {
  const open = [...c.ranks.values()].filter(
    ({ id, extent }) => extent.kind !== "derived" && id !== "params",
  );
  const sizes = [3, 5, 2];
  const chosen = open.map(({ id, extent }, n): [string, number] => [
    id,
    special[c.name]?.[id] ?? byName[id] ?? (extent.kind === "static" ? 2 : (sizes[n % 3] ?? 3)),
  ]);
  return Object.fromEntries(chosen);
}

function inputsOf(c: Cascade, seed: number): Inputs {
  const open = [...c.scalars.values()].filter(
    ({ role, value }) => value === undefined && role !== "step" && role !== "key",
  );
  const scalars = Object.fromEntries(open.map(({ id }) => [id, 3]));
  const given = { extents: extentsOf(c), scalars };
  const bound = bind({ ...c, orients: [] }, given);
  const next = random(seed);
  const brought = [...c.tensors.values()].filter(({ role }) =>
    ["in", "param", "grad", "input"].includes(role),
  );
  const tensors = brought.map((t): [string, InputTensor] => {
    const shape = t.ranks.map((rank) => bound.extents.get(rank) ?? 0);
    return [t.id, isSquare(t) ? positive(shape[0] ?? 0, next) : tensor(shape, maker(t, next))];
  });
  return { ...given, tensors: Object.fromEntries(tensors) };
}

function maker(t: Tensor, next: () => number): () => number {
  const isWhole = t.type === "integer" || t.format.kind === "index";
  return isWhole ? () => Math.floor((next() + 1) / 2 + 0.5) : next;
}

const isSquare = ({ ranks, role }: Tensor): boolean =>
  role === "in" && ranks.length === 2 && ranks[0] === ranks[1];

/** Symmetric and positive definite: what a square is taken for. */
function positive(n: number, next: () => number): InputTensor {
  const m = Array.from({ length: n }, () => Array.from({ length: n }, next));
  const dot = (a: number[] = [], b: number[] = []): number =>
    a.reduce((sum, v, k) => sum + v * (b[k] ?? 0), 0);
  return tensor([n, n], (at) => {
    const [i, k] = [Math.floor(at / n), at % n];
    return dot(m[i], m[k]) + (i === k ? 1 : 0);
  });
}

const hasGradient = (c: Cascade): boolean =>
  [...statementsDeep(c.body)].some((s) => s.kind === "gradient");

function expectFinite(c: Cascade): void {
  const inputs = inputsOf(c, 7);
  const next = random(8);
  const made = prepared(c, inputs);
  for (const mode of ["f64", "f32"] as const) {
    const result = interpret(made, inputs, {
      mode,
      key: 5,
      onAwait: ({ read, input }) => [tensor(read(0, input).shape, next)],
    });
    if (!result.ok) throw new Error(`${c.name}: ${result.errors[0].message}`);
    for (const [id, { data }] of Object.entries(result.value)) {
      expect([...data].every(Number.isFinite), `${mode} ${c.name}: ${id}`).toBe(true);
    }
  }
}

function filesIn(root: string): string[] {
  if (!existsSync(root)) return [];
  const all = readdirSync(root, { recursive: true, encoding: "utf8" });
  return all.filter((file) => file.endsWith(".opt")).toSorted();
}

const examples = fileURLToPath(new URL("../../../../shared/examples", import.meta.url));
const library = fileURLToPath(new URL("../../../stdlib", import.meta.url));

describe.skipIf(!existsSync(examples))("the examples run", () => {
  it.each(filesIn(examples))("%s", (file) => {
    const definitions = [...definitionsOf(examples, file).values()];
    definitions.filter((c) => !hasGradient(c)).forEach(expectFinite);
  });
});

describe("the library runs", () => {
  it.each(filesIn(library))("%s", (file) => {
    const definitions = [...definitionsOf(library, file).values()];
    definitions.filter((c) => !hasGradient(c)).forEach(expectFinite);
  });
});
