import type { TileOp } from "../../src/tile/tile.js";
import type { Context } from "./context.js";
import type { RegionAxis } from "./region.js";
export function emitTiles(_c: Context, _axes: readonly RegionAxis[], _ops: readonly TileOp[]): void {
  throw new Error("internal: not yet");
}
