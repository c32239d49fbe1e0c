import { describe, it } from "vitest";
import type { TileOp, TileProgram } from "../../../src/tile/tile.js";
import {
  argmax,
  axis,
  bind,
  buffer,
  f,
  grid,
  int,
  load,
  local,
  loop,
  max,
  merge,
  n,
  present,
  program,
  real,
  result,
  sizeOf,
  state,
  store,
  sum,
  sumInt,
  test,
} from "./build.js";
import { expectSameBits, numbers } from "./run.js";

const [i, j, k] = [axis("i"), axis("j"), axis("k")];
const J = sizeOf("J");

const rowReduction = (lanes: number, monoid = sum): TileProgram =>
  program({
    sizes: "I J",
    buffers: [buffer("a", "I J"), buffer("y", "I", "write")],
    grid: [grid("i", "I", 2)],
    body: [
      state("s", "i", "j", monoid, lanes, monoid === max),
      loop("j", n(0), J, [bind("x", "i j", load("a", [i, j])), merge("s", [local("x")])]),
      bind(
        "r",
        "i",
        monoid === max ? real("select", present("s"), result("s"), f(-7)) : result("s"),
      ),
      store("y", [i], local("r")),
    ],
  });

describe("a sum along rows", () => {
  it.each([1, 2, 4, 8, 16])("keeps the order of %d accumulators", (lanes) => {
    const sums = rowReduction(lanes);
    for (const [rows, columns] of [
      [1, 0],
      [3, 1],
      [5, 7],
      [2, 16],
      [4, 33],
      [7, 67],
    ] as const) {
      expectSameBits(sums, { sizes: [rows, columns], buffers: [numbers(rows * columns), rows] });
    }
  });

  it("divides each element by its row's maximum, in two sweeps", () => {
    const body: readonly TileOp[] = [
      state("s", "i", "j", max, 4, true),
      loop("j", n(0), J, [bind("x", "i j", load("a", [i, j])), merge("s", [local("x")])]),
      bind("m", "i", result("s")),
      loop("k", n(0), J, [
        bind("z", "i k", load("a", [i, k])),
        store("y", [i, k], real("div", local("z"), local("m"))),
      ]),
    ];
    const scaled = program({
      sizes: "I J",
      buffers: [buffer("a", "I J"), buffer("y", "I J", "write")],
      grid: [grid("i", "I")],
      body,
    });
    for (const [rows, columns] of [
      [3, 5],
      [1, 1],
      [4, 21],
    ] as const) {
      expectSameBits(scaled, {
        sizes: [rows, columns],
        buffers: [numbers(rows * columns), rows * columns],
      });
    }
  });
});

describe("a maximum along rows", () => {
  it.each([1, 4, 16])("knows an empty row, with %d accumulators", (lanes) => {
    const program = rowReduction(lanes, max);
    for (const columns of [0, 1, 3, 4, 18, 40]) {
      expectSameBits(program, { sizes: [3, columns], buffers: [numbers(3 * columns), 3] });
    }
  });

  it("merges only where a condition holds", () => {
    const masked = program({
      sizes: "I J",
      buffers: [buffer("a", "I J"), buffer("y", "I", "write")],
      grid: [grid("i", "I")],
      body: [
        state("s", "i", "j", max, 4, true),
        loop("j", n(0), J, [
          bind("x", "i j", load("a", [i, j])),
          merge("s", [local("x")], test("lt", local("x"), f(-0.5))),
        ]),
        store("y", [i], real("select", present("s"), result("s"), f(9))),
      ],
    });
    expectSameBits(masked, { sizes: [6, 5], buffers: [numbers(30, 3), 6] });
    expectSameBits(masked, { sizes: [2, 43], buffers: [numbers(86, 5), 2] });
  });
});

describe("a reduction along columns", () => {
  it.each([1, 2, 4])("takes the columns as lanes, with %d accumulators for each", (lanes) => {
    const columns = program({
      sizes: "I J",
      buffers: [buffer("a", "I J"), buffer("y", "J", "write")],
      grid: [grid("j", "J", 64)],
      body: [
        state("s", "j", "i", sum, lanes),
        loop("i", n(0), sizeOf("I"), [
          bind("x", "i j", load("a", [i, j])),
          merge("s", [local("x")]),
        ]),
        store("y", [j], result("s")),
      ],
    });
    for (const [rows, width] of [
      [0, 3],
      [5, 1],
      [7, 6],
      [9, 70],
      [6, 133],
    ] as const) {
      expectSameBits(columns, { sizes: [rows, width], buffers: [numbers(rows * width), width] });
    }
  });
});

describe("argmax", () => {
  it.each([1, 4])("finds the first of equal largest, with %d accumulators", (lanes) => {
    const best = program({
      sizes: "I J",
      buffers: [buffer("a", "I J"), buffer("y", "I", "write", "i32")],
      grid: [grid("i", "I")],
      body: [
        state("s", "i", "j", argmax("j"), lanes),
        loop("j", n(0), J, [
          bind("x", "i j", load("a", [i, j])),
          merge("s", [real("round", real("mul", f(2), local("x")))]),
        ]),
        store("y", [i], result("s", "i32")),
      ],
    });
    for (const width of [1, 3, 9, 37]) {
      expectSameBits(best, { sizes: [5, width], buffers: [numbers(5 * width), 5] });
    }
  });
});

describe("a causal loop", () => {
  it("ends where its row says", () => {
    const causal = program({
      sizes: "I",
      buffers: [buffer("a", "I I"), buffer("y", "I", "write")],
      grid: [grid("i", "I")],
      body: [
        state("s", "i", "j", sum, 4),
        loop("j", n(0), int("add", i, n(1)), [
          bind("x", "i j", load("a", [i, j])),
          merge("s", [local("x")]),
        ]),
        store("y", [i], result("s")),
      ],
    });
    expectSameBits(causal, { sizes: [23], buffers: [numbers(529), 23] });
  });

  it("ends where its tile says, over lanes of rows", () => {
    const end = int(
      "min",
      int("mul", int("add", int("floordiv", j, n(8)), n(1)), n(8)),
      sizeOf("I"),
    );
    const causal = program({
      sizes: "I J",
      buffers: [buffer("a", "I J"), buffer("y", "J", "write")],
      grid: [grid("j", "J", 8)],
      body: [
        state("s", "j", "i", sum, 1),
        loop("i", n(0), end, [
          bind("x", "i j", load("a", [i, j])),
          merge("s", [local("x")], test("le", i, j)),
        ]),
        store("y", [j], result("s")),
      ],
    });
    expectSameBits(causal, { sizes: [29, 29], buffers: [numbers(841), 29] });
  });
});

describe("a sum of everything", () => {
  it("is two launches through memory", () => {
    const partial = program({
      sizes: "I P",
      buffers: [buffer("a", "I"), buffer("y", "P", "write")],
      grid: [grid("p", "P")],
      body: [
        state("s", "p", "k", sum, 16),
        loop(
          "k",
          int("mul", axis("p"), n(100)),
          int("min", int("mul", int("add", axis("p"), n(1)), n(100)), sizeOf("I")),
          [bind("x", "p k", load("a", [k])), merge("s", [real("mul", local("x"), local("x"))])],
        ),
        store("y", [axis("p")], result("s")),
      ],
    });
    const total = program({
      sizes: "P",
      buffers: [buffer("y", "P"), buffer("z", "", "write")],
      grid: [],
      body: [
        state("s", "", "p", sum, 4),
        loop("p", n(0), sizeOf("P"), [
          bind("x", "p", load("y", [axis("p")])),
          merge("s", [local("x")]),
        ]),
        store("z", [], result("s")),
      ],
    });
    expectSameBits(partial, { sizes: [257, 3], buffers: [numbers(257), 3] });
    expectSameBits(total, { sizes: [3], buffers: [numbers(3), 1] });
  });
});

describe("nested reductions", () => {
  it("count from 0 again in each inner loop", () => {
    const nested = program({
      sizes: "I J K",
      buffers: [buffer("a", "I J K"), buffer("y", "I", "write")],
      grid: [grid("i", "I")],
      body: [
        state("s", "i", "j k", sum, 4),
        loop("j", n(0), J, [
          loop("k", n(0), sizeOf("K"), [
            bind("x", "i j k", load("a", [i, j, k])),
            merge("s", [local("x")]),
          ]),
        ]),
        store("y", [i], result("s")),
      ],
    });
    expectSameBits(nested, { sizes: [2, 3, 7], buffers: [numbers(42), 2] });
    expectSameBits(nested, { sizes: [1, 4, 21], buffers: [numbers(84), 1] });
  });

  it("wrap in integers", () => {
    const wrapping = program({
      sizes: "I",
      buffers: [buffer("a", "I", "read", "i32"), buffer("y", "", "write", "i32")],
      grid: [],
      body: [
        state("s", "", "i", sumInt, 8),
        loop("i", n(0), sizeOf("I"), [
          bind("x", "i", load("a", [i], "i32"), "i32"),
          merge("s", [local("x", "i32")]),
        ]),
        store("y", [], result("s", "i32")),
      ],
    });
    const large = Int32Array.from({ length: 29 }, (_, at) => at * 0x3fffffff);
    expectSameBits(wrapping, { sizes: [29], buffers: [large, 1] });
  });
});
