// Tokens → definitions, their blocks and their statements, each parsed on its own.
//
// In:  classified tokens, the bracket pairs, the comments.
// Out: a `File`. A statement that cannot be read is left out; those around it stay.
//
// Recursion is as deep as braces are: layout.ts has limited that.

import type { IToken } from "chevrotain";
import { diagnose } from "./codes.js";
import {
  expressionsOf, expressionsOfParameter, expressionsOfTensor, isDeeper,
} from "./depth.js";
import type { Diagnostic } from "./diagnostic.js";
import { docAbove } from "./doc.js";
import { describe, explain } from "./explain.js";
import { maxDepth, maxErrorsRead } from "./limits.js";
import { monoidOf } from "./monoid.js";
import { DefinitionRules, type Header, type MonoidLine } from "./rules-definition.js";
import type { Rule } from "./rules-expression.js";
import type { BlockHead } from "./rules-statement.js";
import { spanOf } from "./scan.js";
import { join, type Source, type Span } from "./span.js";
import type { Definition, Expression, File, Statement, Use } from "./syntax.js";
import * as T from "./tokens.js";

/** The grammar is learnt once; a run sets its source and tokens. */
class Rules extends DefinitionRules {
  constructor() {
    super();
    this.performSelfAnalysis();
  }

  run<R>(rule: Rule<R>, source: Source, tokens: readonly IToken[], follow: IToken | undefined) {
    this.source = source;
    this.problems = [];
    this.input = [...tokens];
    const value: R | undefined = rule.call(this);
    const first = this.errors[0];
    const failed = first === undefined ? [] : [explain(first, { source, tokens, follow })];
    return { value: failed.length > 0 ? undefined : value, errors: [...failed, ...this.problems] };
  }
}

const rules = new Rules();

/** Half-open range of token indices. */
interface Range {
  readonly start: number;
  readonly end: number;
}

const definitionStarts = [T.Words.cascade, T.Words.optimizer, T.Words.monoid, T.Words.format];
const formatStarts = [T.Words.store, T.Words.read];
const monoidStarts = [T.Words.lift, T.Words.merge, T.Words.result];
const blockStarts = [T.Words.when, T.Words.every, T.Words.repeat, T.Words.scan];

export class Outline {
  readonly errors: Diagnostic[] = [];
  private readonly source: Source;
  private readonly tokens: readonly IToken[];
  private readonly closer: ReadonlyMap<number, number>;
  private readonly comments: readonly IToken[];
  /** Whether the definition that is being read is a format. */
  private isFormat = false;

  constructor(
    source: Source,
    tokens: readonly IToken[],
    closer: ReadonlyMap<number, number>,
    comments: readonly IToken[],
  ) {
    this.source = source;
    this.tokens = tokens;
    this.closer = closer;
    this.comments = comments;
  }

  file(): File {
    const uses: Use[] = [];
    const definitions: Definition[] = [];
    for (let i = 0; i < this.tokens.length;) {
      const piece = this.pieceFrom({ start: i, end: this.tokens.length });
      const token = this.tokens[i];
      if (token?.tokenType === T.Words.use) {
        const use = this.run(rules.use, piece);
        if (use !== undefined) uses.push(use);
      } else if (token !== undefined && definitionStarts.includes(token.tokenType)) {
        const definition = this.definition(piece);
        if (definition !== undefined) definitions.push(definition);
      } else if (token !== undefined && token.tokenType !== T.End) {
        this.stray(token);
      }
      i = this.skipPiece(piece);
    }
    const at = { source: this.source, start: 0, end: this.source.text.length };
    return { uses, definitions, at };
  }

  /** Up to the next statement end or brace. */
  private pieceFrom(range: Range): Range {
    let end = range.start;
    while (end < range.end && !this.isEdge(end)) end += 1;
    return { start: range.start, end };
  }

  private isEdge(i: number): boolean {
    const type = this.tokens[i]?.tokenType;
    return type === T.End || type === T.OpenBrace || type === T.CloseBrace;
  }

  /** The index behind a piece and, if it has one, its block. */
  private skipPiece(piece: Range): number {
    const block = this.blockAt(piece.end);
    if (block !== undefined) return block.end + 1;
    return Math.max(piece.end, piece.start + 1);
  }

  /** The inside of the braces that open at `i`. */
  private blockAt(i: number): Range | undefined {
    const end = this.closer.get(i);
    if (end === undefined || this.tokens[i]?.tokenType !== T.OpenBrace) return undefined;
    return { start: i + 1, end };
  }

  private stray(token: IToken): void {
    this.errors.push(diagnose("E0117", spanOf(this.source, token), [describe(token)]));
  }

  /** Applies a rule to a piece; nothing more is read once there are errors enough. */
  private run<R>(rule: Rule<R>, piece: Range): R | undefined {
    if (this.errors.length > maxErrorsRead) return undefined;
    const tokens = this.tokens.slice(piece.start, piece.end);
    const result = rules.run(rule, this.source, tokens, this.tokens[piece.end]);
    this.errors.push(...result.errors);
    return result.value;
  }

  private definition(piece: Range): Definition | undefined {
    const header = this.header(piece);
    const block = this.blockAt(piece.end);
    if (block === undefined) {
      if (header !== undefined) this.noBody(header, piece.end - 1);
      return undefined;
    }
    if (this.tokens[piece.start]?.tokenType === T.Words.monoid) {
      return this.monoid(piece, header, block);
    }
    this.isFormat = this.tokens[piece.start]?.tokenType === T.Words.format;
    const body = this.statements(block);
    return header && this.assemble(piece, header, block, body);
  }

  private header(piece: Range): Header | undefined {
    const header = this.run(rules.header, piece);
    if (header === undefined) return undefined;
    const tensors = [...header.results, ...(header.subject === undefined ? [] : [header.subject])];
    const expressions = [
      ...header.parameters.flatMap(expressionsOfParameter),
      ...tensors.flatMap(expressionsOfTensor),
    ];
    return this.isWithinDepth(expressions, header.name.at) ? header : undefined;
  }

  private noBody({ kind, name }: Header, last: number): void {
    this.errors.push(diagnose("E0118", this.span(last, last), [kind, name.text]));
  }

  private assemble(piece: Range, header: Header, block: Range, body: readonly Statement[]) {
    const { kind, name, parameters, results, subject } = header;
    const at = this.span(piece.start, block.end);
    const shared = { name, doc: this.doc(piece), parameters, body, at };
    if (kind === "format") {
      return subject && ({ kind, ...shared, subject } as const);
    }
    return kind === "monoid" ? undefined : ({ kind, ...shared, results } as const);
  }

  private span(first: number, last: number) {
    const [a, b] = [this.tokens[first], this.tokens[last]];
    const whole = { source: this.source, start: 0, end: 0 };
    return a && b ? join(spanOf(this.source, a), spanOf(this.source, b)) : whole;
  }

  private doc(piece: Range): string {
    const first = this.tokens[piece.start];
    return first === undefined ? "" : docAbove(this.source, this.comments, first.startOffset);
  }

  private statements(range: Range): Statement[] {
    const list: Statement[] = [];
    for (let i = range.start; i < range.end;) {
      if (this.tokens[i]?.tokenType === T.End) {
        i += 1;
        continue;
      }
      const piece = this.pieceFrom({ start: i, end: range.end });
      const isBlock = blockStarts.some((type) => type === this.tokens[i]?.tokenType);
      if (isBlock) {
        i = this.blockStatement(piece, list);
      } else {
        this.simpleStatement(piece, list);
        i = this.skipPiece(piece);
      }
    }
    return list;
  }

  private simpleStatement(piece: Range, list: Statement[]): void {
    const foreign = this.homeOf(this.tokens[piece.start]);
    if (foreign !== undefined) {
      const word = this.tokens[piece.start]?.image ?? "";
      this.errors.push(diagnose("E0129", this.span(piece.start, piece.start), [word, foreign]));
      return;
    }
    const block = this.blockAt(piece.end);
    if (block !== undefined) {
      this.unexpectedBlock(piece);
      list.push(...this.statements(block));
      return;
    }
    const statement = this.run(rules.statement, piece);
    if (statement !== undefined) this.add(statement, list);
  }

  private unexpectedBlock(piece: Range): void {
    const first = this.tokens[piece.start];
    const isElse = first?.tokenType === T.Words.else;
    this.errors.push(isElse
      ? diagnose("E0131", this.span(piece.start, piece.start), [])
      : diagnose("E0126", this.span(piece.end, piece.end), [first?.image ?? ""]));
  }

  /** The only kind of definition that has such a statement, where this is another. */
  private homeOf(token: IToken | undefined): string | undefined {
    if (token === undefined) return undefined;
    if (monoidStarts.includes(token.tokenType)) return "monoid";
    return formatStarts.includes(token.tokenType) && !this.isFormat ? "format" : undefined;
  }

  private add(statement: Statement, list: Statement[]): void {
    if (this.isWithinDepth(expressionsOf(statement), statement.at)) list.push(statement);
  }

  /** Whether later passes may recurse over `expressions`; if not, that is an error at `at`. */
  private isWithinDepth(expressions: readonly Expression[], at: Span): boolean {
    if (!isDeeper(expressions, maxDepth)) return true;
    this.errors.push(diagnose("E0905", at, [maxDepth]));
    return false;
  }

  /** `when c { … } else { … }` and the like; returns the index behind it. */
  private blockStatement(piece: Range, list: Statement[]): number {
    const head = this.run(rules.blockHead, piece);
    const block = this.blockAt(piece.end);
    if (block === undefined) {
      const word = this.tokens[piece.start]?.image ?? "";
      const last = this.span(piece.end - 1, piece.end - 1);
      if (head !== undefined) this.errors.push(diagnose("E0127", last, [word]));
      return this.skipPiece(piece);
    }
    const body = this.statements(block);
    const hasElse = this.tokens[block.end + 1]?.tokenType === T.Words.else;
    const other = hasElse ? this.otherwise(piece.start, block.end + 1) : undefined;
    const end = (other ?? block).end;
    const otherwise = other === undefined ? [] : this.statements(other);
    if (head !== undefined) {
      this.add(withBody(head, body, otherwise, this.span(piece.start, end)), list);
    }
    if (hasElse && other === undefined) return end + 2;
    this.needsEnd(end + 1);
    return end + 1;
  }

  /** The block of the `else` at `i`. */
  private otherwise(start: number, i: number): Range | undefined {
    const block = this.blockAt(i + 1);
    const next = this.tokens[i + 1]?.tokenType;
    if (this.tokens[start]?.tokenType !== T.Words.when) {
      this.errors.push(diagnose("E0131", this.span(i, i), []));
    } else if (next === T.Words.when) {
      this.errors.push(diagnose("E0130", this.span(i, i + 1), []));
    } else if (block === undefined) {
      this.errors.push(diagnose("E0127", this.span(i, i), ["else"]));
    }
    return block;
  }

  private needsEnd(i: number): void {
    const token = this.tokens[i];
    if (token === undefined || this.isEdge(i)) return;
    this.errors.push(diagnose("E0113", spanOf(this.source, token), [describe(token)]));
  }

  private monoid(piece: Range, header: Header | undefined, block: Range) {
    const lines: MonoidLine[] = [];
    const errorsBefore = this.errors.length;
    for (let i = block.start; i < block.end;) {
      const line = this.pieceFrom({ start: i, end: block.end });
      if (this.tokens[i]?.tokenType !== T.End) lines.push(...this.monoidLine(line));
      i = this.skipPiece(line);
    }
    if (header === undefined || this.errors.length > errorsBefore) return undefined;
    const at = this.span(piece.start, block.end);
    const built = monoidOf(header.name, this.doc(piece), lines, at);
    this.errors.push(...built.errors);
    return built.monoid;
  }

  private monoidLine(piece: Range): MonoidLine[] {
    const line = this.run(rules.monoidLine, piece);
    const block = this.blockAt(piece.end);
    const inner: MonoidLine[] = [];
    for (let i = block?.start ?? 0; block !== undefined && i < block.end;) {
      const part = this.pieceFrom({ start: i, end: block.end });
      const read = this.tokens[i]?.tokenType === T.End ? undefined
        : this.run(rules.monoidBlockLine, part);
      if (read !== undefined) inner.push(read);
      i = this.skipPiece(part);
    }
    if (line === undefined) return [];
    const at = this.span(piece.start, (block ?? piece).end - (block === undefined ? 1 : 0));
    const lets = [...line.lets, ...inner.flatMap((part) => part.lets)];
    const fields = [...line.fields, ...inner.flatMap((part) => part.fields)];
    const named = [...lets, ...fields].map((each) => each.value);
    const expressions = line.result === undefined ? named : [...named, line.result];
    if (!this.isWithinDepth(expressions, at)) return [];
    return [{ ...line, lets, fields, at }];
  }
}

function withBody(
  head: BlockHead, body: readonly Statement[], otherwise: readonly Statement[], at: Statement["at"],
): Statement {
  return head.kind === "when" ? { ...head, then: body, otherwise, at } : { ...head, body, at };
}
