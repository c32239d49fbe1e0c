// Recipes for fast-check: tapes, so that shrinking drops statements and simplifies choices.

import fc from "fast-check";
import type { Recipe } from "./program.js";

const tape = (most: number): fc.Arbitrary<readonly number[]> =>
  fc.array(fc.nat(720), { maxLength: most, size: "max" });

/** At most twelve statements, the outputs included. */
export const recipes: fc.Arbitrary<Recipe> = fc.record({
  head: tape(8),
  statements: fc.array(tape(60), { minLength: 1, maxLength: 10, size: "max" }),
});
