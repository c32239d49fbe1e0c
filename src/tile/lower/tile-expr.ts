// Small constructors for tile expressions, which fold what is known.
//
// In:  tile expressions.
// Out: a tile expression.
// Not here: where lets stand (builder.ts).

import type { TileExpr, TileMap, TileType } from "../tile.js";
import { typeOfTile } from "../types.js";

export const constant = (type: TileType, value: number): TileExpr => ({
  kind: "const",
  type,
  value: type === "f32" ? Math.fround(value) : value,
});

export const isTrue: TileExpr = constant("bool", 1);
export const isFalse: TileExpr = constant("bool", 0);

/** A condition that always holds is undefined. */
export type Condition = TileExpr | undefined;

export function isConst(e: TileExpr | undefined, value: number): boolean {
  return e?.kind === "const" && e.value === value;
}

export function map(op: TileMap, type: TileType, args: readonly TileExpr[]): TileExpr {
  return { kind: "map", op, type, args };
}

/** Both hold. */
export function both(a: Condition, b: Condition): Condition {
  if (a === undefined || isConst(a, 1)) return isConst(b, 1) ? undefined : b;
  if (b === undefined || isConst(b, 1)) return a;
  if (isConst(a, 0) || isConst(b, 0)) return isFalse;
  if (sameTile(a, b)) return a;
  const held = new Set(conjuncts(a).map(tileKey));
  const more = conjuncts(b).filter((one) => !held.has(tileKey(one)));
  return more.reduce((all, one) => map("and", "bool", [all, one]), a);
}

/** The conditions that `e` is the conjunction of. */
export function conjuncts(e: TileExpr): readonly TileExpr[] {
  return e.kind === "map" && e.op === "and" ? e.args.flatMap(conjuncts) : [e];
}

export function either(a: TileExpr, b: TileExpr): TileExpr {
  if (isConst(a, 1) || isConst(b, 1)) return isTrue;
  if (isConst(a, 0)) return b;
  if (isConst(b, 0) || sameTile(a, b)) return a;
  return map("or", "bool", [a, b]);
}

export function select(condition: Condition, x: TileExpr, y: TileExpr): TileExpr {
  if (condition === undefined || isConst(condition, 1)) return x;
  if (isConst(condition, 0)) return y;
  return map("select", typeOfTile(x), [condition, x, y]);
}

export function toF32(e: TileExpr): TileExpr {
  if (typeOfTile(e) === "f32") return e;
  if (e.kind === "const") return constant("f32", e.value);
  return map("toF32", "f32", [e]);
}

export function toI32(e: TileExpr): TileExpr {
  if (typeOfTile(e) === "i32") return e;
  if (e.kind === "const") return constant("i32", Math.trunc(e.value));
  return map("toI32", "i32", [e]);
}

export function toBool(e: TileExpr): TileExpr {
  const type = typeOfTile(e);
  return type === "bool" ? e : map("ne", "bool", [e, constant(type, 0)]);
}

export function convert(e: TileExpr, type: TileType): TileExpr {
  return type === "f32" ? toF32(e) : type === "i32" ? toI32(e) : toBool(e);
}

/** A text that equal expressions share. */
export function tileKey(e: TileExpr): string {
  return JSON.stringify(e, (_, v: unknown) => (Object.is(v, -0) ? "-0" : v));
}

export function sameTile(a: TileExpr, b: TileExpr): boolean {
  return a === b || tileKey(a) === tileKey(b);
}
