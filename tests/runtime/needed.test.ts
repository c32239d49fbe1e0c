import { describe, expect, it } from "vitest";
import type { HostExpr, HostOp } from "../../src/runtime/executable.js";
import { mayTouch } from "../../src/runtime/needed.js";

const names = { size: () => 3, scalar: () => 2, local: () => NaN, element: () => NaN };
const launch = (...buffers: readonly string[]): HostOp => {
  return { kind: "launch", kernel: "k", space: "param", buffers, sizes: [], scalars: [], grid: [] };
};
const when = (condition: HostExpr, then: HostOp, otherwise: HostOp): HostOp => {
  return { kind: "if", condition, then: [then], otherwise: [otherwise] };
};
const number = (value: number): HostExpr => ({ kind: "number", value });
const equals = (a: HostExpr, b: HostExpr): HostExpr => ({ kind: "map", op: "eq", args: [a, b] });
const t: HostExpr = { kind: "scalar", name: "t" };

describe("mayTouch", () => {
  it("finds what a launch is given", () => {
    expect(mayTouch([launch("w", "g")], "g", names)).toBe(true);
    expect(mayTouch([launch("w")], "g", names)).toBe(false);
  });

  it("follows the side of a branch that the host decides", () => {
    expect(mayTouch([when(equals(t, number(2)), launch("g"), launch("h"))], "g", names)).toBe(true);
    expect(mayTouch([when(equals(t, number(2)), launch("g"), launch("h"))], "h", names)).toBe(false);
    expect(mayTouch([when(equals(t, number(3)), launch("g"), launch("h"))], "h", names)).toBe(true);
  });

  it("follows both where a tensor decides, and counts the condition", () => {
    const element: HostExpr = { kind: "element", tensor: "c" };
    const op = when(element, launch("g"), launch("h"));
    expect(["g", "h", "c", "w"].map((name) => mayTouch([op], name, names))).toEqual([
      true,
      true,
      true,
      false,
    ]);
  });
});
