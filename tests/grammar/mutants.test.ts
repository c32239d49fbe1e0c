// R10: whatever the text, the parser answers, soon, and about places in the text.
//
// EINFALL_SEED and EINFALL_MUTANTS choose the run; a failure prints its own seed.

import { describe, expect, it } from "vitest";
import { corpus } from "./corpus.js";
import { faults } from "./faults.js";
import { mutate, randomOf } from "./mutate.js";

const firstSeed = Number(process.env["EINFALL_SEED"] ?? 1);
const count = Number(process.env["EINFALL_MUTANTS"] ?? 5_000);

function answer(seed: number): readonly string[] {
  const text = mutate(randomOf(seed), corpus);
  try {
    return faults(text).map((fault) => `seed ${seed}: ${fault}\n${text}`);
  } catch (thrown) {
    return [`seed ${seed}: ${String(thrown)}\n${text}`];
  }
}

describe("mutants", () => {
  it(`get an answer (${count} from seed ${firstSeed})`, { timeout: 600_000 }, () => {
    const failed: string[] = [];
    for (let seed = firstSeed; seed < firstSeed + count && failed.length < 3; seed += 1) {
      failed.push(...answer(seed));
    }
    expect(failed).toEqual([]);
  });
});
