// Formats as targets know them, and what a value is after it was stored and read again.
//
// In:  a format of the cascade.
// Out: an element format; a rounding.
// Not here: block formats and codes narrower than a byte (not yet lowered).

import type { Format } from "../../cascade/cascade.js";
import { integerRange } from "../../cascade/number-formats.js";
import type { ElementFormat } from "../../runtime/executable.js";
import type { TileExpr } from "../tile.js";
import { constant, map, toF32, toI32 } from "./tile-expr.js";

/** Undefined: no element format of a target holds it. */
export function findElementFormat(format: Format): ElementFormat | undefined {
  switch (format.kind) {
    case "float":
      return format.name === "f64" ? undefined : format.name;
    case "index":
      return "i32";
    case "bool":
      return "bool";
    case "integer": {
      const name = `${format.signed ? "i" : "u"}${format.bits}`;
      const whole = ["i32", "u32", "i16", "u16", "i8", "u8"] as const;
      return whole.find((known) => known === name);
    }
    case "block":
      return undefined;
  }
}

export function elementFormat(format: Format): ElementFormat {
  const found = findElementFormat(format);
  if (found === undefined)
    throw new Error(`internal: no element format for ${JSON.stringify(format)}`);
  return found;
}

/** `value`, of the format's type, as reading it back gives it. */
export function afterStore(format: ElementFormat, value: TileExpr): TileExpr {
  switch (format) {
    case "f16":
    case "bf16":
    case "f8e4m3":
    case "f8e5m2":
      return map(`roundTo.${format}`, "f32", [value]);
    case "i16":
    case "u16":
    case "i8":
    case "u8":
    case "u32":
      return clampTo(Number(format.slice(1)), format.startsWith("i"), value);
    case "f32":
    case "i32":
    case "bool":
      return value;
  }
}

/** An integer kept within the bounds of a format. */
export function clampTo(bits: number, isSigned: boolean, value: TileExpr): TileExpr {
  const [low, high] = integerRange(bits, isSigned);
  const atLeast = map("max", "i32", [value, constant("i32", low)]);
  if (bits >= 32) return isSigned ? value : atLeast;
  return map("min", "i32", [atLeast, constant("i32", high)]);
}

/** `x as format`: a real becomes an integer toward zero, an integer real where the format is. */
export function castTo(format: Format, value: TileExpr): TileExpr {
  switch (format.kind) {
    case "float": {
      const real = toF32(value);
      return format.name === "f32" || format.name === "f64" ? real : afterStore(format.name, real);
    }
    case "integer":
      return clampTo(format.bits, format.signed, toI32(value));
    case "bool":
    case "index":
    case "block":
      return value;
  }
}
