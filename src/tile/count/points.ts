// How many points an operation has, worked out instead of walked where nothing depends on them.
//
// In:  expressions of a tile program; cursors at a tile.
// Out: expressions with their lets written out; what they depend on; how many live points a mask keeps.
// Not here: which operations there are (count.ts).

import type { AxisId, TileExpr, TileOp, TileProgram } from "../tile.js";
import { compileExpr } from "../interpret/expressions.js";
import { livePoints, overPoints, type Cursor, type Machine } from "../interpret/machine.js";
import { tileNodes, tileOpsDeep } from "../walk.js";

/** Lets by name; what is no let (a stage, a field) is data. */
export type LetValues = ReadonlyMap<string, TileExpr>;

export function letsOf(program: TileProgram): LetValues {
  return new Map(
    [...tileOpsDeep(program.body)].flatMap((op) => (op.kind === "let" ? [[op.name, op.value]] : [])),
  );
}

/** `e` over axes, extents and scalars only; undefined when it depends on data. */
export function writtenOut(e: TileExpr, lets: LetValues): TileExpr | undefined {
  switch (e.kind) {
    case "const":
    case "scalar":
    case "size":
    case "axis":
      return e;
    case "local": {
      const value = lets.get(e.name);
      return value === undefined ? undefined : writtenOut(value, lets);
    }
    case "map": {
      const args = e.args.map((arg) => writtenOut(arg, lets));
      return args.every((arg) => arg !== undefined) ? { ...e, args } : undefined;
    }
    default:
      return undefined;
  }
}

/** A bound that holds whatever the data is: of a minimum, the least of what is known. */
export function knownPart(e: TileExpr, lets: LetValues): TileExpr | undefined {
  const whole = writtenOut(e, lets);
  if (whole !== undefined) return whole;
  const value = e.kind === "local" ? lets.get(e.name) : e;
  if (value?.kind !== "map" || value.op !== "min") return undefined;
  const known = value.args.flatMap((arg) => knownPart(arg, lets) ?? []);
  const [first] = known;
  return known.length === 1 ? first : undefined;
}

export function axesIn(e: TileExpr | undefined): readonly AxisId[] {
  if (e === undefined) return [];
  return [...tileNodes(e)].flatMap((node) => (node.kind === "axis" ? [node.axis] : []));
}

/** Axes on whose place, not only its length, the counts of `body` depend. */
export function placesThatMatter(body: readonly TileOp[], lets: LetValues): ReadonlySet<AxisId> {
  const axes = new Set<AxisId>();
  for (const op of tileOpsDeep(body)) {
    for (const e of conditionsOf(op)) for (const axis of axesIn(knownPart(e, lets))) axes.add(axis);
  }
  return axes;
}

/** What decides how often something happens: ends of loops, masks. */
function conditionsOf(op: TileOp): readonly TileExpr[] {
  if (op.kind === "loop") return [op.from, op.to];
  const where = op.kind === "let" && op.value.kind === "load" ? op.value.where
    : op.kind === "merge" || op.kind === "store" ? op.where
    : undefined;
  return where === undefined ? [] : [where];
}

/** How many live points of the tile in hand a mask keeps. */
export type MaskedPoints = () => number;

/** Counts the live points at which `where` holds; undefined when that is data's to say. */
export function maskedPoints(
  cursors: readonly Cursor[],
  where: TileExpr,
  m: Machine,
  lets: LetValues,
): MaskedPoints | undefined {
  const mask = writtenOut(where, lets);
  if (mask === undefined) return undefined;
  const used = new Set(axesIn(mask));
  const own = cursors.filter((cursor) => used.has(cursor.axis));
  const rest = cursors.filter((cursor) => !used.has(cursor.axis));
  const scope = {
    cursors: new Map(cursors.map((cursor) => [cursor.axis, cursor])),
    values: new Map(),
    states: new Map(),
  };
  const holds = compileExpr(mask, m, scope);
  let count = 0;
  const run = overPoints(own, () => {
    count += holds();
  });
  return () => {
    count = 0;
    run();
    return count * livePoints(rest);
  };
}
