// How much space stands between two tokens of one line.
//
// In:  classified tokens and what the author wrote between them.
// Out: 0, 1, or the author's padding where it aligns columns.

import type { IToken } from "chevrotain";
import { endOf } from "./scan.js";
import * as T from "./tokens.js";
import { definitionWords, statementWords } from "./words.js";

/** Answers for one file. */
export class Spacing {
  private readonly tokens: readonly IToken[];
  /** Index of each token's innermost open bracket, or -1. */
  private readonly inside: readonly number[];
  /** Index of a closing bracket → index of its opening one. */
  private readonly opener: ReadonlyMap<number, number>;
  /** Brackets whose commas have a space behind them. */
  private readonly isWide: ReadonlyMap<number, boolean>;

  constructor(tokens: readonly IToken[]) {
    this.tokens = tokens;
    const { inside, opener } = brackets(tokens);
    this.inside = inside;
    this.opener = opener;
    this.isWide = wideBrackets(tokens, inside);
  }

  /** Spaces before token `i`, which is not the first of its line. */
  before(i: number): number {
    const [left, right] = [this.tokens[i - 1], this.tokens[i]];
    if (left === undefined || right === undefined) return 0;
    const written = right.startOffset - endOf(left);
    const normal = this.normal(i, left, right, written);
    return normal === 1 && written > 1 && isAligned(left, right) ? written : normal;
  }

  private normal(i: number, left: IToken, right: IToken, written: number): number {
    if (isOne(left, [T.OpenParen, T.OpenFields, T.OpenBracket, T.Power, T.Dot, T.DotDot])) return 0;
    if (isOne(right, [T.CloseParen, T.CloseBracket, T.Comma, T.Semicolon])) return 0;
    if (isOne(right, [T.Power, T.Dot, T.DotDot])) return 0;
    if (left.tokenType === T.Comma) return this.afterComma(i);
    if (left.tokenType === T.OpenBrace && right.tokenType === T.CloseBrace) return 0;
    if (this.isUnary(i - 1)) return 0;
    if (right.tokenType === T.OpenBracket) return isName(left) ? 0 : 1;
    if (right.tokenType === T.OpenParen) return this.beforeParen(i - 1, left, written);
    if (this.isTight(i) || this.isTight(i - 1)) return 0;
    return 1;
  }

  private afterComma(i: number): number {
    const open = this.inside[i - 1] ?? -1;
    return this.isWide.get(open) === false ? 0 : 1;
  }

  /** `f(x)`, `sum[k] (x)`; `f[m](x)` as the author likes. */
  private beforeParen(i: number, left: IToken, written: number): number {
    if (isName(left)) return 0;
    if (left.tokenType !== T.CloseBracket) return 1;
    const name = this.tokens[(this.opener.get(i) ?? 0) - 1];
    return name?.tokenType === T.MappedName ? Math.min(written, 1) : 1;
  }

  /** A minus in front of its only operand. */
  private isUnary(i: number): boolean {
    const [before, token] = [this.tokens[i - 1], this.tokens[i]];
    if (token?.tokenType === T.Words.not) return false;
    if (token?.tokenType !== T.Minus) return false;
    if (before === undefined) return true;
    if (before.tokenType === T.CloseBracket) {
      return this.tokens[(this.opener.get(i - 1) ?? 0) - 1]?.tokenType === T.ReduceName;
    }
    return !isOne(before, [T.Name, T.NumberWord, T.CloseParen, T.Words.true, T.Words.false]);
  }

  /** `c+1` in an index or in a parenthesised exponent, where the author left no space. */
  private isTight(i: number): boolean {
    const [left, sign, right] = [this.tokens[i - 1], this.tokens[i], this.tokens[i + 1]];
    if (left === undefined || sign === undefined || right === undefined) return false;
    if (!isOne(sign, [T.Plus, T.Minus, T.Times, T.Divide]) || !this.isInIndex(i)) return false;
    if (!isWord(left) || !isWord(right)) return false;
    return endOf(left) === sign.startOffset && endOf(sign) === right.startOffset;
  }

  private isInIndex(i: number): boolean {
    const open = this.inside[i] ?? -1;
    if (open < 0) return false;
    if (this.tokens[open]?.tokenType === T.OpenBracket) return true;
    return this.tokens[open - 1]?.tokenType === T.Power;
  }
}

function isOne(token: IToken, types: readonly IToken["tokenType"][]): boolean {
  return types.includes(token.tokenType);
}

function isName(token: IToken): boolean {
  return isOne(token, [T.Name, T.ReduceName, T.MappedName]);
}

function isWord(token: IToken): boolean {
  return isOne(token, [T.Name, T.NumberWord]);
}

const firstWords = [...definitionWords, ...statementWords, "let"] as const;

/** Where authors align columns: `let   a`, `a[i]   =`, `m    :`, `"…"   (`, `scan k   {`. */
function isAligned(left: IToken, right: IToken): boolean {
  if (isOne(right, [T.Assign, T.Colon, T.OpenBrace, T.Arrow, T.OpenFields])) return true;
  if (right.tokenType === T.OpenParen && left.tokenType === T.Text) return true;
  return firstWords.some((word) => left.tokenType === T.Words[word]);
}

function brackets(tokens: readonly IToken[]) {
  const inside: number[] = [];
  const opener = new Map<number, number>();
  const open: number[] = [];
  for (const [i, token] of tokens.entries()) {
    if (isOne(token, [T.CloseParen, T.CloseBracket, T.CloseBrace])) opener.set(i, open.pop() ?? -1);
    inside.push(open.at(-1) ?? -1);
    if (isOne(token, [T.OpenParen, T.OpenFields, T.OpenBracket, T.OpenBrace])) open.push(i);
  }
  return { inside, opener };
}

/** For each `[`: its author's way with commas, or spaces where an index is more than a name. */
function wideBrackets(tokens: readonly IToken[], inside: readonly number[]) {
  const seen = new Map<number, { wide: number; narrow: number; isPlain: boolean }>();
  for (const [i, token] of tokens.entries()) {
    const open = inside[i] ?? -1;
    if (tokens[open]?.tokenType !== T.OpenBracket) continue;
    const entry = seen.get(open) ?? { wide: 0, narrow: 0, isPlain: true };
    seen.set(open, entry);
    const next = tokens[i + 1];
    if (token.tokenType !== T.Comma) entry.isPlain &&= token.tokenType === T.Name;
    else if (next === undefined || next.startLine !== token.endLine) continue;
    else if (next.startOffset > endOf(token)) entry.wide += 1;
    else entry.narrow += 1;
  }
  const isWide = ({ wide, narrow, isPlain }: { wide: number; narrow: number; isPlain: boolean }) =>
    wide > 0 && (narrow === 0 || !isPlain);
  return new Map([...seen].map(([open, entry]) => [open, isWide(entry)] as const));
}
