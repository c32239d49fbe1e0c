// Tiles in scratch memory for dots, laid out as the dot's inner loop reads them.
//
// In:  a stage and the dot that reads it.
// Out: room for the tile, a store for each live point. Dead points and padding hold anything: they
//      meet only the sums of dead points, which nobody reads.
// Not here: the dot (dot.ts).

import type { AxisId, TileOp } from "../../src/tile/tile.js";
import { need, type Context, type StageLayout } from "./context.js";
import { bind, hoist, reserve, type FunctionBuilder, type Value } from "./scope.js";
import { addI32, get, i32, mulI32, subI32, sx, withOffset } from "./text.js";
import { widen } from "./values.js";

type Stage = TileOp & { readonly kind: "stage" };

/**
 * Rows of a left tile and columns of a right one are padded to what the inner loop takes at once.
 */
export const ROWS = 4;
export const COLUMNS = 8;

export const padded = (count: number, to: number): number => Math.ceil(count / to) * to;

/** Axes of more than one point, the last one's neighbours side by side. */
export function stepsOf(
  axes: readonly AxisId[],
  tiles: ReadonlyMap<AxisId, number>,
): { readonly across: StageLayout["across"]; readonly count: number } {
  let count = 1;
  const across: { axis: AxisId; step: number }[] = [];
  for (const axis of [...axes].reverse()) {
    const tile = need(tiles, axis);
    if (tile > 1) across.unshift({ axis, step: count });
    count *= tile;
  }
  return { across, count };
}

export function layOut(
  fn: FunctionBuilder,
  stage: Stage,
  side: StageLayout["side"],
  over: AxisId,
  tiles: ReadonlyMap<AxisId, number>,
): StageLayout {
  const { across, count } = stepsOf(
    stage.axes.filter((axis) => axis !== over),
    tiles,
  );
  const depth = need(tiles, over);
  const bytes = padded(count, side === "left" ? ROWS : COLUMNS) * depth * 4;
  return { side, offset: reserve(fn, bytes), bytes, depth, over, across };
}

/** The value of the point (or of the four points) in hand. */
export function writeStage(c: Context, op: Stage): void {
  const layout = need(c.stages, op.name);
  const value = c.evaluate(c, op.value);
  const pointer = stagePointer(c, op.name, layout);
  if (c.lanes === undefined) {
    c.scope.lines.push(sx(withOffset("f32.store", layout.offset), pointer, value.text));
    return;
  }
  const vector = bind(c.fn, c.scope, op.name, widen(c, value));
  const first = copyOffset(layout, c.lanes.axis, c.lanes.copy);
  const distance = laneDistance(layout, c.lanes.axis);
  if (distance === 4) {
    const store4 = withOffset("v128.store", layout.offset + first);
    c.scope.lines.push(sx(store4, pointer, vector.text));
    return;
  }
  for (let l = 0; l < 4; l++) {
    const at = withOffset("v128.store32_lane", layout.offset + first + l * distance);
    c.scope.lines.push(sx(`${at} ${l}`, pointer, vector.text));
  }
}

/** Bytes from group 0 to group `copy` of four; several groups begin where a panel does. */
function copyOffset(layout: StageLayout, axis: AxisId, copy: number): number {
  const distance = laneDistance(layout, axis);
  const isAlongPanel = layout.side === "right" && axis !== layout.over && distance === 4;
  if (!isAlongPanel) return 4 * copy * distance;
  return Math.floor(copy / 2) * 4 * COLUMNS * layout.depth + (copy % 2) * 16;
}

/** Bytes between neighbours along the vector axis; four neighbours never cross a panel. */
function laneDistance(layout: StageLayout, axis: AxisId): number {
  if (axis === layout.over) return layout.side === "left" ? 4 : 4 * COLUMNS;
  const step = layout.across.find((across) => across.axis === axis)?.step ?? 0;
  if (layout.side === "left") return 4 * step * layout.depth;
  if (step === 1) return 4;
  if (step % COLUMNS !== 0) throw new Error("internal: the vector axis crosses a panel");
  return (step / COLUMNS) * 4 * COLUMNS * layout.depth;
}

function stagePointer(c: Context, name: string, layout: StageLayout): string {
  const place = (axis: AxisId): Value => {
    const { index, start } = need(c.axes, axis);
    return { ...index, text: start === undefined ? index.text : subI32(index.text, start.text) };
  };
  const across = layout.across.reduce<Value>(
    (sum, { axis, step }) => {
      const at = place(axis);
      const text = addI32(sum.text, mulI32(at.text, i32(step)));
      return { ...sum, text, level: Math.max(sum.level, at.level) };
    },
    { text: i32(0), type: "i32", wide: false, level: 0 },
  );
  const k = place(layout.over);
  const row = hoist(c.fn, c.scope, `${name}.row`, {
    ...across,
    text: rowOffset(across.text, layout),
  });
  const step = layout.side === "left" ? 4 : 4 * COLUMNS;
  const column = hoist(c.fn, c.scope, `${name}.k`, { ...k, text: mulI32(k.text, i32(step)) });
  const level = Math.max(row.level, column.level);
  const text = addI32(get("scratch"), addI32(row.text, column.text));
  return hoist(c.fn, c.scope, `${name}.at`, { ...row, text, level }).text;
}

/** Bytes from the tile's beginning to row or column `n`, at k = 0. */
function rowOffset(n: string, layout: StageLayout): string {
  if (layout.side === "left") return mulI32(n, i32(4 * layout.depth));
  const panel = mulI32(sx("i32.shr_u", n, i32(3)), i32(4 * COLUMNS * layout.depth));
  return addI32(panel, mulI32(sx("i32.and", n, i32(COLUMNS - 1)), i32(4)));
}
