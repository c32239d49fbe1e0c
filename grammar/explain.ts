// A failed match of the parser → a diagnostic in our words.

import type { IRecognitionException, IToken } from "chevrotain";
import { diagnose } from "./codes.js";
import type { Diagnostic } from "./diagnostic.js";
import { endOf, spanOf } from "./scan.js";
import type { Source, Span } from "./span.js";
import * as T from "./tokens.js";

/** A piece of the token stream that was parsed by one rule. */
export interface Piece {
  readonly source: Source;
  readonly tokens: readonly IToken[];
  /** What stands behind it: the end of a line, a brace, or nothing. */
  readonly follow: IToken | undefined;
}

export function explain(error: IRecognitionException, piece: Piece): Diagnostic {
  const { source } = piece;
  const isAtEnd = Number.isNaN(error.token.startOffset) || error.token.tokenType.name === "EOF";
  const token = isAtEnd ? piece.follow : error.token;
  const expected = error.message;
  if (token === undefined || token.tokenType === T.End) {
    return diagnose("E0114", lastOf(piece), [expected]);
  }
  const at = visible(source, token);
  if (token.image === "") return diagnose("E0114", lastOf(piece), [expected]);
  const isLeftover = error.name === "NotAllInputParsedException";
  return special(token, at, isLeftover, expected) ?? (isLeftover
    ? diagnose("E0113", at, [describe(token)])
    : diagnose("E0110", at, [expected, describe(token)]));
}

/** Mistakes that have an advice of their own. */
function special(token: IToken, at: Span, isLeftover: boolean, expected: string) {
  const isWord = token.tokenType.name.startsWith("word:");
  if (expected === "a name" && isWord) return diagnose("E0122", at, [token.image]);
  if (isLeftover && token.tokenType === T.Semicolon) return diagnose("E0125", at, []);
  if (isLeftover && token.tokenType === T.Assign) return diagnose("E0124", at, []);
  if (expected === "a value" && token.tokenType === T.OpenBracket) return diagnose("E0128", at, []);
  return undefined;
}

/** How a message speaks of a token. */
export function describe(token: IToken): string {
  if (token.tokenType === T.End || token.image === "") return "the end of the line";
  const image = token.image.length > 40 ? `${token.image.slice(0, 40)}…` : token.image;
  return `\`${image}\``;
}

function visible(source: Source, token: IToken): Span {
  const at = spanOf(source, token);
  return at.end > at.start ? at : { ...at, start: Math.max(0, at.start - 1) };
}

/** The last token of a piece, or what stands before it. */
function lastOf(piece: Piece): Span {
  const last = piece.tokens.findLast((token) => token.image !== "");
  if (last !== undefined) return spanOf(piece.source, last);
  const end = piece.follow === undefined ? piece.source.text.length : endOf(piece.follow);
  return { source: piece.source, start: Math.max(0, end - 1), end: Math.max(1, end) };
}
