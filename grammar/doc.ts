// The `///` lines above a definition.

import type { IToken } from "chevrotain";
import { endOf } from "./scan.js";
import type { Source } from "./span.js";

/** Their text without the slashes, joined by newlines; only what stands directly above counts. */
export function docAbove(source: Source, comments: readonly IToken[], offset: number): string {
  const lines: string[] = [];
  let below = offset;
  for (let i = lastBefore(comments, offset); i >= 0; i -= 1) {
    const comment = comments[i];
    if (comment === undefined || !isDirectlyAbove(source, comment, below)) break;
    lines.push(comment.image.replace(/^\/\/\/ ?/, "").trimEnd());
    below = comment.startOffset;
  }
  return lines.reverse().join("\n");
}

function isDirectlyAbove(source: Source, comment: IToken, offset: number): boolean {
  if (!comment.image.startsWith("///")) return false;
  return /^\r?\n[ \t]*$/.test(source.text.slice(endOf(comment), offset));
}

/** Index of the last comment that begins before `offset`, or -1. */
function lastBefore(comments: readonly IToken[], offset: number): number {
  let [low, high] = [0, comments.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((comments[middle]?.startOffset ?? offset) < offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
