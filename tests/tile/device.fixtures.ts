// Lowered definitions written by hand, for the tile device and the counts of a step.

import type { HostExpr, HostOp } from "../../src/runtime/executable.js";
import type { Lowered } from "../../src/tile/tile.js";
import { executable, map, number, scalar, size, tensorSpec, variant } from "../runtime/fixtures.js";
import { momentum, partialSums, totalSum } from "./programs.js";

/** n, and how many blocks of 16 it has. */
export const blocks = [size("n"), map("ceildiv", size("n"), number(16))] as const;
const [, blockCount] = blocks;

export const launch = (
  kernel: string,
  buffers: readonly string[],
  sizes: readonly HostExpr[],
  grid: readonly HostExpr[],
  scalars: readonly HostExpr[] = [],
): HostOp => ({ kind: "launch", kernel, space: "param", buffers, sizes, scalars, grid });

const rank = { name: "n", isStatic: false, value: undefined };
const hyper = {
  name: "lr",
  role: "hyper",
  type: "real",
  value: number(0.5),
  low: 0,
  high: 1,
} as const;

export const sgd: Lowered = {
  executable: executable({
    name: "momentum",
    scalars: [hyper],
    variants: [
      variant({
        ranks: [rank],
        tensors: [
          tensorSpec("w", "param", ["n"]),
          tensorSpec("g", "grad", ["n"]),
          tensorSpec("m", "state", ["n"]),
        ],
        steps: [
          launch(
            "momentum",
            ["w", "g", "m"],
            [size("n")],
            [map("ceildiv", size("n"), number(8))],
            [scalar("lr")],
          ),
        ],
      }),
    ],
  }),
  programs: [[momentum]],
};

/** A sum of x in two launches; `first` makes the partial sums. */
export const total = (first: readonly HostOp[]): Lowered => ({
  executable: executable({
    name: "total",
    kind: "cascade",
    variants: [
      variant({
        ranks: [rank],
        tensors: [
          tensorSpec("x", "in", ["n"]),
          tensorSpec("total", "out", []),
          { ...tensorSpec("part", "temporary", []), dims: [blockCount] },
        ],
        steps: [...first, launch("total_sum", ["part", "total"], [blockCount], [])],
      }),
    ],
  }),
  programs: [[partialSums, totalSum]],
});
