import { describe, expect, it } from "vitest";
import { emitWasm } from "../../../codegen/wasm/emit.js";
import type { TileExpr, TileOp, TileProgram } from "../../../src/tile/tile.js";
import {
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
  scalar,
  sizeOf,
  stage,
  state,
  store,
  sum,
  test,
} from "./build.js";
import { matmul } from "./programs.js";
import { expectSameBits, numbers } from "./run.js";

const [i, j, k] = [axis("i"), axis("j"), axis("k")];

describe("a product of matrices", () => {
  it.each([
    [64, 64, 64],
    [16, 8, 4],
    [6, 10, 7],
  ] as const)("in tiles of %d by %d by %d", (ti, tj, tk) => {
    const product = matmul(ti, tj, tk);
    for (const [I, J, K] of [
      [1, 1, 1],
      [5, 9, 3],
      [17, 30, 13],
      [33, 65, 67],
      [4, 8, 0],
    ] as const) {
      expectSameBits(product, {
        sizes: [I, J, K],
        buffers: [numbers(I * K, 1), numbers(K * J, 2), I * J],
      });
    }
  });

  it("of transposed operands, with an epilogue that updates", () => {
    const product = program({
      sizes: "I J K",
      scalars: "alpha",
      buffers: [
        buffer("a", "K I"),
        buffer("b", "J K"),
        buffer("r", "I"),
        buffer("y", "I J", "update"),
      ],
      grid: [grid("i", "I", 16), grid("j", "J", 16)],
      body: [
        bind("row", "i", load("r", [i])),
        state("s", "i j", "k", sum),
        loop(
          "k",
          n(0),
          sizeOf("K"),
          [
            stage("left", "k i", load("a", [k, i])),
            stage("right", "j k", real("mul", load("b", [j, k]), scalar("alpha"))),
            { kind: "barrier" },
            { kind: "dot", state: "s", left: "left", right: "right", over: "k" },
          ],
          8,
        ),
        bind("old", "i j", load("y", [i, j])),
        store("y", [i, j], real("sub", local("old"), real("mul", local("row"), result("s")))),
      ],
    });
    for (const [I, J, K] of [
      [5, 9, 3],
      [17, 30, 13],
      [32, 16, 8],
    ] as const) {
      expectSameBits(product, {
        sizes: [I, J, K],
        scalars: [0.3],
        buffers: [numbers(I * K, 1), numbers(K * J, 2), numbers(I, 3), numbers(I * J, 4)],
      });
    }
  });

  it("may fuse its multiply-adds only when asked to", () => {
    const text = (simd: "simd128" | "relaxed"): string =>
      Buffer.from(emitWasm([matmul(64, 64, 64)], { simd, sharedMemory: true }).bytes).toString(
        "hex",
      );
    const relaxedMadd = "fd8502"; // prefix fd, then 0x105 in LEB128
    expect(text("simd128")).not.toContain(relaxedMadd);
    expect(text("relaxed")).toContain(relaxedMadd);
  });
});

describe("attention in two sweeps", () => {
  const [h, p, m, e] = [axis("h"), axis("p"), axis("m"), axis("e")];
  const isVisible: TileExpr = test("le", m, p);
  const end = int("min", sizeOf("M"), int("add", int("mul", int("floordiv", p, n(8)), n(8)), n(8)));

  const scores: readonly TileOp[] = [
    state("S", "h p m", "e", sum),
    loop(
      "e",
      n(0),
      sizeOf("E"),
      [
        stage("Qs", "h p e", load("Q", [h, p, e])),
        stage("Ks", "h m e", load("K", [h, m, e])),
        { kind: "barrier" },
        { kind: "dot", state: "S", left: "Qs", right: "Ks", over: "e" },
      ],
      8,
    ),
  ];

  const attention = (lanes: number): TileProgram =>
    program({
      name: "attention",
      sizes: "H P M E",
      buffers: [
        buffer("Q", "H P E"),
        buffer("K", "H M E"),
        buffer("V", "H M E"),
        buffer("O", "H P E", "write"),
        buffer("L", "H P", "write"),
      ],
      grid: [grid("h", "H"), grid("p", "P", 8), grid("f", "E", 16)],
      body: [
        state("top", "h p", "m", max, lanes, true),
        state("total", "h p", "m", sum, lanes),
        loop("m", n(0), end, [...scores, merge("top", [result("S")], isVisible)], 16),
        bind("T", "h p", result("top")),
        state("o", "h p f", "m", sum),
        loop(
          "m",
          n(0),
          end,
          [
            ...scores,
            bind("A", "h p m", real("exp", real("sub", result("S"), local("T")))),
            merge("total", [local("A")], isVisible),
            stage("As", "h p m", real("select", isVisible, local("A"), f(0))),
            stage("Vs", "h m f", load("V", [h, m, axis("f")])),
            { kind: "barrier" },
            { kind: "dot", state: "o", left: "As", right: "Vs", over: "m" },
          ],
          16,
        ),
        store("O", [h, p, axis("f")], real("div", result("o"), result("total"))),
        store(
          "L",
          [h, p],
          real(
            "select",
            present("top"),
            real("add", local("T"), real("log", result("total"))),
            f(0),
          ),
        ),
      ],
    });

  it.each([1, 4, 8])("keeps maxima and sums in memory, with %d accumulators", (lanes) => {
    const whole = attention(lanes);
    for (const [H, P, E] of [
      [1, 5, 3],
      [2, 21, 9],
      [1, 35, 20],
    ] as const) {
      expectSameBits(whole, {
        sizes: [H, P, P, E],
        buffers: [
          numbers(H * P * E, 1),
          numbers(H * P * E, 2),
          numbers(H * P * E, 3),
          H * P * E,
          H * P,
        ],
      });
    }
  });
});
