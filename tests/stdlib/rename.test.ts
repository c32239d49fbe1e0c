import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compile } from "../../src/index.js";

const file = new URL("../../stdlib/attention/attention.opt", import.meta.url);

/**
 * Every tensor, rank and scalar of the first definition, by another name of another length and
 * order.
 */
const others: Readonly<Record<string, string>> = {
  Q: "zeta",
  K: "Alpha",
  V: "m2",
  O: "beta",
  L: "Query",
  S: "x",
  M: "softmaxed",
  A: "u9",
  D: "total",
  b: "w",
  h: "kk",
  g: "a",
  p: "z1",
  m: "i",
  e: "zz",
  f: "c",
  kv: "head_of",
  scale: "gain",
};

/** The first definition; `attention` itself keeps its name, which kernels carry. */
function source(rename: (name: string) => string): string {
  const text = readFileSync(file, "utf8");
  const first = text.slice(0, text.indexOf("\n}") + 3).replace(/^\/\/\/.*$/gm, "");
  const words =
    "cascade attention expect size mod div let where else max exp sum log passes sqrt as".split(
      " ",
    );
  return first.replace(/[A-Za-z_]\w*/g, (name) => (words.includes(name) ? name : rename(name)));
}

describe("a renamed attention", () => {
  it("gives the same kernels, byte for byte", async () => {
    const original = await compile({ source: source((name) => name), name: "attention.opt" });
    const renamed = await compile({
      source: source((name) => others[name] ?? `missing_${name}`),
      name: "attention.opt",
    });
    expect(renamed.source.text).not.toContain("missing_");
    for (const simd of ["simd128", "relaxed"] as const) {
      const [a, b] = [await original.wasm(simd), await renamed.wasm(simd)];
      expect(b.modules.map((each) => Buffer.from(each).toString("hex"))).toEqual(
        a.modules.map((each) => Buffer.from(each).toString("hex")),
      );
    }
  });

  it("moves the same bytes in as many launches", async () => {
    const shape = async (rename: (name: string) => string) => {
      const { executable, programs } = await (
        await compile({ source: source(rename), name: "attention.opt" })
      ).lower();
      return {
        programs: programs
          .flat()
          .map((each) => [
            each.grid.map((axis) => axis.tile),
            each.buffers.map((one) => one.access),
          ]),
        steps: executable.variants.map((each) => each.steps.map((op) => op.kind)),
      };
    };
    expect(await shape((name) => others[name] ?? name)).toEqual(await shape((name) => name));
  });
});
