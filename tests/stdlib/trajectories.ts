// Every recipe against every recording of it, on the reference and on wasm.

import { open, type Device } from "../../src/index.js";
import { follow, type Deviation, type Recipe } from "./follow.js";
import { oraclesOf, type Oracle } from "./oracle.js";
import { recipes } from "./recipes.js";

export interface Line extends Deviation {
  readonly oracle: string;
  readonly device: "reference" | "wasm";
  /** Relative to the largest value of each tensor; states may stray ten times as far. */
  readonly tolerance: number;
  readonly holds: boolean;
}

/** All lines, in the order of the recipes. */
export async function allTrajectories(): Promise<readonly Line[]> {
  const lines: Line[] = [];
  for (const kind of ["reference", "wasm"] as const) {
    const device = await open(kind);
    for (const recipe of recipes) {
      for (const oracle of oraclesOf(recipe.oracle))
        lines.push(await line(oracle, recipe, device, kind));
    }
    device.close();
  }
  return lines;
}

async function line(
  oracle: Oracle,
  recipe: Recipe,
  device: Device,
  kind: "reference" | "wasm",
): Promise<Line> {
  const deviation = await follow(oracle, recipe, device);
  const tolerance = kind === "reference" ? (oracle.tolerance.f64 ?? 1e-10) : oracle.tolerance.f32;
  const holds = deviation.parameters <= tolerance && deviation.states <= 10 * tolerance;
  return { ...deviation, oracle: oracle.name, device: kind, tolerance, holds };
}
