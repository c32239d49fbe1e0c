// A reduction within a loop: its state, its merge at a point, its result.
//
// In:  an equation whose value is a reduction.
// Out: operations; afterwards the result as a Value.
// Not here: which loops there are (sweep.ts), laws (monoids.ts).

import type { Expr } from "../../cascade/cascade.js";
import { absenceOf, type Absences } from "../../schedule/absence.js";
import { isOrderedFold } from "../../schedule/group.js";
import type { Equation } from "../../schedule/plan.js";
import type { AxisId, TileExpr, TileMonoid, TileType } from "../tile.js";
import { typeOfTile } from "../types.js";
import { tileNodes } from "../walk.js";
import { hostMap, hostNumber, hostProduct } from "./host.js";
import { holds, lowerExpr, nonEmpty } from "./expression.js";
import type { Launch, Value } from "./launch.js";
import { monoidOf, tracksPresence, type Reduction } from "./monoids.js";
import { both, constant, convert, map, type Condition } from "./tile-expr.js";

export interface Opened {
  readonly equation: Equation;
  readonly reduction: Reduction;
  readonly monoid: TileMonoid;
  readonly state: string;
  readonly isTracked: boolean;
  /** Points are merged one after the other. */
  readonly isOrdered: boolean;
  /** No point is absent but where a rank is empty. */
  readonly isWhole: boolean;
}

export function reductionOf(eq: Equation): Reduction | undefined {
  return eq.value.kind === "reduce" || eq.value.kind === "fold" ? eq.value : undefined;
}

export function openReduction(launch: Launch, eq: Equation, reduction: Reduction): Opened {
  const { cascade, absences } = launch.plan;
  const isWhole = isWholeReduction(launch, absences, reduction);
  const monoid = monoidOf(cascade, reduction, isWhole);
  const isCount = reduction.kind === "reduce" && ["any", "all", "count"].includes(reduction.op);
  const isTracked = !isCount && tracksPresence(monoid, isWhole);
  const state = launch.builder.fresh(`${eq.target}_state`);
  const isOrdered = isOrderedFold(cascade, reduction);
  return { equation: eq, reduction, monoid, state, isTracked, isOrdered, isWhole };
}

function isWholeReduction(launch: Launch, absences: Absences, e: Reduction): boolean {
  const bodies: readonly Expr[] = e.kind === "reduce" ? [e.body] : e.args;
  return bodies.every((body) => !absenceOf(launch.plan.cascade, absences, body).pointwise);
}

export interface StateShape {
  readonly axes: readonly AxisId[];
  readonly over: readonly AxisId[];
  readonly lanes: number;
  readonly depth: number;
}

export function emitState(launch: Launch, one: Opened, shape: StateShape): void {
  const { axes, over, lanes, depth } = shape;
  launch.builder.emitState(
    {
      kind: "state",
      name: one.state,
      axes,
      over,
      monoid: one.monoid,
      lanes: one.isOrdered ? 1 : lanes,
      tracksPresence: one.isTracked,
    },
    depth,
  );
}

/** Merges the point where it stands. */
export function emitMerge(launch: Launch, one: Opened): void {
  const { args, where } = pointOf(launch, one);
  launch.builder.emit({ kind: "merge", state: one.state, args, where });
}

function pointOf(
  launch: Launch,
  { reduction, monoid }: Opened,
): { args: readonly TileExpr[]; where: Condition } {
  if (reduction.kind === "fold") {
    const values = reduction.args.map((arg) => lowerExpr(launch, arg));
    const where = values.map((v) => v.present).reduce<Condition>(both, undefined);
    return { args: values.map((v, n) => convert(v.value, argumentType(monoid, n))), where };
  }
  if (reduction.op === "any" || reduction.op === "count") {
    const truth = holds(launch, reduction.body) ?? constant("bool", 1);
    const arg = reduction.op === "count" ? convert(truth, "i32") : truth;
    return { args: [arg], where: undefined };
  }
  const { value, present } = lowerExpr(launch, reduction.body);
  const first = convert(value, monoid.fields[0]?.type ?? "f32");
  const [position] = reduction.over;
  const isBest = reduction.op === "argmax" || reduction.op === "argmin";
  if (!isBest || position === undefined) return { args: [first], where: present };
  return { args: [first, { kind: "axis", axis: position }], where: present };
}

/** What a lift takes as its n-th argument: an integer given for a real is converted. */
function argumentType({ lift }: TileMonoid, n: number): TileType {
  const uses = lift.flatMap((e) => [...tileNodes(e)]);
  const use = uses.find((node) => node.kind === "local" && node.name === `arg${n}`);
  return use === undefined ? "f32" : typeOfTile(use);
}

/** What the reduction came to, once its loops are closed. */
export function resultOf(launch: Launch, one: Opened): Value {
  const { builder, plan } = launch;
  const { equation, reduction, monoid, state, isWhole } = one;
  const type = monoid.finish[0]?.type ?? "f32";
  const raw: TileExpr = { kind: "result", state, type, index: 0 };
  const value = isWhole && monoid.name === "mean" ? meanOf(launch, reduction, raw) : raw;
  const named = builder.bind(value, `${equation.target}_result`);
  const absence = absenceOf(plan.cascade, plan.absences, equation.value);
  if (absence.pointwise)
    return { value: named, present: builder.bind({ kind: "present", state }, "any") };
  return { value: named, present: nonEmpty(launch, [...absence.empty]) };
}

function meanOf(launch: Launch, reduction: Reduction, sum: TileExpr): TileExpr {
  const ranks = reduction.over.flatMap((v) => launch.ranksOf(v));
  const sizes = ranks.map((rank) => ({ kind: "size", rank }) as const);
  const count = launch.builder.scalar(
    hostMap("max", [hostProduct(sizes), hostNumber(1)]),
    "f32",
    "count",
  );
  return map("div", "f32", [launch.builder.bind(sum, "sum"), count]);
}
