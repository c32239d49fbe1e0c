// Philox 4x32-10 (src/cascade/random.ts) as a helper function of the module, for one block or for
// four.
//
// In:  two key words and four counter words; `wide` ones hold a word of four blocks.
// Out: word 0 is returned, words 1 to 3 are left in globals of the module, which belongs to one
// thread.
// Not here: uniform and normal draws; they are maps of the tile program.

import { get, i32, set, sx, wideConstant } from "./text.js";

export const philoxGlobals = ["$philox1", "$philox2", "$philox3"] as const;

const [m0, m1] = [0xd2511f53, 0xcd9e8d57];
const [w0, w1] = [0x9e3779b9, 0xbb67ae85];

/** High and low word of the unsigned product of `x` and a constant. */
function scalarProduct(x: string, m: number, high: string, low: string): readonly string[] {
  const product = sx("i64.mul", sx("i64.extend_i32_u", get(x)), `(i64.const ${m})`);
  return [
    set("p", product),
    set(low, sx("i32.wrap_i64", get("p"))),
    set(high, sx("i32.wrap_i64", sx("i64.shr_u", get("p"), "(i64.const 32)"))),
  ];
}

const lowWords = "0 1 2 3 8 9 10 11 16 17 18 19 24 25 26 27";
const highWords = "4 5 6 7 12 13 14 15 20 21 22 23 28 29 30 31";

function wideProduct(x: string, m: number, high: string, low: string): readonly string[] {
  return [
    set("p", sx("i64x2.extmul_low_i32x4_u", get(x), wideConstant("i32", m))),
    set("q", sx("i64x2.extmul_high_i32x4_u", get(x), wideConstant("i32", m))),
    set(low, sx(`i8x16.shuffle ${lowWords}`, get("p"), get("q"))),
    set(high, sx(`i8x16.shuffle ${highWords}`, get("p"), get("q"))),
  ];
}

export function philoxHelper(name: string, wide: boolean): string {
  const type = wide ? "v128" : "i32";
  const xor = (a: string, b: string): string => sx(wide ? "v128.xor" : "i32.xor", a, b);
  const add = (k: string, by: number): string =>
    set(k, sx(wide ? "i32x4.add" : "i32.add", get(k), wide ? wideConstant("i32", by) : i32(by)));
  const product = wide ? wideProduct : scalarProduct;
  const round = [
    ...product("c0", m0, "h0", "l0"),
    ...product("c2", m1, "h1", "l1"),
    set("c0", xor(xor(get("h1"), get("c1")), get("k0"))),
    set("c2", xor(xor(get("h0"), get("c3")), get("k1"))),
    set("c1", get("l1")),
    set("c3", get("l0")),
  ];
  const rounds = Array.from({ length: 10 }, (_, n) =>
    n === 9 ? round : [...round, add("k0", w0), add("k1", w1)],
  );
  const words = ["c1", "c2", "c3"].map((c, n) =>
    sx(`global.set ${philoxGlobals[n]}_${type}`, get(c)),
  );
  const parameters = ["k0", "k1", "c0", "c1", "c2", "c3"].map((p) => `(param $${p} ${type})`);
  const locals = ["h0", "l0", "h1", "l1"].map((l) => `(local $${l} ${type})`);
  const products = wide ? "(local $p v128) (local $q v128)" : "(local $p i64)";
  return (
    [
      ...philoxGlobals.map((global) => `(global ${global}_${type} (mut ${type}) ${zero(wide)})`),
      `(func $${name} ${parameters.join(" ")} (result ${type}) ${locals.join(" ")} ${products}`,
      ...[...rounds.flat(), ...words, get("c0")].map((line) => `  ${line}`),
    ].join("\n") + ")"
  );
}

const zero = (wide: boolean): string => (wide ? wideConstant("i32", 0) : i32(0));
