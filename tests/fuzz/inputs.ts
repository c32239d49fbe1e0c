// Tensors that the caller brings, and their values: small integers and powers of two.

import type { Draft, FuzzInput, FuzzRank, FuzzTensor, Kind } from "./scope.js";
import { fresh } from "./scope.js";
import type { Tape } from "./tape.js";

const reals: readonly number[] = [1, 0, -1, 2, 3, -2, 4, -3, 0.5, -0.5, 0.25, 8, -4, -8];

/** Brings a new tensor over `ranks`; the name says its kind. */
export function newInput(
  draft: Draft,
  tape: Tape,
  ranks: readonly FuzzRank[],
  kind: Kind,
  role: FuzzInput["role"] = "in",
): FuzzTensor {
  const target = kind === "integer" && tape.oneIn(2) ? tape.of(draft.ranks) : undefined;
  const name = fresh(draft, { real: "A", integer: "q", boolean: "b" }[kind]);
  const tensor: FuzzTensor = {
    name,
    kind,
    ranks,
    format: kind === "real" ? undefined : kind === "boolean" ? "bool" : (target?.name ?? "i32"),
    range: kind === "real" ? { max: 8, grain: 0.25 } : { max: 40, grain: 1 },
    indexOf: target,
  };
  const seed = tape.below(251);
  const count = ranks.reduce((product, rank) => product * rank.extent, 1);
  const data = Array.from({ length: count }, (_, n) => valueAt(tensor, seed, n));
  draft.inputs.push({ tensor, role, data });
  return tensor;
}

/** Spread by a multiplication, so that one number of the tape makes a whole tensor. */
function valueAt({ kind, indexOf }: FuzzTensor, seed: number, n: number): number {
  const hash = Math.imul(n + 1, 2654435761) ^ Math.imul(seed + 1, 40503);
  const chance = (Math.imul(hash ^ (hash >>> 15), 2246822519) >>> 8) % 4096;
  if (kind === "boolean") return chance % 2;
  if (kind === "real") return reals[chance % reals.length] ?? 0;
  if (indexOf !== undefined) return chance % (indexOf.extent + 1); // the extent: absent
  return (chance % 12) - 2;
}
