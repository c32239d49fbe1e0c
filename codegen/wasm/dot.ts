// state[m,n] += Σ_k left[m,k] · right[k,n] on staged tiles: the inner loop that must be fast.
//
// In:  a dot, the layout of its stages, its state in scratch memory.
// Out: a call, and the function that it calls: four rows by eight columns in registers over all of
// k.
// Not here: how the tiles got there (stage.ts).
//
// Every element takes its k in order, a product and a sum each, so that the bits are the
// interpreter's.
// The relaxed variant may fuse the two: its last bits depend on the machine.

import type { TileOp } from "../../src/tile/tile.js";
import { need, type Context, type ScratchState } from "./context.js";
import { useHelper } from "./helpers.js";
import { fieldTypes } from "./scratch-states.js";
import { addI32, get, i32, subI32, sx } from "./text.js";

type Dot = TileOp & { readonly kind: "dot" };

export function emitDot(c: Context, op: Dot): void {
  const state = need(c.states, op.state);
  const [left, right] = [need(c.stages, op.left), need(c.stages, op.right)];
  if (state.kind !== "scratch") throw new Error(`internal: ${op.state} of a dot is not in memory`);
  const width = state.points / state.rows;
  const { index, stop } = need(c.axes, op.over);
  const depth = subI32(stop?.text ?? index.text, index.text);
  const suffix = { simd128: "f32x4", relaxed: "relaxed", none: "f32" }[c.simd];
  const helper = `dot.${left.depth}.${width}_${suffix}`;
  useHelper(c.fn.helpers, helper);
  const at = (offset: number): string => addI32(get("scratch"), i32(offset));
  const [m, n] = [liveAcross(c, left.across, state.rows), liveAcross(c, right.across, width)];
  c.scope.lines.push(
    sx(`call $${helper}`, at(left.offset), at(right.offset), at(state.offset), m, n, depth),
  );
  notePresence(c, state, depth);
}

/** Live rows or columns: of one axis as many as there are, of several all. */
function liveAcross(
  c: Context,
  across: readonly { readonly axis: string; readonly step: number }[],
  room: number,
): string {
  const [only, more] = across;
  if (only === undefined) return i32(1);
  if (more !== undefined) return i32(room);
  const { index, stop } = need(c.axes, only.axis);
  return subI32(stop?.text ?? index.text, index.text);
}

function notePresence(c: Context, state: ScratchState, depth: string): void {
  const presence = fieldTypes(state.op).length - 1;
  if (presence < state.op.monoid.fields.length) return;
  const bytes = 4 * state.points;
  const start = addI32(get("scratch"), i32(state.offset + presence * bytes));
  const fill = sx("memory.fill", start, i32(255), i32(bytes));
  c.scope.lines.push(sx("if", sx("i32.gt_s", depth, i32(0)), sx("then", fill)));
}
