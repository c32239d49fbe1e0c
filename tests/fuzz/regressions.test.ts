// What random programs found, by what was wrong.

import { describe, expect, it } from "vitest";
import { compare } from "./compare.js";
import { newInput } from "./inputs.js";
import type { FuzzProgram } from "./program.js";
import type { Draft } from "./scope.js";
import { executors } from "./stages.js";
import { Tape } from "./tape.js";

/** A body over A[i], b[i] : bool and q[i] : i32; i is 5. */
function program(result: string, lines: readonly string[], above = ""): FuzzProgram {
  const i = { name: "i", extent: 5, second: "ii" };
  const draft: Draft = {
    ranks: [i], inputs: [], lets: [], lines: [], helpers: new Map(), seconds: new Set(), names: 0,
  };
  newInput(draft, new Tape([7]), [i], "real");
  newInput(draft, new Tape([3]), [i], "boolean");
  newInput(draft, new Tape([0, 9]), [i], "integer");
  const names = ["A", "b", "q"];
  const inputs = draft.inputs.map((input, n) => ({
    ...input, tensor: { ...input.tensor, name: names[n] ?? "" },
  }));
  const body = lines.map((line) => `  ${line}\n`).join("");
  const text = `${above}cascade fuzz(A[i], b[i] : bool, q[i] : i32) -> ${result} {\n${body}}\n`;
  return { name: "fuzz", text, extents: { i: 5 }, inputs };
}

const spread = `monoid spread {
  lift (x) (lo = x, hi = x)
  merge (a, b) (lo = min(a.lo, b.lo), hi = max(a.hi, b.hi))
  result hi - lo
}
`;

describe("found by random programs", () => {
  it.each([
    ["an integer is merged into a monoid of reals", program("Y", ["Y = spread[i] q[i] else 0"], spread)],
    ["an integer is cast to a narrow float", program("Y[i]", ["Y[i] = ((q[i] as bf16) + (i as f16)) else 0"])],
    ["an integer is cast to f32", program("Y[i]", ["Y[i] = (q[i] as f32) / 3 else 0"])],
    ["a tensor of numbers is used by a function", program("Y[i]", [
      "let n[i] = 1.0 * size(i)",
      "Y[i] = A[i] + exp(clamp(n[i], -4.0, 4.0)) else 0",
    ])],
    ["a condition never holds", program("Y[i]", ["Y[i] = A[size(i)] where b[i] else 0"])],
  ])("%s", async (_, wrong) => {
    expect(await compare(wrong, executors)).toEqual({ kind: "equal", executors: executors.length });
  });
});
