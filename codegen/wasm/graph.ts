// Straight-line f32 programs (src/cascade/functions) as WebAssembly text, for one value or for
// four.
//
// In:  a function over `Float32Ops`.
// Out: a helper function, or lines in the middle of one; what is used more than once gets a local.
// Not here: which functions there are.

import type { Float32Ops } from "../../src/cascade/functions/index.js";
import { f32, get, i32, layout, set, sx, wideConstant } from "./text.js";

/** A node of the data-flow graph. `immediate` stands after the instruction: a shift's distance. */
export interface Node {
  readonly op: string;
  readonly args: readonly Node[];
  readonly immediate: string;
  readonly type: "f32" | "i32";
  /** Of a leaf that is a number. */
  readonly constant?: number;
  uses: number;
  local: string | undefined;
}

type Kind = Node["type"];

export function leaf(text: string, type: Kind): Node {
  return { op: "", args: [], immediate: text, type, uses: 0, local: undefined };
}

export function node(op: string, args: readonly Node[], type: Kind, immediate = ""): Node {
  for (const arg of args) arg.uses += 1;
  return { op, args, immediate, type, uses: 0, local: undefined };
}

type Ops = Float32Ops<Node, Node, Node>;

const float =
  (op: string) =>
  (...args: readonly Node[]): Node =>
    node(op, args, "f32");
const integer =
  (op: string) =>
  (...args: readonly Node[]): Node =>
    node(op, args, "i32");
const shift =
  (op: string) =>
  (a: Node, by: number): Node =>
    node(op, [a], "i32", i32(by));

function scalarOps(): Ops {
  return {
    value: (x) => leaf(f32(x), "f32"),
    integer: (x) => leaf(i32(x), "i32"),
    add: float("f32.add"),
    sub: float("f32.sub"),
    mul: float("f32.mul"),
    div: float("f32.div"),
    min: float("f32.min"),
    max: float("f32.max"),
    neg: float("f32.neg"),
    abs: float("f32.abs"),
    sqrt: float("f32.sqrt"),
    floor: float("f32.floor"),
    ceil: float("f32.ceil"),
    nearest: float("f32.nearest"),
    eq: integer("f32.eq"),
    lt: integer("f32.lt"),
    le: integer("f32.le"),
    integerEq: integer("i32.eq"),
    integerLt: integer("i32.lt_s"),
    both: integer("i32.and"),
    either: integer("i32.or"),
    not: integer("i32.eqz"),
    select: (c, yes, no) => node("select", [yes, no, c], "f32"),
    selectInteger: (c, yes, no) => node("select", [yes, no, c], "i32"),
    bits: integer("i32.reinterpret_f32"),
    fromBits: float("f32.reinterpret_i32"),
    toFloat: float("f32.convert_i32_s"),
    truncate: integer("i32.trunc_sat_f32_s"),
    iadd: integer("i32.add"),
    isub: integer("i32.sub"),
    imul: integer("i32.mul"),
    iand: integer("i32.and"),
    ior: integer("i32.or"),
    ixor: integer("i32.xor"),
    shl: shift("i32.shl"),
    shr: shift("i32.shr_s"),
    shru: shift("i32.shr_u"),
  };
}

/**
 * Four equal numbers, from a global: reading one is a load, where V8 makes a v128.const of three
 * instructions each time. It is mutable only so that nobody folds it back.
 */
function fourOf(type: Kind, x: number): string {
  const name = type === "f32" ? String(Math.fround(x)) : `int${x | 0}`;
  return sx("global.get", `$four.${Object.is(x, -0) ? "-0" : name}`);
}

/** The definition of the global `four.x`. */
export function fourGlobal(name: string): string {
  const [, sign, text = ""] = /^four\.(int)?(.*)$/.exec(name) ?? [];
  const four = wideConstant(sign === "int" ? "i32" : "f32", Number(text));
  return `(global $${name} (mut v128) ${four})`;
}

/** With a constant other than 0 on one side, the short instructions have the same result. */
function bounded(op: "min" | "max"): (a: Node, b: Node) => Node {
  const isBound = (n: Node): boolean => n.constant !== undefined && n.constant !== 0;
  return (a, b) => {
    if (isBound(b)) return node(`f32x4.p${op}`, [a, b], "f32");
    return isBound(a) ? node(`f32x4.p${op}`, [b, a], "f32") : node(`f32x4.${op}`, [a, b], "f32");
  };
}

/** Where a wide program finds a number, four times. */
type FourOf = (type: Kind, x: number) => string;

function wideOps(four: FourOf): Ops {
  return {
    value: (x) => ({ ...leaf(four("f32", x), "f32"), constant: x }),
    integer: (x) => leaf(four("i32", x), "i32"),
    add: float("f32x4.add"),
    sub: float("f32x4.sub"),
    mul: float("f32x4.mul"),
    div: float("f32x4.div"),
    min: bounded("min"),
    max: bounded("max"),
    neg: float("f32x4.neg"),
    abs: float("f32x4.abs"),
    sqrt: float("f32x4.sqrt"),
    floor: float("f32x4.floor"),
    ceil: float("f32x4.ceil"),
    nearest: float("f32x4.nearest"),
    eq: integer("f32x4.eq"),
    lt: integer("f32x4.lt"),
    le: integer("f32x4.le"),
    integerEq: integer("i32x4.eq"),
    integerLt: integer("i32x4.lt_s"),
    both: integer("v128.and"),
    either: integer("v128.or"),
    not: integer("v128.not"),
    select: (c, yes, no) => node("v128.bitselect", [yes, no, c], "f32"),
    selectInteger: (c, yes, no) => node("v128.bitselect", [yes, no, c], "i32"),
    bits: (x) => x,
    fromBits: (x) => x,
    toFloat: float("f32x4.convert_i32x4_s"),
    truncate: integer("i32x4.trunc_sat_f32x4_s"),
    iadd: integer("i32x4.add"),
    isub: integer("i32x4.sub"),
    imul: integer("i32x4.mul"),
    iand: integer("v128.and"),
    ior: integer("v128.or"),
    ixor: integer("v128.xor"),
    shl: shift("i32x4.shl"),
    shr: shift("i32x4.shr_s"),
    shru: shift("i32x4.shr_u"),
  };
}

/** Lines that compute shared nodes, and a fresh local for each of them. */
interface GraphText {
  readonly lines: string[];
  readonly local: (type: Kind) => string;
}

function printNode(n: Node, out: GraphText): string {
  if (n.op === "") return n.immediate;
  if (n.local !== undefined) return get(n.local);
  const args = n.args.map((arg) => printNode(arg, out));
  const text = sx(n.op, ...args, ...(n.immediate === "" ? [] : [n.immediate]));
  if (n.uses < 2) return text;
  n.local = out.local(n.type);
  out.lines.push(set(n.local, text));
  return get(n.local);
}

/**
 * A wide function of one argument in the place of a call: a call would spill every vector around
 * it. Lines go to `lines`, what is returned is the value.
 */
export function inlineGraph(
  define: (o: Ops, x: Node) => Node,
  x: string,
  four: FourOf,
  out: { readonly lines: string[]; readonly local: () => string },
): string {
  return printNode(define(wideOps(four), leaf(x, "f32")), out);
}

/** Operations of a function when it stands inline. */
export function graphSize(define: (o: Ops, x: Node) => Node): number {
  const seen = new Set<Node>();
  const visit = (n: Node): void => {
    if (n.op === "" || seen.has(n)) return;
    seen.add(n);
    n.args.forEach(visit);
  };
  visit(define(wideOps(fourOf), leaf("", "f32")));
  return seen.size;
}

const parameterNames = ["x", "y", "z"];

/** A helper of the module, from its definition. */
export function graphFunction(
  name: string,
  wide: boolean,
  parameters: readonly Kind[],
  result: Kind,
  define: (o: Ops, args: readonly [Node, Node]) => Node,
): string {
  const args = parameters.map((type, n) => leaf(get(parameterNames[n] ?? ""), type));
  const [x = leaf("", "f32"), y = x] = args;
  const root = define(wide ? wideOps(fourOf) : scalarOps(), [x, y]);
  const locals: string[] = [];
  const local = (type: Kind): string => {
    const name = `v${locals.length}`;
    locals.push(`  (local $${name} ${wide ? "v128" : type})`);
    return name;
  };
  const out: GraphText = { lines: [], local };
  const value = printNode(root, out);
  const params = parameters.map(
    (type, n) => `(param $${parameterNames[n]} ${wide ? "v128" : type})`,
  );
  return (
    [
      `(func $${name} ${params.join(" ")} (result ${wide ? "v128" : result})`,
      ...locals,
      ...[...out.lines, value].map((line) => layout(line, "  ")),
    ].join("\n") + ")"
  );
}
