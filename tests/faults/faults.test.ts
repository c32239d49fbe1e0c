import { describe, expect, it } from "vitest";
import { tileDevice, tileProgram } from "../../src/tile/device.js";
import type { Lowered } from "../../src/tile/tile.js";
import { verifyTile } from "../../src/tile/verify.js";
import { difference } from "../fuzz/compare.js";
import { onDevice, referenceAfter, stagesOf, type Stages, type Values } from "../fuzz/stages.js";
import { smallTiles } from "../fuzz/tiles.js";
import { baseProgram, bases, type BaseName } from "./bases.js";
import { faults, type Fault } from "./faults.js";

const extents = [
  { i: 7, j: 5, k: 9 },
  { i: 33, j: 31, k: 17 },
  { i: 17, j: 17, k: 17 },
] as const;

const run = (stages: Stages, change: (lowered: Lowered) => Lowered) =>
  onDevice(
    "tile interpreter",
    () => tileDevice({ isPoisoned: true, isStrict: true }),
    (lowered) => tileProgram(change(lowered)),
    () => smallTiles,
  ).run(stages);

/** How a fault shows, in the order in which the checks of a change run; undefined: not at all. */
async function noticed(fault: Fault): Promise<string | undefined> {
  for (const sizes of extents) {
    const exact = stagesOf(baseProgram(fault.base, sizes));
    const wrong = fault.seed(exact.lowered(smallTiles));
    const [rule] = wrong.programs.flat().flatMap((p) => verifyTile(p));
    if (rule !== undefined) return `verifier: ${rule}`;
    const shown =
      (await differs(exact, fault)) ??
      (await differs(stagesOf(baseProgram(fault.base, sizes, "floats")), fault));
    if (shown !== undefined) return shown;
  }
  return undefined;
}

/** Compared with the reference where sums are exact, else with the right tile program. */
async function differs(stages: Stages, fault: Fault): Promise<string | undefined> {
  const right = await run(stages, (lowered) => lowered);
  try {
    return difference(right ?? {}, (await run(stages, fault.seed)) ?? {});
  } catch (error) {
    return `refused: ${error instanceof Error ? error.message : String(error)}`;
  }
}

describe("programs in which faults are seeded", () => {
  it.each(Object.keys(bases) as BaseName[])("%s is right", async (name) => {
    for (const sizes of extents) {
      const stages = stagesOf(baseProgram(name, sizes));
      const expected = (await referenceAfter("check").run(stages)) as Values;
      const found = (await run(stages, (lowered) => lowered)) as Values;
      expect(difference(expected, found)).toBeUndefined();
    }
  });
});

describe("a seeded fault is noticed", () => {
  it.each(faults.map((fault) => [fault.name, fault] as const))("%s", async (_, fault) => {
    expect(await noticed(fault)).toBeDefined();
  });

  it("of at least thirty", () => {
    expect(faults.length).toBeGreaterThanOrEqual(30);
    expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
  });
});
