// Tile programs written by hand: an update, a row maximum, a sum in two launches, a matrix product,
// a causal sum, a gather. Interpreter, verifier, counter and seeded faults use them.

import type { TileProgram } from "../../src/tile/tile.js";
import {
  add,
  and,
  axis,
  barrier,
  bind,
  buffer,
  f,
  i,
  iadd,
  idiv,
  imul,
  load,
  local,
  loop,
  lt,
  map,
  max,
  merge,
  mul,
  program,
  result,
  scalar,
  sizeOf,
  stage,
  state,
  store,
  sum,
} from "./build.js";

/** m = 0.9 m + 0.1 g;  w = w - lr * m */
export const momentum: TileProgram = {
  ...program("momentum", {
    buffers: [buffer("w", ["n"], "update"), buffer("g", ["n"]), buffer("m", ["n"], "update")],
    sizes: ["n"],
    scalars: ["lr"],
    grid: [["i", "n", 8]],
    body: [
      bind("w0", ["i"], load("w", [axis("i")])),
      bind("g0", ["i"], load("g", [axis("i")])),
      bind("m0", ["i"], load("m", [axis("i")])),
      bind(
        "m1",
        ["i"],
        add(mul(f(Math.fround(0.9)), local("m0")), mul(f(Math.fround(0.1)), local("g0"))),
      ),
      store("m", [axis("i")], local("m1")),
      store("w", [axis("i")], map("sub", [local("w0"), mul(scalar("lr"), local("m1"))])),
    ],
  }),
  equations: ["m[i] = 0.9 * m[i] + 0.1 * g[i]", "w[i] = w[i] - lr * m[i]"],
};

/** y[p] = max[k] x[p,k], in four lanes, tiles of 4 × 8. */
export const rowMax: TileProgram = program("row_max", {
  buffers: [buffer("x", ["p", "k"]), buffer("y", ["p"], "write")],
  sizes: ["p", "k"],
  grid: [["p", "p", 4]],
  body: [
    state("m", ["p"], ["k"], max, { lanes: 4 }),
    loop("k", i(0), sizeOf("k"), 8, [
      bind("x0", ["p", "k"], load("x", [axis("p"), axis("k")])),
      merge("m", local("x0")),
    ]),
    store("y", [axis("p")], result("m")),
  ],
});

/** Partial sums of blocks of 16; the second launch adds them up. */
export const partialSums: TileProgram = {
  ...program("partial_sums", {
    buffers: [buffer("x", ["n"]), buffer("part", ["blocks"], "write")],
    sizes: ["n", "blocks"],
    grid: [["b", "blocks", 1]],
    body: [
      state("s", ["b"], ["k"], sum, { lanes: 8 }),
      loop(
        "k",
        imul(axis("b"), i(16)),
        map("min", [sizeOf("n"), iadd(imul(axis("b"), i(16)), i(16))], "i32"),
        16,
        [bind("x0", ["k"], load("x", [axis("k")])), merge("s", local("x0"))],
      ),
      store("part", [axis("b")], result("s")),
    ],
  }),
  sizes: [
    { name: "n", value: { kind: "size", rank: "n" } },
    {
      name: "blocks",
      value: {
        kind: "map",
        op: "ceildiv",
        args: [
          { kind: "size", rank: "n" },
          { kind: "number", value: 16 },
        ],
      },
    },
  ],
};

export const totalSum: TileProgram = program("total_sum", {
  buffers: [buffer("part", ["blocks"]), buffer("total", [], "write")],
  sizes: ["blocks"],
  grid: [],
  body: [
    state("s", [], ["k"], sum, { lanes: 8 }),
    loop("k", i(0), sizeOf("blocks"), 8, [
      bind("x0", ["k"], load("part", [axis("k")])),
      merge("s", local("x0")),
    ]),
    store("total", [], result("s")),
  ],
});

/** C[m,n] = A[m,k] * B[k,n] in tiles that the block stages. */
export const matmul: TileProgram = program("matmul", {
  buffers: [buffer("A", ["m", "k"]), buffer("B", ["k", "n"]), buffer("C", ["m", "n"], "write")],
  sizes: ["m", "n", "k"],
  grid: [
    ["m", "m", 16],
    ["n", "n", 16],
  ],
  body: [
    state("c", ["m", "n"], ["k"], sum),
    loop("k", i(0), sizeOf("k"), 8, [
      bind("a0", ["m", "k"], load("A", [axis("m"), axis("k")])),
      bind("b0", ["k", "n"], load("B", [axis("k"), axis("n")])),
      stage("a", ["m", "k"], local("a0")),
      stage("b", ["k", "n"], local("b0")),
      barrier,
      { kind: "dot", state: "c", left: "a", right: "b", over: "k" },
      barrier,
    ]),
    store("C", [axis("m"), axis("n")], result("c")),
  ],
});

/** y[p] = sum[m] (x[m] where m <= p): the loop ends where the tile's last row does. */
export const causalSum: TileProgram = program("causal_sum", {
  buffers: [buffer("x", ["n"]), buffer("y", ["n"], "write")],
  sizes: ["n"],
  grid: [["p", "n", 4]],
  body: [
    state("s", ["p"], ["k"], sum, { lanes: 2 }),
    loop(
      "k",
      i(0),
      map("min", [sizeOf("n"), iadd(imul(idiv(axis("p"), i(4)), i(4)), i(4))], "i32"),
      4,
      [
        bind("x0", ["k"], load("x", [axis("k")])),
        merge("s", local("x0"), map("le", [axis("k"), axis("p")])),
      ],
    ),
    store("y", [axis("p")], result("s")),
  ],
});

/** y[t] = x[idx[t]], 0 where the index is outside. */
export const gather: TileProgram = program("gather", {
  buffers: [buffer("x", ["n"]), buffer("idx", ["t"], "read", "i32"), buffer("y", ["t"], "write")],
  sizes: ["n", "t"],
  grid: [["t", "t", 8]],
  body: [
    bind("j", ["t"], load("idx", [axis("t")], undefined, "i32"), "i32"),
    bind(
      "x0",
      ["t"],
      load(
        "x",
        [local("j", "i32")],
        and(map("ge", [local("j", "i32"), i(0)]), lt(local("j", "i32"), sizeOf("n"))),
      ),
    ),
    store("y", [axis("t")], local("x0")),
  ],
});

export const handmade: readonly TileProgram[] = [
  momentum,
  rowMax,
  partialSums,
  totalSum,
  matmul,
  causalSum,
  gather,
];
