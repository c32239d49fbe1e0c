// The tokens of a `.opt` file, and the lexer that cuts them.
//
// In:  characters.
// Out: Chevrotain tokens; every word is a `Name` until grammar/context.ts knows better.
// Not here: what is wrong with a token (grammar/scan.ts).

import { createToken, Lexer, type ITokenConfig, type TokenType } from "chevrotain";
import { keywords, type Keyword } from "./words.js";

function token(name: string, label: string, more: Omit<ITokenConfig, "name" | "label">): TokenType {
  return createToken({ name, label, ...more });
}

function sign(name: string, text: string, categories: TokenType[] = []): TokenType {
  return createToken({ name, label: `\`${text}\``, pattern: text, categories });
}

/** From `/*` to its end, or to the end of the text. */
function blockComment(text: string, offset: number): [string] | null {
  if (!text.startsWith("/*", offset)) return null;
  const end = text.indexOf("*/", offset + 2);
  return [text.slice(offset, end < 0 ? undefined : end + 2)];
}

/** Any operator that stands between two values. */
export const Infix = token("Infix", "an operator", { pattern: Lexer.NA });

export const Space = token("Space", "a space", { pattern: /[ \t]+/, group: Lexer.SKIPPED });
export const NewLine = token("NewLine", "the end of the line", {
  pattern: /\r?\n/,
  line_breaks: true,
});
export const Comment = token("Comment", "a comment", {
  pattern: /\/\/[^\n\r]*/,
  group: "comments",
});
export const BlockComment = token("BlockComment", "a comment", {
  pattern: blockComment,
  start_chars_hint: ["/"],
  line_breaks: true,
});
export const Text = token("Text", "a path in quotes", { pattern: /"[^"\n\r]*"/ });
export const OpenText = token("OpenText", "a path in quotes", { pattern: /"[^"\n\r]*/ });
export const NumberWord = token("NumberWord", "a number", {
  pattern: /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/,
});
export const Name = token("Name", "a name", { pattern: /[A-Za-z_][A-Za-z0-9_]*/ });

/** Operators of other languages: each has a diagnostic and is read as what was meant. */
export const Foreign = token("Foreign", "an operator", {
  pattern: /&&|\|\||\*\*|[-+*/]=|:=|=>|<>|[!%&|]/,
});

export const Arrow = sign("Arrow", "->");
export const DotDot = sign("DotDot", "..");
export const Dot = sign("Dot", ".");
export const Equal = sign("Equal", "==", [Infix]);
export const Unequal = sign("Unequal", "!=", [Infix]);
export const AtMost = sign("AtMost", "<=", [Infix]);
export const AtLeast = sign("AtLeast", ">=", [Infix]);
export const Less = sign("Less", "<", [Infix]);
export const Greater = sign("Greater", ">", [Infix]);
export const Assign = sign("Assign", "=");
export const Plus = sign("Plus", "+", [Infix]);
export const Minus = sign("Minus", "-", [Infix]);
export const Times = sign("Times", "*", [Infix]);
export const Divide = sign("Divide", "/", [Infix]);
export const Power = sign("Power", "^", [Infix]);
export const OpenParen = sign("OpenParen", "(");
export const CloseParen = sign("CloseParen", ")");
export const OpenBracket = sign("OpenBracket", "[");
export const CloseBracket = sign("CloseBracket", "]");
export const OpenBrace = sign("OpenBrace", "{");
export const CloseBrace = sign("CloseBrace", "}");
export const Comma = sign("Comma", ",");
export const Semicolon = sign("Semicolon", ";");
export const Colon = sign("Colon", ":");
export const At = sign("At", "@");

/** Where a statement ends: put in by grammar/layout.ts. */
export const End = token("End", "the end of the line", { pattern: Lexer.NA });
/** The `(` of a monoid's `(m = x, s = 1)`. */
export const OpenFields = token("OpenFields", "`(`", {
  pattern: Lexer.NA,
  categories: [OpenParen],
});
/** The name of `sum[k] x[k]`. */
export const ReduceName = token("ReduceName", "a reduction", { pattern: Lexer.NA });
/** The name of `f[m,f](S[m], V[m,f])`. */
export const MappedName = token("MappedName", "a cascade", { pattern: Lexer.NA });
/** The `in` of `lr = 1e-3 in 0..1`. */
export const InRange = token("InRange", "`in`", { pattern: Lexer.NA });

const infixKeywords: ReadonlySet<Keyword> = new Set(["and", "div", "else", "mod", "or", "where"]);

function keyword(word: Keyword): TokenType {
  const categories = infixKeywords.has(word) ? [Infix] : [];
  return createToken({ name: `word:${word}`, label: `\`${word}\``, pattern: Lexer.NA, categories });
}

/** A token type for each word, given to a `Name` where it is meant as a keyword. */
export const Words = Object.fromEntries(keywords.map((word) => [word, keyword(word)])) as {
  readonly [word in Keyword]: TokenType;
};

/** What the lexer cuts, in the order in which it tries. */
const cut: readonly TokenType[] = [
  Space, NewLine, Comment, BlockComment, Text, OpenText, NumberWord, Name,
  Arrow, DotDot, Dot, Equal, Unequal, AtMost, AtLeast, Foreign, Less, Greater, Assign,
  Plus, Minus, Times, Divide, Power, OpenParen, CloseParen, OpenBracket, CloseBracket,
  OpenBrace, CloseBrace, Comma, Semicolon, Colon, At,
];

const placed: readonly TokenType[] = [End, OpenFields, ReduceName, MappedName, InRange, Infix];

/** All types, as the parser wants them. */
export const vocabulary: readonly TokenType[] = [...cut, ...placed, ...Object.values(Words)];

export const lexer = new Lexer([...cut, ...placed, ...Object.values(Words)], {
  positionTracking: "full",
  ensureOptimizations: false,
});
