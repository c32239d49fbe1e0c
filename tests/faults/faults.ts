// Known mistakes of a compiler, seeded into programs that are right. Each must be noticed.

import type { Lowered, TileExpr, TileProgram } from "../../src/tile/tile.js";
import { drop, mapLets, mapLoops, mapOps, mapStates, mapStores, plusOne } from "../tile/mutate.js";
import type { BaseName } from "./bases.js";
import {
  exchanged,
  hostPlus,
  inExprs,
  mapExprs,
  mapHost,
  mapHostExpr,
  mapLaunches,
  mapMonoids,
  mapPrograms,
  swapMap,
} from "./mutations.js";

export interface Fault {
  readonly name: string;
  readonly base: BaseName;
  readonly seed: (lowered: Lowered) => Lowered;
}

const flip = (list: readonly TileExpr[]): readonly TileExpr[] =>
  inExprs(list, (e) => (e.kind === "map" && e.op === "gt" ? { ...e, op: "lt" } : e));

/** The end of the first axis of the grid. */
const endOf = ({ grid }: TileProgram): TileExpr => ({
  kind: "size",
  size: grid[0]?.end ?? { kind: "number", value: 0 },
});

export const faults: readonly Fault[] = [
  {
    name: "no barrier before the product",
    base: "product",
    seed: (l) => mapPrograms(l, (p) => drop(p, "barrier", 0)),
  },
  {
    name: "no barrier before the next trip",
    base: "product",
    seed: (l) => mapPrograms(l, (p) => drop(p, "barrier", 1)),
  },
  {
    name: "a loop one point too long",
    base: "rows",
    seed: (l) => mapPrograms(l, (p) => mapLoops(p, (op) => ({ ...op, to: plusOne(op.to) }))),
  },
  {
    name: "a loop that begins at one",
    base: "rows",
    seed: (l) => mapPrograms(l, (p) => mapLoops(p, (op) => ({ ...op, from: plusOne(op.from) }))),
  },
  {
    name: "a product added twice",
    base: "product",
    seed: (l) => mapPrograms(l, (p) => mapOps(p, (op) => (op.kind === "dot" ? [op, op] : [op]))),
  },
  {
    name: "sides of a product exchanged",
    base: "product",
    seed: (l) =>
      mapPrograms(l, (p) =>
        mapLets(p, (op) =>
          op.value.kind === "load"
            ? { ...op, value: { ...op.value, indices: [...op.value.indices].reverse() } }
            : op,
        ),
      ),
  },
  {
    name: "a gather without its mask",
    base: "gather",
    seed: (l) =>
      mapPrograms(l, (p) =>
        mapLets(p, (op) =>
          op.value.kind === "load" ? { ...op, value: { ...op.value, where: undefined } } : op,
        ),
      ),
  },
  {
    name: "an absent gather taken as present",
    base: "gather",
    seed: (l) =>
      mapPrograms(l, (p) =>
        mapExprs(p, (e) => (e.kind === "map" && e.op === "select" ? (e.args[1] ?? e) : e)),
      ),
  },
  {
    name: "no mask on a merge",
    base: "positive",
    seed: (l) =>
      mapPrograms(l, (p) =>
        mapOps(p, (op) => [op.kind === "merge" ? { ...op, where: undefined } : op]),
      ),
  },
  {
    name: "> where >= is meant",
    base: "shift",
    seed: (l) => mapPrograms(l, (p) => swapMap(p, "ge", "gt")),
  },
  {
    name: "a causal loop that goes to the end",
    base: "causal",
    seed: (l) => mapPrograms(l, (p) => mapLoops(p, (op) => ({ ...op, to: endOf(p) }))),
  },
  {
    name: "a causal loop one point short",
    base: "causal",
    seed: (l) =>
      mapPrograms(l, (p) =>
        mapLoops(p, (op) => ({
          ...op,
          to: { kind: "map", op: "sub", type: "i32", args: [op.to, one] },
        })),
      ),
  },
  {
    name: "no mask on a store",
    base: "masked",
    seed: (l) => mapPrograms(l, (p) => mapStores(p, (op) => ({ ...op, where: undefined }))),
  },
  {
    name: "a sum that begins at one",
    base: "total",
    seed: (l) =>
      mapPrograms(l, (p) =>
        mapMonoids(p, (m) => ({ ...m, fields: m.fields.map((field) => ({ ...field, empty: 1 })) })),
      ),
  },
  {
    name: "a maximum that begins at zero",
    base: "rows",
    seed: (l) =>
      mapPrograms(l, (p) =>
        mapMonoids(p, (m) =>
          m.name === "max"
            ? { ...m, fields: m.fields.map((field) => ({ ...field, empty: 0 })) }
            : m,
        ),
      ),
  },
  {
    name: "fewer lanes than the schedule says",
    base: "rows",
    seed: (l) => mapPrograms(l, (p) => mapStates(p, (op) => ({ ...op, lanes: op.lanes / 2 }))),
  },
  {
    name: "the later index on ties",
    base: "best",
    seed: (l) =>
      mapPrograms(l, (p) =>
        mapMonoids(p, (m) => ({
          ...m,
          merge: inExprs(m.merge, (e) =>
            e.kind === "map" && e.op === "lt" ? { ...e, op: "gt" } : e,
          ),
        })),
      ),
  },
  {
    name: "the smallest instead of the largest",
    base: "best",
    seed: (l) => mapPrograms(l, (p) => mapMonoids(p, (m) => ({ ...m, merge: flip(m.merge) }))),
  },
  {
    name: "partial sums never made",
    base: "total",
    seed: (l) =>
      mapHost(l, (op) => (op.kind === "launch" && op.kernel.endsWith("_parts") ? [] : [op])),
  },
  {
    name: "an output that is not cleared",
    base: "scan",
    seed: (l) =>
      mapHost(l, (op) =>
        op.kind === "fill"
          ? []
          : op.kind === "loop"
            ? [{ ...op, count: hostPlus(op.count, -1) }]
            : [op],
      ),
  },
  {
    name: "a scan one step short",
    base: "scan",
    seed: (l) =>
      mapHost(l, (op) => [op.kind === "loop" ? { ...op, count: hostPlus(op.count, -1) } : op]),
  },
  {
    name: "a scan backwards",
    base: "scan",
    seed: (l) => mapHost(l, (op) => [op.kind === "loop" ? { ...op, backwards: true } : op]),
  },
  {
    name: "two scalars exchanged",
    base: "step",
    seed: (l) => mapLaunches(l, (op) => ({ ...op, scalars: exchanged(op.scalars) })),
  },
  {
    name: "the step counted from zero",
    base: "step",
    seed: (l) =>
      mapLaunches(l, (op) => ({
        ...op,
        scalars: op.scalars.map((s) =>
          mapHostExpr(s, (e) => (e.kind === "scalar" && e.name === "t" ? hostPlus(e, -1) : e)),
        ),
      })),
  },
  {
    name: "two buffers exchanged",
    base: "step",
    seed: (l) => mapLaunches(l, (op) => ({ ...op, buffers: exchanged(op.buffers) })),
  },
  {
    name: "a state stored before it is updated",
    base: "step",
    seed: (l) =>
      mapPrograms(l, (p) =>
        mapStores(p, (op) =>
          op.buffer === "m" ? { ...op, value: { kind: "local", name: "m_2", type: "f32" } } : op,
        ),
      ),
  },
  {
    name: "a shifted read in place",
    base: "shift",
    seed: (l) =>
      mapHost(l, (op) => [
        op.kind === "launch"
          ? { ...op, buffers: op.buffers.map((b) => (b === "w_next" ? "w" : b)) }
          : op,
      ]),
  },
  {
    name: "one block too few",
    base: "masked",
    seed: (l) => mapLaunches(l, (op) => ({ ...op, grid: op.grid.map((e) => hostPlus(e, -1)) })),
  },
  {
    name: "an extent of another rank",
    base: "rows",
    seed: (l) => mapLaunches(l, (op) => ({ ...op, sizes: exchanged(op.sizes) })),
  },
  {
    name: "division toward zero",
    base: "blocks",
    seed: (l) =>
      mapPrograms(l, (p) =>
        mapExprs(p, (e) =>
          e.kind === "map" && e.op === "floordiv"
            ? {
                ...e,
                op: "select",
                args: [
                  { kind: "map", op: "lt", type: "bool", args: [e.args[0] ?? e, zero] },
                  {
                    kind: "map",
                    op: "neg",
                    type: "i32",
                    args: [
                      {
                        ...e,
                        args: [
                          { kind: "map", op: "neg", type: "i32", args: [e.args[0] ?? e] },
                          ...e.args.slice(1),
                        ],
                      },
                    ],
                  },
                  e,
                ],
              }
            : e,
        ),
      ),
  },
  {
    name: "operands of a subtraction exchanged",
    base: "rows",
    seed: (l) =>
      mapPrograms(l, (p) =>
        mapExprs(p, (e) =>
          e.kind === "map" && e.op === "sub" && e.type === "f32"
            ? { ...e, args: exchanged(e.args) }
            : e,
        ),
      ),
  },
  {
    name: "parts merged twice",
    base: "total",
    seed: (l) => mapPrograms(l, (p) => mapOps(p, (op) => (op.kind === "merge" ? [op, op] : [op]))),
  },
];

const one: TileExpr = { kind: "const", type: "i32", value: 1 };
const zero: TileExpr = { kind: "const", type: "i32", value: 0 };
