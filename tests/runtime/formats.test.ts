import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeFloat, encodeFloat, roundHalfEven } from "../../src/runtime/formats.js";
import type { NarrowFloat } from "../../src/runtime/formats.js";

const widths: readonly (readonly [NarrowFloat, number])[] = [
  ["f16", 16],
  ["bf16", 16],
  ["f8e4m3", 8],
  ["f8e5m2", 8],
];

describe.each(widths)("%s", (format, bits) => {
  const codes = Array.from({ length: 2 ** bits }, (_, code) => code);
  const finite = codes
    .map((code) => ({ code, value: decodeFloat(code, format) }))
    .filter(({ value }) => Number.isFinite(value));

  it("gives every finite code back", () => {
    const changed = finite.filter(({ code, value }) => encodeFloat(value, format) !== code);
    expect(changed).toEqual([]);
  });

  it("rounds to the nearest value, ties to the even code", () => {
    const ascending = finite.filter(({ code }) => code < 2 ** (bits - 1));
    const nearest = (x: number) => {
      const above = ascending.findIndex(({ value }) => value >= x);
      const high = ascending[above];
      const low = ascending[above - 1] ?? high;
      if (high === undefined || low === undefined) return undefined;
      if (x - low.value !== high.value - x)
        return x - low.value < high.value - x ? low.code : high.code;
      return low.code % 2 === 0 ? low.code : high.code;
    };
    const largest = ascending.at(-1)?.value ?? 0;
    fc.assert(
      fc.property(fc.double({ min: 0, max: Math.min(largest, 8), noNaN: true }), (x) => {
        expect(encodeFloat(x, format)).toBe(nearest(x));
      }),
      { numRuns: 300 },
    );
  });

  it("keeps NaN and the sign of zero", () => {
    expect(decodeFloat(encodeFloat(NaN, format), format)).toBeNaN();
    expect(decodeFloat(encodeFloat(-0, format), format)).toBe(-0);
  });
});

describe("beyond the largest", () => {
  it.each([
    ["f16", Infinity],
    ["bf16", Infinity],
    ["f8e4m3", 448],
    ["f8e5m2", 57344],
  ] as const)("%s gives %d", (format, value) => {
    expect(decodeFloat(encodeFloat(1e39, format), format)).toBe(value);
    expect(decodeFloat(encodeFloat(-Infinity, format), format)).toBe(-value);
  });
});

describe("roundHalfEven", () => {
  it("takes a half to the even neighbour", () => {
    expect([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 2.4999, 1e300].map(roundHalfEven)).toEqual([
      -2, -2, -0, 0, 2, 2, 2, 1e300,
    ]);
  });
});
