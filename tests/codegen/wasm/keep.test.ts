import { describe, expect, it } from "vitest";
import { keepCostly } from "../../../codegen/wasm/keep.js";
import { printTile } from "../../../src/tile/print.js";
import type { TileBuffer, TileExpr, TileOp, TileProgram } from "../../../src/tile/tile.js";
import {
  axis,
  bind,
  buffer,
  grid,
  load,
  local,
  loop,
  map,
  max,
  merge,
  n,
  program,
  real,
  result,
  sizeOf,
  state,
  store,
  sum,
  test,
} from "./build.js";
import { expectSameBits, numbers, runReference } from "./run.js";

const at = [axis("i"), axis("j")];
const power = bind("e", "i j", real("exp", real("sub", local("x"), local("m"))));
const all = sizeOf("J");

function sweep(to: TileExpr, ops: readonly TileOp[]): TileOp {
  return loop("j", n(0), to, [bind("x", "i j", load("a", at)), ...ops], 1024);
}

interface Parts {
  readonly access?: TileBuffer["access"];
  readonly firstTo?: TileExpr;
  readonly more?: readonly TileOp[];
}

function rows({ access = "read", firstTo = all, more = [] }: Parts): TileProgram {
  return program({
    name: "rows",
    sizes: "I J",
    buffers: [buffer("a", "I J", access), buffer("y", "I J", "write")],
    grid: [grid("i", "I")],
    body: [
      state("top", "i", "j", max, 16),
      sweep(all, [merge("top", [local("x")])]),
      bind("m", "i", result("top")),
      state("total", "i", "j", sum, 16),
      sweep(firstTo, [power, merge("total", [local("e")])]),
      bind("d", "i", result("total")),
      sweep(all, [power, ...more, store("y", at, real("div", local("e"), local("d")))]),
    ],
  });
}

const exps = (p: TileProgram): number => printTile(p).split("exp(").length - 1;

describe("a costly value of two sweeps", () => {
  it("waits where the later one writes its result", () => {
    const kept = keepCostly(rows({}));
    expect(exps(rows({}))).toBe(2);
    expect(exps(kept)).toBe(1);
    expect(printTile(kept)).toContain("store y[i, j] = e");
    expect(printTile(kept)).toContain("let e[i, j]: f32 = y[i, j]");
  });

  it("has the same bits", () => {
    const launch = { sizes: [7, 45], buffers: [numbers(315), 315] };
    expect(runReference(keepCostly(rows({})), launch)).toEqual(runReference(rows({}), launch));
    expectSameBits(rows({}), launch);
  });

  it("is the same where an empty row is told apart", () => {
    const some = map("select", "i32", test("gt", all, n(0)), all, n(0));
    expect(exps(keepCostly(rows({ firstTo: some })))).toBe(1);
  });

  it("is made again where the first sweep ends earlier", () => {
    expect(exps(keepCostly(rows({ firstTo: n(3) })))).toBe(2);
  });

  it("is made again where its source may have changed", () => {
    expect(exps(keepCostly(rows({ access: "update" })))).toBe(2);
  });

  it("is made again where the result is read before it is written", () => {
    const more = [bind("old", "i j", load("y", at))];
    expect(exps(keepCostly(rows({ more })))).toBe(2);
  });
});
