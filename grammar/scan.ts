// Characters → tokens, with what is wrong about single characters and words.
//
// In:  a source of any content.
// Out: tokens with their newlines, comments apart; words of other languages stand corrected.
// Not here: brackets and statement ends (grammar/layout.ts).

import type { IToken, TokenType } from "chevrotain";
import { diagnose } from "./codes.js";
import type { Diagnostic } from "./diagnostic.js";
import { maxErrors, maxFileLength, maxTokens, maxWordLength } from "./limits.js";
import type { Source, Span } from "./span.js";
import * as T from "./tokens.js";
import { reservedWords } from "./words.js";

const reserved: ReadonlySet<string> = new Set(reservedWords);

export interface Scan {
  readonly tokens: readonly IToken[];
  readonly comments: readonly IToken[];
  readonly errors: readonly Diagnostic[];
}

/** Half-open end of a token. */
export function endOf(token: IToken): number {
  return token.startOffset + token.image.length;
}

export function spanOf(source: Source, token: IToken): Span {
  return { source, start: token.startOffset, end: endOf(token) };
}

/** The same token as another type. */
export function retype(token: IToken, type: TokenType): IToken {
  return { ...token, tokenType: type, tokenTypeIdx: type.tokenTypeIdx ?? 0 };
}

export function scan(source: Source): Scan {
  const { text } = source;
  if (text.length > maxFileLength) {
    const at = { source, start: maxFileLength, end: maxFileLength + 1 };
    const errors = [diagnose("E0901", at, [text.length, maxFileLength])];
    return { tokens: [], comments: [], errors };
  }
  const cut = T.lexer.tokenize(text);
  const beyond = cut.tokens[maxTokens];
  if (beyond !== undefined) {
    const at = spanOf(source, beyond);
    const errors = [diagnose("E0902", at, [cut.tokens.length, maxTokens])];
    return { tokens: [], comments: [], errors };
  }
  const uncut = cut.errors.slice(0, maxErrors);
  const errors = [
    ...hidden(source),
    ...uncut.flatMap(({ offset, length }) => strange(source, offset, offset + length)),
  ];
  const tokens = cut.tokens.flatMap((token, i) => check(source, token, cut.tokens[i + 1], errors));
  return { tokens, comments: cut.groups["comments"] ?? [], errors };
}

/** Controls, zero-width and direction marks, line separators: wherever they stand. */
export const hiddenCharacters = new RegExp([
  "[\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u00a0\\u00ad\\u061c\\u180e]",
  "[\\u200b-\\u200f\\u2028-\\u202f\\u2060-\\u206f\\ufeff\\ufff9-\\ufffb]",
  "\\r(?!\\n)",
].join("|"), "g");

function hidden(source: Source): Diagnostic[] {
  const errors: Diagnostic[] = [];
  for (const { 0: mark, index } of source.text.matchAll(hiddenCharacters)) {
    if (index === 0 && mark === "\ufeff") continue;
    const code = mark.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    errors.push(diagnose("E0102", { source, start: index, end: index + 1 }, [`U+${code}`]));
    if (errors.length > maxErrors) break;
  }
  return errors;
}

/** What the lexer could not cut, less what is hidden, which has its own error. */
function strange(source: Source, start: number, end: number): Diagnostic[] {
  const text = source.text.slice(start, end);
  const shown = text.replace(hiddenCharacters, "").trim();
  if (shown === "") return [];
  const offset = start + text.indexOf(shown.slice(0, 1));
  const some = [...shown].slice(0, 20).join("");
  return [diagnose("E0101", { source, start: offset, end }, [some])];
}

const meant: ReadonlyMap<string, TokenType> = new Map([
  ["&&", T.Words.and], ["&", T.Words.and], ["||", T.Words.or], ["|", T.Words.or],
  ["**", T.Power], ["%", T.Words.mod], ["!", T.Words.not], ["<>", T.Unequal], ["=>", T.Arrow],
]);

/** The token itself, or what stands for it; an error when it is not right. */
function check(source: Source, token: IToken, next: IToken | undefined, errors: Diagnostic[]) {
  const at = spanOf(source, token);
  switch (token.tokenType) {
    case T.Foreign:
      errors.push(diagnose("E0107", at, [token.image]));
      return [retype(token, meant.get(token.image) ?? T.Assign)];
    case T.OpenText:
      errors.push(diagnose("E0103", at, []));
      return [retype(token, T.Text)];
    case T.BlockComment:
      errors.push(diagnose("E0104", { ...at, end: at.start + 2 }, []));
      return [];
    case T.NumberWord:
      errors.push(...badNumber(source, token, next));
      return [token];
    case T.Dot:
      errors.push(...badDot(source, token, next));
      return [token];
    default:
      if (token.image.length > maxWordLength) errors.push(tooLong(at));
      return [token];
  }
}

function tooLong(at: Span): Diagnostic {
  return diagnose("E0906", at, [at.end - at.start, maxWordLength]);
}

function badNumber(source: Source, token: IToken, next: IToken | undefined): Diagnostic[] {
  const at = spanOf(source, token);
  const text = token.image;
  if (text.length > maxWordLength) return [tooLong(at)];
  if (next !== undefined && next.startOffset === at.end) {
    const whole = { ...at, end: Math.min(endOf(next), at.end + 20) };
    const image = source.text.slice(whole.start, whole.end);
    if (next.tokenType === T.Name) return [diagnose("E0105", whole, [image, better(text, image)])];
    if (next.tokenType === T.Dot) {
      const help = text.includes(".") ? "write one point only" : `write \`${text}.0\``;
      return [diagnose("E0105", whole, [image, help])];
    }
  }
  const value = Number(text);
  if (!Number.isFinite(value)) return [diagnose("E0106", at, [text, "too large"])];
  if (value === 0 && /[1-9]/.test(text.replace(/[eE].*/, ""))) {
    return [diagnose("E0106", at, [text, "too small"])];
  }
  if (/^\d+$/.test(text) && value > Number.MAX_SAFE_INTEGER) {
    return [diagnose("E0106", at, [text, "too large to be exact"])];
  }
  return [];
}

/** What to write for a number with letters behind it. */
function better(digits: string, image: string): string {
  const letters = image.slice(digits.length);
  if (reserved.has(letters)) return `write a space: \`${digits} ${letters}\``;
  if (/^[eE]$/.test(letters)) return "write digits behind the `e`";
  if (/^_[\d_]*$/.test(letters)) return `write \`${image.replaceAll("_", "")}\``;
  const value = Number(image);
  if (/^0[xXbBoO]/.test(image) && Number.isFinite(value)) return `write \`${value}\``;
  return `write \`${digits} * ${letters}\`, or begin the name with a letter`;
}

/** `.5` */
function badDot(source: Source, token: IToken, next: IToken | undefined): Diagnostic[] {
  const at = spanOf(source, token);
  if (next?.tokenType !== T.NumberWord || next.startOffset !== at.end) return [];
  if (/[\w)\]]/.test(source.text.charAt(at.start - 1))) return [];
  const text = `.${next.image}`;
  return [diagnose("E0105", { ...at, end: endOf(next) }, [text, `write \`0${text}\``])];
}
