// Every diagnostic: its code, its text, and what it advises. No message is built anywhere else.
//
// E01xx text and syntax · E02xx names and files · E03xx kinds · E04xx ranks and contraction ·
// E05xx presence and bounds · E06xx roles and assignment · E07xx calls, monoids, formats ·
// E08xx extents and contracts · E09xx limits · E10xx not yet lowered.  W…: warnings.

import { bodyTexts, callTexts } from "./codes/calls.js";
import { extentTexts } from "./codes/extents.js";
import { lowerTexts } from "./codes/lower.js";
import { kindTexts, nameTexts } from "./codes/names.js";
import { rankTexts, roleTexts } from "./codes/ranks.js";
import { limitTexts, syntaxTexts, wordTexts } from "./codes/text.js";
import { transformTexts } from "./codes/transform.js";
import type { Diagnostic } from "./diagnostic.js";
import type { Span } from "./span.js";

type Text = { readonly message: string; readonly label?: string; readonly help?: string };

/** Facts in, text out. The key is the code; each has a golden in tests/golden/diagnostics. */
export const texts = {
  ...wordTexts, // E0101 to E0107
  ...syntaxTexts, // E0110 to E0131
  ...limitTexts, // E0901 to E0907
  ...extentTexts, // E0801 to E0812, E1001
  ...transformTexts, // E0790, E0910
  ...nameTexts, // E0201 to E0218, W0201
  ...kindTexts, // E0301 to E0313
  ...rankTexts, // E0401 to E0420, E0501, E0502
  ...roleTexts, // E0601 to E0616
  ...callTexts, // E0701 to E0731
  ...bodyTexts, // E0821 to E0828
  ...lowerTexts, // E1010 to E1014
} as const;

export type Code = keyof typeof texts;

/** A diagnostic of `code` at `at`, its text made from `facts`. */
export function diagnose<C extends Code>(
  code: C,
  at: Span,
  facts: Parameters<(typeof texts)[C]>,
  notes: Diagnostic["notes"] = [],
): Diagnostic {
  const make = texts[code] as (...facts: readonly unknown[]) => Text;
  const severity = (code as string).startsWith("W") ? "warning" : "error";
  return { code: code as Diagnostic["code"], severity, at, notes, ...make(...facts) };
}
