// Expressions of an equation as tile expressions: a value, and where it is present.
//
// In:  an expression without reductions, over the axes of a launch.
// Out: a Value; loads stand in lets.
// Not here: operators (maps.ts), stores and reductions (store.ts, monoids.ts).

import type { Expr, TensorId, ValueType } from "../../cascade/cascade.js";
import { isHost } from "../../schedule/hosts.js";
import { isInside } from "../../schedule/inside.js";
import type { TileExpr, TileType } from "../tile.js";
import { typeOfFormat } from "../types.js";
import { castTo, elementFormat } from "./formats.js";
import type { Launch, Value } from "./launch.js";
import { lowerMap } from "./maps.js";
import { lowerRandom } from "./random.js";
import {
  both,
  conjuncts,
  constant,
  convert,
  either,
  isFalse,
  map,
  select,
  tileKey,
  toBool,
  toI32,
  type Condition,
} from "./tile-expr.js";

export function tileType(type: ValueType): TileType {
  return type === "real" ? "f32" : type === "integer" ? "i32" : "bool";
}

export function lowerExpr(launch: Launch, e: Expr): Value {
  if (e.kind !== "index" && isHostHere(launch, e))
    return always(convert(launch.hostScalar(e), tileType(e.type)));
  switch (e.kind) {
    case "index":
      return always(lowerIndex(launch, e));
    case "local":
      return always({ kind: "local", name: e.name, type: tileType(e.type) });
    case "read":
      return lowerRead(launch, e);
    case "map":
      if (e.op === "and" || e.op === "or") return lowerLogic(launch, e);
      return lowerMap(
        launch.builder,
        e,
        e.args.map((arg) => lowerExpr(launch, arg)),
      );
    case "cast": {
      const arg = lowerExpr(launch, e.arg);
      const cast = castTo(e.format, arg.value);
      return { value: launch.builder.bind(cast, "cast"), present: arg.present };
    }
    case "where": {
      const predicate = holds(launch, e.predicate);
      const value = lowerExpr(launch, e.value);
      return { value: value.value, present: both(predicate, value.present) };
    }
    case "else":
      return lowerElse(launch, e);
    case "random":
    case "stochastic":
      return lowerRandom(launch, e, (part) => lowerExpr(launch, part));
    case "straight":
      return lowerExpr(launch, e.value);
    default:
      throw new Error(`internal: ${e.kind} inside an expression`);
  }
}

const always = (value: TileExpr): Value => ({ value, present: undefined });

/** Host scalars: any variable but the launch's axes is one of a loop of the host. */
function isHostHere(launch: Launch, e: Expr): boolean {
  return isHost(e, launch.hostVariables);
}

function lowerIndex(launch: Launch, e: Extract<Expr, { readonly kind: "index" }>): TileExpr {
  if (launch.axes.has(e.variable)) return { kind: "axis", axis: e.variable };
  return launch.hostScalar(e);
}

/** Where `e` is present and true. */
export function holds(launch: Launch, e: Expr): Condition {
  if (e.kind === "map" && e.op === "and" && !isHostHere(launch, e)) {
    return e.args.map((arg) => holds(launch, arg)).reduce<Condition>(both, undefined);
  }
  const { value, present } = lowerExpr(launch, e);
  return both(toBool(value), present);
}

/** `or` holds where either holds, `and` fails where either fails, even if the other is absent. */
function lowerLogic(launch: Launch, e: Extract<Expr, { readonly kind: "map" }>): Value {
  const [a, b] = e.args.map((arg) => lowerExpr(launch, arg));
  if (a === undefined || b === undefined) throw new Error("internal: logic takes two");
  const isOr = e.op === "or";
  const settles = (v: Value): TileExpr => {
    const wanted = isOr ? v.value : map("not", "bool", [v.value]);
    return both(wanted, v.present) ?? isFalse;
  };
  const value = launch.builder.map(isOr ? "or" : "and", "bool", [
    settled(a, isOr),
    settled(b, isOr),
  ]);
  if (a.present === undefined && b.present === undefined) return always(value);
  const whole = both(a.present, b.present);
  const present = whole === undefined ? undefined : either(whole, either(settles(a), settles(b)));
  return { value, present };
}

/** The truth value that decides nothing where `v` is absent. */
function settled(v: Value, isOr: boolean): TileExpr {
  return v.present === undefined
    ? v.value
    : select(v.present, v.value, constant("bool", isOr ? 0 : 1));
}

function lowerElse(launch: Launch, e: Extract<Expr, { readonly kind: "else" }>): Value {
  const first = lowerExpr(launch, e.first);
  if (first.present === undefined) return first;
  const second = lowerExpr(launch, e.second);
  const type = tileType(e.type);
  const present = launch.builder.bind(first.present, "here");
  const value = select(present, convert(first.value, type), convert(second.value, type));
  const either2 = second.present === undefined ? undefined : either(present, second.present);
  return { value, present: either2 };
}

type Read = Extract<Expr, { readonly kind: "read" }>;

function lowerRead(launch: Launch, e: Read): Value {
  const forwarded = launch.forwarded(e.tensor, e.indices);
  if (forwarded !== undefined) return forwarded;
  const slot = launch.slotOf(e.tensor);
  const at =
    slot === undefined
      ? e.indices
      : [{ kind: "index", variable: slot, type: "integer", at: e.at } as const];
  const { indices, inside, present } = lowerIndices(launch, e.tensor, at);
  const { builder } = launch;
  const format = elementFormat(launch.tensor(e.tensor).format);
  const buffer = launch.buffer(e.tensor, "read");
  const where = inside === undefined ? undefined : builder.bind(inside, "inside");
  const type = typeOfFormat(format);
  const value = builder.bind({ kind: "load", buffer, type, indices, where }, e.tensor);
  return { value, present: both(present, presenceOf(launch, e.tensor, indices, where)) };
}

/** Where the tensor itself has a value. */
function presenceOf(
  launch: Launch,
  id: TensorId,
  indices: readonly TileExpr[],
  where: Condition,
): Condition {
  const absence = launch.plan.absences.get(id);
  if (absence === undefined) return undefined;
  if (absence.pointwise) {
    const buffer = launch.companion(id, "read");
    return launch.builder.bind(
      { kind: "load", buffer, type: "bool", indices, where },
      `${id}_here`,
    );
  }
  return nonEmpty(launch, [...absence.empty]);
}

/** None of `ranks` is empty; a rank of an axis around is not. */
export function nonEmpty(launch: Launch, ranks: readonly string[]): Condition {
  const open = ranks.filter((rank) => !launch.ranks.includes(rank));
  return open.reduce<Condition>((all, rank) => both(all, hasPoints(launch, rank)), undefined);
}

function hasPoints(launch: Launch, rank: string): TileExpr {
  const size: TileExpr = { kind: "size", size: launch.extent([rank]) };
  return map("gt", "bool", [size, constant("i32", 0)]);
}

/** `condition` without what an axis around implies. */
export function withoutImplied(launch: Launch, condition: Condition): Condition {
  if (condition === undefined) return undefined;
  const implied = new Set(launch.ranks.map((rank) => tileKey(hasPoints(launch, rank))));
  const rest = conjuncts(condition).filter((one) => !implied.has(tileKey(one)));
  return rest.reduce<Condition>(both, undefined);
}

interface Indices {
  readonly indices: readonly TileExpr[];
  /** Holds only where every index is inside its extent. */
  readonly inside: Condition;
  /** Where the access is present, as far as its indices say. */
  readonly present: Condition;
}

export function lowerIndices(launch: Launch, id: TensorId, indices: readonly Expr[]): Indices {
  const dims = launch.dimsOf(id);
  let inside: Condition;
  let present: Condition;
  const own = indices.filter(
    (index) => index.kind !== "index" || !launch.followers.has(index.variable),
  );
  const lowered = own.map((index, n): TileExpr => {
    const ranks = dims[n] ?? [];
    if (isWholeAxis(launch, index, ranks)) return lowerExpr(launch, index).value;
    const [rank] = ranks;
    if (rank === undefined || ranks.length > 1)
      throw new Error(`internal: ${id} takes a joined axis`);
    const { value, present: known } = lowerExpr(launch, index);
    const at = launch.builder.bind(toI32(value), "at");
    const test = both(known, between(launch, at, rank));
    inside = both(inside, test);
    present = both(present, isInside(launch.plan.cascade, index, rank) ? known : test);
    return at;
  });
  return { indices: lowered, inside, present };
}

/** A variable of the launch along the whole of its own rank: never outside. */
function isWholeAxis(launch: Launch, index: Expr, ranks: readonly string[]): boolean {
  if (index.kind !== "index" || !launch.axes.has(index.variable)) return false;
  if (ranks.length > 1) return true;
  return launch.plan.cascade.variables.get(index.variable)?.rank === ranks[0];
}

function between(launch: Launch, at: TileExpr, rank: string): Condition {
  const size: TileExpr = { kind: "size", size: launch.extent([rank]) };
  const low = map("ge", "bool", [at, constant("i32", 0)]);
  const high = map("lt", "bool", [at, size]);
  return at.kind === "axis" || (at.kind === "const" && at.value >= 0) ? high : both(low, high);
}
