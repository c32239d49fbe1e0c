// A tile program as text: for goldens, `explain` and the messages of the verifier.
//
// In:  a tile program (tile.ts).
// Out: lines; its equations as comments, two spaces a level, every operation on a line of its own.
// Not here: a way to read the text back.

import { unreachable } from "../../grammar/span.js";
import type { HostExpr } from "../runtime/executable.js";
import type {
  StateOp,
  TileBuffer,
  TileExpr,
  TileMap,
  TileOp,
  TileProgram,
  TileSize,
} from "./tile.js";

const infix: Partial<Record<TileMap, string>> = {
  add: "+",
  sub: "-",
  mul: "*",
  div: "/",
  floordiv: "div",
  mod: "mod",
  shr: ">>>",
  shl: "<<",
  bitand: "&",
  bitor: "|",
  bitxor: "^",
  eq: "==",
  ne: "!=",
  lt: "<",
  le: "<=",
  gt: ">",
  ge: ">=",
  and: "and",
  or: "or",
};

const hostInfix: Readonly<Record<string, string>> = {
  add: "+",
  sub: "-",
  mul: "*",
  div: "/",
  floordiv: "div",
  mod: "mod",
  pow: "^",
  eq: "==",
  ne: "!=",
  lt: "<",
  le: "<=",
  gt: ">",
  ge: ">=",
  and: "and",
  or: "or",
};

/** The whole program, ending with a newline. */
export function printTile(p: TileProgram): string {
  const lines = [
    ...p.equations.flatMap((equation) => equation.split("\n")).map((line) => `// ${line}`),
    `kernel ${p.name}`,
    ...p.buffers.map((buffer) => `  ${printBuffer(buffer)}`),
    ...p.sizes.map((size) => `  size ${size.name} = ${printHost(size.value)}`),
    ...p.scalars.map((s) => `  scalar ${s.name}: ${s.type} = ${printHost(s.value)}`),
    ...p.grid.map((g) => `  grid ${g.id} < ${printSize(g.end)} by ${g.tile}`),
    "{",
    ...p.body.flatMap((op) => printOp(op, "  ")),
    "}",
  ];
  return `${lines.join("\n")}\n`;
}

function printBuffer(b: TileBuffer): string {
  const of = b.tensor === b.name ? "" : ` of ${b.tensor}`;
  return `${b.access} ${b.name}[${b.dims.map(printSize).join(", ")}]: ${b.format}${of}`;
}

/** The lines of one operation, each beginning with `indent`. */
export function printOp(op: TileOp, indent = ""): readonly string[] {
  switch (op.kind) {
    case "let":
      return [
        `${indent}let ${op.name}[${op.axes.join(", ")}]: ${op.type} = ${printTileExpr(op.value)}`,
      ];
    case "stage":
      return [`${indent}stage ${op.name}[${op.axes.join(", ")}] = ${printTileExpr(op.value)}`];
    case "barrier":
      return [`${indent}barrier`];
    case "state":
      return printState(op).map((line) => indent + line);
    case "merge": {
      const args = op.args.map(printTileExpr).join(", ");
      return [`${indent}merge ${op.state} (${args})${printWhere(op.where)}`];
    }
    case "dot":
      return [`${indent}dot ${op.state} += sum[${op.over}] ${op.left} * ${op.right}`];
    case "loop": {
      const range = `${printTileExpr(op.from)} to ${printTileExpr(op.to)} by ${op.tile}`;
      const body = op.body.flatMap((inner) => printOp(inner, `${indent}  `));
      return [`${indent}loop ${op.axis} from ${range} {`, ...body, `${indent}}`];
    }
    case "store": {
      const indices = op.indices.map(printTileExpr).join(", ");
      const value = printTileExpr(op.value);
      return [`${indent}store ${op.buffer}[${indices}] = ${value}${printWhere(op.where)}`];
    }
    default:
      return unreachable(op);
  }
}

function printWhere(where: TileExpr | undefined): string {
  return where === undefined ? "" : ` where ${printTileExpr(where)}`;
}

function printState(op: StateOp): readonly string[] {
  const { monoid } = op;
  const axes = op.axes.join(", ");
  const facts = [`lanes ${op.lanes}`, ...(op.tracksPresence ? ["tracks presence"] : [])];
  const fields = monoid.fields.map(
    (f) =>
      `${f.name}: ${f.type}${f.empty === undefined ? "" : ` = ${printNumber(f.empty, f.type)}`}`,
  );
  return [
    `state ${op.name}[${axes}] over ${op.over.join(", ")}: ${monoid.name}, ${facts.join(", ")}`,
    `  fields (${fields.join(", ")})`,
    `  lift (${monoid.lift.map(printTileExpr).join(", ")})`,
    `  merge (${monoid.merge.map(printTileExpr).join(", ")})`,
    `  finish (${monoid.finish.map((f) => printTileExpr(f.value)).join(", ")})`,
  ];
}

/** One expression, every infix in parentheses. */
export function printTileExpr(e: TileExpr): string {
  switch (e.kind) {
    case "const":
      return printNumber(e.value, e.type);
    case "scalar":
      return e.name;
    case "size":
      return printSize(e.size);
    case "axis":
      return e.axis;
    case "local":
      return e.name;
    case "load":
      return `${e.buffer}[${e.indices.map(printTileExpr).join(", ")}]${printWhere(e.where)}`;
    case "result":
      return e.index === 0 ? `${e.state}.result` : `${e.state}.result${e.index}`;
    case "present":
      return `${e.state}.present`;
    case "map":
      return printMap(e.op, e.args.map(printTileExpr));
    case "philox": {
      const list = (args: readonly TileExpr[]): string => args.map(printTileExpr).join(", ");
      return `philox(${list(e.key)}; ${list(e.counters)}).${e.word}`;
    }
    default:
      return unreachable(e);
  }
}

function printMap(op: TileMap, args: readonly string[]): string {
  const sign = infix[op];
  if (sign !== undefined && args.length === 2) return `(${args.join(` ${sign} `)})`;
  return `${op}(${args.join(", ")})`;
}

function printNumber(value: number, type: "f32" | "i32" | "bool"): string {
  if (type === "bool") return value === 0 ? "false" : "true";
  const text = Object.is(value, -0) ? "-0" : String(value);
  return type === "f32" && /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** An extent: its name or its number. */
export function printSize(size: TileSize): string {
  return size.kind === "size" ? size.name : String(size.value);
}

/** An expression of the host program. */
export function printHost(e: HostExpr): string {
  switch (e.kind) {
    case "number":
      return String(e.value);
    case "size":
      return `size(${e.rank})`;
    case "scalar":
    case "local":
      return e.name;
    case "element":
      return `${e.tensor}[]`;
    case "map": {
      const args = e.args.map(printHost);
      const sign = hostInfix[e.op];
      return sign !== undefined && args.length === 2
        ? `(${args.join(` ${sign} `)})`
        : `${e.op}(${args.join(", ")})`;
    }
    default:
      return unreachable(e);
  }
}
