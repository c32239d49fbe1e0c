import { describe, expect, it } from "vitest";
import type { Expr } from "../../src/cascade/cascade.js";
import {
  boundVariables,
  children,
  exprKey,
  freeVariables,
  freshenBinders,
  mapChildren,
  rewrite,
  sameExpr,
  substitute,
  tensorsRead,
} from "../../src/cascade/walk.js";

const at = { source: { name: "test", text: "" }, start: 0, end: 0 };
const index = (variable: string): Expr => ({ kind: "index", variable, type: "integer", at });
const number = (value: number): Expr => ({ kind: "number", value, type: "real", at });
const read = (tensor: string, ...indices: readonly string[]): Expr => ({
  kind: "read",
  tensor,
  indices: indices.map(index),
  type: "real",
  at,
});
const sum = (over: string, body: Expr): Expr => ({
  kind: "reduce",
  op: "sum",
  over: [over],
  body,
  contraction: false,
  accumulate: undefined,
  type: "real",
  at,
});
const add = (...args: readonly Expr[]): Expr => ({
  kind: "map",
  op: "add",
  args,
  type: "real",
  at,
});
const counted = (): ((like: string) => string) => {
  let n = 0;
  return (like) => `${like}_${(n += 1)}`;
};
const topk: Expr = {
  kind: "topk",
  over: "n",
  into: "c",
  keys: [read("x", "n")],
  type: "integer",
  at,
};

describe("walk", () => {
  it("gives children in the order of the text", () => {
    const e: Expr = { kind: "where", value: number(1), predicate: number(2), type: "real", at };
    expect(children(e)).toEqual([number(1), number(2)]);
  });

  it("keeps a node whose children stay", () => {
    const e = add(number(1), number(2));
    expect(mapChildren(e, (child) => child)).toBe(e);
  });

  it("rewrites leaves before their parents", () => {
    const seen: string[] = [];
    rewrite(sum("k", read("x", "k")), (e) => (seen.push(e.kind), e));
    expect(seen).toEqual(["index", "read", "reduce"]);
  });

  it("counts a variable as free where no reduction binds it", () => {
    expect([...freeVariables(add(read("y", "i"), sum("k", read("x", "i", "k"))))]).toEqual(["i"]);
  });

  it("counts the rank that numbers the best as free", () => {
    expect([...freeVariables(topk)]).toEqual(["c"]);
  });

  it("finds the tensors that are read, inside reductions too", () => {
    expect([...tensorsRead(add(read("y"), sum("k", read("x", "k"))))]).toEqual(["y", "x"]);
  });
});

describe("substitute", () => {
  it("replaces free variables only", () => {
    const e = add(read("y", "k"), sum("k", read("x", "k")));
    const out = substitute(e, new Map([["k", number(0)]]), counted());
    expect(
      sameExpr(out, add({ ...read("y"), indices: [number(0)] } as Expr, sum("k", read("x", "k")))),
    ).toBe(true);
  });

  it("does not capture: the reduction binds another variable", () => {
    const e = sum("k", read("x", "i", "k"));
    const out = substitute(e, new Map([["i", index("k")]]), counted());
    expect(sameExpr(out, sum("k_1", read("x", "k", "k_1")))).toBe(true);
  });

  it("binds nothing twice when a replacement comes at two places", () => {
    const out = substitute(read("x", "i", "i"), new Map([["i", sum("k", index("k"))]]), counted());
    expect(boundVariables(out)).toEqual(["k_1", "k_2"]);
  });

  it("renames the variable that numbers the best", () => {
    const out = substitute(topk, new Map([["c", index("d")]]), counted());
    expect(out.kind === "topk" && out.into).toBe("d");
  });

  it("freshens bound variables and leaves free ones", () => {
    const out = freshenBinders(sum("k", read("x", "i", "k")), counted());
    expect(sameExpr(out, sum("k_1", read("x", "i", "k_1")))).toBe(true);
  });
});

describe("exprKey", () => {
  it("does not see spans", () => {
    expect(exprKey({ ...number(1), at: { ...at, start: 7 } })).toBe(exprKey(number(1)));
  });

  it("tells 0 from -0, and infinity from nothing", () => {
    expect(exprKey(number(0))).not.toBe(exprKey(number(-0)));
    expect(exprKey(number(Infinity))).not.toBe(exprKey(number(NaN)));
  });
});
