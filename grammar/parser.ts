// Source text → syntax tree, with every mistake that can be seen without knowing what names mean.
//
// In:  any text at all.
// Out: a tree of what could be read, and diagnostics; never an exception.
// Not here: ranks, kinds, names (src/cascade).
//
// The steps: scan (characters), layout (brackets, statement ends), context (keywords),
// outline (blocks), and for each header and statement the Chevrotain rules.

import { giveMeaning } from "./context.js";
import { diagnose } from "./codes.js";
import type { Diagnostic } from "./diagnostic.js";
import { layout } from "./layout.js";
import { maxErrors, maxErrorsRead } from "./limits.js";
import { Outline } from "./outline.js";
import { scan } from "./scan.js";
import type { Source, Span } from "./span.js";
import type { File } from "./syntax.js";

export interface Parsed {
  readonly file: File;
  readonly errors: readonly Diagnostic[];
}

export function parse(source: Source): Parsed {
  const scanned = scan(source);
  const laid = layout(source, scanned.tokens);
  const tokens = giveMeaning(laid);
  const outline = new Outline(source, tokens, laid.closer, scanned.comments);
  const file = outline.file();
  const before = [...scanned.errors, ...laid.errors];
  if (before.length > maxErrors) return { file, errors: limited(before) };
  const after = outline.errors.slice(0, maxErrorsRead).filter(isNews(before, laid.unclosed));
  return { file, errors: limited([...before, ...after]) };
}

/** Whether an error tells more than those before it: one on a line whose characters are wrong,
 *  or behind a bracket that is open, mostly does not. */
function isNews(before: readonly Diagnostic[], unclosed: readonly Span[]) {
  const first = before.find((error) => error.code === "E0111");
  const spoilt = new Set(before.filter(isAboutText).map((error) => lineOf(error.at)));
  return (error: Diagnostic): boolean => {
    const isStray = error.code === "E0117" && first !== undefined;
    if (isStray && first.at.start < error.at.start) return false;
    if (spoilt.size > 0 && spoilt.has(lineOf(error.at))) return false;
    if (unclosed.some((span) => touches(span, error.at))) return false;
    return !before.some((other) => touches(other.at, error.at));
  };
}

function isAboutText(error: Diagnostic): boolean {
  return error.code === "E0101" || error.code === "E0102";
}

/** Offset of the line in which a span begins. */
function lineOf(at: Span): number {
  return at.source.text.lastIndexOf("\n", at.start - 1);
}

function touches(a: Span, b: Span): boolean {
  return a.start <= b.end && b.start <= a.end;
}

/** In text order, and not more than can be read. */
function limited(errors: readonly Diagnostic[]): readonly Diagnostic[] {
  const sorted = errors.toSorted((a, b) => a.at.start - b.at.start);
  const beyond = sorted[maxErrors];
  if (beyond === undefined) return sorted;
  return [...sorted.slice(0, maxErrors), diagnose("E0907", beyond.at, [maxErrors])];
}
