// R10: whatever the text, the parser answers, soon, and about places in the text.
//
// EINFALL_SEED and EINFALL_MUTANTS choose the run; a failure prints its own seed.

import { describe, expect, it } from "vitest";
import { format } from "../../grammar/format.js";
import { parse } from "../../grammar/parser.js";
import { render } from "../../grammar/render.js";
import { corpus } from "./corpus.js";
import { mutate, randomOf } from "./mutate.js";
import { shape } from "./show.js";

const firstSeed = Number(process.env["EINFALL_SEED"] ?? 1);
const count = Number(process.env["EINFALL_MUTANTS"] ?? 5_000);
const limitMs = 2_000;

/** What is wrong about the answer to a mutant; empty when nothing is. */
function faults(text: string): readonly string[] {
  const found: string[] = [];
  const began = performance.now();
  const { file, errors } = parse({ name: "mutant.opt", text });
  for (const error of errors) {
    const { start, end } = error.at;
    const isInside = start >= 0 && start < end && end <= text.length;
    if (!isInside) found.push(`${error.code} has no place`);
    render(error);
  }
  if (errors.length === 0) found.push(...formatFaults(text, shape(file)));
  if (performance.now() - began > limitMs) found.push("it takes too long");
  return found;
}

function formatFaults(text: string, tree: string): readonly string[] {
  const once = format({ name: "mutant.opt", text });
  if (!once.ok) return ["it parses but cannot be formatted"];
  const again = parse({ name: "formatted.opt", text: once.value });
  if (again.errors.length > 0) return ["formatted, it does not parse"];
  const twice = format({ name: "formatted.opt", text: once.value });
  return [
    ...(shape(again.file) === tree ? [] : ["formatted, it is another program"]),
    ...(twice.ok && twice.value === once.value ? [] : ["formatted twice, it differs"]),
  ];
}

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
