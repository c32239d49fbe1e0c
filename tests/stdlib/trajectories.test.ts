import { describe, expect, it } from "vitest";
import { open } from "../../src/index.js";
import { follow } from "./follow.js";
import { hasOracles, oraclesOf } from "./oracle.js";
import { recipes } from "./recipes.js";

// Needs ../shared/oracles; skipped, and shown as skipped, where a checkout has none.
describe.skipIf(!hasOracles)("stdlib/optimizers follow their authors' trajectories", () => {
  const cases = hasOracles
    ? recipes.flatMap((recipe) =>
        oraclesOf(recipe.oracle).map((oracle) => ({ recipe, oracle, name: oracle.name })),
      )
    : [];

  it.each(cases)("$name in float64 on the reference", async ({ recipe, oracle }) => {
    const { parameters, states } = await follow(oracle, recipe, await open("reference"));
    const tolerance = oracle.tolerance.f64 ?? 1e-10;
    expect(parameters).toBeLessThanOrEqual(tolerance);
    expect(states).toBeLessThanOrEqual(10 * tolerance);
  });

  it.each(cases)("$name in float32 on wasm", async ({ recipe, oracle }) => {
    const device = await open("wasm");
    const { parameters, states } = await follow(oracle, recipe, device);
    device.close();
    expect(parameters).toBeLessThanOrEqual(oracle.tolerance.f32);
    expect(states).toBeLessThanOrEqual(10 * oracle.tolerance.f32);
  });
});
