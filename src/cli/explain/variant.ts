// Which orientation of a definition these extents take.
//
// In:  the variants of a program, the extents as the source names them.
// Out: one variant, and its extents: where a condition fails, its two ranks change places.
// Not here: the choice at run time (src/runtime/bind.ts).

import type { Cascade } from "../../cascade/cascade.js";
import type { Bound } from "../../cascade/interpret/bind.js";
import { sizesOf } from "../../cascade/walk.js";
import type { OrientVariant } from "../../transform/orient.js";
import { valueIn } from "./value.js";

export interface Chosen {
  readonly index: number;
  readonly cascade: Cascade;
  readonly exchanged: readonly (readonly string[])[];
}

export function chooseVariant(variants: readonly OrientVariant[], bound: Bound): Chosen {
  const [first] = variants;
  if (first === undefined) throw new Error("internal: a program without variants");
  const value = valueIn(first.cascade, bound);
  const found = variants.findIndex(({ conditions }) =>
    conditions.every(({ condition, holds }) => (value(condition) !== 0) === holds),
  );
  const index = Math.max(0, found);
  const { cascade, conditions } = variants[index] ?? first;
  const failed = conditions.filter(({ holds }) => !holds);
  return { index, cascade, exchanged: failed.map(({ condition }) => [...sizesOf(condition)]) };
}

export function exchangedExtents(
  { exchanged }: Chosen,
  extents: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const own = new Map(extents);
  for (const [a = "", b = ""] of exchanged) {
    const [x, y] = [own.get(a), own.get(b)];
    if (x === undefined || y === undefined) continue;
    own.set(a, y).set(b, x);
  }
  return own;
}
