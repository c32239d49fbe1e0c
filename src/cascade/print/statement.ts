// Statements as lines of text.
//
// In:  a body, and what its definition has declared.
// Out: lines, indented by two columns per block.
// Not here: headers and declarations (definition.ts).

import { unreachable } from "../../../grammar/span.js";
import type {
  Assign,
  CallStatement,
  Cascade,
  Expr,
  RankId,
  Statement,
  Tensor,
  TensorId,
  ValueType,
  VariableId,
} from "../cascade.js";
import { expressionText, nameOf, type Scope } from "./expression.js";
import { formatText, isUsual, listText, type Words } from "./text.js";

type Kind<K extends Statement["kind"]> = Extract<Statement, { readonly kind: K }>;

/** Prints the statements of one definition; it remembers which names have been introduced. */
export class StatementPrinter {
  private readonly cascade: Cascade;
  private readonly shown: (name: string, rank: RankId) => void;
  private readonly words: Words;
  private readonly introduced: Set<TensorId>;

  constructor(cascade: Cascade, shown: (name: string, rank: RankId) => void, words: Words) {
    this.cascade = cascade;
    this.shown = shown;
    this.words = words;
    const isOpen = (t: Tensor): boolean => t.role === "let" || t.role === "store";
    const given = [...cascade.tensors.values()].filter((t) => !isOpen(t));
    this.introduced = new Set(given.map((t) => t.id));
  }

  /** Lines of a block inside the loops that bind `loops`. */
  block(body: readonly Statement[], indent: string, loops: readonly VariableId[]): string[] {
    return body.flatMap((s) => this.statement(s, indent, loops));
  }

  /** An expression outside of statements, over `left`. */
  expression(e: Expr, left: readonly VariableId[]): string {
    return expressionText(e, this.scope(left, []));
  }

  private scope(left: readonly VariableId[], loops: readonly VariableId[]): Scope {
    const names = new Map(loops.map((v) => [v, v]));
    return { cascade: this.cascade, names, left: new Set(left), shown: this.shown };
  }

  private statement(s: Statement, indent: string, loops: readonly VariableId[]): string[] {
    const inner = `${indent}  `;
    const text = (e: Expr): string => expressionText(e, this.scope([], loops));
    switch (s.kind) {
      case "assign":
        return folded(indent, this.assign(s, loops));
      case "call":
        return folded(indent, this.call(s, loops));
      case "await":
        return [`${indent}${this.awaited(s)}`];
      case "gradient":
        return folded(indent, this.gradient(s));
      case "repeat": {
        const until = s.until === undefined ? "" : ` until ${text(s.until)}`;
        const head = `repeat ${text(s.count)}${until} {`;
        return this.enclosed(indent, head, this.block(s.body, inner, loops));
      }
      case "scan": {
        const head = `scan ${this.variable(s.variable)}${s.backwards ? " backwards" : ""} {`;
        return this.enclosed(indent, head, this.block(s.body, inner, [...loops, s.variable]));
      }
      case "when":
        return this.when(s, indent, loops);
      default:
        return unreachable(s);
    }
  }

  private enclosed(indent: string, head: string, body: readonly string[]): string[] {
    return [`${indent}${head}`, ...body, `${indent}}`];
  }

  private when(s: Kind<"when">, indent: string, loops: readonly VariableId[]): string[] {
    const inner = `${indent}  `;
    const head = `when ${expressionText(s.condition, this.scope([], loops))} {`;
    const then = this.block(s.then, inner, loops);
    const otherwise = this.block(s.otherwise, inner, loops);
    const last = otherwise.length === 0 ? [] : [`${indent}} else {`, ...otherwise];
    return [`${indent}${head}`, ...then, ...last, `${indent}}`];
  }

  private variable(v: VariableId): string {
    return nameOf(v, this.scope([], []));
  }

  private assign(s: Assign, loops: readonly VariableId[]): string {
    const role = this.cascade.tensors.get(s.target)?.role;
    const target = this.target(
      s.target,
      s.indices,
      s.isLet,
      role === "store" ? "real" : s.value.type,
    );
    const value = expressionText(s.value, this.scope(s.indices, loops));
    return `${s.isLet ? (role === "store" ? "store " : "let ") : ""}${target} = ${value}`;
  }

  /** `T[i,j]`, with its format where it is introduced and a value of `type` would get another. */
  private target(
    id: TensorId,
    indices: readonly VariableId[],
    isNew: boolean,
    type: ValueType,
  ): string {
    this.introduced.add(id);
    const names = indices.map((v) => this.variable(v));
    const access = names.length === 0 ? id : `${id}[${listText(names)}]`;
    const tensor = this.cascade.tensors.get(id);
    if (!isNew || tensor === undefined || isUsual(tensor.format, type)) return access;
    return `${access} : ${formatText(tensor.format, tensor.ranks, this.words)}`;
  }

  private call(s: CallStatement, loops: readonly VariableId[]): string {
    const isLet = s.results.some((result) => result?.isLet);
    const isTable = s.results.some((result) => this.roleOf(result?.target) === "const");
    const taken = s.results.findLastIndex((result) => result !== undefined);
    const targets = s.results
      .slice(0, taken + 1)
      .map((result) => (result === undefined ? "_" : this.result(result)));
    const word = isTable ? "const " : isLet ? "let " : "";
    return `${word}${targets.join(", ")} = ${this.callText(s, loops)}`;
  }

  private roleOf(id: TensorId | undefined): Tensor["role"] | undefined {
    return id === undefined ? undefined : this.cascade.tensors.get(id)?.role;
  }

  private result({
    target,
    indices,
    isLet,
  }: NonNullable<CallStatement["results"][number]>): string {
    return this.target(target, indices, isLet, this.cascade.tensors.get(target)?.type ?? "real");
  }

  /** `f[m,f](S[b,m], V[b,m,f], scale = 2.0)` */
  private callText(s: CallStatement, loops: readonly VariableId[]): string {
    const binds = this.binds(s);
    const scope = this.scope([...s.mapped, ...binds], loops);
    const tensors = [...s.callee.tensors.values()].flatMap((t) => {
      const given = s.tensors.get(t.id);
      return given === undefined ? [] : [[t.id, expressionText(given, scope)] as const];
    });
    const scalars = [...s.scalars].map(([id, e]) => `${id} = ${expressionText(e, scope)}`);
    const args = [...tensors.map(([, text]) => text), ...scalars].join(", ");
    const bound = binds.length === 0 ? "" : `[${listText(binds)}]`;
    return `${this.words.callee(s.callee)}${bound}(${args})`;
  }

  /** Variables for the callee's ranks, in the order in which its header first shows them. */
  private binds(s: CallStatement): readonly string[] {
    const { tensors, ranks } = s.callee;
    const shown = (role: Tensor["role"]): readonly VariableId[] =>
      [...tensors.values()].flatMap((t) => (t.role === role ? t.variables : []));
    const statics = [...ranks.values()].flatMap((r) => (r.extent.kind === "static" ? [r.id] : []));
    const order = [...new Set([...shown("in"), ...statics, ...shown("out")])];
    const known = order.map((v) => s.ranks.get(v)?.variable);
    const end = known.indexOf(undefined);
    return known.slice(0, end < 0 ? known.length : end).map((v) => this.variable(v ?? ""));
  }

  private isNew(id: TensorId): boolean {
    return !this.introduced.has(id);
  }

  private whole(id: TensorId): string {
    return this.target(id, this.cascade.tensors.get(id)?.variables ?? [], false, "real");
  }

  private awaited(s: Kind<"await">): string {
    const word = this.isNew(s.target) ? "let " : "";
    const from = s.from === undefined ? "" : ` from ${this.whole(s.from)}`;
    return `${word}${this.whole(s.target)} = await ${this.whole(s.input)}${from}`;
  }

  private gradient(s: Kind<"gradient">): string {
    const word = s.targets.some((id) => this.isNew(id)) ? "let " : "";
    for (const id of s.targets) this.introduced.add(id);
    const from = s.from === undefined ? "" : ` from ${s.from}`;
    return `${word}${s.targets.join(", ")} = gradient ${s.of} wrt ${s.wrt.join(", ")}${from}`;
  }
}

const widest = 100;

/** A statement in one line, or broken before the loosest operators that stand in no bracket. */
export function folded(indent: string, text: string): string[] {
  if (indent.length + text.length <= widest) return [`${indent}${text}`];
  const inner = `${indent}    `;
  const parts = outermost(text, [" where ", " else "]);
  const short = parts.flatMap((part) =>
    inner.length + part.length <= widest ? [part] : filled(outermost(part, [" + ", " - "]), inner),
  );
  return short.map((part, n) => `${n === 0 ? indent : inner}${part}`);
}

/** Joins pieces again as long as a line holds them. */
function filled(pieces: readonly string[], indent: string): string[] {
  const lines: string[] = [];
  for (const piece of pieces) {
    const last = lines.at(-1);
    const fits = last !== undefined && indent.length + last.length + 1 + piece.length <= widest;
    if (fits) lines[lines.length - 1] = `${last} ${piece}`;
    else lines.push(piece);
  }
  return lines;
}

/** Cuts in front of `signs` that stand in no bracket. */
function outermost(text: string, signs: readonly string[]): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let n = 0; n < text.length; n++) {
    if ("([".includes(text.charAt(n))) depth += 1;
    if (")]".includes(text.charAt(n))) depth -= 1;
    if (depth > 0 || !signs.some((sign) => text.startsWith(sign, n))) continue;
    parts.push(text.slice(start, n));
    start = n + 1;
  }
  return [...parts, text.slice(start)];
}
