// The instruction of each map, for one value and for four.
//
// In:  a map, the type of its (value) arguments, its operands as text.
// Out: text. Operands of a wide instruction are all wide.
// Not here: elementary functions and what is taken lane by lane (helpers.ts names those).

import type { TileMap, TileType } from "../../src/tile/tile.js";
import { f32, i32, sx, wideConstant } from "./text.js";

type Make = (...args: readonly string[]) => string;
export interface Instruction {
  readonly scalar: Make;
  readonly wide: Make;
}

const op = (scalar: string, wide: string): Instruction => ({
  scalar: (...args) => sx(scalar, ...args),
  wide: (...args) => sx(wide, ...args),
});

const same: Instruction = { scalar: (a = "") => a, wide: (a = "") => a };

const floats: Partial<Record<TileMap, Instruction>> = {
  add: op("f32.add", "f32x4.add"),
  sub: op("f32.sub", "f32x4.sub"),
  mul: op("f32.mul", "f32x4.mul"),
  div: op("f32.div", "f32x4.div"),
  min: op("f32.min", "f32x4.min"),
  max: op("f32.max", "f32x4.max"),
  neg: op("f32.neg", "f32x4.neg"),
  abs: op("f32.abs", "f32x4.abs"),
  sqrt: op("f32.sqrt", "f32x4.sqrt"),
  floor: op("f32.floor", "f32x4.floor"),
  ceil: op("f32.ceil", "f32x4.ceil"),
  round: op("f32.nearest", "f32x4.nearest"),
  eq: op("f32.eq", "f32x4.eq"),
  ne: op("f32.ne", "f32x4.ne"),
  lt: op("f32.lt", "f32x4.lt"),
  le: op("f32.le", "f32x4.le"),
  gt: op("f32.gt", "f32x4.gt"),
  ge: op("f32.ge", "f32x4.ge"),
  isfinite: {
    scalar: (a = "") => sx("f32.lt", sx("f32.abs", a), f32(Infinity)),
    wide: (a = "") => sx("f32x4.lt", sx("f32x4.abs", a), wideConstant("f32", Infinity)),
  },
  toI32: op("i32.trunc_sat_f32_s", "i32x4.trunc_sat_f32x4_s"),
  toF32: same,
};

const integers: Partial<Record<TileMap, Instruction>> = {
  add: op("i32.add", "i32x4.add"),
  sub: op("i32.sub", "i32x4.sub"),
  mul: op("i32.mul", "i32x4.mul"),
  min: op("call $min_i32", "i32x4.min_s"),
  max: op("call $max_i32", "i32x4.max_s"),
  neg: { scalar: (a = "") => sx("i32.sub", i32(0), a), wide: (a = "") => sx("i32x4.neg", a) },
  abs: op("call $abs_i32", "i32x4.abs"),
  sign: {
    scalar: (a = "") => sx("call $sign_i32", a),
    wide: (a = "") => sx("call $sign_i32x4", a),
  },
  bitand: op("i32.and", "v128.and"),
  bitor: op("i32.or", "v128.or"),
  bitxor: op("i32.xor", "v128.xor"),
  shl: op("i32.shl", "call $shl_i32x4"),
  shr: op("i32.shr_u", "call $shr_i32x4"),
  floordiv: op("call $floordiv_i32", "call $floordiv_i32x4"),
  mod: op("call $mod_i32", "call $mod_i32x4"),
  pow: op("call $pow_i32", "call $pow_i32x4"),
  eq: op("i32.eq", "i32x4.eq"),
  ne: op("i32.ne", "i32x4.ne"),
  lt: op("i32.lt_s", "i32x4.lt_s"),
  le: op("i32.le_s", "i32x4.le_s"),
  gt: op("i32.gt_s", "i32x4.gt_s"),
  ge: op("i32.ge_s", "i32x4.ge_s"),
  toF32: op("f32.convert_i32_s", "f32x4.convert_i32x4_s"),
  toI32: same,
};

/** One bool is 0 or 1; four are masks of all ones. */
const booleans: Partial<Record<TileMap, Instruction>> = {
  and: op("i32.and", "v128.and"),
  or: op("i32.or", "v128.or"),
  not: op("i32.eqz", "v128.not"),
  eq: op("i32.eq", "i32x4.eq"),
  ne: op("i32.ne", "v128.xor"),
  lt: { scalar: (a, b) => lessBool(a, b), wide: (a = "", b = "") => sx("v128.andnot", b, a) },
  le: op("i32.le_u", "i32x4.ge_s"), // as masks true is below false
  gt: { scalar: (a, b) => lessBool(b, a), wide: (a = "", b = "") => sx("v128.andnot", a, b) },
  ge: op("i32.ge_u", "i32x4.le_s"),
  toF32: {
    scalar: (a = "") => sx("f32.convert_i32_s", a),
    wide: (a = "") => sx("v128.and", a, wideConstant("f32", 1)),
  },
  toI32: { scalar: (a = "") => a, wide: (a = "") => sx("v128.and", a, wideConstant("i32", 1)) },
};

const lessBool = (a = "", b = ""): string => sx("i32.lt_u", a, b);

/** min, max, and … of bool are those of 0 and 1. */
const boolAliases: Partial<Record<TileMap, TileMap>> = {
  min: "and",
  max: "or",
  mul: "and",
  bitand: "and",
  bitor: "or",
};

export function instructionOf(map: TileMap, on: TileType): Instruction | undefined {
  if (on === "f32") return floats[map];
  if (on === "i32") return integers[map];
  return booleans[map] ?? booleans[boolAliases[map] ?? map];
}

/** The value of `yes` where `condition` holds. */
export function selectText(wide: boolean, condition: string, yes: string, no: string): string {
  return wide ? sx("v128.bitselect", yes, no, condition) : sx("select", yes, no, condition);
}
