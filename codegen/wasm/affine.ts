// An index as a sum of axes and other terms with constant factors.
//
// In:  an i32 expression.
// Out: its terms. What is not affine is one term by itself.
// Not here: addresses (address.ts).

import type { AxisId, TileExpr, TileOp } from "../../src/tile/tile.js";

/** coefficient · axis, coefficient · e, or the coefficient alone. */
export interface Term {
  readonly coefficient: number;
  readonly axis: AxisId | undefined;
  readonly e: TileExpr | undefined;
}

type Lets = ReadonlyMap<string, TileOp & { readonly kind: "let" }>;

export function affineTerms(e: TileExpr, lets: Lets, factor = 1): readonly Term[] {
  if (e.kind === "const") return [{ coefficient: e.value * factor, axis: undefined, e: undefined }];
  if (e.kind === "axis") return [{ coefficient: factor, axis: e.axis, e: undefined }];
  if (e.kind === "local") return definitionTerms(e, lets, factor);
  if (e.kind !== "map") return [{ coefficient: factor, axis: undefined, e }];
  const [a, b] = e.args;
  if (a === undefined) return [];
  if (e.op === "neg") return affineTerms(a, lets, -factor);
  if (b !== undefined && (e.op === "add" || e.op === "sub")) {
    const sign = e.op === "sub" ? -factor : factor;
    return [...affineTerms(a, lets, factor), ...affineTerms(b, lets, sign)];
  }
  if (b !== undefined && e.op === "mul") {
    if (a.kind === "const") return affineTerms(b, lets, factor * a.value);
    if (b.kind === "const") return affineTerms(a, lets, factor * b.value);
  }
  return [{ coefficient: factor, axis: undefined, e }];
}

/**
 * A let of axes and extents only is seen through, so that `i + 1` stays contiguous under a name.
 */
function definitionTerms(
  e: TileExpr & { readonly kind: "local" },
  lets: Lets,
  factor: number,
): readonly Term[] {
  const definition = lets.get(e.name);
  const self = [{ coefficient: factor, axis: undefined, e }];
  if (definition === undefined || definition.value.kind === "load") return self;
  const terms = affineTerms(definition.value, lets, factor);
  const isPlain = terms.every((t) => t.e === undefined || t.e.kind === "size");
  return isPlain ? terms : self;
}
