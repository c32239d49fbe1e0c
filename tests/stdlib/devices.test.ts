import { describe, expect, it } from "vitest";
import {
  compile,
  open,
  type CompiledProgram,
  type Device,
  type Tensor,
} from "../../src/index.js";
import type { TileProgram } from "../../src/tile/tile.js";
import { definitions, extents, generator, inputs, libraryPath } from "./definitions.js";

/** Masks leave points absent: they are there to be called, and have no kernel of their own. */
const called = new Set(["causal", "window", "window_and_sink"]);
const entries = definitions().filter((each) => !called.has(each.slice(each.indexOf("#") + 1)));
const shapesEach = 4;

/** No reduction: every operation is rounded in one way only (tier A of the numerics policy). */
function isExact(programs: readonly (readonly TileProgram[])[]): boolean {
  const text = JSON.stringify(programs);
  return !text.includes('"kind":"state"') && !text.includes('"kind":"dot"');
}

type Values = Readonly<Record<string, Float64Array>>;

async function runOn(
  device: Device,
  program: CompiledProgram,
  given: Readonly<Record<string, Tensor>>,
): Promise<Values> {
  const step = await device.prepare(program, {});
  const isOptimizer = program.scalars.some((scalar) => scalar.name === "t");
  let out = await step({ ...given, ...(isOptimizer ? { t: 1 } : {}) });
  if (isOptimizer) out = await step({ ...given, ...out, t: 2 });
  const read = Object.entries(out).map(
    async ([name, one]) => [name, Float64Array.from(await one.data(), Number)] as const,
  );
  return Object.fromEntries(await Promise.all(read));
}

/** Sizes that the definition's `expect`s accept, with what the float64 reference makes of them. */
async function sample(reference: Device, program: CompiledProgram, seed: number) {
  const random = generator(seed);
  for (let attempt = 0; attempt < 60; attempt++) {
    const size = extents(program, random);
    const given = inputs(program, size, random);
    try {
      return { size, given, exact: await runOn(reference, program, given) };
    } catch (error) {
      if (!/expect|needs|condition/.test(String(error))) throw error;
    }
  }
  throw new Error(`found no sizes that ${program.name} accepts`);
}

function worst(a: Float64Array | undefined, b: Float64Array | undefined): number {
  if (!a || !b || a.length !== b.length) return Infinity;
  return a.reduce((most, one, i) => Math.max(most, Math.abs(one - (b[i] ?? NaN))), 0);
}

describe("stdlib on wasm, against the reference, at small odd sizes", () => {
  it.each(entries)("%s", async (definition) => {
    const program = await compile(libraryPath(definition));
    const { programs } = await program.lower();
    const [reference, rounded, wasm] = [
      await open("reference"),
      await open("reference", { mode: "f32" }),
      await open("wasm"),
    ];
    for (let seed = 1; seed <= shapesEach; seed++) {
      const { size, given, exact } = await sample(reference, program, seed);
      const expected = await runOn(rounded, program, given);
      const found = await runOn(wasm, program, given);
      const where = `seed ${seed}, ${JSON.stringify([...size])}`;
      expect(Object.keys(found).sort(), where).toEqual(Object.keys(expected).sort());
      for (const name of Object.keys(expected)) {
        if (isExact(programs)) expect(found[name], `${name}, ${where}`).toEqual(expected[name]);
        // Sums may go in another order: as far from float64 as float32 in text order is, within a
        // factor.
        const scale = Array.from(exact[name] ?? []).reduce(
          (most, one) => Math.max(most, Math.abs(one)),
          1e-30,
        );
        const bound = 8 * worst(expected[name], exact[name]) + 32 * 2 ** -24 * scale;
        expect(worst(found[name], exact[name]), `${name}, ${where}`).toBeLessThanOrEqual(bound);
      }
    }
    wasm.close();
  });
});
