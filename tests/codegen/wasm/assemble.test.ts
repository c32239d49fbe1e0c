import binaryen from "binaryen";
import { describe, expect, it } from "vitest";
import { assemble } from "../../../codegen/wasm/assemble.js";
import { moduleText } from "../../../codegen/wasm/index.js";
import { opcodes } from "../../../codegen/wasm/opcodes.js";
import { adamw, matmul, softmax } from "./programs.js";

/** Both as binaryen writes them: its order of locals and blocks is not ours. */
function expectSameModule(text: string): void {
  const [theirs, ours] = [binaryen.parseText(text), binaryen.readBinary(assemble(text))];
  for (const module of [theirs, ours]) module.setFeatures(binaryen.Features.All);
  expect(ours.validate()).toBe(1);
  const hex = (module: typeof ours): string => Buffer.from(module.emitBinary()).toString("hex");
  expect(hex(ours)).toBe(hex(theirs));
}

const wrapped = (body: string, locals = ""): string =>
  `(module (import "env" "memory" (memory 1 65536 shared))
    (func $f (export "f") (param $x i32) ${locals} ${body}))`;

describe("the assembler writes the module that the text says", () => {
  it.each([adamw, softmax, matmul(16, 16, 8)])("$name", (program) => {
    for (const simd of ["simd128", "relaxed", "none"] as const) {
      expectSameModule(moduleText([program], { simd, sharedMemory: true }).text);
    }
  });

  it("constants of every size", () => {
    for (const n of [0, 1, -1, 63, 64, -64, -65, 127, 128, 8191, 8192, 2 ** 31 - 1, -(2 ** 31)]) {
      expectSameModule(wrapped(`(local.set $x (i32.const ${n}))`));
      expectSameModule(wrapped(`(drop (i64.const ${n * 512}))`));
    }
    for (const f of ["inf", "-inf", "-0", "1e-45", "3.4028234663852886e38", "0.1"]) {
      expectSameModule(wrapped(`(drop (f32.const ${f}))`));
    }
  });

  it("nested branches", () => {
    expectSameModule(
      wrapped(`(block $out (loop $again
        (if (local.get $x) (then (br $out)) (else (br_if $again (i32.eqz (local.get $x)))))))`),
    );
  });

  it("memory that is not shared", () => {
    const text = wrapped("(nop)").replace("(memory 1 65536 shared)", "(memory 1)");
    expectSameModule(text);
  });
});

const operand: Readonly<Record<string, string>> = {
  i32: "(local.get $x)",
  i64: "(i64.const 3)",
  f32: "(f32.const 0.5)",
  v128: "(v128.const i32x4 1 2 3 4)",
};

/** Types of operands, by the first pattern that the name fits; `T` is the instruction's own. */
const operandTypes: readonly (readonly [RegExp, string])[] = [
  [/^(nop|return)$/, ""],
  [/^drop$/, "i32"],
  [/^(select|memory.fill)$/, "i32 i32 i32"],
  [/\.store/, "i32 T"],
  [/\.load/, "i32"],
  [/^i32x4\.replace_lane/, "T i32"],
  [/^f32x4\.replace_lane/, "T f32"],
  [/^f32x4\.splat/, "f32"],
  [/^i64x2\.splat/, "i64"],
  [/splat/, "i32"],
  [/bitselect|relaxed_n?madd/, "T T T"],
  [/^..x..?\.sh|^i32x4\.sh/, "T i32"],
  [/^\w\d\d\.\w+_i64/, "i64"],
  [/^\w\d\d\.\w+_i32/, "i32"],
  [/^\w\d\d\.\w+_f32/, "f32"],
  [/\.(eqz|clz|ctz|popcnt|abs|neg|ceil|floor|trunc|nearest|sqrt|not|any_true|all_true)$/, "T"],
  [/bitmask|extract_lane|extend_|trunc_sat|convert/, "T"],
  [/./, "T T"],
];

function operandsOf(name: string): string {
  const [prefix = ""] = name.split(".");
  const own = /x|^v/.test(prefix) ? "v128" : prefix;
  const types = operandTypes.find(([pattern]) => pattern.test(name))?.[1] ?? "";
  return types
    .split(" ")
    .map((type) => operand[type === "T" ? own : type] ?? "")
    .join(" ");
}

const hasNoResult = (name: string): boolean => /store|fill|^nop$|^drop$|^return$/.test(name);

const immediates = {
  none: "",
  memory: " offset=300",
  lane: " 1",
  memoryLane: " offset=300 1",
  fill: "",
};

describe("every instruction of the table", () => {
  it.each([...opcodes].map(([name, { shape }]) => ({ name, shape })))(
    "$name",
    ({ name, shape }) => {
      const line = `(${name}${immediates[shape]} ${operandsOf(name)})`;
      expectSameModule(wrapped(hasNoResult(name) ? line : `(drop ${line})`));
    },
  );
});
