// Blocks begin … end-1 of the flattened grid, outermost axis slowest.
//
// In:  the grid of a program.
// Out: a loop over blocks, each as bounds of its tile along every axis. Blocks that are neighbours
// along
//      the innermost axis are one run where nothing depends on tiles; a grid of one axis is one
// run.
// Not here: what happens in a block (region.ts, tiles.ts).

import type { AxisId, GridAxis } from "../../src/tile/tile.js";
import type { Context } from "./context.js";
import type { RegionAxis } from "./region.js";
import { bind, freshLabel, freshLocal, hoist, innerScope, type Value } from "./scope.js";
import { addI32, get, i32, minI32, mulI32, set, subI32, sx } from "./text.js";
import { sizeValue } from "./values.js";

type Body = (c: Context, axes: readonly RegionAxis[]) => void;

const value = (text: string, level: number): Value => ({ text, type: "i32", wide: false, level });

/** `joins`: neighbouring blocks may be one. */
export function emitBlocks(
  c: Context,
  grid: readonly GridAxis[],
  joins: boolean,
  body: Body,
): void {
  const [only] = grid;
  if (only === undefined) return emitOnce(c, body);
  if (grid.length === 1 && joins) return emitRun(c, only, body);
  const counts = grid.map((axis) => blocksAlong(c, axis));
  const block = freshLocal(c.fn, "block", "i32");
  c.scope.lines.push(set(block, get("begin")));
  const scope = innerScope(c.scope);
  const inner: Context = { ...c, scope };
  const coordinates = decompose(inner, grid, counts, block);
  const run = joins ? runLength(inner, counts, coordinates, block) : value(i32(1), 0);
  body(
    inner,
    grid.map((axis, n) => {
      const isLast = n === grid.length - 1;
      return tileBounds(
        inner,
        axis,
        coordinates[n] ?? value(i32(0), 0),
        isLast ? run : value(i32(1), 0),
        joins,
      );
    }),
  );
  const label = freshLabel(c.fn, "block");
  const next = set(block, addI32(get(block), run.text));
  const again = sx(`br_if $${label}`, sx("i32.lt_s", get(block), get("end")));
  const loop = sx(`loop $${label}`, ...scope.lines, next, again);
  c.scope.lines.push(sx("if", sx("i32.lt_s", get(block), get("end")), sx("then", loop)));
}

function emitOnce(c: Context, body: Body): void {
  const scope = innerScope(c.scope);
  body({ ...c, scope }, []);
  c.scope.lines.push(
    sx("if", sx("i32.lt_s", get("begin"), get("end")), sx("then", ...scope.lines)),
  );
}

function emitRun(c: Context, axis: GridAxis, body: Body): void {
  const extent = sizeValue(c, axis.end);
  const low = hoist(
    c.fn,
    c.scope,
    `${axis.id}.low`,
    value(mulI32(get("begin"), i32(axis.tile)), 0),
  );
  const end = hoist(c.fn, c.scope, `${axis.id}.end`, value(mulI32(get("end"), i32(axis.tile)), 0));
  const high = bind(c.fn, c.scope, `${axis.id}.high`, value(minI32(end.text, extent.text), 0));
  const isSingle = false;
  body(c, [{ id: axis.id, low, high, isSingle, tile: axis.tile, start: low, from: undefined }]);
}

function blocksAlong(c: Context, axis: GridAxis): Value {
  const extent = sizeValue(c, axis.end);
  if (axis.tile === 1) return extent;
  const text = sx("i32.div_s", addI32(extent.text, i32(axis.tile - 1)), i32(axis.tile));
  return hoist(c.fn, c.scope, `${axis.id}.blocks`, value(text, extent.level));
}

/**
 * The block's place along each axis, from its number. No extent is 0 here: there would be no
 * block.
 */
function decompose(
  c: Context,
  grid: readonly GridAxis[],
  counts: readonly Value[],
  block: string,
): Value[] {
  let rest: Value = value(get(block), c.scope.level);
  const coordinates: Value[] = [];
  for (let n = grid.length - 1; n >= 0; n--) {
    const count = counts[n];
    const name = `${grid[n]?.id ?? ""}.block`;
    if (n === 0 || count === undefined) coordinates[n] = rest;
    else {
      const [whole, part] = ["i32.div_u", "i32.rem_u"].map((op) => sx(op, rest.text, count.text));
      coordinates[n] = bind(c.fn, c.scope, name, value(part ?? "", c.scope.level));
      rest = bind(c.fn, c.scope, "blocks", value(whole ?? "", c.scope.level));
    }
  }
  return coordinates;
}

function runLength(
  c: Context,
  counts: readonly Value[],
  coordinates: readonly Value[],
  block: string,
): Value {
  const left = bind(
    c.fn,
    c.scope,
    "left",
    value(sx("i32.sub", get("end"), get(block)), c.scope.level),
  );
  const row = subI32(counts.at(-1)?.text ?? i32(1), coordinates.at(-1)?.text ?? i32(0));
  const inRow = bind(c.fn, c.scope, "row", value(row, c.scope.level));
  return bind(c.fn, c.scope, "run", value(minI32(left.text, inRow.text), c.scope.level));
}

function tileBounds(
  c: Context,
  axis: GridAxis,
  place: Value,
  run: Value,
  joins: boolean,
): RegionAxis {
  const { level } = c.scope;
  const low = hoist(
    c.fn,
    c.scope,
    `${axis.id}.low`,
    value(mulI32(place.text, i32(axis.tile)), level),
  );
  const isSingle = axis.tile === 1 && run.text === i32(1);
  const span = bind(
    c.fn,
    c.scope,
    `${axis.id}.span`,
    value(addI32(low.text, mulI32(run.text, i32(axis.tile))), level),
  );
  const extent = sizeValue(c, axis.end);
  const high =
    axis.tile === 1
      ? span
      : bind(c.fn, c.scope, `${axis.id}.high`, value(minI32(span.text, extent.text), level));
  return {
    id: axis.id,
    low,
    high,
    isSingle,
    tile: axis.tile,
    start: joins ? undefined : low,
    from: undefined,
  };
}

/** Axes in another order: the vector axis last. */
export function withLast(
  axes: readonly RegionAxis[],
  last: AxisId | undefined,
): readonly RegionAxis[] {
  return [...axes.filter(({ id }) => id !== last), ...axes.filter(({ id }) => id === last)];
}
