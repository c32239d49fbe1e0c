// What random programs found, by what was wrong.

import { describe, expect, it } from "vitest";
import { compare } from "./compare.js";
import { newInput } from "./inputs.js";
import type { FuzzProgram } from "./program.js";
import type { Draft } from "./scope.js";
import { executors } from "./stages.js";
import { Tape } from "./tape.js";

/** A body over A[i], b[i] : bool, q[i] : i32 and D[i,j,l]; i is 5, j is 3, l is 2. */
function program(result: string, lines: readonly string[], above = ""): FuzzProgram {
  const i = { name: "i", extent: 5, second: "ii" };
  const j = { name: "j", extent: 3, second: "jj" };
  const l = { name: "l", extent: 2, second: "ll" };
  const draft: Draft = {
    ranks: [i, j, l],
    inputs: [],
    lets: [],
    lines: [],
    helpers: new Map(),
    seconds: new Set(),
    names: 0,
  };
  newInput(draft, new Tape([7]), [i], "real");
  newInput(draft, new Tape([3]), [i], "boolean");
  newInput(draft, new Tape([0, 9]), [i], "integer");
  newInput(draft, new Tape([5]), [i, j, l], "real");
  const names = ["A", "b", "q", "D"];
  const inputs = draft.inputs.map((input, n) => ({
    ...input,
    tensor: { ...input.tensor, name: names[n] ?? "" },
  }));
  const body = lines.map((line) => `  ${line}\n`).join("");
  const inputsText = "A[i], b[i] : bool, q[i] : i32, D[i, j, l]";
  const text = `${above}cascade fuzz(${inputsText}) -> ${result} {\n${body}}\n`;
  return { name: "fuzz", text, extents: { i: 5, j: 3, l: 2 }, inputs };
}

const spread = `monoid spread {
  lift (x) (lo = x, hi = x)
  merge (a, b) (lo = min(a.lo, b.lo), hi = max(a.hi, b.hi))
  result hi - lo
}
`;

describe("found by random programs", () => {
  it.each([
    [
      "an integer is merged into a monoid of reals",
      program("Y", ["Y = spread[i] q[i] else 0"], spread),
    ],
    [
      "an integer is cast to a narrow float",
      program("Y[i]", ["Y[i] = ((q[i] as bf16) + (i as f16)) else 0"]),
    ],
    ["an integer is cast to f32", program("Y[i]", ["Y[i] = (q[i] as f32) / 3 else 0"])],
    [
      "a tensor of numbers is used by a function",
      program("Y[i]", [
        "let n[i] = 1.0 * size(i)",
        "Y[i] = A[i] + exp(clamp(n[i], -4.0, 4.0)) else 0",
      ]),
    ],
    [
      "a rank that nothing is read along is joined with another",
      program("Y[i, j, l], Z[l]", [
        "let s[l, i] = A[i] + sum[j] A[i]",
        "Y[i, j, l] = A[i] else 0",
        "Z[l] = s[l, 0] else 0",
      ]),
    ],
    [
      "two ranks are joined in one access and apart in another",
      program("Y[i]", ["Y[i] = (sum[j, l] D[i, j, l] where i < 0 else sum[j] D[i, j, 0]) else 0"]),
    ],
    ["a condition never holds", program("Y[i]", ["Y[i] = A[size(i)] where b[i] else 0"])],
  ])("%s", async (_, wrong) => {
    expect(await compare(wrong, executors)).toEqual({ kind: "equal", executors: executors.length });
  });
});
