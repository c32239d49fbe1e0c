// WebAssembly text: one S-expression from its parts, constants, and the layout of a module.
//
// In:  instruction names and operands that are text already.
// Out: text. `layout` breaks what is longer than a line.
// Not here: types, locals, meaning.

/** `(op a b)` */
export function sx(op: string, ...parts: readonly string[]): string {
  return parts.length === 0 ? `(${op})` : `(${op} ${parts.join(" ")})`;
}

export const get = (local: string): string => `(local.get $${local})`;
export const set = (local: string, value: string): string => `(local.set $${local} ${value})`;

export const i32 = (value: number): string => `(i32.const ${value | 0})`;
export const f32 = (value: number): string => `(f32.const ${floatText(value)})`;

/** One number in all four lanes. */
export function wideConstant(type: "f32" | "i32", value: number): string {
  const lane = type === "f32" ? floatText(value) : String(value | 0);
  return `(v128.const ${type}x4 ${lane} ${lane} ${lane} ${lane})`;
}

/** The shortest decimal that reads back as the same f32; the sign of zero is kept. */
function floatText(value: number): string {
  const single = Math.fround(value);
  if (Number.isNaN(single)) return "nan";
  if (!Number.isFinite(single)) return single > 0 ? "inf" : "-inf";
  return Object.is(single, -0) ? "-0" : String(single);
}

/** The value of `(i32.const n)`, else undefined. */
export function constantOf(text: string): number | undefined {
  const match = /^\(i32\.const (-?\d+)\)$/.exec(text);
  return match === null ? undefined : Number(match[1]);
}

export function addI32(a: string, b: string): string {
  const [x, y] = [constantOf(a), constantOf(b)];
  if (x !== undefined && y !== undefined) return i32(x + y);
  if (x === 0) return b;
  return y === 0 ? a : sx("i32.add", a, b);
}

export function mulI32(a: string, b: string): string {
  const [x, y] = [constantOf(a), constantOf(b)];
  if (x !== undefined && y !== undefined) return i32(Math.imul(x, y));
  if (x === 0 || y === 0) return i32(0);
  if (x === 1) return b;
  if (y === 1) return a;
  if (y !== undefined && y > 0 && Number.isInteger(Math.log2(y))) {
    return sx("i32.shl", a, i32(Math.log2(y)));
  }
  return x !== undefined ? mulI32(b, a) : sx("i32.mul", a, b);
}

export function subI32(a: string, b: string): string {
  const [x, y] = [constantOf(a), constantOf(b)];
  if (x !== undefined && y !== undefined) return i32(x - y);
  return y === 0 ? a : sx("i32.sub", a, b);
}

/** The smaller of two signed integers; both are evaluated twice, so they should be atoms. */
export const minI32 = (a: string, b: string): string => sx("select", a, b, sx("i32.lt_s", a, b));

/** `offset=` as an instruction wants it: nothing for 0. */
export const withOffset = (op: string, offset: number): string =>
  offset === 0 ? op : `${op} offset=${offset}`;

const LINE = 96;

interface Tree {
  readonly head: string;
  readonly children: readonly (string | Tree)[];
}

/** Lines of one expression, each beginning with `indent`. */
export function layout(text: string, indent: string): string {
  if (text.startsWith(";;") || indent.length + text.length <= LINE) return indent + text;
  return print(parse(text), indent).join("\n");
}

function flat(node: string | Tree): string {
  return typeof node === "string" ? node : sx(node.head, ...node.children.map(flat));
}

function print(node: string | Tree, indent: string): string[] {
  const line = flat(node);
  if (typeof node === "string" || indent.length + line.length <= LINE) return [indent + line];
  const leading = node.children.findIndex((child) => typeof child !== "string");
  const atoms = node.children.slice(0, leading < 0 ? node.children.length : leading);
  const rest = leading < 0 ? [] : node.children.slice(leading);
  const head = [node.head, ...atoms.map(flat)].join(" ");
  const lines = rest.flatMap((child) => print(child, `${indent}  `));
  return [`${indent}(${head}`, ...lines.slice(0, -1), `${lines.at(-1) ?? indent})`];
}

/** Reads our own text back: parentheses, words, no strings with spaces inside. */
function parse(text: string): string | Tree {
  const tokens = text.match(/[()]|[^\s()]+/g) ?? [];
  const stack: { head: string; children: (string | Tree)[] }[] = [];
  let done: string | Tree = "";
  tokens.forEach((token, n) => {
    if (token === "(") return stack.push({ head: "", children: [] });
    const top = stack.at(-1);
    if (token !== ")") {
      if (tokens[n - 1] === "(" && top !== undefined) return (top.head = token);
      return top === undefined ? (done = token) : top.children.push(token);
    }
    const closed = stack.pop() ?? { head: "", children: [] };
    const parent = stack.at(-1);
    return parent === undefined ? (done = closed) : parent.children.push(closed);
  });
  return done;
}
