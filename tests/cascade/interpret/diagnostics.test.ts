// What a user sees when something brought to a run does not fit.

import { describe, expect, it } from "vitest";
import { extentTexts } from "../../../grammar/codes/extents.js";
import type { Diagnostic } from "../../../grammar/diagnostic.js";
import { render } from "../../../grammar/render.js";
import { interpret, type Inputs } from "../../../src/cascade/interpret/index.js";
import { inline } from "../../../src/transform/inline.js";
import { cascadeOf, tensor } from "./source.js";

interface Sample {
  readonly code: string;
  readonly source: string;
  readonly inputs: Inputs;
}

const add = "cascade test(a[i], b[i]) -> y[i] {\n  y[i] = a[i] + b[i]\n}\n";
const zeros = (...shape: readonly number[]): ReturnType<typeof tensor> => tensor(shape, () => 0);

const samples: readonly Sample[] = [
  { code: "E0801", source: add, inputs: { tensors: { a: zeros(3), b: zeros(4) } } },
  { code: "E0802", source: add, inputs: {} },
  {
    code: "E0803",
    source: "cascade test(a[i]) -> y[i] {\n  expect size(i) mod 2 == 0\n  y[i] = a[i]\n}\n",
    inputs: { tensors: { a: zeros(3) } },
  },
  { code: "E0804", source: add, inputs: { tensors: { a: zeros(3) } } },
  {
    code: "E0805",
    source: "optimizer test() {\n  param w[i,j]\n  w[i,j] = 0\n}\n",
    inputs: { tensors: { w: zeros(3) } },
  },
  {
    code: "E0806",
    source: add,
    inputs: { tensors: { a: { shape: [2, 3], data: [1, 2, 3] }, b: zeros(6) } },
  },
  {
    code: "E0807",
    source:
      "cascade test(a[i], static n) -> y[i] {\n  y[i] = a[i]\n  repeat n { y[i] = 2 * y[i] }\n}\n",
    inputs: { tensors: { a: zeros(3) } },
  },
  {
    code: "E0808",
    source: "cascade test(a[i]) -> y[k] {\n  rank k = size(i) - 2\n  y[k] = 1\n}\n",
    inputs: { tensors: { a: zeros(1) } },
  },
  {
    code: "E0810",
    source: "cascade test(a[i]) -> y[i] {\n  y[i] = a[i] + 2^(i - 1)\n}\n",
    inputs: { tensors: { a: zeros(3) } },
  },
  {
    code: "E0811",
    source:
      "optimizer test() {\n  param w[i]\n  grad g[i]\n  let h[i] = await g[i]\n  w[i] = h[i]\n}\n",
    inputs: { tensors: { w: zeros(3), g: zeros(3) } },
  },
  { code: "E0812", source: add, inputs: { tensors: { a: zeros(3), b: zeros(3), c: zeros(3) } } },
  {
    code: "E1001",
    source: "cascade test(a[i]) -> y, d[i] {\n  y = sum[i] a[i]^2\n  d = gradient y wrt a\n}\n",
    inputs: { tensors: { a: zeros(3) } },
  },
];

/** A rank that is defined by itself is refused before a run; the binder does not trust that. */
const unreachableFromSource = ["E0809"];

function diagnosticOf({ source, inputs }: Sample): Diagnostic {
  const made = inline(cascadeOf(source, "test"));
  if (!made.ok) return made.errors[0];
  const result = interpret(made.value, inputs, { mode: "f64" });
  if (result.ok) throw new Error("it ran");
  return result.errors[0];
}

describe("diagnostics of a run", () => {
  it("have a sample for each code", () => {
    const codes = [...samples.map(({ code }) => code), ...unreachableFromSource];
    expect(codes.toSorted()).toEqual(Object.keys(extentTexts).toSorted());
  });

  it.each(samples)("$code", async (sample) => {
    const diagnostic = diagnosticOf(sample);
    expect(diagnostic.code).toBe(sample.code);
    const golden = `${sample.source}\n${"-".repeat(40)}\n\n${render(diagnostic)}\n`;
    const path = `../../golden/diagnostics/${sample.code}.txt`;
    await expect(golden).toMatchFileSnapshot(path);
  });
});
