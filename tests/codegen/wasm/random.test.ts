// Random programs: a grid of one to three axes, loads by any of its axes, a masked reduction,
// stores.

import fc from "fast-check";
import { describe, it } from "vitest";
import type { TileExpr, TileMap, TileOp, TileProgram } from "../../../src/tile/tile.js";
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
  sizeOf,
  state,
  store,
  sum,
  test,
} from "./build.js";
import { expectSameBits, numbers } from "./run.js";

const EXTENT = 11; // every buffer is as long along each of its dimensions
const ids = ["i", "j", "k"] as const;

interface Shape {
  readonly extents: readonly number[];
  readonly tiles: readonly number[];
  /** Axes by which each of four buffers is read; r is the reduced one. */
  readonly reads: readonly (readonly string[])[];
  readonly ops: readonly TileMap[];
  readonly lanes: number;
  readonly isMax: boolean;
  readonly isMasked: boolean;
  readonly storeReversed: boolean;
  readonly count: number;
}

const shapes: fc.Arbitrary<Shape> = fc.integer({ min: 1, max: 3 }).chain((rank) => {
  const axes = ids.slice(0, rank);
  const read = (names: readonly string[]) =>
    fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 3 });
  return fc.record({
    extents: fc.array(fc.integer({ min: 0, max: EXTENT }), { minLength: rank, maxLength: rank }),
    tiles: fc.array(fc.constantFrom(1, 2, 4, 8, 64), { minLength: rank, maxLength: rank }),
    reads: fc.tuple(read(axes), read(axes), read([...axes, "r"]), read([...axes, "r"])),
    ops: fc.array(fc.constantFrom<TileMap>("add", "sub", "mul", "min", "max"), {
      minLength: 3,
      maxLength: 3,
    }),
    lanes: fc.constantFrom(1, 2, 4, 8, 16),
    isMax: fc.boolean(),
    isMasked: fc.boolean(),
    storeReversed: fc.boolean(),
    count: fc.integer({ min: 0, max: EXTENT }),
  });
});

const unique = (names: readonly string[]): string => [...new Set(names)].join(" ");
const dims = (count: number): string =>
  Array.from({ length: count }, () => String(EXTENT)).join(" ");
const at = (names: readonly string[]): readonly TileExpr[] => names.map(axis);

function programOf(shape: Shape): TileProgram {
  const axes = ids.slice(0, shape.extents.length);
  const kept = axes.join(" ");
  const [a = [], b = [], x = [], y = []] = shape.reads;
  const [first = "add", second = "add", third = "add"] = shape.ops;
  const body: readonly TileOp[] = [
    bind("a0", unique(a), load("a", at(a))),
    bind("b0", unique(b), load("b", at(b))),
    bind("c", unique([...a, ...b]), real(first, local("a0"), local("b0"))),
    state("s", kept, "r", shape.isMax ? max : sum, shape.lanes, true),
    loop("r", n(0), sizeOf("R"), [
      bind("x0", unique(x), load("x", at(x))),
      bind("y0", unique(y), load("y", at(y))),
      merge(
        "s",
        [real(second, local("x0"), local("y0"))],
        shape.isMasked ? test("lt", local("x0"), f(0.25)) : undefined,
      ),
    ]),
    bind("t", kept, real("select", present("s"), result("s"), f(3))),
    store(
      "out",
      at(shape.storeReversed ? [...axes].reverse() : axes),
      real(third, local("c"), local("t")),
    ),
    store("count", at(axes), int("add", axis(axes[0] ?? "i"), int("toI32", present("s")))),
  ];
  return program({
    sizes: "I J K R"
      .split(" ")
      .filter((name) => name === "R" || axes.includes(name.toLowerCase() as "i"))
      .join(" "),
    buffers: [
      buffer("a", dims(a.length)),
      buffer("b", dims(b.length), "read", "bf16"),
      buffer("x", dims(x.length)),
      buffer("y", dims(y.length)),
      buffer("out", dims(axes.length), "write"),
      buffer("count", dims(axes.length), "write", "i16"),
    ],
    grid: axes.map((id, at) => grid(id, id.toUpperCase(), shape.tiles[at])),
    body,
  });
}

describe("any program of this form", () => {
  it("gives the interpreter's bits", () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const made = programOf(shape);
        const room = (names: readonly string[] | undefined): number =>
          EXTENT ** (names?.length ?? 0);
        const [a, b, x, y] = shape.reads;
        const halves = Uint16Array.from(numbers(room(b), 2, 0x3f00, 0x4000));
        const out = EXTENT ** shape.extents.length;
        expectSameBits(made, {
          sizes: [...shape.extents, shape.count],
          buffers: [
            numbers(room(a), 1),
            halves,
            numbers(room(x), 3),
            numbers(room(y), 4),
            out,
            out,
          ],
        });
      }),
      { numRuns: 60, seed: 20 },
    );
  });
});
