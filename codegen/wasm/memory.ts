// Loads and stores: element formats, masks, four lanes at once where they lie side by side.
//
// In:  a load or a store of a tile program.
// Out: a value, or lines. Nothing outside a live, unmasked element is touched.
// Not here: addresses (address.ts).

import { elementBytes, isNarrowFloat } from "../../src/runtime/formats.js";
import type { ElementFormat } from "../../src/runtime/executable.js";
import type { TileExpr, TileOp, TileType } from "../../src/tile/tile.js";
import { typeOfFormat } from "../../src/tile/types.js";
import { addressOf, type Address } from "./address.js";
import { need, type Context } from "./context.js";
import { useHelper, zeroOf } from "./helpers.js";
import { bind, wasmType, type Value } from "./scope.js";
import { i32, sx, wideConstant, withOffset } from "./text.js";
import { widen } from "./values.js";

type Load = TileExpr & { readonly kind: "load" };
type Store = TileOp & { readonly kind: "store" };

export function emitLoad(c: Context, e: Load): Value {
  const buffer = need(c.info.buffers, e.buffer);
  const where = e.where === undefined ? undefined : condition(c, e.where);
  const address = addressOf(c, buffer, e.indices);
  const wide = address.kind !== "uniform" || where?.wide === true;
  const type = typeOfFormat(buffer.format);
  const one = (pointer: string): string => scalarLoad(c, buffer.format, pointer, address.offset);
  const value = (text: string): Value => ({ text, type, wide, level: c.scope.level });
  if (where !== undefined && !where.wide) {
    const inner = wide ? wideLoad(c, buffer.format, address, type, one) : one(address.pointer);
    const zero = wide ? wideConstant("i32", 0) : zeroOf(type);
    return bind(c.fn, c.scope, buffer.name, value(guarded(where.text, value(""), inner, zero)));
  }
  if (!wide) return value(one(address.pointer));
  if (where === undefined) return value(wideLoad(c, buffer.format, address, type, one));
  const masked = maskedLanes(where, type, (l) => one(lanePointer(address, l)));
  if (address.kind !== "contiguous") return bind(c.fn, c.scope, buffer.name, value(masked));
  const whole = wideLoad(c, buffer.format, address, type, one);
  const test = sx("i32x4.all_true", where.text);
  return bind(c.fn, c.scope, buffer.name, value(guarded(test, value(""), whole, masked)));
}

/** The condition as an atom, so that its lanes can be taken. */
function condition(c: Context, where: TileExpr): Value {
  return bind(c.fn, c.scope, "where", c.evaluate(c, where));
}

function guarded(test: string, value: Value, yes: string, no: string): string {
  return sx(`if (result ${wasmType(value)})`, test, sx("then", yes), sx("else", no));
}

/** The address of a lane; all of a contiguous group share the offset of its first. */
const lanePointer = (address: Address, l: number): string =>
  address.kind === "uniform" ? address.pointer : address.lane(l);

function maskedLanes(where: Value, type: TileType, load: (l: number) => string): string {
  const shape = type === "f32" ? "f32x4" : "i32x4";
  const result = type === "f32" ? "f32" : "i32";
  const zero = type === "f32" ? zeroOf("f32") : i32(0);
  const lane = (l: number): string => {
    const loaded = type === "bool" ? sx("i32.sub", i32(0), load(l)) : load(l);
    return sx(
      `if (result ${result})`,
      sx(`i32x4.extract_lane ${l}`, where.text),
      sx("then", loaded),
      sx("else", zero),
    );
  };
  return [1, 2, 3].reduce(
    (vector, l) => sx(`${shape}.replace_lane ${l}`, vector, lane(l)),
    sx(`${shape}.splat`, lane(0)),
  );
}

function scalarLoad(c: Context, format: ElementFormat, pointer: string, offset: number): string {
  const load = (op: string): string => sx(withOffset(op, offset), pointer);
  if (isNarrowFloat(format)) {
    const raw = load(elementBytes(format) === 2 ? "i32.load16_u" : "i32.load8_u");
    return decoded(c, format, raw, false);
  }
  switch (format) {
    case "f32":
      return load("f32.load");
    case "i16":
      return load("i32.load16_s");
    case "u16":
      return load("i32.load16_u");
    case "i8":
      return load("i32.load8_s");
    case "u8":
      return load("i32.load8_u");
    case "bool":
      return sx("i32.ne", load("i32.load8_u"), i32(0));
    default:
      return load("i32.load");
  }
}

/** A bf16 is the upper half of an f32; the others are decoded by a helper. */
function decoded(c: Context, format: ElementFormat, code: string, wide: boolean): string {
  if (format === "bf16") {
    return wide
      ? sx("i32x4.shl", code, i32(16))
      : sx("f32.reinterpret_i32", sx("i32.shl", code, i32(16)));
  }
  const helper = `decode.${format}_${wide ? "f32x4" : "f32"}`;
  useHelper(c.fn.helpers, helper);
  return sx(`call $${helper}`, code);
}

function wideLoad(
  c: Context,
  format: ElementFormat,
  address: Address,
  type: TileType,
  one: (pointer: string) => string,
): string {
  if (address.kind === "contiguous") return contiguousLoad(c, format, address);
  const shape = type === "f32" ? "f32x4" : "i32x4";
  const lane = (l: number): string => {
    const value = one(lanePointer(address, l));
    return type === "bool" ? sx("i32.sub", i32(0), value) : value;
  };
  return [1, 2, 3].reduce(
    (vector, l) => sx(`${shape}.replace_lane ${l}`, vector, lane(l)),
    sx(`${shape}.splat`, lane(0)),
  );
}

function contiguousLoad(c: Context, format: ElementFormat, address: Address): string {
  const load = (op: string): string =>
    sx(withOffset(`v128.${op}`, address.offset), address.pointer);
  const bytes = (sign: "s" | "u"): string =>
    sx(`i32x4.extend_low_i16x8_${sign}`, sx(`i16x8.extend_low_i8x16_${sign}`, load("load32_zero")));
  switch (format) {
    case "f32":
    case "i32":
    case "u32":
      return load("load");
    case "i16":
      return load("load16x4_s");
    case "u16":
      return load("load16x4_u");
    case "i8":
      return bytes("s");
    case "u8":
      return bytes("u");
    case "bool":
      return sx("i32x4.ne", bytes("u"), wideConstant("i32", 0));
    case "f16":
    case "bf16":
      return decoded(c, format, load("load16x4_u"), true);
    default:
      return decoded(c, format, bytes("u"), true);
  }
}

export function emitStore(c: Context, op: Store): void {
  const buffer = need(c.info.buffers, op.buffer);
  const where = op.where === undefined ? undefined : condition(c, op.where);
  const address = addressOf(c, buffer, op.indices);
  const value = stored(c, buffer.format, c.evaluate(c, op.value));
  const wide = value.wide || address.kind !== "uniform" || where?.wide === true;
  if (!wide) {
    const line = scalarStore(buffer.format, address.pointer, address.offset, value.text);
    c.scope.lines.push(where === undefined ? line : sx("if", where.text, sx("then", line)));
    return;
  }
  const vector = bind(c.fn, c.scope, `${buffer.name}'`, widen(c, value));
  const lanes = [0, 1, 2, 3].map((l) => laneStore(buffer.format, address, l, vector, where));
  const whole =
    address.kind === "contiguous" ? [contiguousStore(buffer.format, address, vector.text)] : lanes;
  if (where?.wide !== true) {
    c.scope.lines.push(
      ...(where === undefined ? whole : [sx("if", where.text, sx("then", ...whole))]),
    );
  } else if (address.kind === "contiguous") {
    const test = sx("i32x4.all_true", where.text);
    c.scope.lines.push(sx("if", test, sx("then", ...whole), sx("else", ...lanes)));
  } else c.scope.lines.push(...lanes);
}

/** The value as the bits that are stored, in a word. */
function stored(c: Context, format: ElementFormat, value: Value): Value {
  if (format === "f32") return value;
  if (isNarrowFloat(format)) {
    const helper = `encode.${format}_${value.wide ? "i32x4" : "i32"}`;
    useHelper(c.fn.helpers, helper);
    return { ...value, type: "i32", text: sx(`call $${helper}`, value.text) };
  }
  if (format !== "bool" || !value.wide) return { ...value, type: "i32" };
  return { ...value, type: "i32", text: sx("v128.and", value.text, wideConstant("i32", 1)) };
}

const storeOps: Readonly<Record<1 | 2 | 4 | 8, string>> = {
  1: "i32.store8",
  2: "i32.store16",
  4: "i32.store",
  8: "i64.store",
};

function scalarStore(
  format: ElementFormat,
  pointer: string,
  offset: number,
  value: string,
): string {
  const op = format === "f32" ? "f32.store" : storeOps[elementBytes(format)];
  return sx(withOffset(op, offset), pointer, value);
}

function laneStore(
  format: ElementFormat,
  address: Address,
  l: number,
  vector: Value,
  where: Value | undefined,
): string {
  const shape = format === "f32" ? "f32x4" : "i32x4";
  const value = sx(`${shape}.extract_lane ${l}`, vector.text);
  const line = scalarStore(format, lanePointer(address, l), address.offset, value);
  if (where?.wide !== true) return line;
  return sx("if", sx(`i32x4.extract_lane ${l}`, where.text), sx("then", line));
}

const lowHalves = "0 1 4 5 8 9 12 13 0 1 4 5 8 9 12 13";
const lowBytes = "0 4 8 12 0 4 8 12 0 4 8 12 0 4 8 12";

function contiguousStore(format: ElementFormat, address: Address, vector: string): string {
  const bytes = elementBytes(format);
  if (bytes === 4) return sx(withOffset("v128.store", address.offset), address.pointer, vector);
  const packed = sx(`i8x16.shuffle ${bytes === 2 ? lowHalves : lowBytes}`, vector, vector);
  const op = bytes === 2 ? "v128.store64_lane" : "v128.store32_lane";
  return sx(`${withOffset(op, address.offset)} 0`, address.pointer, packed);
}
