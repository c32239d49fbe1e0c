import { afterAll, describe, expect, it } from "vitest";
import { compare } from "./compare.js";
import { counted } from "./counted.js";
import type { FuzzProgram } from "./program.js";
import { fuzz, type Report } from "./run.js";
import { executors, onTiles, referenceAfter, type Executor } from "./stages.js";
import { closeDevices, wasmChains } from "./wasm.js";

/** Another seed each time: FUZZ_SEED=$RANDOM. The same seed makes the same programs. */
const seed = Number(process.env["FUZZ_SEED"] ?? 1);
/** What a target cannot lower yet. */
const openCodes = /^E10/;

function expectEqual({ equal, nonfinite, refused, failure }: Report, least: number): void {
  expect(failure, failure).toBeUndefined();
  expect([...refused].filter(([code]) => !openCodes.test(code))).toEqual([]);
  expect(nonfinite).toBeLessThan(5);
  expect(equal).toBeGreaterThan(least);
}

afterAll(closeDevices);

describe("random programs give the same bits at every stage", () => {
  it.each([0, 1, 2, 3, 4, 5, 6, 7])("batch %i of 250", async (batch) => {
    expectEqual(await fuzz(seed + batch, 250), 225);
  });
});

describe("random programs give the bits of the tile interpreter on wasm, for any floats", () => {
  it.each(wasmChains.map((chain, n) => [chain.at(-1)?.name ?? "", n, chain] as const))(
    "%s",
    async (_, n, chain) => expectEqual(await fuzz(seed + 100 + n, 250, chain, "floats"), 225),
  );
});

describe("random programs move the bytes that are predicted", () => {
  it("500 of them", async () => {
    const { failure } = await fuzz(seed + 200, 500, [counted]);
    expect(failure, failure).toBeUndefined();
  });
});

const sumOfThree: FuzzProgram = {
  name: "fuzz",
  text: "cascade fuzz(A1[i]) -> O2[i] {\n  let T = sum[i] A1[i]\n  O2[i] = A1[i] * T else 0\n}\n",
  extents: { i: 3 },
  inputs: [
    {
      role: "in",
      data: [1, 2, 4],
      tensor: {
        name: "A1",
        kind: "real",
        format: undefined,
        range: { max: 8, grain: 1 },
        indexOf: undefined,
        ranks: [{ name: "i", extent: 3, second: "ii" }],
      },
    },
  ],
};

describe("compare", () => {
  const off: Executor = { name: "off by one", run: () => ({ O2: [7, 14, 29] }) };

  it("runs every executor that applies", async () => {
    expect(await compare(sumOfThree, executors)).toEqual({
      kind: "equal",
      executors: executors.length,
    });
  });

  it("names the first element that differs", async () => {
    expect(await compare(sumOfThree, [referenceAfter("check"), onTiles, off])).toEqual({
      kind: "different",
      executor: "off by one",
      text: "off by one, not as reference after check: O2, element 2: 29, not 28",
    });
  });

  it("shrinks a difference to one statement or two", async () => {
    const wrong: Executor = {
      name: "wrong",
      run: ({ program }) => (program.text.includes("exp(") ? {} : undefined),
    };
    const { failure } = await fuzz(seed, 300, [referenceAfter("inline"), wrong]);
    expect(failure).toMatch(
      /^seed \d+, path .*\nwrong, not as reference after inline: O\d+ is missing/,
    );
    expect(failure?.split("\n").length).toBeLessThan(14);
  });
});
