import { describe, expect, it } from "vitest";
import { byReciprocal, hostScalars, isHostScalar } from "../../src/cascade/scalars.js";
import type { Expr } from "../../src/cascade/cascade.js";
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

describe("byReciprocal", () => {
  const rewritten = (value: string) => {
    const { body, tensors } = cascadeOf(
      `cascade test(x[i], n[i] : i32, c = 3.0) -> y[i] { y[i] = ${value} }`,
      "test",
    );
    const [statement] = body;
    if (statement?.kind !== "assign") throw new Error("no assignment");
    const isHost = (e: Expr) => isHostScalar(e, new Set(tensors.keys()), new Set());
    return byReciprocal(statement.value, isHost);
  };

  it("turns a real value over a host scalar into a product", () => {
    expect(rewritten("x[i] / (1 - c)")).toMatchObject({ op: "mul", args: [{}, { op: "div" }] });
  });

  it("divides integers, so that 6 / 3 stays 2", () => {
    expect(rewritten("n[i] / c")).toBeUndefined();
  });

  it("leaves a divisor that varies, and a quotient of host scalars", () => {
    expect(rewritten("x[i] / (1 + x[i])")).toBeUndefined();
    expect(rewritten("1.0 / c")).toBeUndefined();
  });
});
