// A tile expression at the current point, or at four points of the vector axis at once.
//
// In:  an expression and the context.
// Out: a pure value; `load` and functions may add lines before it.
// Not here: instructions (instructions.ts), addresses (address.ts), formats (memory.ts).

import { unreachable } from "../../grammar/span.js";
import type { TileExpr, TileType } from "../../src/tile/tile.js";
import { typeOfTile } from "../../src/tile/types.js";
import { need, valueOf, type Context } from "./context.js";
import { useHelper } from "./helpers.js";
import { inlineFunction } from "./inline.js";
import { instructionOf } from "./instructions.js";
import { emitLoad } from "./memory.js";
import { philoxGlobals } from "./philox.js";
import { bind, type Value } from "./scope.js";
import { presenceOf, resultOf } from "./states.js";
import { addI32, f32, i32, sx } from "./text.js";
import { argument, selectValue, sizeValue, widen } from "./values.js";

export function evaluate(c: Context, e: TileExpr): Value {
  switch (e.kind) {
    case "const":
      return { text: constant(e.type, e.value), type: e.type, wide: false, level: 0 };
    case "scalar":
      return argument(c, `scalar ${e.name}`, e.type);
    case "size":
      return sizeValue(c, e.size);
    case "axis":
      return axisValue(c, e.axis);
    case "local":
      return valueOf(c, e.name);
    case "load":
      return emitLoad(c, e);
    case "result":
      return resultOf(c, e.state, e.index);
    case "present":
      return presenceOf(c, e.state);
    case "map":
      return mapValue(c, e);
    case "philox":
      return philoxValue(c, e);
    default:
      return unreachable(e);
  }
}

const constant = (type: TileType, value: number): string =>
  type === "f32" ? f32(value) : i32(value);

function axisValue(c: Context, axis: string): Value {
  const { index } = need(c.axes, axis);
  if (c.lanes?.axis !== axis) return index;
  const first = addI32(index.text, i32(4 * c.lanes.copy));
  const text = sx("i32x4.add", sx("i32x4.splat", first), "(v128.const i32x4 0 1 2 3)");
  return { text, type: "i32", wide: true, level: index.level };
}

const functionNames: ReadonlySet<string> = new Set([
  "exp",
  "log",
  "log2",
  "sin",
  "cos",
  "tanh",
  "erf",
  "sigmoid",
  "softplus",
  "logsigmoid",
  "silu",
  "gelu",
  "pow",
  "sign",
  "roundTo.bf16",
  "roundTo.f16",
  "roundTo.f8e4m3",
  "roundTo.f8e5m2",
]);

function mapValue(c: Context, e: TileExpr & { readonly kind: "map" }): Value {
  const args = e.args.map((arg) => evaluate(c, arg));
  const wide = args.some((arg) => arg.wide);
  const level = Math.max(0, ...args.map((arg) => arg.level));
  const operands = (wide ? args.map((arg) => widen(c, arg)) : args).map((arg) => arg.text);
  const make = (text: string): Value => ({ text, type: e.type, wide, level });
  if (e.op === "select") {
    const [condition, yes, no] = args;
    if (condition === undefined || yes === undefined || no === undefined) throw missing(e.op);
    return selectValue(c, condition, yes, no);
  }
  const on = e.args[0] === undefined ? e.type : typeOfTile(e.args[0]);
  if (on === "f32" && functionNames.has(e.op)) {
    const short = args[0] === undefined ? undefined : inlineFunction(c, e.op, args[0]);
    if (short !== undefined) return short;
    const helper = `${e.op}_${wide ? "f32x4" : "f32"}`;
    useHelper(c.fn.helpers, helper);
    return make(sx(`call $${helper}`, ...operands));
  }
  const instruction = instructionOf(e.op, on);
  if (instruction === undefined) throw new Error(`internal: no ${e.op} of ${on}`);
  const text = (wide ? instruction.wide : instruction.scalar)(...operands);
  for (const [, helper = ""] of text.matchAll(/\(call \$(\w+)/g)) useHelper(c.fn.helpers, helper);
  return make(text);
}

const missing = (op: string): Error => new Error(`internal: ${op} lacks an argument`);

/** One call makes four words; another word of the same block reads a global that the call left. */
function philoxValue(c: Context, e: TileExpr & { readonly kind: "philox" }): Value {
  const parts = [...e.key, ...e.counters].map((part) => evaluate(c, part));
  const wide = parts.some((part) => part.wide);
  const type = wide ? "v128" : "i32";
  const operands = (wide ? parts.map((part) => widen(c, part)) : parts).map((part) => part.text);
  const helper = wide ? "philox_i32x4" : "philox_i32";
  const call = sx(`call $${helper}`, ...operands);
  const level = Math.max(...parts.map((part) => part.level));
  const keyOf = (word: number): string => `philox ${word} ${call}`;
  const known = c.scope.cache.get(keyOf(e.word));
  if (known !== undefined) return known;
  useHelper(c.fn.helpers, helper);
  const words = [call, ...philoxGlobals.map((global) => sx(`global.get ${global}_${type}`))];
  words.forEach((text, n) => {
    const bound = bind(c.fn, c.scope, `philox${n}`, { text, type: "i32", wide, level });
    c.scope.cache.set(keyOf(n), bound);
  });
  return need(c.scope.cache, keyOf(e.word));
}
