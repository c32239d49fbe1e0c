// The instructions that the emitter writes, with their bytes and what stands after them.
//
// In:  an instruction's name in the text format.
// Out: its opcode and the shape of its immediates.
// Not here: control (assemble.ts). Numbers are those of the WebAssembly specification, chapter 5.4.

/** `memory`: alignment and offset; `lane`: one byte; `memoryLane`: both; `two`: two zero bytes. */
export type Shape = "none" | "memory" | "lane" | "memoryLane" | "fill";

export interface Opcode {
  readonly bytes: readonly number[];
  readonly shape: Shape;
  /** Logarithm of the natural alignment. */
  readonly align: number;
}

/** Names in the order of their codes, from the first; `.` stands for a code nobody needs. */
const plain: readonly (readonly [first: number, prefix: string, names: string])[] = [
  [0x45, "i32", "eqz eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u"],
  [0x50, "i64", "eqz eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u"],
  [0x5b, "f32", "eq ne lt gt le ge"],
  [0x67, "i32", "clz ctz popcnt add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u"],
  [0x79, "i64", "clz ctz popcnt add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u"],
  [0x8b, "f32", "abs neg ceil floor trunc nearest sqrt add sub mul div min max copysign"],
  [0xa7, "i32", "wrap_i64"],
  [0xac, "i64", "extend_i32_s extend_i32_u"],
  [0xb2, "f32", "convert_i32_s convert_i32_u"],
  [0xbc, "i32", "reinterpret_f32"],
  [0xbe, "f32", "reinterpret_i32"],
];

/** The same behind the prefix 0xfd. */
const vectors: typeof plain = [
  [0x0f, "i8x16", "splat"],
  [0x10, "i16x8", "splat"],
  [0x11, "i32x4", "splat"],
  [0x12, "i64x2", "splat"],
  [0x13, "f32x4", "splat"],
  [0x37, "i32x4", "eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u"],
  [0x41, "f32x4", "eq ne lt gt le ge"],
  [0x4d, "v128", "not and andnot or xor bitselect any_true"],
  [0x67, "f32x4", "ceil floor trunc nearest"],
  [0x87, "i16x8", "extend_low_i8x16_s extend_high_i8x16_s extend_low_i8x16_u extend_high_i8x16_u"],
  [0xa0, "i32x4", "abs neg . all_true bitmask . . extend_low_i16x8_s extend_high_i16x8_s"],
  [0xa9, "i32x4", "extend_low_i16x8_u extend_high_i16x8_u shl shr_s shr_u add"],
  [0xb1, "i32x4", "sub . . . mul min_s min_u max_s max_u"],
  [0xdc, "i64x2", "extmul_low_i32x4_s extmul_high_i32x4_s extmul_low_i32x4_u"],
  [0xdf, "i64x2", "extmul_high_i32x4_u"],
  [0xe0, "f32x4", "abs neg . sqrt add sub mul div min max pmin pmax"],
  [0xf8, "i32x4", "trunc_sat_f32x4_s trunc_sat_f32x4_u"],
  [0xfa, "f32x4", "convert_i32x4_s convert_i32x4_u"],
  [0x105, "f32x4", "relaxed_madd relaxed_nmadd"],
];

/** Name, code, logarithm of the alignment. */
const memory: readonly (readonly [string, number, number])[] = [
  ["i32.load", 0x28, 2],
  ["i64.load", 0x29, 3],
  ["f32.load", 0x2a, 2],
  ["i32.load8_s", 0x2c, 0],
  ["i32.load8_u", 0x2d, 0],
  ["i32.load16_s", 0x2e, 1],
  ["i32.load16_u", 0x2f, 1],
  ["i32.store", 0x36, 2],
  ["i64.store", 0x37, 3],
  ["f32.store", 0x38, 2],
  ["i32.store8", 0x3a, 0],
  ["i32.store16", 0x3b, 1],
];

const vectorMemory: typeof memory = [
  ["v128.load", 0x00, 4],
  ["v128.load16x4_s", 0x03, 3],
  ["v128.load16x4_u", 0x04, 3],
  ["v128.load32_splat", 0x09, 2],
  ["v128.store", 0x0b, 4],
  ["v128.load32_zero", 0x5c, 2],
  ["v128.load64_zero", 0x5d, 3],
];

const laneMemory: typeof memory = [
  ["v128.store8_lane", 0x58, 0],
  ["v128.store16_lane", 0x59, 1],
  ["v128.store32_lane", 0x5a, 2],
  ["v128.store64_lane", 0x5b, 3],
];

const lanes: readonly (readonly [string, number])[] = [
  ["i32x4.extract_lane", 0x1b],
  ["i32x4.replace_lane", 0x1c],
  ["f32x4.extract_lane", 0x1f],
  ["f32x4.replace_lane", 0x20],
];

/** An unsigned number, seven bits to a byte. */
export function unsigned(value: number): readonly number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) + 128);
  }
}

export const opcodes: ReadonlyMap<string, Opcode> = new Map([
  ...listed(plain, []),
  ...listed(vectors, [0xfd]),
  ...memory.map(([name, code, align]) => entry(name, [code], "memory", align)),
  ...vectorMemory.map(([name, code, align]) => vector(name, code, "memory", align)),
  ...laneMemory.map(([name, code, align]) => vector(name, code, "memoryLane", align)),
  ...lanes.map(([name, code]) => vector(name, code, "lane")),
  entry("nop", [0x01], "none"),
  entry("drop", [0x1a], "none"),
  entry("select", [0x1b], "none"),
  entry("return", [0x0f], "none"),
  entry("i32.trunc_sat_f32_s", [0xfc, 0], "none"),
  entry("memory.fill", [0xfc, 11], "fill"),
]);

function entry(
  name: string,
  bytes: readonly number[],
  shape: Shape,
  align = 0,
): readonly [string, Opcode] {
  return [name, { bytes, shape, align }];
}

function vector(name: string, code: number, shape: Shape, align = 0): readonly [string, Opcode] {
  return entry(name, [0xfd, ...unsigned(code)], shape, align);
}

function listed(
  table: typeof plain,
  prefix: readonly number[],
): readonly (readonly [string, Opcode])[] {
  return table.flatMap(([first, type, names]) =>
    names.split(" ").flatMap((name, n) => {
      const code = prefix.length === 0 ? [first + n] : [...prefix, ...unsigned(first + n)];
      return name === "." ? [] : [entry(`${type}.${name}`, code, "none")];
    }),
  );
}
