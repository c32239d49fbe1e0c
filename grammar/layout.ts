// Where statements end and which brackets belong together.
//
// In:  tokens with newlines (grammar/scan.ts).
// Out: tokens with an `End` only where a statement ends, all brackets balanced, and for each
//      opening bracket the index of its closing one. A missing bracket is put in, an extra one
//      left out, each with an error.
//
// A statement ends with its line, unless `(` or `[` is open, the line ends with a comma, or the
// next line begins with an operator, `where`, `else`, `->` or `{`.

import { tokenMatcher, type IToken, type TokenType } from "chevrotain";
import { diagnose } from "./codes.js";
import type { Diagnostic } from "./diagnostic.js";
import { maxNesting } from "./limits.js";
import { endOf, retype, spanOf } from "./scan.js";
import type { Source, Span } from "./span.js";
import * as T from "./tokens.js";

export interface Layout {
  readonly tokens: readonly IToken[];
  /** Index of an opening bracket → index of its closing one. */
  readonly closer: ReadonlyMap<number, number>;
  readonly errors: readonly Diagnostic[];
  /** From a `(` or `[` without its closing one to where that was put in. */
  readonly unclosed: readonly Span[];
}

const closing: ReadonlyMap<TokenType, TokenType> = new Map([
  [T.OpenParen, T.CloseParen], [T.OpenBracket, T.CloseBracket], [T.OpenBrace, T.CloseBrace],
]);

const signs: ReadonlyMap<TokenType, string> = new Map([
  [T.CloseParen, ")"], [T.CloseBracket, "]"], [T.CloseBrace, "}"],
]);

export function layout(source: Source, tokens: readonly IToken[]): Layout {
  const reader = new Reader(source);
  for (let i = 0; i < tokens.length && !reader.isRefused; i += 1) reader.read(tokens, i);
  return reader.finish();
}

class Reader {
  isRefused = false;
  /** A bracket was closed for its author: a `}` too many says the same again. */
  private hasUnclosed = false;
  private readonly source: Source;
  private readonly out: IToken[] = [];
  private readonly open: { readonly token: IToken; readonly index: number }[] = [];
  private readonly closer = new Map<number, number>();
  private readonly errors: Diagnostic[] = [];
  private readonly unclosed: Span[] = [];

  constructor(source: Source) {
    this.source = source;
  }

  read(tokens: readonly IToken[], i: number): void {
    const token = tokens[i];
    if (token === undefined) return;
    if (token.tokenType === T.NewLine) this.newLine(token, tokens, i + 1);
    else if (closing.has(token.tokenType)) this.opening(token);
    else if (signs.has(token.tokenType)) this.closing(token);
    else this.out.push(token);
  }

  finish(): Layout {
    while (this.open.length > 0 && !this.isRefused) this.closeUnclosed();
    const { errors, unclosed } = this;
    if (this.isRefused) return { tokens: [], closer: new Map(), errors, unclosed };
    return { tokens: this.out, closer: this.closer, errors, unclosed };
  }

  private innermost(): TokenType | undefined {
    return this.open.at(-1)?.token.tokenType;
  }

  private newLine(token: IToken, tokens: readonly IToken[], next: number): void {
    if (beginsDefinition(tokens, next)) {
      while (this.open.length > 0) this.closeUnclosed();
    } else if (tokens[next]?.tokenType === T.Name && tokens[next].image === "let") {
      this.closeParens();
    }
    const inner = this.innermost();
    if (inner === T.OpenParen || inner === T.OpenBracket) return;
    const last = this.out.at(-1);
    if (last === undefined || last.tokenType === T.End || last.tokenType === T.OpenBrace) return;
    if (last.tokenType === T.Comma || continues(tokens, next)) return;
    this.out.push(retype(token, T.End));
  }

  private opening(token: IToken): void {
    if (token.tokenType === T.OpenBrace) this.closeParens();
    if (this.open.length >= maxNesting) {
      this.errors.push(diagnose("E0903", spanOf(this.source, token), [maxNesting]));
      this.isRefused = true;
      return;
    }
    this.open.push({ token, index: this.out.length });
    this.out.push(token);
  }

  private closing(token: IToken): void {
    if (token.tokenType === T.CloseBrace) this.closeParens();
    else if (!this.closesSoon(token.tokenType)) return this.extra(token);
    while (this.open.length > 0 && !this.closes(token)) this.closeUnclosed();
    const opened = this.open.pop();
    if (opened === undefined) return this.extra(token);
    this.closer.set(opened.index, this.out.length);
    this.out.push(token);
  }

  private extra(token: IToken): void {
    const isRepeated = token.tokenType === T.CloseBrace && this.hasUnclosed;
    if (isRepeated) return;
    this.errors.push(diagnose("E0112", spanOf(this.source, token), [token.image]));
  }

  private closes(token: IToken): boolean {
    const inner = this.innermost();
    return inner !== undefined && closing.get(inner) === token.tokenType;
  }

  /** Whether a bracket for this closing one is open in the same block. */
  private closesSoon(type: TokenType): boolean {
    for (const { token } of this.open.toReversed()) {
      if (token.tokenType === T.OpenBrace) return false;
      if (closing.get(token.tokenType) === type) return true;
    }
    return false;
  }

  private closeParens(): void {
    while (this.open.length > 0 && this.innermost() !== T.OpenBrace) this.closeUnclosed();
  }

  /** Puts in what the innermost bracket lacks. */
  private closeUnclosed(): void {
    const opened = this.open.pop();
    const type = opened && closing.get(opened.token.tokenType);
    if (opened === undefined || type === undefined) return;
    const at = spanOf(this.source, opened.token);
    const sign = signs.get(type) ?? "";
    this.hasUnclosed = true;
    this.errors.push(diagnose("E0111", at, [opened.token.image, sign]));
    const last = this.out.at(-1) ?? opened.token;
    const offset = endOf(last);
    if (type !== T.CloseBrace) this.unclosed.push({ ...at, end: offset });
    this.closer.set(opened.index, this.out.length);
    this.out.push({ ...retype(last, type), image: "", startOffset: offset });
  }
}

const binaryWords: ReadonlySet<string> = new Set([
  "and", "as", "div", "else", "mod", "or", "where",
]);

/** Whether the line that begins at `i` goes on with the statement before it. */
function continues(tokens: readonly IToken[], i: number): boolean {
  const token = tokens[i];
  if (token === undefined) return false;
  if (token.tokenType === T.Name) return binaryWords.has(token.image);
  return tokenMatcher(token, T.Infix) || isOneOf(token, [T.Arrow, T.OpenBrace, T.Foreign]);
}

function isOneOf(token: IToken, types: readonly TokenType[]): boolean {
  return types.includes(token.tokenType);
}

const definitions: ReadonlySet<string> = new Set(["cascade", "format", "monoid", "optimizer"]);

/** `cascade f(`, `monoid m {`, `format q of`: no statement begins so. */
function beginsDefinition(tokens: readonly IToken[], i: number): boolean {
  const [word, name, after] = [tokens[i], tokens[i + 1], tokens[i + 2]];
  if (word?.tokenType !== T.Name || !definitions.has(word.image)) return false;
  if (name?.tokenType !== T.Name || after === undefined) return false;
  return isOneOf(after, [T.OpenParen, T.OpenBrace, T.Arrow]) || after.image === "of";
}
