// Which words are keywords where they stand, and which names are reductions.
//
// In:  balanced tokens (grammar/layout.ts), every word a `Name`.
// Out: the same tokens; a word that is meant as a keyword has a type of `Words`, the name of
//      `sum[k] x[k]` is a `ReduceName`, that of `f[m](S[m])` a `MappedName`.
//
// So `state`, `read`, `in`, `from` may also name tensors: only `reservedWords` may not.

import { tokenMatcher, type IToken, type TokenType } from "chevrotain";
import type { Layout } from "./layout.js";
import { endOf, retype } from "./scan.js";
import * as T from "./tokens.js";
import {
  definitionWords, infixWords, prefixWords, reductions, reservedWords, statementWords, type Keyword,
} from "./words.js";

const reserved = wordSet(reservedWords);
const definition = wordSet(definitionWords);
const statement = wordSet(statementWords);
const infix = wordSet(infixWords);
const prefix = wordSet(prefixWords);

function wordSet(words: readonly Keyword[]): ReadonlyMap<string, Keyword> {
  return new Map(words.map((word) => [word, word]));
}

export function giveMeaning(layout: Layout): IToken[] {
  const tokens = [...layout.tokens];
  const place: Place = { depth: 0, opened: [], isMonoid: false };
  for (const [i, token] of tokens.entries()) {
    const type = typeOf(tokens, i, layout.closer, place);
    if (type !== undefined) tokens[i] = retype(token, type);
    advance(place, tokens[i] ?? token);
  }
  return tokens;
}

/** Where the walk is. */
interface Place {
  /** Open braces. */
  depth: number;
  /** Open parentheses and brackets, innermost last. */
  readonly opened: TokenType[];
  isMonoid: boolean;
}

const closers = [T.CloseParen, T.CloseBracket];

/** Directly between the parentheses of a definition. */
function inHeader(place: Place): boolean {
  return place.depth === 0 && place.opened.length === 1 && place.opened[0] === T.OpenParen;
}

function advance(place: Place, token: IToken): void {
  if (token.tokenType === T.OpenBrace) place.depth += 1;
  else if (token.tokenType === T.CloseBrace) place.depth -= 1;
  else if (tokenMatcher(token, T.OpenParen)) place.opened.push(T.OpenParen);
  else if (token.tokenType === T.OpenBracket) place.opened.push(T.OpenBracket);
  else if (closers.includes(token.tokenType)) place.opened.pop();
  if (place.depth === 0 && definition.has(token.image) && token.tokenType !== T.Name) {
    place.isMonoid = token.tokenType === T.Words.monoid;
  }
}

type Closer = ReadonlyMap<number, number>;

/** The type that a token should have here; `undefined` when it keeps its own. */
function typeOf(tokens: readonly IToken[], i: number, closer: Closer, place: Place) {
  const token = tokens[i];
  if (token?.tokenType === T.OpenParen) {
    return place.isMonoid && beginsFields(tokens, i) ? T.OpenFields : undefined;
  }
  if (token?.tokenType !== T.Name) return undefined;
  return reservedType(token) ?? firstType(tokens, i, place)
    ?? infixType(tokens, i, place) ?? prefixType(tokens, i, place)
    ?? bracketType(tokens, i, closer, place);
}

function reservedType(token: IToken): TokenType | undefined {
  const word = reserved.get(token.image);
  return word && T.Words[word];
}

/** ` (name =`: the space tells it from a call. */
function beginsFields(tokens: readonly IToken[], i: number): boolean {
  const [before, open, name, sign] = [tokens[i - 1], tokens[i], tokens[i + 1], tokens[i + 2]];
  if (before === undefined || open === undefined) return false;
  if (name?.tokenType !== T.Name || sign?.tokenType !== T.Assign) return false;
  return before.tokenType === T.End || endOf(before) < open.startOffset;
}

const targetSigns = [T.OpenBracket, T.Assign, T.Comma, T.Colon];

/** A keyword at the beginning of a definition or statement. */
function firstType(tokens: readonly IToken[], i: number, place: Place): TokenType | undefined {
  const image = tokens[i]?.image ?? "";
  const next = tokens[i + 1];
  if (place.opened.length > 0) return undefined;
  if (!isFirst(tokens[i - 1]) && !isElseOfBlock(tokens, i - 1)) return undefined;
  if (next !== undefined && targetSigns.includes(next.tokenType)) return undefined;
  const word = place.depth === 0 ? definition.get(image) : statement.get(image);
  return word && T.Words[word];
}

function isElseOfBlock(tokens: readonly IToken[], i: number): boolean {
  return tokens[i]?.tokenType === T.Words.else && tokens[i - 1]?.tokenType === T.CloseBrace;
}

function isFirst(before: IToken | undefined): boolean {
  if (before === undefined) return true;
  return [T.End, T.OpenBrace, T.CloseBrace].includes(before.tokenType);
}

/** A keyword between two values: `k in i`, `await Hz[i] from z[i]`, `scan k backwards {`. */
function infixType(tokens: readonly IToken[], i: number, place: Place): TokenType | undefined {
  if (!isInfix(tokens, i)) return undefined;
  const word = infix.get(tokens[i]?.image ?? "");
  if (word === "in" && inHeader(place)) return T.InRange;
  return word && T.Words[word];
}

function isInfix(tokens: readonly IToken[], i: number): boolean {
  const [before, token, next] = [tokens[i - 1], tokens[i], tokens[i + 1]];
  if (token?.tokenType !== T.Name && !isWord(token)) return false;
  const word = infix.get(token?.image ?? "");
  if (word === undefined || before === undefined || next === undefined) return false;
  if (word === "first") return before.tokenType === T.Words.high;
  if (before.tokenType !== T.CloseBracket) return endsValue(before);
  return beginsValue(next) || next.tokenType === T.OpenBrace; // else `sum[k] in` reduces `in`
}

function isWord(token: IToken | undefined): boolean {
  return token !== undefined && token.tokenType.name.startsWith("word:");
}

function endsValue(token: IToken): boolean {
  const values = [T.Name, T.NumberWord, T.CloseParen, T.CloseBracket, T.Words.high, T.Words.true];
  return values.includes(token.tokenType) || token.tokenType === T.Words.false;
}

const valueBeginnings = [T.Name, T.NumberWord, T.OpenParen, T.OpenFields];
const valueWords: ReadonlySet<string> = new Set(["not", "true", "false"]);
const reservedImages: ReadonlySet<string> = new Set(reservedWords);

function beginsValue(token: IToken): boolean {
  if (valueWords.has(token.image)) return true;
  return valueBeginnings.includes(token.tokenType) && !reservedImages.has(token.image);
}

/** `await g[i]`, `gradient O wrt Q`, `static rank r`. */
function prefixType(tokens: readonly IToken[], i: number, place: Place): TokenType | undefined {
  const [before, token, next] = [tokens[i - 1], tokens[i], tokens[i + 1]];
  if (before === undefined || next?.tokenType !== T.Name || reservedImages.has(next.image)) {
    return undefined;
  }
  if (token?.image === "rank" && before.tokenType === T.Words.static) return T.Words.rank;
  const word = prefix.get(token?.image ?? "");
  if (word === undefined || isInfix(tokens, i + 1) || endsValue(before)) return undefined;
  if (word === "static" && !inHeader(place)) return undefined;
  return T.Words[word];
}

const neverReduced = [
  T.Assign, T.Colon, T.Comma, T.Arrow, T.At, T.OpenBrace, T.CloseBracket,
];

/** The name before `[…]`: a reduction, a mapped call, or an access (`undefined`). */
function bracketType(
  tokens: readonly IToken[], i: number, closer: Closer, place: Place,
): TokenType | undefined {
  const end = closer.get(i + 1);
  const before = tokens[i - 1];
  if (end === undefined || tokens[i + 1]?.tokenType !== T.OpenBracket) return undefined;
  const isTarget = place.opened.length === 0
    && (isFirst(before) || before?.tokenType === T.Words.let);
  if (place.depth === 0 || isTarget) return undefined;
  const next = tokens[end + 1];
  const isBuiltIn = reductions.has(tokens[i]?.image ?? "");
  if (next === undefined || isInfix(tokens, end + 1)) return undefined;
  if (isBuiltIn) return neverReduced.includes(next.tokenType) ? undefined : T.ReduceName;
  if (next.tokenType === T.OpenParen) return T.MappedName;
  return beginsValue(next) ? T.ReduceName : undefined;
}
