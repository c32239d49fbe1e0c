// Small functions inside the module that kernels call; each is emitted once, if it is used.
//
// In:  the name of a helper, `exp_f32x4` or `floordiv_i32`.
// Out: its text.
// Not here: who calls it.

import { dotFunction } from "./dot-kernel.js";
import {
  decodeNarrow,
  encodeNarrow,
  float32Functions,
  narrowFormats,
  pow,
  roundNarrow,
  type FunctionName,
} from "./functions.js";
import { fourGlobal, graphFunction } from "./graph.js";
import { philoxHelper } from "./philox.js";
import { f32, get, i32, set, sx } from "./text.js";

export interface Helpers {
  /** In the order of first use. */
  readonly used: Map<string, string>;
}

/** Notes that `name` is called. */
export function useHelper(helpers: Helpers, name: string): void {
  if (helpers.used.has(name)) return;
  helpers.used.set(name, ""); // its place
  const text = textOf(name);
  for (const [, callee = ""] of text.matchAll(/\((?:call|global\.get) \$([\w.+-]+)/g))
    useHelper(helpers, callee);
  helpers.used.set(name, text);
}

function textOf(name: string): string {
  if (name.startsWith("four.")) return fourGlobal(name);
  const [, base = "", suffix = ""] = /^(.*)_(f32|i32|f32x4|i32x4|relaxed)$/.exec(name) ?? [];
  const wide = suffix.endsWith("x4");
  if (base === "fill") return fill;
  if (base.startsWith("dot.")) return dotHelper(name, base, suffix);
  if (suffix.startsWith("f32") || base.startsWith("encode")) return floatHelper(name, base, wide);
  if (base === "philox") return philoxHelper(name, wide);
  const scalar = integerHelpers[base];
  if (scalar === undefined) throw new Error(`internal: no helper ${name}`);
  return wide ? laneByLane(name, base, scalar.arity) : scalar.text;
}

function floatHelper(name: string, base: string, wide: boolean): string {
  const [op = "", format = ""] = base.split(".");
  const layout = narrowFormats[format];
  if (op === "pow")
    return graphFunction(name, wide, ["f32", "f32"], "f32", (o, [x, y]) => pow(o, x, y));
  if (layout !== undefined && op === "decode") {
    return graphFunction(name, wide, ["i32"], "f32", (o, [x]) => decodeNarrow(o, layout, x));
  }
  if (layout !== undefined && op === "encode") {
    return graphFunction(name, wide, ["f32"], "i32", (o, [x]) => encodeNarrow(o, layout, x));
  }
  if (layout !== undefined && op === "roundTo") {
    return graphFunction(name, wide, ["f32"], "f32", (o, [x]) => roundNarrow(o, layout, x));
  }
  const definition = float32Functions[base as FunctionName];
  if (definition === undefined) throw new Error(`internal: no function ${base}`);
  return graphFunction(name, wide, ["f32"], "f32", (o, [x]) => definition(o, x));
}

function dotHelper(name: string, base: string, suffix: string): string {
  const [, depth = 0, width = 0] = base.split(".").map(Number);
  return dotFunction(
    name,
    depth,
    width,
    suffix === "relaxed" || suffix === "f32" ? suffix : "f32x4",
  );
}

const two = (name: string, body: string): { arity: number; text: string } => ({
  arity: 2,
  text: `(func $${name}_i32 (param $a i32) (param $b i32) (result i32)\n  ${body})`,
});
const one = (name: string, body: string): { arity: number; text: string } => ({
  arity: 1,
  text: `(func $${name}_i32 (param $a i32) (result i32)\n  ${body})`,
});
const [a, b] = [get("a"), get("b")];

/** What V8 would trap on, a division by 0 and -2^31 / -1, gives 0 and wraps. */
const quotient = `(local $q i32)
  (if (i32.eqz ${b}) (then (return (i32.const 0))))
  (if (i32.eq ${b} (i32.const -1)) (then (return (i32.sub (i32.const 0) ${a}))))
  (local.set $q (i32.div_s ${a} ${b}))
  (i32.sub (local.get $q)
    (i32.and (i32.lt_s (i32.xor ${a} ${b}) (i32.const 0))
      (i32.ne (i32.mul (local.get $q) ${b}) ${a})))`;

const power = `(local $p i32)
  (local.set $p (i32.const 1))
  (loop $next
    (if (i32.gt_s ${b} (i32.const 0))
      (then
        (local.set $p (i32.mul (local.get $p) ${a}))
        (local.set $b (i32.sub ${b} (i32.const 1)))
        (br $next))))
  (local.get $p)`;

const fill = `(func $fill_i32 (param $at i32) (param $count i32) (param $word i32)
  (loop $next
    (if (i32.gt_s (local.get $count) (i32.const 0))
      (then
        (i32.store (local.get $at) (local.get $word))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br $next)))))`;

const integerHelpers: Readonly<Record<string, { readonly arity: number; readonly text: string }>> =
  {
    min: two("min", sx("select", a, b, sx("i32.lt_s", a, b))),
    max: two("max", sx("select", a, b, sx("i32.gt_s", a, b))),
    abs: one("abs", sx("select", sx("i32.sub", i32(0), a), a, sx("i32.lt_s", a, i32(0)))),
    sign: one("sign", sx("i32.sub", sx("i32.gt_s", a, i32(0)), sx("i32.lt_s", a, i32(0)))),
    shl: two("shl", sx("i32.shl", a, b)),
    shr: two("shr", sx("i32.shr_u", a, b)),
    floordiv: two("floordiv", quotient),
    mod: two(
      "mod",
      `(if (i32.eqz ${b}) (then (return (i32.const 0))))
  (i32.sub ${a} (i32.mul ${b} (call $floordiv_i32 ${a} ${b})))`,
    ),
    pow: two("pow", power),
  };

function laneByLane(name: string, base: string, arity: number): string {
  const names = ["a", "b"].slice(0, arity);
  const lane = (l: number): string =>
    sx(`call $${base}_i32`, ...names.map((n) => sx(`i32x4.extract_lane ${l}`, get(n))));
  const lines = [1, 2, 3].map((l) => set("r", sx(`i32x4.replace_lane ${l}`, get("r"), lane(l))));
  const params = names.map((n) => `(param $${n} v128)`).join(" ");
  return [
    `(func $${name} ${params} (result v128) (local $r v128)`,
    ...[set("r", sx("i32x4.splat", lane(0))), ...lines].map((line) => `  ${line}`),
    `  ${get("r")})`,
  ].join("\n");
}

/** Zero of a type, for what is masked. */
export const zeroOf = (type: "f32" | "i32" | "bool"): string => (type === "f32" ? f32(0) : i32(0));
