// Tile programs that several tests and the benchmark run.

import type { TileOp, TileProgram } from "../../../src/tile/tile.js";
import {
  axis,
  bind,
  buffer,
  f,
  grid,
  load,
  local,
  loop,
  max,
  merge,
  n,
  program,
  real,
  result,
  scalar,
  sizeOf,
  stage,
  state,
  store,
  sum,
} from "./build.js";

const i = [axis("i")];
const square = (x: ReturnType<typeof local>) => real("mul", x, x);

const adamwBody: readonly TileOp[] = [
  bind("w0", "i", load("w", i)),
  bind("g0", "i", load("g", i)),
  bind("m0", "i", load("m", i)),
  bind("v0", "i", load("v", i)),
  bind(
    "m1",
    "i",
    real(
      "add",
      real("mul", scalar("beta1"), local("m0")),
      real("mul", real("sub", f(1), scalar("beta1")), local("g0")),
    ),
  ),
  store("m", i, local("m1")),
  bind(
    "v1",
    "i",
    real(
      "add",
      real("mul", scalar("beta2"), local("v0")),
      real("mul", real("sub", f(1), scalar("beta2")), square(local("g0"))),
    ),
  ),
  store("v", i, local("v1")),
  bind("mhat", "i", real("div", local("m1"), scalar("c1"))),
  bind("vhat", "i", real("div", local("v1"), scalar("c2"))),
  store(
    "w",
    i,
    real(
      "sub",
      local("w0"),
      real(
        "mul",
        scalar("lr"),
        real(
          "add",
          real("div", local("mhat"), real("add", real("sqrt", local("vhat")), scalar("eps"))),
          real("mul", scalar("decay"), local("w0")),
        ),
      ),
    ),
  ),
];

export const adamw: TileProgram = {
  ...program({
    name: "adamw",
    sizes: "I",
    scalars: "lr beta1 beta2 eps decay c1 c2",
    buffers: [
      buffer("w", "I", "update"),
      buffer("g", "I"),
      buffer("m", "I", "update"),
      buffer("v", "I", "update"),
    ],
    grid: [grid("i", "I", 1024)],
    body: adamwBody,
  }),
  equations: [
    "m[i] = beta1 * m[i] + (1 - beta1) * g[i]",
    "v[i] = beta2 * v[i] + (1 - beta2) * g[i]^2",
  ],
};

/** y[i,j] = Σ_k a[i,k] · b[k,j] */
export function matmul(ti: number, tj: number, tk: number): TileProgram {
  const [row, column, k] = [axis("i"), axis("j"), axis("k")];
  return program({
    name: "matmul",
    sizes: "I J K",
    buffers: [buffer("a", "I K"), buffer("b", "K J"), buffer("y", "I J", "write")],
    grid: [grid("i", "I", ti), grid("j", "J", tj)],
    body: [
      state("s", "i j", "k", sum),
      loop(
        "k",
        n(0),
        sizeOf("K"),
        [
          stage("left", "i k", load("a", [row, k])),
          stage("right", "k j", load("b", [k, column])),
          { kind: "barrier" },
          { kind: "dot", state: "s", left: "left", right: "right", over: "k" },
        ],
        tk,
      ),
      store("y", [row, column], result("s")),
    ],
  });
}

/** y[i,j] = exp(a[i,j] - max) / sum of the same, in three sweeps. */
export const softmax: TileProgram = {
  ...program({
    name: "softmax",
    sizes: "I J",
    buffers: [buffer("a", "I J"), buffer("y", "I J", "write")],
    grid: [grid("i", "I")],
    body: [
      state("top", "i", "j", max, 16),
      sweep([merge("top", [local("x")])]),
      bind("m", "i", result("top")),
      state("total", "i", "j", sum, 16),
      sweep([merge("total", [real("exp", real("sub", local("x"), local("m")))])]),
      bind("d", "i", result("total")),
      sweep([
        store(
          "y",
          [axis("i"), axis("j")],
          real("div", real("exp", real("sub", local("x"), local("m"))), local("d")),
        ),
      ]),
    ],
  }),
  equations: [
    "M[i] = max[j] a[i,j]",
    "D[i] = sum[j] exp(a[i,j] - M[i])",
    "y[i,j] = exp(a[i,j] - M[i]) / D[i]",
  ],
};

function sweep(ops: readonly TileOp[]): TileOp {
  return loop(
    "j",
    n(0),
    sizeOf("J"),
    [bind("x", "i j", load("a", [axis("i"), axis("j")])), ...ops],
    1024,
  );
}
