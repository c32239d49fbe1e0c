// How many points an operation has, worked out instead of walked where nothing depends on them.
//
// In:  expressions of a tile program; cursors at a tile.
// Out: expressions with their lets written out; what they depend on; how many live points a
//      mask keeps.
// Not here: which operations there are (count.ts).

import type { AxisId, TileExpr, TileOp, TileProgram } from "../tile.js";
import { compileExpr } from "../interpret/expressions.js";
import { livePoints, overPoints, type Cursor, type Machine } from "../interpret/machine.js";
import { tileNodes, tileOpsDeep } from "../walk.js";

/** Lets by name; what is no let (a stage, a field) is data. */
export type LetValues = ReadonlyMap<string, TileExpr>;

export function letsOf(program: TileProgram): LetValues {
  return new Map(
    [...tileOpsDeep(program.body)].flatMap((op) =>
      op.kind === "let" ? [[op.name, op.value]] : [],
    ),
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

export type Side = "least" | "most";

/**
 * The least or the most that `e` may be, whatever the data is; undefined when there is no such
 * bound.
 */
export function knownPart(e: TileExpr, lets: LetValues, side: Side): TileExpr | undefined {
  const whole = writtenOut(e, lets);
  if (whole !== undefined) return whole;
  const value = e.kind === "local" ? lets.get(e.name) : e;
  if (value?.kind !== "map") return undefined;
  const parts = value.op === "select" ? value.args.slice(1) : value.args;
  const known = parts.flatMap((arg) => knownPart(arg, lets, side) ?? []);
  const op = side === "most" ? "max" : "min";
  switch (value.op) {
    case "select":
      return known.length === parts.length ? joined(op, known) : undefined;
    case "min":
    case "max": // the least of a minimum needs all, the most of it any
      return value.op !== op || known.length === parts.length ? joined(value.op, known) : undefined;
    default:
      return undefined;
  }
}

function joined(op: "min" | "max", list: readonly TileExpr[]): TileExpr | undefined {
  const [first, ...rest] = list;
  if (first === undefined) return undefined;
  return rest.reduce((a, b): TileExpr => ({ kind: "map", op, type: "i32", args: [a, b] }), first);
}

export function axesIn(e: TileExpr | undefined): readonly AxisId[] {
  if (e === undefined) return [];
  return [...tileNodes(e)].flatMap((node) => (node.kind === "axis" ? [node.axis] : []));
}

/** Axes on whose place, not only its length, the counts of `body` depend. */
export function placesThatMatter(body: readonly TileOp[], lets: LetValues): ReadonlySet<AxisId> {
  const axes = new Set<AxisId>();
  for (const op of tileOpsDeep(body)) {
    for (const e of conditionsOf(op, lets)) for (const axis of axesIn(e)) axes.add(axis);
  }
  return axes;
}

/** What decides how often something happens: ends of loops, masks. */
function conditionsOf(op: TileOp, lets: LetValues): readonly (TileExpr | undefined)[] {
  if (op.kind === "loop")
    return [knownPart(op.from, lets, "least"), knownPart(op.to, lets, "most")];
  const where =
    op.kind === "let" && op.value.kind === "load"
      ? op.value.where
      : op.kind === "merge" || op.kind === "store"
        ? op.where
        : undefined;
  return where === undefined ? [] : [writtenOut(where, lets)];
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
