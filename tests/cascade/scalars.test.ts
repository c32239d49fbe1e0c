import { describe, expect, it } from "vitest";
import { hostScalars } from "../../src/cascade/scalars.js";
import { cascadeOf } from "./interpret/source.js";

const text = `
optimizer test(lr = 1e-3, beta = 0.9, gap = 10) {
  param w[i]
  state s
  let decay = 1 - beta^t
  let rate = lr / decay where t > 1 else lr
  let narrow : bf16 = lr
  let mean0 = mean[i] w[i]
  let mixed = lr * s
  let changed = lr
  changed = 2 * changed
  let point[i] = lr
  let drawn = uniform(key, t)
  w[i] = w[i] - rate * mean0 * narrow * mixed * changed * point[i] * drawn
  scan i {
    let far = i * gap
    w[i] = w[i] + far
  }
}`;

describe("hostScalars", () => {
  it("are lets of numbers, scalars, extents, loop variables and each other", () => {
    expect([...hostScalars(cascadeOf(text, "test"))]).toEqual(["decay", "rate", "far"]);
  });
});
