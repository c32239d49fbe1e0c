// The type of a tile expression, and of an element of a format.
//
// In:  an expression or a format.
// Out: f32, i32 or bool.
// Not here: whether the types of a program fit together (verify/types.ts).

import type { ElementFormat } from "../runtime/executable.js";
import type { TileExpr, TileType } from "./tile.js";

/** The type of `e`'s value. */
export function typeOfTile(e: TileExpr): TileType {
  switch (e.kind) {
    case "size":
    case "axis":
      return "i32";
    case "present":
      return "bool";
    default:
      return e.type;
  }
}

/** What loading an element of `format` gives. */
export function typeOfFormat(format: ElementFormat): TileType {
  switch (format) {
    case "f32":
    case "f16":
    case "bf16":
    case "f8e4m3":
    case "f8e5m2":
      return "f32";
    case "bool":
      return "bool";
    default:
      return "i32";
  }
}
