// Conditions that bound a loop's variable become the loop's range: what they exclude is not
// visited.
//
// In:  a loop as it was built.
// Out: an equal loop, shorter where every merge, store and dot in it is masked alike.
// Not here: conditions that do not bound the variable; they stay masks.
//
// `m <= p + c` with one p in hand ends the loop at p + c + 1. With a tile of rows in hand the
// loop ends
// where its last row does, and the mask stays.

import type { AxisId, TileExpr, TileMap, TileOp } from "../tile.js";
import type { Builder } from "./builder.js";
import { added, expressionOf, linearOf, scaled, type Linear } from "./linear.js";
import { constant, map, select, tileKey, type Condition } from "./tile-expr.js";

type Loop = Extract<TileOp, { readonly kind: "loop" }>;

/** A bound on the loop's variable: `e` is the first value inside, or the first one after. */
interface Bound {
  readonly side: "from" | "to";
  readonly e: TileExpr;
  /** It holds at every point of the range, so that the mask needs it no longer. */
  readonly isExact: boolean;
}

export function narrowLoop(builder: Builder, loop: Loop): TileOp {
  const masks = masksOf(builder, loop.body);
  const [first, ...others] = masks;
  if (first === undefined) return loop;
  const shared = first.filter((atom) =>
    others.every((mask) => mask.some((other) => isSame(atom, other))),
  );
  const bounds = new Map<string, Bound>();
  const isUniform = (e: TileExpr): boolean =>
    builder.isInScope(e) && builder.placeOf(e).axes.every((axis) => builder.tileOf(axis) === 1);
  const switches = shared.filter(isUniform);
  for (const atom of shared) {
    const bound = boundOf(builder, atom, loop.axis);
    if (bound !== undefined) bounds.set(tileKey(atom), bound);
  }
  if (bounds.size + switches.length === 0) return loop;
  const all = [...bounds.values()];
  const from = all
    .filter((b) => b.side === "from")
    .reduce((e, b) => map("max", "i32", [e, b.e]), loop.from);
  const to = all
    .filter((b) => b.side === "to")
    .reduce((e, b) => map("min", "i32", [e, b.e]), loop.to);
  const end = switches.reduce((e, atom) => select(atom, e, constant("i32", 0)), to);
  const exact = new Set([...bounds].flatMap(([key, bound]) => (bound.isExact ? [key] : [])));
  for (const atom of switches) exact.add(tileKey(atom));
  return { ...loop, from, to: end, body: loop.body.map((op) => unmask(builder, op, exact)) };
}

function isSame(a: TileExpr, b: TileExpr): boolean {
  return a === b || tileKey(a) === tileKey(b);
}

/**
 * For each thing that the body does to memory or a state: the conditions without which it does
 * not.
 */
function masksOf(builder: Builder, body: readonly TileOp[]): readonly (readonly TileExpr[])[] {
  const stages = new Map<string, readonly TileExpr[]>();
  return body.flatMap((op): readonly (readonly TileExpr[])[] => {
    switch (op.kind) {
      case "merge":
      case "store":
        return [atomsOf(builder, op.where)];
      case "loop":
        return masksOf(builder, op.body);
      case "stage":
        stages.set(op.name, filledWhere(builder, op.value));
        return [];
      case "dot":
        return [[...(stages.get(op.left) ?? []), ...(stages.get(op.right) ?? [])]];
      case "let":
      case "barrier":
      case "state":
        return [];
    }
  });
}

/** The conditions without which a staged value is 0. */
function filledWhere(builder: Builder, value: TileExpr): readonly TileExpr[] {
  const e = builder.definition(value);
  if (e.kind !== "map" || e.op !== "select") return [];
  const [condition, , otherwise] = e.args;
  const isZero = otherwise?.kind === "const" && otherwise.value === 0;
  return isZero ? atomsOf(builder, condition) : [];
}

/** The conjuncts of a condition, through the lets that hold it. */
function atomsOf(builder: Builder, condition: Condition): readonly TileExpr[] {
  if (condition === undefined) return [];
  const e = builder.definition(condition);
  if (e.kind === "map" && e.op === "and") return e.args.flatMap((arg) => atomsOf(builder, arg));
  return [e.kind === "map" ? e : condition];
}

const mirrored: Partial<Record<TileMap, TileMap>> = {
  lt: "gt",
  le: "ge",
  gt: "lt",
  ge: "le",
  eq: "eq",
};

function boundOf(builder: Builder, atom: TileExpr, axis: AxisId): Bound | undefined {
  if (atom.kind !== "map" || mirrored[atom.op] === undefined) return undefined;
  const [a, b] = atom.args;
  if (a === undefined || b === undefined || !isInteger(a) || !isInteger(b)) return undefined;
  const resolve = (e: TileExpr): TileExpr => builder.definition(e);
  const difference = added(linearOf(a, resolve), scaled(linearOf(b, resolve), -1));
  const own = difference.terms.find(({ e }) => e.kind === "axis" && e.axis === axis);
  if (own === undefined || Math.abs(own.factor) !== 1) return undefined;
  const rest = { ...difference, terms: difference.terms.filter((term) => term !== own) };
  if (!rest.terms.every(({ e }) => builder.isInScope(e))) return undefined;
  const op = own.factor === 1 ? atom.op : mirrored[atom.op];
  return bound(builder, op ?? "eq", scaled(rest, -own.factor));
}

/** `axis op limit` as a bound, `limit` at its extreme over the tile in hand. */
function bound(builder: Builder, op: TileMap, limit: Linear): Bound | undefined {
  const isUpper = op === "lt" || op === "le";
  if (op === "eq") return undefined;
  const extreme = extremeOf(builder, limit, isUpper);
  if (extreme === undefined) return undefined;
  const shift = op === "le" || op === "gt" ? 1 : 0;
  const e = expressionOf({ ...extreme.linear, constant: extreme.linear.constant + shift });
  return { side: isUpper ? "to" : "from", e, isExact: extreme.isExact };
}

/**
 * The largest or smallest value of `limit` over the tile in hand; undefined where data decide
 * it.
 */
function extremeOf(
  builder: Builder,
  limit: Linear,
  isLargest: boolean,
): { readonly linear: Linear; readonly isExact: boolean } | undefined {
  let isExact = true;
  let linear: Linear = { terms: [], constant: limit.constant };
  for (const term of limit.terms) {
    const wide = builder.placeOf(term.e).axes.filter((axis) => builder.tileOf(axis) !== 1);
    if (wide.length === 0) {
      linear = added(linear, { terms: [term], constant: 0 });
      continue;
    }
    if (term.e.kind !== "axis") return undefined;
    const tile = builder.tileOf(term.e.axis);
    if (tile === undefined) return undefined;
    isExact = false;
    const steps = map("floordiv", "i32", [term.e, constant("i32", tile)]);
    const first = map("mul", "i32", [steps, constant("i32", tile)]);
    const offset = term.factor > 0 === isLargest ? (tile - 1) * term.factor : 0;
    linear = added(linear, { terms: [{ e: first, factor: term.factor }], constant: offset });
  }
  return { linear, isExact };
}

function isInteger(e: TileExpr): boolean {
  return e.kind === "axis" || e.kind === "size" || ("type" in e && e.type === "i32");
}

/** `op` without the conditions that the range implies now. */
function unmask(builder: Builder, op: TileOp, implied: ReadonlySet<string>): TileOp {
  if (op.kind === "loop")
    return { ...op, body: op.body.map((inner) => unmask(builder, inner, implied)) };
  if (op.kind !== "merge" && op.kind !== "store") return op;
  const atoms = atomsOf(builder, op.where);
  const rest = atoms.filter((atom) => !implied.has(tileKey(atom)));
  if (rest.length === atoms.length) return op;
  const where = rest.reduce<Condition>(
    (all, e) => (all === undefined ? e : map("and", "bool", [all, e])),
    undefined,
  );
  return { ...op, where };
}
