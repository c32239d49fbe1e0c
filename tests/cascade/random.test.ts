import { describe, expect, it } from "vitest";
import { numberOps } from "../../src/cascade/functions/index.js";
import { draw, highProduct, philox, roundStochastic, storeKey } from "../../src/cascade/random.js";
import type { Block } from "../../src/cascade/random.js";

/** The known answers of Random123 (`kat_vectors`, philox4x32 10). */
const known: readonly { counter: Block<number>; key: readonly [number, number]; words: string }[] =
  [
    { counter: [0, 0, 0, 0], key: [0, 0], words: "6627e8d5 e169c58d bc57ac4c 9b00dbd8" },
    { counter: [-1, -1, -1, -1], key: [-1, -1], words: "408f276d 41c83b0e a20bc7c6 6d5451fd" },
    {
      counter: [0x243f6a88, 0x85a308d3 | 0, 0x13198a2e, 0x03707344],
      key: [0xa4093822 | 0, 0x299f31d0],
      words: "d16cfe09 94fdcceb 5001e420 24126ea1",
    },
  ];

const hex = (words: readonly number[]): string =>
  words.map((word) => (word >>> 0).toString(16).padStart(8, "0")).join(" ");

describe("philox", () => {
  it.each(known)("gives the published words for key $key", ({ counter, key, words }) => {
    expect(hex(philox(numberOps, counter, key))).toBe(words);
  });

  it("multiplies to the high word by halves", () => {
    const samples = [0, 1, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xdeadbeef, 0xffffffff];
    const pairs = samples.flatMap((a) => samples.map((b) => [a, b] as const));
    const byHalves = pairs.map(([a, b]) => highProduct(numberOps, a | 0, b | 0) >>> 0);
    expect(byHalves).toEqual(pairs.map(([a, b]) => Number((BigInt(a) * BigInt(b)) >> 32n)));
  });
});

function moments(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
  return { mean, variance };
}

describe("draw", () => {
  const many = (kind: Parameters<typeof draw>[0]): number[] =>
    Array.from({ length: 20_000 }, (_, k) => draw(kind, "f32", 7, [1, k]));

  it("is uniform in [0, 1)", () => {
    const { mean, variance } = moments(many("uniform"));
    expect(mean).toBeCloseTo(0.5, 2);
    expect(variance).toBeCloseTo(1 / 12, 2);
    expect(Math.max(...many("uniform"))).toBeLessThan(1);
  });

  it("is normal with mean 0 and variance 1", () => {
    const { mean, variance } = moments(many("normal"));
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(Math.abs(variance - 1)).toBeLessThan(0.03);
  });

  it("is a sign", () => {
    expect(new Set(many("rademacher"))).toEqual(new Set([-1, 1]));
    expect(Math.abs(moments(many("rademacher")).mean)).toBeLessThan(0.02);
  });

  it("takes the same integers in both modes", () => {
    const differences = Array.from({ length: 1000 }, (_, k) =>
      Math.abs(draw("normal", "f32", 3, [k]) - draw("normal", "f64", 3, [k])),
    );
    expect(Math.max(...differences)).toBeLessThan(4e-6);
  });

  it("takes missing counters as 0 and a key of 32 bits", () => {
    expect(draw("uniform", "f32", 0xffffffff, [5])).toBe(draw("uniform", "f64", -1, [5, 0, 0, 0]));
  });
});

describe("roundStochastic", () => {
  it("keeps integers and averages to its argument", () => {
    const values = Array.from({ length: 20_000 }, (_, k) => roundStochastic(-1.75, 9, [k]));
    expect(moments(values).mean).toBeCloseTo(-1.75, 2);
    expect(new Set(values)).toEqual(new Set([-2, -1]));
    expect(roundStochastic(-3, 9, [1])).toBe(-3);
  });
});

describe("storeKey", () => {
  it("differs by step, tensor, count and row", () => {
    const at = { step: 1, tensor: 2, count: 0, row: 0 };
    const keys = [
      at,
      { ...at, step: 2 },
      { ...at, tensor: 3 },
      { ...at, count: 1 },
      { ...at, row: 1 },
    ];
    expect(new Set(keys.map((k) => storeKey(5, k))).size).toBe(5);
  });
});
