import { describe, it } from "vitest";
import { expectSameBits, numbers } from "./run.js";
import { adamw } from "./programs.js";

const scalars = [1e-3, 0.9, 0.999, 1e-8, 0.01, 0.1, 0.001];

describe("a program of one axis", () => {
  it.each([0, 1, 3, 4, 7, 8, 15, 1023, 1025, 5000])("steps AdamW over %d weights", (count) => {
    const buffers = [
      numbers(count, 1),
      numbers(count, 2),
      numbers(count, 3),
      numbers(count, 4, 0, 1),
    ];
    expectSameBits(adamw, { sizes: [count], scalars, buffers });
  });
});
