// Values that several emitters make: arguments of the kernel, four lanes from one, one from four.
//
// In:  a context and values.
// Out: values.
// Not here: expressions (expr.ts).

import type { TileExpr, TileSize } from "../../src/tile/tile.js";
import { need, type Context } from "./context.js";
import { selectText } from "./instructions.js";
import { bind, hoist, type Value } from "./scope.js";
import { get, i32, sx, wideConstant } from "./text.js";

/** A word of the argument list, read once when the kernel begins. */
export function argument(c: Context, key: string, type: "f32" | "i32"): Value {
  const offset = 4 * need(c.info.words, key);
  const text = sx(`${type}.load offset=${offset}`, get("args"));
  return hoist(c.fn, c.scope, key.split(" ")[1] ?? key, { text, type, wide: false, level: 0 });
}

export function sizeValue(c: Context, size: TileSize): Value {
  if (size.kind === "size") return argument(c, `size ${size.name}`, "i32");
  return { text: i32(size.value), type: "i32", wide: false, level: 0 };
}

/** The same value in four lanes. */
export function widen(c: Context, value: Value): Value {
  if (value.wide) return value;
  const number = /^\((?:f32|i32)\.const (\S+)\)$/.exec(value.text)?.[1];
  const wide = { ...value, wide: true };
  if (value.type === "bool") {
    const mask = sx("i32x4.splat", sx("i32.sub", i32(0), value.text));
    return hoist(c.fn, c.scope, "mask", { ...wide, text: mask });
  }
  if (number !== undefined) {
    const text = wideConstant(value.type, Number(number === "inf" ? Infinity : number));
    return hoist(c.fn, c.scope, "k", { ...wide, text });
  }
  const text = sx(`${value.type}x4.splat`, value.text);
  return hoist(c.fn, c.scope, wideName(value.text), { ...wide, text });
}

const wideName = (text: string): string => {
  const name = /^\(local\.get \$([^\s)]+)\)$/.exec(text)?.[1];
  return name === undefined ? "splat" : `${name}.x4`;
};

/** One value of what does not vary in the tile: of a wide one, lane 0. */
export function uniform(c: Context, e: TileExpr): Value {
  const scalarContext: Context = { ...c, lanes: undefined };
  const value = c.evaluate(e.kind === "local" ? c : scalarContext, e);
  if (!value.wide) return value;
  const lane = sx(`${value.type === "f32" ? "f32x4" : "i32x4"}.extract_lane 0`, value.text);
  const text = value.type === "bool" ? sx("i32.ne", lane, i32(0)) : lane;
  return { ...value, text, wide: false };
}

/** `yes` where `condition` holds; all three are computed. */
export function selectValue(c: Context, condition: Value, yes: Value, no: Value): Value {
  const wide = condition.wide || yes.wide || no.wide;
  const level = Math.max(condition.level, yes.level, no.level);
  const [p, a, b] = wide
    ? [widen(c, condition), widen(c, yes), widen(c, no)]
    : [condition, yes, no];
  return { text: selectText(wide, p.text, a.text, b.text), type: yes.type, wide, level };
}

/** One lane of four. */
export function laneOf(c: Context, value: Value, l: number): Value {
  if (!value.wide) return value;
  const vector = bind(c.fn, c.scope, "four", value);
  const shape = value.type === "f32" ? "f32x4" : "i32x4";
  const lane = sx(`${shape}.extract_lane ${l}`, vector.text);
  return { ...value, text: value.type === "bool" ? sx("i32.ne", lane, i32(0)) : lane, wide: false };
}
