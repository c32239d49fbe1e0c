// The instructions of one function, from folded text to bytes.
//
// In:  words of the text, where they stand, and what its names mean.
// Out: bytes: operands first, then the instruction with its immediates.
// Not here: sections of a module (assemble.ts), numbers of instructions (opcodes.ts).

import { opcodes, unsigned, type Opcode } from "./opcodes.js";

/** `at` moves as they are read. */
export interface Words {
  readonly tokens: readonly string[];
  at: number;
}

export interface Meanings {
  readonly functions: ReadonlyMap<string, number>;
  readonly globals: ReadonlyMap<string, number>;
  readonly locals: ReadonlyMap<string, number>;
}

interface Writer {
  readonly words: Words;
  readonly names: Meanings;
  readonly out: number[];
  /** Labels around, innermost last; an `if` has none. */
  readonly labels: string[];
}

/** Up to the parenthesis that closes the function. */
export function body(words: Words, names: Meanings): readonly number[] {
  const out: number[] = [];
  instructions({ words, names, out, labels: [] });
  return out;
}

/** One constant in parentheses. */
export function constant(words: Words): readonly number[] {
  const none = new Map<string, number>();
  const out: number[] = [];
  const names = { functions: none, globals: none, locals: none };
  instruction({ words, names, out, labels: [] });
  return out;
}

function instructions(w: Writer): void {
  while (w.words.tokens[w.words.at] === "(") instruction(w);
}

const next = ({ words }: Writer): string => words.tokens[words.at++] ?? "";

function close(w: Writer): void {
  const token = next(w);
  if (token !== ")") throw new Error(`internal: \`${token}\` where an instruction ends`);
}

const put = (w: Writer, ...bytes: readonly number[]): void => {
  w.out.push(...bytes);
};

const indexed: Readonly<Record<string, readonly [code: number, kind: keyof Meanings]>> = {
  call: [0x10, "functions"],
  "local.get": [0x20, "locals"],
  "local.set": [0x21, "locals"],
  "local.tee": [0x22, "locals"],
  "global.get": [0x23, "globals"],
  "global.set": [0x24, "globals"],
};

function instruction(w: Writer): void {
  next(w);
  const op = next(w);
  const index = indexed[op];
  const known = opcodes.get(op);
  if (index !== undefined) named(w, index[0], w.names[index[1]]);
  else if (known !== undefined) plain(w, known);
  else if (op === "if") conditional(w);
  else if (op === "loop" || op === "block") labelled(w, op === "loop" ? 0x03 : 0x02);
  else if (op === "br" || op === "br_if") branch(w, op === "br" ? 0x0c : 0x0d);
  else if (op === "i8x16.shuffle") shuffle(w);
  else number(w, op);
  close(w);
}

function found(map: ReadonlyMap<string, number>, name: string): number {
  const index = map.get(name);
  if (index === undefined) throw new Error(`internal: the text names no ${name}`);
  return index;
}

function named(w: Writer, code: number, map: ReadonlyMap<string, number>): void {
  const index = found(map, next(w));
  instructions(w);
  put(w, code, ...unsigned(index));
}

function plain(w: Writer, { bytes, shape, align }: Opcode): void {
  const hasMemory = shape === "memory" || shape === "memoryLane";
  const offset = hasMemory && w.words.tokens[w.words.at]?.startsWith("offset=") === true;
  const distance = offset ? Number(next(w).slice("offset=".length)) : 0;
  const lane = shape === "lane" || shape === "memoryLane" ? Number(next(w)) : undefined;
  instructions(w);
  put(w, ...bytes);
  if (hasMemory) put(w, align, ...unsigned(distance));
  if (lane !== undefined) put(w, lane);
  if (shape === "fill") put(w, 0);
}

const blockTypes: Readonly<Record<string, number>> = { i32: 0x7f, f32: 0x7d, v128: 0x7b };

/** `(result type)`, if it stands here. */
function blockType(w: Writer): number {
  const { tokens, at } = w.words;
  if (tokens[at + 1] !== "result") return 0x40;
  w.words.at = at + 4;
  return blockTypes[tokens[at + 2] ?? ""] ?? 0x40;
}

/** `(if (result t) condition (then …) (else …))` */
function conditional(w: Writer): void {
  const type = blockType(w);
  instruction(w);
  put(w, 0x04, type);
  w.labels.push("");
  branchBody(w, "then");
  if (w.words.tokens[w.words.at] === "(") {
    put(w, 0x05);
    branchBody(w, "else");
  }
  w.labels.pop();
  put(w, 0x0b);
}

function branchBody(w: Writer, word: string): void {
  const [open, found] = [next(w), next(w)];
  if (open !== "(" || found !== word) throw new Error(`internal: \`${found}\` for \`${word}\``);
  instructions(w);
  close(w);
}

function labelled(w: Writer, code: number): void {
  w.labels.push(next(w));
  put(w, code, blockType(w));
  instructions(w);
  w.labels.pop();
  put(w, 0x0b);
}

function branch(w: Writer, code: number): void {
  const depth = w.labels.length - 1 - w.labels.lastIndexOf(next(w));
  if (depth === w.labels.length) throw new Error("internal: a branch to nowhere");
  instructions(w);
  put(w, code, ...unsigned(depth));
}

function shuffle(w: Writer): void {
  const order = Array.from({ length: 16 }, () => Number(next(w)));
  instructions(w);
  put(w, 0xfd, 0x0d, ...order);
}

function number(w: Writer, op: string): void {
  if (op === "i32.const") return put(w, 0x41, ...signed(Number(next(w))));
  if (op === "i64.const") return put(w, 0x42, ...signed(Number(next(w))));
  if (op === "f32.const") return put(w, 0x43, ...floatBytes(next(w)));
  if (op !== "v128.const") throw new Error(`internal: no instruction ${op}`);
  const isFloat = next(w) === "f32x4";
  put(w, 0xfd, 0x0c);
  for (let lane = 0; lane < 4; lane++) {
    put(w, ...(isFloat ? floatBytes(next(w)) : wordBytes(Number(next(w)))));
  }
}

/** Seven bits to a byte, the last with the sign; exact up to 2^53. */
function signed(value: number): readonly number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    const low = ((rest % 128) + 128) % 128;
    if (rest >= -64 && rest < 64) return [...bytes, low];
    bytes.push(low + 128);
  }
}

const view = new DataView(new ArrayBuffer(4));
const bytesOfView = (): readonly number[] => [0, 1, 2, 3].map((n) => view.getUint8(n));

function wordBytes(value: number): readonly number[] {
  view.setInt32(0, value, true);
  return bytesOfView();
}

const odd: Readonly<Record<string, number>> = { inf: Infinity, "-inf": -Infinity, nan: NaN };

function floatBytes(text: string): readonly number[] {
  view.setFloat32(0, odd[text] ?? Number(text), true);
  return bytesOfView();
}
