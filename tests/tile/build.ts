// Short names for writing tile programs by hand.

import type { HostExpr } from "../../src/runtime/executable.js";
import type {
  StateOp,
  TileBuffer,
  TileExpr,
  TileMap,
  TileMonoid,
  TileOp,
  TileProgram,
  TileSize,
  TileType,
} from "../../src/tile/tile.js";

export const f = (value: number): TileExpr => ({ kind: "const", type: "f32", value });
export const i = (value: number): TileExpr => ({ kind: "const", type: "i32", value });
export const size = (name: string): TileSize => ({ kind: "size", name });
export const sizeOf = (name: string): TileExpr => ({ kind: "size", size: size(name) });
export const axis = (id: string): TileExpr => ({ kind: "axis", axis: id });
export const local = (name: string, type: TileType = "f32"): TileExpr => ({
  kind: "local",
  name,
  type,
});
export const scalar = (name: string): TileExpr => ({ kind: "scalar", name, type: "f32" });
export const result = (state: string): TileExpr => ({
  kind: "result",
  state,
  type: "f32",
  index: 0,
});

const booleans: ReadonlySet<string> = new Set([
  "eq",
  "ne",
  "lt",
  "le",
  "gt",
  "ge",
  "and",
  "or",
  "not",
]);

/** A map; its type is bool for comparisons, else `type`. */
export const map = (op: TileMap, args: readonly TileExpr[], type: TileType = "f32"): TileExpr => ({
  kind: "map",
  op,
  type: booleans.has(op) ? "bool" : type,
  args,
});
export const add = (a: TileExpr, b: TileExpr): TileExpr => map("add", [a, b]);
export const mul = (a: TileExpr, b: TileExpr): TileExpr => map("mul", [a, b]);
export const iadd = (a: TileExpr, b: TileExpr): TileExpr => map("add", [a, b], "i32");
export const imul = (a: TileExpr, b: TileExpr): TileExpr => map("mul", [a, b], "i32");
export const idiv = (a: TileExpr, b: TileExpr): TileExpr => map("floordiv", [a, b], "i32");
export const lt = (a: TileExpr, b: TileExpr): TileExpr => map("lt", [a, b]);
export const and = (a: TileExpr, b: TileExpr): TileExpr => map("and", [a, b]);

export const load = (
  buffer: string,
  indices: readonly TileExpr[],
  where?: TileExpr,
  type: TileType = "f32",
): TileExpr => ({ kind: "load", buffer, type, indices, where });

export const bind = (
  name: string,
  axes: readonly string[],
  value: TileExpr,
  type: TileType = "f32",
): TileOp => ({ kind: "let", name, type, axes, value });
export const store = (
  buffer: string,
  indices: readonly TileExpr[],
  value: TileExpr,
  where?: TileExpr,
): TileOp => ({ kind: "store", buffer, indices, value, where });
export const stage = (name: string, axes: readonly string[], value: TileExpr): TileOp => ({
  kind: "stage",
  name,
  axes,
  type: "f32",
  scope: "workgroup",
  value,
});
export const barrier: TileOp = { kind: "barrier" };
export const merge = (state: string, arg: TileExpr, where?: TileExpr): TileOp => ({
  kind: "merge",
  state,
  args: [arg],
  where,
});
export const loop = (
  id: string,
  from: TileExpr,
  to: TileExpr,
  tile: number,
  body: readonly TileOp[],
): TileOp => ({ kind: "loop", axis: id, from, to, tile, body });

export const sum: TileMonoid = {
  name: "sum",
  fields: [{ name: "s", type: "f32", empty: 0 }],
  lift: [local("arg0")],
  merge: [add(local("a.s"), local("b.s"))],
  finish: [{ type: "f32", value: local("s") }],
};
export const max: TileMonoid = {
  name: "max",
  fields: [{ name: "m", type: "f32", empty: undefined }],
  lift: [local("arg0")],
  merge: [map("max", [local("a.m"), local("b.m")])],
  finish: [{ type: "f32", value: local("m") }],
};
export const state = (
  name: string,
  axes: readonly string[],
  over: readonly string[],
  monoid: TileMonoid,
  more: Partial<StateOp> = {},
): TileOp => ({
  kind: "state",
  name,
  axes,
  over,
  monoid,
  lanes: 1,
  tracksPresence: monoid.fields.some((field) => field.empty === undefined),
  ...more,
});

export const buffer = (
  name: string,
  dims: readonly string[],
  access: TileBuffer["access"] = "read",
  format: TileBuffer["format"] = "f32",
): TileBuffer => ({ name, tensor: name, format, dims: dims.map(size), access });

export const hostSize = (rank: string): HostExpr => ({ kind: "size", rank });

/**
 * A program whose sizes are ranks of the same name, and whose scalars are scalars of the
 * definition.
 */
export function program(
  name: string,
  parts: {
    readonly buffers: readonly TileBuffer[];
    readonly sizes: readonly string[];
    readonly scalars?: readonly string[];
    readonly grid: readonly (readonly [string, string, number])[];
    readonly body: readonly TileOp[];
  },
): TileProgram {
  return {
    name,
    equations: [],
    buffers: parts.buffers,
    sizes: parts.sizes.map((s) => ({ name: s, value: hostSize(s) })),
    scalars: (parts.scalars ?? []).map((s) => ({
      name: s,
      type: "f32",
      value: { kind: "scalar", name: s },
    })),
    grid: parts.grid.map(([id, end, tile]) => ({ id, end: size(end), tile })),
    body: parts.body,
  };
}
