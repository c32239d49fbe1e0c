// The text of a module to its bytes.
//
// In:  WebAssembly text as our emitters write it: folded instructions, names everywhere, one memory
//      imported, functions and globals.
// Out: the binary module. What it does not know is an internal error; the engine validates.
// Not here: the rest of the text format; optimisation, which the engine does.

import { body, constant, type Words } from "./assemble-body.js";
import { unsigned } from "./opcodes.js";

const types: Readonly<Record<string, number>> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, v128: 0x7b };

interface Func {
  readonly name: string;
  readonly exported: string | undefined;
  readonly params: readonly (readonly [string, number])[];
  readonly results: readonly number[];
  readonly locals: readonly (readonly [string, number])[];
}

export function assemble(text: string): Uint8Array {
  const tokens = text.match(/;;[^\n]*|"[^"]*"|[()]|[^\s()]+/g) ?? [];
  const words: Words = { tokens: tokens.filter((token) => !token.startsWith(";;")), at: 2 };
  const forms: { readonly kind: string; readonly start: number }[] = [];
  while (words.tokens[words.at] === "(") {
    forms.push({ kind: words.tokens[words.at + 1] ?? "", start: words.at + 2 });
    skip(words);
  }
  const startsOf = (kind: string): readonly number[] =>
    forms.filter((form) => form.kind === kind).map((form) => form.start);
  const functions = startsOf("func").map((start) => header(words, start));
  const globals = startsOf("global").map((start) => global(words, start));
  const names = {
    functions: new Map(functions.map(({ func }, n) => [func.name, n])),
    globals: new Map(globals.map(({ name }, n) => [name, n])),
  };
  const signatures = functions.map(({ func }) => signature(func));
  const distinct = [...new Set(signatures.map((one) => one.join()))];
  const kinds = distinct.map((key) => signatures.find((one) => one.join() === key) ?? []);
  const code = functions.map(({ func, start }) => {
    const locals = new Map([...func.params, ...func.locals].map(([name], n) => [name, n]));
    words.at = start;
    const bytes = [...localsOf(func), ...body(words, { ...names, locals }), 0x0b];
    return [...unsigned(bytes.length), ...bytes];
  });
  const exported = functions.flatMap(({ func }, n) =>
    func.exported === undefined ? [] : [[...textBytes(func.exported), 0, ...unsigned(n)]],
  );
  const [imported = 0] = startsOf("import");
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, kinds),
    ...section(2, [memoryImport(words, imported)]),
    ...section(
      3,
      signatures.map((one) => unsigned(distinct.indexOf(one.join()))),
    ),
    ...section(
      6,
      globals.map(({ bytes }) => bytes),
    ),
    ...section(7, exported),
    ...section(10, code),
  ]);
}

/** Past the form that begins here. */
function skip(words: Words): void {
  let depth = 0;
  do {
    const token = words.tokens[words.at++];
    if (token === "(") depth += 1;
    else if (token === ")") depth -= 1;
  } while (depth > 0 && words.at < words.tokens.length);
}

function section(id: number, items: readonly (readonly number[])[]): readonly number[] {
  if (items.length === 0) return [];
  const content = [...unsigned(items.length), ...items.flat()];
  return [id, ...unsigned(content.length), ...content];
}

function textBytes(text: string): readonly number[] {
  const bytes = [...new TextEncoder().encode(text)];
  return [...unsigned(bytes.length), ...bytes];
}

const typeOf = (name: string | undefined): number => {
  const code = types[name ?? ""];
  if (code === undefined) throw new Error(`internal: no type ${name ?? ""}`);
  return code;
};

/** `(import "env" "memory" (memory least most shared))` */
function memoryImport({ tokens }: Words, start: number): readonly number[] {
  const [module = "", name = "", , , least = "1", most = ")", shared = ""] = tokens.slice(start);
  const unquoted = (text: string): string => text.slice(1, -1);
  const limits =
    most === ")"
      ? [0, ...unsigned(Number(least))]
      : [shared === "shared" ? 3 : 1, ...unsigned(Number(least)), ...unsigned(Number(most))];
  return [...textBytes(unquoted(module)), ...textBytes(unquoted(name)), 2, ...limits];
}

/** `$name (export "x") (param …)* (result …) (local …)*`, and where the body begins. */
function header(words: Words, start: number): { readonly func: Func; readonly start: number } {
  const { tokens } = words;
  const params: [string, number][] = [];
  const locals: [string, number][] = [];
  const results: number[] = [];
  let exported: string | undefined;
  words.at = start + 1;
  for (; tokens[words.at] === "("; skip(words)) {
    const [, kind, first = "", second] = tokens.slice(words.at, words.at + 4);
    if (kind === "export") exported = first.slice(1, -1);
    else if (kind === "param") params.push([first, typeOf(second)]);
    else if (kind === "local") locals.push([first, typeOf(second)]);
    else if (kind === "result") results.push(typeOf(first));
    else break;
  }
  return {
    func: { name: tokens[start] ?? "", exported, params, results, locals },
    start: words.at,
  };
}

function signature({ params, results }: Func): readonly number[] {
  const types = params.map(([, type]) => type);
  return [0x60, ...unsigned(types.length), ...types, ...unsigned(results.length), ...results];
}

/** Neighbours of one type are one entry. */
function localsOf({ locals }: Func): readonly number[] {
  const runs: [number, number][] = [];
  for (const [, type] of locals) {
    const last = runs.at(-1);
    if (last?.[1] === type) last[0] += 1;
    else runs.push([1, type]);
  }
  return [...unsigned(runs.length), ...runs.flatMap(([count, type]) => [...unsigned(count), type])];
}

/** `$name (mut type) (constant)` or `$name type (constant)`. */
function global(
  words: Words,
  start: number,
): { readonly name: string; readonly bytes: readonly number[] } {
  const { tokens } = words;
  const isMutable = tokens[start + 1] === "(";
  const type = typeOf(tokens[start + (isMutable ? 3 : 1)]);
  words.at = start + (isMutable ? 5 : 2);
  const bytes = [type, Number(isMutable), ...constant(words), 0x0b];
  return { name: tokens[start] ?? "", bytes };
}
