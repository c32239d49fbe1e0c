// A few words with which tests write tile programs.

import type {
  GridAxis,
  StateOp,
  TileBuffer,
  TileExpr,
  TileMap,
  TileMonoid,
  TileOp,
  TileProgram,
  TileSize,
  TileType,
} from "../../../src/tile/tile.js";
import type { ElementFormat } from "../../../src/runtime/executable.js";

export const size = (name: string | number): TileSize =>
  typeof name === "number" ? { kind: "number", value: name } : { kind: "size", name };
export const sizeOf = (name: string): TileExpr => ({ kind: "size", size: size(name) });
export const axis = (id: string): TileExpr => ({ kind: "axis", axis: id });
export const f = (value: number): TileExpr => ({
  kind: "const",
  type: "f32",
  value: Math.fround(value),
});
export const n = (value: number): TileExpr => ({ kind: "const", type: "i32", value });
export const bool = (value: boolean): TileExpr => ({
  kind: "const",
  type: "bool",
  value: Number(value),
});
export const scalar = (name: string, type: "f32" | "i32" = "f32"): TileExpr => ({
  kind: "scalar",
  name,
  type,
});
export const local = (name: string, type: TileType = "f32"): TileExpr => ({
  kind: "local",
  name,
  type,
});
export const map = (op: TileMap, type: TileType, ...args: readonly TileExpr[]): TileExpr => ({
  kind: "map",
  op,
  type,
  args,
});
export const real = (op: TileMap, ...args: readonly TileExpr[]): TileExpr =>
  map(op, "f32", ...args);
export const int = (op: TileMap, ...args: readonly TileExpr[]): TileExpr => map(op, "i32", ...args);
export const test = (op: TileMap, ...args: readonly TileExpr[]): TileExpr =>
  map(op, "bool", ...args);
export const result = (state: string, type: TileType = "f32", index = 0): TileExpr => ({
  kind: "result",
  state,
  type,
  index,
});
export const present = (state: string): TileExpr => ({ kind: "present", state });

export const load = (
  buffer: string,
  indices: readonly TileExpr[],
  type: TileType = "f32",
  where?: TileExpr,
): TileExpr => ({ kind: "load", buffer, type, indices, where });
export const bind = (
  name: string,
  axes: string,
  value: TileExpr,
  type: TileType = "f32",
): TileOp => ({
  kind: "let",
  name,
  type,
  axes: words(axes),
  value,
});
export const store = (
  buffer: string,
  indices: readonly TileExpr[],
  value: TileExpr,
  where?: TileExpr,
): TileOp => ({ kind: "store", buffer, indices, value, where });
export const loop = (
  id: string,
  from: TileExpr,
  to: TileExpr,
  body: readonly TileOp[],
  tile = 1,
): TileOp => ({ kind: "loop", axis: id, from, to, tile, body });
export const merge = (state: string, args: readonly TileExpr[], where?: TileExpr): TileOp => ({
  kind: "merge",
  state,
  args,
  where,
});
export const stage = (name: string, axes: string, value: TileExpr): TileOp => ({
  kind: "stage",
  name,
  axes: words(axes),
  type: "f32",
  scope: "workgroup",
  value,
});

export const words = (text: string): readonly string[] =>
  text.split(" ").filter((word) => word !== "");

export const buffer = (
  name: string,
  dims: string,
  access: TileBuffer["access"] = "read",
  format: ElementFormat = "f32",
): TileBuffer => ({
  name,
  tensor: name,
  format,
  access,
  dims: words(dims).map((word) => size(/^\d+$/.test(word) ? Number(word) : word)),
});

export const grid = (id: string, end: string | number, tile = 1): GridAxis => ({
  id,
  end: size(end),
  tile,
});

const fold = (
  name: string,
  op: TileMap,
  empty: number | undefined,
  type: TileType = "f32",
): TileMonoid => ({
  name,
  fields: [{ name: "s", type, empty }],
  lift: [local("arg0", type)],
  merge: [map(op, type, local("a.s", type), local("b.s", type))],
  finish: [{ type, value: local("s", type) }],
});
export const sum = fold("sum", "add", 0);
export const sumInt = fold("sum", "add", 0, "i32");
export const max = fold("max", "max", undefined);
export const argmax = (id: string): TileMonoid => {
  const isBetter = test("lt", local("a.v"), local("b.v"));
  return {
    name: "argmax",
    fields: [
      { name: "v", type: "f32", empty: undefined },
      { name: "at", type: "i32", empty: undefined },
    ],
    lift: [local("arg0"), axis(id)],
    merge: [
      real("select", isBetter, local("b.v"), local("a.v")),
      int("select", firstOrBetter(), local("b.at", "i32"), local("a.at", "i32")),
    ],
    finish: [
      { type: "i32", value: local("at", "i32") },
      { type: "f32", value: local("v") },
    ],
  };
};
const firstOrBetter = (): TileExpr =>
  test(
    "or",
    test("lt", local("a.v"), local("b.v")),
    test(
      "and",
      test("eq", local("a.v"), local("b.v")),
      test("lt", local("b.at", "i32"), local("a.at", "i32")),
    ),
  );

export const state = (
  name: string,
  axes: string,
  over: string,
  monoid: TileMonoid,
  lanes = 1,
  tracksPresence = false,
): StateOp => ({
  kind: "state",
  name,
  axes: words(axes),
  over: words(over),
  monoid,
  lanes,
  tracksPresence,
});

/** A program whose sizes and scalars are as the words say. */
export function program(
  parts: { readonly name?: string; readonly sizes?: string; readonly scalars?: string } & Pick<
    TileProgram,
    "buffers" | "grid" | "body"
  >,
): TileProgram {
  const { name = "kernel", sizes = "", scalars = "", buffers, body } = parts;
  const zero = { kind: "number", value: 0 } as const;
  return {
    name,
    equations: [`${name}`],
    buffers,
    grid: parts.grid,
    body,
    sizes: words(sizes).map((word) => ({ name: word, value: zero })),
    scalars: words(scalars).map((word) => {
      const [id = "", type] = word.split(":");
      return { name: id, type: type === "i32" ? "i32" : "f32", value: zero };
    }),
  };
}
