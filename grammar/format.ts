// Source text → the same program, evenly spaced and indented.
//
// In:  a source that parses.
// Out: text with the author's lines, comments and column alignment; formatting it again changes
//      nothing, and it parses to the same tree.
// Not here: breaking or joining lines.

import type { IToken } from "chevrotain";
import { giveMeaning } from "./context.js";
import type { Checked } from "./diagnostic.js";
import { layout } from "./layout.js";
import { parse } from "./parser.js";
import { scan } from "./scan.js";
import { Spacing } from "./spacing.js";
import type { Source } from "./span.js";
import * as T from "./tokens.js";

export function format(source: Source): Checked<string> {
  const { errors } = parse(source);
  const [first, ...rest] = errors.filter((error) => error.severity === "error");
  if (first !== undefined) return { ok: false, errors: [first, ...rest] };
  const scanned = scan(source);
  const tokens = giveMeaning(layout(source, scanned.tokens));
  const writer = new Writer(source, tokens);
  for (const line of linesOf(tokens, scanned.comments)) writer.line(line);
  return { ok: true, value: writer.text(), warnings: [] };
}

/** A line with something on it. */
interface Line {
  /** From 1. */
  readonly number: number;
  /** Indices of its first token and behind its last; equal when there is only a comment. */
  readonly start: number;
  readonly end: number;
  readonly comment: IToken | undefined;
}

/** Tokens without `End`: the lines stand for them. */
function written(tokens: readonly IToken[]): readonly IToken[] {
  return tokens.filter((token) => token.tokenType !== T.End);
}

function linesOf(tokens: readonly IToken[], comments: readonly IToken[]): readonly Line[] {
  const lines: Line[] = [];
  const all = written(tokens);
  const comment = new Map(comments.map((each) => [each.startLine ?? 0, each]));
  let i = 0;
  const takeTokens = (number: number) => {
    const start = i;
    while (i < all.length && all[i]?.startLine === number) i += 1;
    return { number, start, end: i, comment: comment.get(number) };
  };
  const numbers = new Set([...comment.keys(), ...all.map((token) => token.startLine ?? 0)]);
  for (const number of [...numbers].sort((a, b) => a - b)) lines.push(takeTokens(number));
  return lines;
}

class Writer {
  private readonly source: Source;
  private readonly tokens: readonly IToken[];
  private readonly spacing: Spacing;
  /** Offsets of the tokens that begin a statement. */
  private readonly firsts: ReadonlySet<number>;
  private readonly out: string[] = [];
  private depth = 0;
  private parens = 0;
  /** Indentation of the statement that is being written: as it was, and as it is now. */
  private statement = { was: 0, now: 0 };
  private lastLine = 0;
  /** Columns of the comment behind the last line: as it was, and as it is now. */
  private lastComment: { readonly was: number; readonly now: number } | undefined;

  constructor(source: Source, tokens: readonly IToken[]) {
    this.source = source;
    this.tokens = written(tokens);
    this.spacing = new Spacing(this.tokens);
    this.firsts = firstsOf(tokens);
  }

  text(): string {
    return this.out.length === 0 ? "" : `${this.out.join("\n")}\n`;
  }

  line(line: Line): void {
    const first = this.tokens[line.start];
    const isOwnLine = line.start === line.end || first === undefined;
    if (line.number > this.lastLine + 1 && this.mayBeBlank(isOwnLine ? undefined : first)) {
      this.out.push("");
    }
    this.lastLine = line.number;
    if (isOwnLine) this.commentLine(line);
    else this.codeLine(line, first);
  }

  /** A blank line is kept between two lines, but not at the ends of a block or of the file. */
  private mayBeBlank(first: IToken | undefined): boolean {
    const above = this.out.at(-1);
    if (above === undefined || first?.tokenType === T.CloseBrace) return false;
    return !this.isBlockOpen;
  }

  /** Whether the last token written opened a block. */
  private isBlockOpen = false;

  private commentLine(line: Line): void {
    const comment = line.comment;
    if (comment === undefined) return;
    const was = this.columnOf(comment);
    const aligned = this.lastComment?.was === was ? this.lastComment.now : undefined;
    const now = aligned ?? (this.parens > 0 ? this.continued(was) : 2 * this.depth);
    this.out.push(" ".repeat(now) + comment.image.trimEnd());
    this.isBlockOpen = false;
    this.lastComment = aligned === undefined ? undefined : { was, now };
  }

  private codeLine(line: Line, first: IToken): void {
    const was = this.columnOf(first);
    const indent = this.indentOf(first, was);
    if (this.firsts.has(first.startOffset)) this.statement = { was, now: indent };
    let text = " ".repeat(indent);
    for (let i = line.start; i < line.end; i += 1) {
      const token = this.tokens[i];
      if (token === undefined) continue;
      const gap = i === line.start ? 0 : this.spacing.before(i);
      text += " ".repeat(gap) + token.image;
      this.advance(token);
    }
    this.out.push(this.withComment(text, line, indent - was));
  }

  /** A comment keeps its column, or moves as far as the line does. */
  private withComment(text: string, line: Line, moved: number): string {
    const last = this.tokens[line.end - 1];
    const { comment } = line;
    if (comment === undefined || last === undefined) {
      this.lastComment = undefined;
      return text;
    }
    const was = this.columnOf(comment);
    const gap = comment.startOffset - last.startOffset - last.image.length;
    const now = gap < 2 ? text.length + 1 : Math.max(text.length + 2, was + moved);
    this.lastComment = { was, now };
    return text.padEnd(now) + comment.image.trimEnd();
  }

  private indentOf(first: IToken, was: number): number {
    if (first.tokenType === T.CloseBrace) return 2 * (this.depth - 1);
    if (this.firsts.has(first.startOffset)) return 2 * this.depth;
    return this.continued(was, isCloser(first) ? 0 : 2);
  }

  /** A line within a statement keeps its distance to the statement's first line. */
  private continued(was: number, least = 2): number {
    return Math.max(this.statement.now + least, was + this.statement.now - this.statement.was);
  }

  /** Column from 0; a tab counts as two. */
  private columnOf(token: IToken): number {
    const start = this.source.text.lastIndexOf("\n", token.startOffset - 1) + 1;
    const before = this.source.text.slice(start, token.startOffset).replace("\ufeff", "");
    return before.replaceAll("\t", "  ").length;
  }

  private advance(token: IToken): void {
    const type = token.tokenType;
    if (type === T.OpenBrace) this.depth += 1;
    if (type === T.CloseBrace) this.depth -= 1;
    if (type === T.OpenParen || type === T.OpenFields || type === T.OpenBracket) this.parens += 1;
    if (type === T.CloseParen || type === T.CloseBracket) this.parens -= 1;
    this.isBlockOpen = type === T.OpenBrace;
  }
}

function isCloser(token: IToken): boolean {
  return [T.CloseParen, T.CloseBracket, T.OpenBrace].includes(token.tokenType);
}

/** Offsets of tokens with a statement's end or a brace before them; `else` of `when` counts. */
function firstsOf(tokens: readonly IToken[]): ReadonlySet<number> {
  const firsts = tokens.filter((_, i) => {
    const before = tokens[i - 1]?.tokenType;
    return before === undefined || [T.End, T.OpenBrace, T.CloseBrace].includes(before);
  });
  return new Set(firsts.map((token) => token.startOffset));
}
