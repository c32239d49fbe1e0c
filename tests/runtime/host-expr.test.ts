import { describe, expect, it } from "vitest";
import { erf, gelu, sigmoid, softplus } from "../../src/runtime/float64.js";
import type { HostMap } from "../../src/runtime/executable.js";
import { elementsOf, evaluate } from "../../src/runtime/host-expr.js";
import type { Names } from "../../src/runtime/host-expr.js";
import { map, number, scalar, size } from "./fixtures.js";

const names: Names = {
  size: () => 7,
  scalar: () => 0.5,
  local: () => 3,
  element: () => 2.5,
};
const value = (op: HostMap, ...args: number[]) => evaluate(map(op, ...args.map(number)), names);

describe("evaluate", () => {
  it("looks up sizes, scalars, locals and elements", () => {
    const e = map("add", map("mul", size("i"), scalar("lr")), { kind: "local", name: "k" });
    expect(evaluate(map("add", e, { kind: "element", tensor: "s" }), names)).toBe(9);
    expect(elementsOf(map("neg", map("exp", { kind: "element", tensor: "s" })))).toEqual(["s"]);
  });

  it("floors in div and mod, and rounds half to even", () => {
    expect([value("floordiv", -7, 2), value("mod", -7, 2), value("mod", 7, -2)]).toEqual([
      -4, 1, -1,
    ]);
    expect([value("round", 2.5), value("round", 3.5), value("ceildiv", 7, 2)]).toEqual([2, 4, 4]);
  });

  it("gives 0 for div and mod by 0, as targets do", () => {
    expect([value("floordiv", 7, 0), value("mod", 7, 0)]).toEqual([0, 0]);
  });

  it("counts every truth as 1", () => {
    expect([value("and", 2, -1), value("or", 0, 0), value("not", 5), value("le", 2, 2)]).toEqual([
      1, 0, 0, 1,
    ]);
    expect([value("select", 1, 7, 8), value("select", 0, 7, 8), value("clamp", 9, 0, 4)]).toEqual([
      7, 8, 4,
    ]);
  });

  it("has sign(0) = 0 and 0^0 = 1", () => {
    expect([value("sign", 0), value("sign", -3), value("pow", 0, 0)]).toEqual([0, -1, 1]);
  });

  it("means by each function what the interpreter means", () => {
    for (const x of [-7, -3, -2.5, -1, -0.1, 0, 0.3, 1, 2.4999, 2.5, 5.9, 40]) {
      expect(value("erf", x)).toBe(erf(x));
      expect(value("sigmoid", x)).toBe(sigmoid(x));
      expect(value("softplus", x)).toBe(softplus(x));
      expect(value("gelu", x)).toBe(gelu(x));
      expect(value("logsigmoid", x)).toBe(-softplus(-x));
    }
  });

  it("knows erf", () => {
    expect(erf(0.5)).toBeCloseTo(0.5204998778130465, 15);
    expect(erf(2.6)).toBeCloseTo(0.9997639655834707, 15);
  });
});
