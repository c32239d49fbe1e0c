// Every diagnostic: its code, its text, and what it advises. No message is built anywhere else.
//
// E01xx text and syntax · E02xx names and files · E03xx kinds · E04xx ranks and contraction ·
// E05xx presence and bounds · E06xx roles and assignment · E07xx calls, monoids, formats ·
// E08xx extents and contracts · E09xx limits · E10xx not yet lowered.  W…: warnings.

import { extentTexts } from "./codes/extents.js";
import { limitTexts, syntaxTexts, wordTexts } from "./codes/text.js";
import type { Diagnostic } from "./diagnostic.js";
import type { Span } from "./span.js";

type Text = { readonly message: string; readonly label?: string; readonly help?: string };

/** Facts in, text out. The key is the code; each has a golden in tests/golden/diagnostics. */
export const texts = {
  ...wordTexts, // E0101 to E0107
  ...syntaxTexts, // E0110 to E0129
  ...limitTexts, // E0901 to E0907
  ...extentTexts, // E0801 to E0812, E1001
  E0412: (name: string, tensor: string): Text => ({
    message: `rank \`${name}\` is neither in the result nor reduced`,
    label: `\`${name}\` comes in here`,
    help: `write \`sum[${name}] ${tensor}\`, or add the rank to the result`,
  }),
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
