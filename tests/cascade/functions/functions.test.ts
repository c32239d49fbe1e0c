import { describe, expect, it } from "vitest";
import { exp2, log1p } from "../../../src/cascade/functions/exponential.js";
import {
  float32Functions,
  float64Functions,
  numberOps,
  pow,
  type FunctionName,
} from "../../../src/cascade/functions/index.js";
import { nearestEven } from "../../../src/cascade/functions/ops.js";

const word = new Uint32Array(1);
const wordAsFloat = new Float32Array(word.buffer);

function fromBits(bits: number): number {
  word[0] = bits;
  return wordAsFloat[0] ?? 0;
}

/** Distance in units of the last place of `exact` in f32; overflow counts as the border. */
function ulps(got: number, exact: number): number {
  if (Number.isNaN(exact)) return Number.isNaN(got) ? 0 : Infinity;
  if (got === Math.fround(exact)) return 0;
  if (!Number.isFinite(got)) return Math.abs(exact) > 3.4028e38 ? 1 : Infinity;
  const size = Math.max(Math.abs(exact), 2 ** -126);
  return Math.abs(got - exact) / 2 ** (Math.floor(Math.log2(size)) - 23);
}

/** Every exponent and sign, and evenly through [-span, span]. */
function samples(span: number): number[] {
  const all = Array.from({ length: 100_000 }, (_, k) => fromBits(k * 42_949));
  const near = Array.from({ length: 40_001 }, (_, k) =>
    Math.fround(((k - 20_000) / 20_000) * span),
  );
  return [...all.filter(Number.isFinite), ...near];
}

function worst(
  f: (x: number) => number,
  meaning: (x: number) => number,
  xs: readonly number[],
): { error: number; at: number } {
  let found = { error: 0, at: 0 };
  for (const x of xs) {
    const error = ulps(f(x), meaning(x));
    if (error > found.error) found = { error, at: x };
  }
  return found;
}

describe("the f32 functions", () => {
  const bounds: readonly [FunctionName, number, (x: number) => boolean][] = [
    ["sign", 0, () => true],
    ["exp", 1.5, () => true],
    ["log", 1, () => true],
    ["log2", 1, () => true],
    ["sin", 2.1, (x) => Math.abs(x) <= 1e4],
    ["cos", 2.1, (x) => Math.abs(x) <= 1e4],
    ["tanh", 2, () => true],
    ["erf", 2, () => true],
    ["sigmoid", 2.5, () => true],
    ["softplus", 3, () => true],
    ["logsigmoid", 3, () => true],
    ["silu", 3, (x) => x > -86],
    ["gelu", 2, (x) => x >= 0],
  ];
  it.each(bounds)("%s is within %f ULP", (name, bound, isInside) => {
    const f = (x: number): number => float32Functions[name](numberOps, x);
    const { error, at } = worst(f, float64Functions[name], samples(20).filter(isInside));
    expect(error, `at ${at}`).toBeLessThanOrEqual(bound);
  });

  it("sin and cos hold beside every multiple of a right angle up to 10,000", () => {
    const beside = Array.from({ length: 6366 }, (_, k) => Math.fround((k * Math.PI) / 2));
    const xs = beside.flatMap((x) => [x, Math.fround(x * (1 + 2 ** -23))]);
    for (const name of ["sin", "cos"] as const) {
      const f = (x: number): number => float32Functions[name](numberOps, x);
      expect(worst(f, float64Functions[name], xs).error).toBeLessThanOrEqual(2.1);
    }
  });

  it("sin stays in [-1, 1] however large its argument", () => {
    const values = [1e5, 1e10, 3e38].map((x) => float32Functions.sin(numberOps, x));
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(1);
  });

  it("gelu is within 2^-23 of its meaning below 0", () => {
    const xs = samples(20).filter((x) => x < 0);
    const off = xs.map(
      (x) =>
        Math.abs(float32Functions.gelu(numberOps, x) - float64Functions.gelu(x)) / Math.max(1, -x),
    );
    expect(Math.max(...off)).toBeLessThanOrEqual(2 ** -23);
  });

  it("exp2 is within 1.5 ULP and log1p within 2.5", () => {
    expect(
      worst(
        (x) => exp2(numberOps, x),
        (x) => 2 ** x,
        samples(150),
      ).error,
    ).toBeLessThan(1.5);
    const small = samples(1).filter((x) => x > -0.9 && x < 1e30);
    expect(worst((x) => log1p(numberOps, x), Math.log1p, small).error).toBeLessThan(2.5);
  });

  it("have defined values at the borders", () => {
    const { exp, log, tanh, erf, sigmoid } = float32Functions;
    expect([exp(numberOps, 89), exp(numberOps, -104), exp(numberOps, 0)]).toEqual([Infinity, 0, 1]);
    expect([log(numberOps, 0), log(numberOps, 1)]).toEqual([-Infinity, 0]);
    expect(log(numberOps, -1)).toBeNaN();
    expect([tanh(numberOps, 50), erf(numberOps, -50), sigmoid(numberOps, 1000)]).toEqual([
      1, -1, 1,
    ]);
    expect(exp(numberOps, NaN)).toBeNaN();
  });
});

describe("pow", () => {
  it("is within 1.5 ULP of Math.pow", () => {
    const pairs = Array.from({ length: 100_000 }, (_, k): readonly [number, number] => [
      fromBits((k * 21_473) % 0x7f800000),
      Math.fround(((k * 7919) % 4001) / 1000 - 2),
    ]);
    const near = Array.from({ length: 20_000 }, (_, k): readonly [number, number] => [
      Math.fround(1 + (k - 10_000) * 1e-7),
      Math.fround(((k * 31) % 200_001) - 100_000),
    ]);
    const errors = [...pairs, ...near].map(([x, y]) => ulps(pow(numberOps, x, y), Math.pow(x, y)));
    expect(Math.max(...errors)).toBeLessThanOrEqual(1.5);
  });

  it("gives a negative base the sign of an integer exponent", () => {
    expect(pow(numberOps, -2, 3)).toBe(-8);
    expect(pow(numberOps, -2, 4)).toBe(16);
    expect(pow(numberOps, -2, -1)).toBe(-0.5);
    expect(pow(numberOps, -2, 0.5)).toBeNaN();
  });

  it("follows 0^0 = 1 and the borders of 0", () => {
    const results = [
      [0, 0],
      [0, 2],
      [0, -1],
      [-3, 0],
      [1, 1e38],
    ].map(([x = 0, y = 0]) => pow(numberOps, x, y));
    expect(results).toEqual([1, 0, Infinity, 1, 1]);
  });
});

describe("erf in float64", () => {
  // Abramowitz & Stegun, table 7.1, and mpmath.
  it.each([
    [0.1, 0.1124629160182849],
    [0.5, 0.5204998778130465],
    [1, 0.8427007929497149],
    [2, 0.9953222650189527],
    [2.5, 0.999593047982555],
    [3, 0.9999779095030014],
    [-1.5, -0.9661051464753108],
    [1e-10, 1.1283791670955126e-10],
  ])("erf(%f)", (x, value) => {
    expect(Math.abs(float64Functions.erf(x) / value - 1)).toBeLessThan(1e-15);
  });
});

describe("nearestEven", () => {
  it("rounds halves to even and keeps the sign of zero", () => {
    const xs = [0.5, 1.5, 2.5, -0.5, -1.5, 0.49, -0.2, 7.51, 2 ** 52 + 1];
    expect(xs.map(nearestEven)).toEqual([0, 2, 2, -0, -2, 0, -0, 8, 2 ** 52 + 1]);
  });
});
