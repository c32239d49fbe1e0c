// Small odd extents for a definition, such that what it expects of them holds.

import type { Cascade } from "../../../src/cascade/cascade.js";

/** Ranks by name: heads are a multiple of groups, halves are even, and so on. */
const wanted: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  attention_rope: { e: 4 },
  transformer_block: { e: 4 },
  rope_half: { e: 6 },
  rope_interleaved: { e: 6 },
  group_rational: { q: 2, c: 6 },
  group_rational_backward: { q: 2, c: 6 },
  cholesky: { i: 5 },
  cholesky_solve: { i: 5 },
  inverse_pth_root: { i: 5 },
  inverse_pth_root_eigh: { i: 5 },
  qr: { i: 7, j: 4 },
  subspace_iteration: { i: 7, j: 6, r: 3 },
  block_topk: { m: 20, s: 4, c: 2 },
  snapkv: { w: 2, d: 3, c: 5, m: 9, p: 4 },
  think_prune: { n: 2, e: 4 },
  think_decode: { o: 3, r: 2, m: 5 },
  muonclip: { o: 6, h: 2, n: 5 },
  moe: { x: 4, n: 2 },
  split_kv: { l: 2, m: 6 },
};

export function extentsOf(cascade: Cascade): Readonly<Record<string, number>> {
  const extents: Record<string, number> = {};
  let n = 3;
  for (const { id, extent } of cascade.ranks.values()) {
    if (id === "params") continue;
    if (extent.kind === "free") extents[id] = 2 + (n++ % 5);
    if (extent.kind === "static") extents[id] = 3;
  }
  const hasGroups = cascade.ranks.has("g") && cascade.ranks.has("h");
  const grouped = hasGroups ? { g: 2, h: 4 } : {};
  return { ...extents, ...grouped, ...wanted[cascade.name] };
}
