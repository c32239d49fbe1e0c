// What a file defines, once checked, and where a definition finds the others.
//
// Types only: cascade.ts, monoid.ts and format.ts of this folder make the values.

import type { Span } from "../../../grammar/span.js";
import type { BlockFormat, Cascade, Monoid, RankId, ScalarId, TensorId } from "../cascade.js";

export type Definition =
  | CascadeEntry
  | { readonly kind: "monoid"; readonly monoid: Monoid }
  | { readonly kind: "format"; readonly format: FormatMaker };

export interface CascadeEntry {
  readonly kind: "cascade";
  readonly cascade: Cascade;
  readonly signature: Signature;
  /** Definitions that stand inside one another here: 1 for one that calls none. */
  readonly depth: number;
}

/** The entries of a header, in the order in which they stand there. */
export type Signature = readonly SignatureEntry[];
export type SignatureEntry =
  | { readonly kind: "tensor"; readonly id: TensorId }
  | { readonly kind: "scalar"; readonly id: ScalarId }
  | { readonly kind: "rank"; readonly id: RankId };

/** Values of a format's statics, by name. */
export type Statics = ReadonlyMap<string, number | boolean>;

export interface FormatMaker {
  readonly name: string;
  readonly statics: readonly string[];
  /** The format with these statics; undefined when it does not check (reported where it stands). */
  readonly make: (given: Statics) => BlockFormat | undefined;
}

/** The definitions that a definition can name: those of its file and its imports. */
export interface Library {
  /** `failed` has been reported; undefined: there is none of that name. */
  readonly find: (name: string, at: Span) => Definition | "failed" | undefined;
  readonly names: () => Iterable<string>;
}
