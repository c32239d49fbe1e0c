// Broken sources made from good ones, the same for the same seed.

import type { IToken } from "chevrotain";
import { scan } from "../../grammar/scan.js";
import type { Source } from "../../grammar/span.js";

export type Random = () => number;

/** Mulberry32: numbers in 0..1 that depend on the seed only. */
export function randomOf(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function pick<T>(random: Random, list: readonly T[]): T {
  const chosen = list[Math.floor(random() * list.length)];
  if (chosen === undefined) throw new Error("internal: nothing to choose from");
  return chosen;
}

/** What stands before a token, the token, and what stands behind it. */
type Parts = readonly [string, string, string];

function cutOut(text: string, token: IToken): Parts {
  const end = token.startOffset + token.image.length;
  return [text.slice(0, token.startOffset), token.image, text.slice(end)];
}

type Mutation = (text: string, random: Random, corpus: readonly Source[]) => string;

function tokensOf(text: string): readonly IToken[] {
  return scan({ name: "mutant", text }).tokens;
}

function atToken(change: (parts: Parts) => string): Mutation {
  return (text, random) => {
    const tokens = tokensOf(text);
    return tokens.length === 0 ? text : change(cutOut(text, pick(random, tokens)));
  };
}

const removeToken = atToken(([before, , after]) => before + after);
const repeatToken = atToken(([before, token, after]) => `${before}${token} ${token}${after}`);

const swapTokens: Mutation = (text, random) => {
  const tokens = tokensOf(text);
  if (tokens.length < 2) return text;
  const [a, b] = [pick(random, tokens), pick(random, tokens)]
    .sort((left, right) => left.startOffset - right.startOffset);
  if (a === undefined || b === undefined || a === b) return text;
  const [before, first] = cutOut(text, a);
  const [until, second, after] = cutOut(text, b);
  return before + second + until.slice(a.startOffset + first.length) + first + after;
};

/** A piece of another program in the middle of this one. */
const splice: Mutation = (text, random, corpus) => {
  const other = pick(random, corpus).text;
  const from = Math.floor(random() * other.length);
  const at = Math.floor(random() * text.length);
  return text.slice(0, at) + other.slice(from, from + random() * 200) + text.slice(at);
};

const flipByte: Mutation = (text, random) => {
  const bytes = new TextEncoder().encode(text);
  const at = Math.floor(random() * bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8));
  return new TextDecoder().decode(bytes);
};

/** Other spaces between the tokens: mostly still the same program. */
const respace: Mutation = (text, random) => {
  let [result, end] = ["", 0];
  for (const token of tokensOf(text)) {
    const gap = text.slice(end, token.startOffset);
    const isSpace = /^ +$/.test(gap);
    result += (isSpace && random() < 0.3 ? " ".repeat(1 + random() * 4) : gap) + token.image;
    end = token.startOffset + token.image.length;
    if (random() < 0.05 && !result.endsWith("\n")) result += " ";
  }
  return result + text.slice(end);
};

const mutations: readonly Mutation[] = [
  removeToken, repeatToken, swapTokens, splice, flipByte, respace,
];

export function mutate(random: Random, corpus: readonly Source[]): string {
  let { text } = pick(random, corpus);
  const times = 1 + Math.floor(random() * 3);
  for (let i = 0; i < times; i += 1) text = pick(random, mutations)(text, random, corpus);
  return text;
}
