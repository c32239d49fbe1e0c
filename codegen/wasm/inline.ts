// Short elementary functions of four values, in the place of a call.
//
// In:  a map and its wide argument.
// Out: lines in the scope at hand, and the value; nothing where a call does better.
// Not here: the functions (src/cascade/functions), their text (graph.ts).

import type { TileMap } from "../../src/tile/tile.js";
import type { Context } from "./context.js";
import { float32Functions, type FunctionName } from "./functions.js";
import { graphSize, inlineGraph } from "./graph.js";
import { bind, freshLocal, hoist, type Value } from "./scope.js";
import { wideConstant } from "./text.js";

/**
 * Operations up to which a function stands inline: exp, sigmoid and silu do. A call makes V8 spill
 * every vector and read every constant from memory: exp inline takes half the time.
 */
const shortSize = 48;

const isShort = new Map<TileMap, boolean>();

/** `e.op` of `x`, four values; undefined: it is long, or no function of one argument. */
export function inlineFunction(c: Context, op: TileMap, x: Value): Value | undefined {
  const definition = float32Functions[op as FunctionName];
  if (definition === undefined || !x.wide) return undefined;
  const known = isShort.get(op) ?? graphSize(definition) <= shortSize;
  isShort.set(op, known);
  if (!known) return undefined;
  const argument = bind(c.fn, c.scope, "x", x); // named more than once
  const four = (type: "f32" | "i32", k: number): string =>
    hoist(c.fn, c.scope, "k", {
      text: wideConstant(type, k),
      type,
      wide: true,
      level: 0,
    }).text;
  const local = (): string => freshLocal(c.fn, op, "v128");
  const text = inlineGraph(definition, argument.text, four, { lines: c.scope.lines, local });
  return { text, type: "f32", wide: true, level: c.scope.level };
}
