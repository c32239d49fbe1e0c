// What a user did wrong, as a value with a place. All codes and texts: grammar/codes.ts.

import type { Span } from "./span.js";

export interface Diagnostic {
  readonly code: `E${number}` | `W${number}`;
  readonly severity: "error" | "warning";
  /** What is wrong: lower case, one sentence, no full stop, the user's names in backquotes. */
  readonly message: string;
  readonly at: Span;
  /** Printed after the underline, in few words. */
  readonly label?: string;
  readonly notes: readonly { readonly text: string; readonly at: Span }[];
  /** What to write instead. */
  readonly help?: string;
}

export type Checked<T> =
  | { readonly ok: true; readonly value: T; readonly warnings: readonly Diagnostic[] }
  | { readonly ok: false; readonly errors: readonly [Diagnostic, ...Diagnostic[]] };
