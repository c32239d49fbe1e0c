// What a name means at a place in the text.
//
// In:  names as the definition introduces them, block by block.
// Out: their meaning, or the nearest known name for a message.
// Not here: definitions and imports (module.ts), ids in the cascade (draft.ts).

import type { Span } from "../../../grammar/span.js";
import type { RankId, ScalarId, TensorId, VariableId } from "../cascade.js";

/** A rank is also its own first variable. `poison` has been reported. */
export type Meaning =
  | { readonly kind: "rank"; readonly id: RankId; readonly at: Span }
  | { readonly kind: "variable"; readonly id: VariableId; readonly at: Span }
  | { readonly kind: "tensor"; readonly id: TensorId; readonly at: Span }
  | { readonly kind: "scalar"; readonly id: ScalarId; readonly at: Span }
  | { readonly kind: "local"; readonly id: string; readonly at: Span }
  | { readonly kind: "poison"; readonly at: Span };

/** The names of one block; those of the blocks around it are seen through. */
export interface Scope {
  readonly outer: Scope | undefined;
  readonly names: Map<string, Meaning>;
}

export function openScope(outer: Scope | undefined): Scope {
  return { outer, names: new Map() };
}

export function meaningOf(scope: Scope, name: string): Meaning | undefined {
  for (let s: Scope | undefined = scope; s !== undefined; s = s.outer) {
    const found = s.names.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Every good name that can be seen, the nearest block first. */
export function visibleNames(scope: Scope): readonly string[] {
  const names: string[] = [];
  for (let s: Scope | undefined = scope; s !== undefined; s = s.outer) {
    for (const [name, meaning] of s.names) if (meaning.kind !== "poison") names.push(name);
  }
  return names;
}

/** How many of the known names are compared with a misspelt one. */
const maxCompared = 2000;

/** The known name that `name` was probably meant to be. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const limit = name.length <= 2 ? 1 : Math.ceil(name.length / 3);
  let best: string | undefined;
  let least = limit + 1;
  let compared = 0;
  for (const candidate of known) {
    if (compared++ > maxCompared) break;
    if (Math.abs(candidate.length - name.length) >= least) continue;
    if (name.length === 1 && candidate.toLowerCase() !== name.toLowerCase()) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance >= least || distance >= Math.max(name.length, candidate.length)) continue;
    least = distance;
    best = candidate;
  }
  return best;
}

/** Insertions, deletions and replacements that make `b` of `a`; neighbours exchanged count one. */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + same);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) least = Math.min(least, (before[j - 2] ?? 0) + 1);
      row.push(least);
    }
    before = above;
    above = row;
  }
  return above[b.length] ?? 0;
}
