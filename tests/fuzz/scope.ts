// What a program under construction has: ranks with extents, tensors, and the variables in scope.

import type { Range } from "./range.js";
import type { Tape } from "./tape.js";

export interface FuzzRank {
  readonly name: string;
  readonly extent: number;
  /** A second variable of the rank, declared by `index`. */
  readonly second: string;
}

export type Kind = "real" | "integer" | "boolean";

export interface FuzzTensor {
  readonly name: string;
  readonly kind: Kind;
  readonly ranks: readonly FuzzRank[];
  /** As written behind a colon; undefined: the default of its kind. */
  readonly format: string | undefined;
  readonly range: Range;
  /** Of the rank whose positions it holds. */
  readonly indexOf: FuzzRank | undefined;
}

/** What the caller brings; `role` "in" stands in the signature. */
export interface FuzzInput {
  readonly tensor: FuzzTensor;
  readonly role: "in" | "param" | "state";
  readonly data: readonly number[];
}

/** A variable and the rank that it walks. */
export interface Walk {
  readonly variable: string;
  readonly rank: FuzzRank;
}

/** The program so far; grows. */
export interface Draft {
  readonly ranks: readonly FuzzRank[];
  readonly inputs: FuzzInput[];
  readonly lets: FuzzTensor[];
  readonly lines: string[];
  /** Definitions above the cascade, by name. */
  readonly helpers: Map<string, string>;
  /** Second variables in use: to be declared. */
  readonly seconds: Set<FuzzRank>;
  names: number;
}

/** Where an expression is made. */
export interface Scope {
  readonly draft: Draft;
  readonly tape: Tape;
  readonly walks: readonly Walk[];
  /** Levels of operators that may still be opened. */
  readonly depth: number;
}

/** Points that one equation may visit, its reductions included. */
const maxPoints = 4096;

export function pointsOf(walks: readonly Walk[]): number {
  return walks.reduce((product, { rank }) => product * rank.extent, 1);
}

export function fits(walks: readonly Walk[], more: FuzzRank): boolean {
  return pointsOf(walks) * more.extent <= maxPoints;
}

export function deeper(scope: Scope): Scope {
  return { ...scope, depth: scope.depth - 1 };
}

export function fresh(draft: Draft, base: string): string {
  draft.names += 1;
  return `${base}${draft.names}`;
}

/** Every tensor that can be read here. */
export function readable(draft: Draft): readonly FuzzTensor[] {
  return [...draft.inputs.map(({ tensor }) => tensor), ...draft.lets];
}
