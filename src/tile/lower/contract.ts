// A contraction of the plan as a tile program: staged tiles, dots, an epilogue.
//
// In:  a contract.
// Out: a tile program.
// Not here: which products are contractions (src/schedule/contraction.ts).
//
// A side that is absent is staged as 0, which adds nothing. Where a side may be absent, one more
// state
// notes, for each of its rows (or columns), whether any of its points was present.

import type { VariableId } from "../../cascade/cascade.js";
import { absenceOf } from "../../schedule/absence.js";
import type { Axis, Contract, Plan, Product } from "../../schedule/plan.js";
import { tiles } from "../../schedule/tiles.js";
import type { GridAxis, TileExpr, TileMonoid, TileProgram } from "../tile.js";
import { narrowLoop } from "./bounds.js";
import { Builder } from "./builder.js";
import { lowerExpr, nonEmpty } from "./expression.js";
import { extentOf, Launch, type Value } from "./launch.js";
import { textOf } from "./nest.js";
import { assign, lowerEquation } from "./store.js";
import { both, constant, isTrue, map, select, toF32 } from "./tile-expr.js";

export function lowerContract(plan: Plan, contract: Contract, name: string): TileProgram {
  const builder = new Builder((b) => gridOf(b, contract));
  const kept = [...contract.batch, ...contract.rows, ...contract.columns];
  const launch = new Launch(plan, builder, [...kept, ...contract.over], kept, contract);
  const sums = contract.sums.map((product) => openSum(launch, contract, product));
  const outside = launch.ranks;
  for (const axis of contract.over) {
    builder.open(axis.id);
    launch.ranks = [...launch.ranks, ...axis.ranks];
  }
  emitDots(launch, contract, sums);
  closeLoops(launch, contract);
  launch.ranks = outside;
  for (const sum of sums) assign(launch, sum.product.equation, valueOf(launch, contract, sum));
  for (const eq of contract.epilogue) lowerEquation(launch, eq);
  const equations = [...contract.sums.map((sum) => sum.equation), ...contract.epilogue];
  return builder.program(name, textOf(equations));
}

function gridOf(builder: Builder, { batch, rows, columns }: Contract): readonly GridAxis[] {
  const grid = (axes: readonly Axis[], tile: number): readonly GridAxis[] =>
    axes.map(({ id, ranks }, n) => {
      const end = extentOf(builder, ranks);
      return { id, end, tile: n === axes.length - 1 ? tile : 1 };
    });
  return [...grid(batch, 1), ...grid(rows, tiles.rows), ...grid(columns, tiles.columns)];
}

/** A side of a product while it is summed. */
interface Side {
  readonly axes: readonly VariableId[]; // kept ones
  /** Notes which of its points had anything present; undefined: all have. */
  readonly presence: string | undefined;
}

interface Sum {
  readonly product: Product;
  readonly state: string;
  readonly left: Side;
  readonly right: Side;
}

const sumMonoid: TileMonoid = {
  name: "sum",
  fields: [{ name: "value", type: "f32", empty: 0 }],
  lift: [{ kind: "local", name: "arg0", type: "f32" }],
  merge: [map("add", "f32", [local("a.value", "f32"), local("b.value", "f32")])],
  finish: [{ type: "f32", value: local("value", "f32") }],
};

const anyMonoid: TileMonoid = {
  name: "any",
  fields: [{ name: "value", type: "bool", empty: 0 }],
  lift: [{ kind: "local", name: "arg0", type: "bool" }],
  merge: [map("or", "bool", [local("a.value", "bool"), local("b.value", "bool")])],
  finish: [{ type: "bool", value: local("value", "bool") }],
};

function local(name: string, type: "f32" | "bool"): TileExpr {
  return { kind: "local", name, type };
}

function openSum(launch: Launch, contract: Contract, product: Product): Sum {
  const { builder } = launch;
  const ids = (axes: readonly Axis[]): readonly VariableId[] => axes.map((axis) => axis.id);
  const over = ids(contract.over);
  const { target } = product.equation;
  const state = builder.fresh(`${target}_state`);
  const axes = ids([...contract.batch, ...contract.rows, ...contract.columns]);
  const shape = { kind: "state", over, lanes: 1, tracksPresence: false } as const;
  builder.emitState({ ...shape, name: state, axes, monoid: sumMonoid }, 0);
  const open = (e: Product["left"], kept: readonly VariableId[]): Side => {
    const absence = absenceOf(launch.plan.cascade, launch.plan.absences, e);
    if (!absence.pointwise) return { axes: kept, presence: undefined };
    const presence = builder.fresh(`${target}_present`);
    builder.emitState({ ...shape, name: presence, axes: kept, monoid: anyMonoid }, 0);
    return { axes: kept, presence };
  };
  const left = open(product.left, ids([...contract.batch, ...contract.rows]));
  const right = open(product.right, ids([...contract.batch, ...contract.columns]));
  return { product, state, left, right };
}

function emitDots(launch: Launch, contract: Contract, sums: readonly Sum[]): void {
  const { builder } = launch;
  const over = contract.over.map((axis) => axis.id);
  const along = over.at(-1);
  if (along === undefined) throw new Error("internal: a contraction over nothing");
  const staged = new Map<string, string>();
  const stage = (e: Product["left"], side: Side, hint: string, isLeft: boolean): string => {
    const { value, present } = lowerExpr(launch, e);
    const here = present === undefined ? undefined : builder.bind(present, "here");
    const filled = select(here, toF32(value), constant("f32", 0));
    const outer = [...over.slice(0, -1)];
    const axes = isLeft ? [...side.axes, ...outer, along] : stageOrder(contract, outer, along);
    if (side.presence !== undefined) {
      builder.emit({ kind: "merge", state: side.presence, args: [isTrue], where: here });
    }
    const key = JSON.stringify([filled, axes]);
    const found = staged.get(key);
    if (found !== undefined) return found;
    const name = builder.fresh(hint);
    staged.set(key, name);
    builder.emitStage({
      kind: "stage",
      name,
      axes,
      type: "f32",
      scope: "workgroup",
      value: filled,
    });
    return name;
  };
  const dots = sums.map(({ product, state, left, right }) => ({
    state,
    left: stage(product.left, left, "left", true),
    right: stage(product.right, right, "right", false),
  }));
  builder.emit({ kind: "barrier" });
  for (const dot of dots) builder.emit({ kind: "dot", ...dot, over: along });
  builder.emit({ kind: "barrier" });
}

/** The right side lies with its columns side by side. */
function stageOrder(
  { batch, columns }: Contract,
  outer: readonly VariableId[],
  along: VariableId,
): readonly VariableId[] {
  return [...batch.map((axis) => axis.id), ...outer, along, ...columns.map((axis) => axis.id)];
}

function closeLoops(launch: Launch, contract: Contract): void {
  const { builder } = launch;
  contract.over.toReversed().forEach((axis, n) => {
    const body = builder.close();
    const to: TileExpr = { kind: "size", size: launch.extent(axis.ranks) };
    const tile = n === 0 ? tiles.depth : 1;
    const from = constant("i32", 0);
    builder.emit(narrowLoop(builder, { kind: "loop", axis: axis.id, from, to, tile, body }));
  });
}

/** The sum times the factors that it does not touch. */
function valueOf(launch: Launch, contract: Contract, { product, state, left, right }: Sum): Value {
  const { builder } = launch;
  const { equation, rest } = product;
  let value = builder.bind(
    { kind: "result", state, type: "f32", index: 0 },
    `${equation.target}_sum`,
  );
  let present = nonEmpty(
    launch,
    contract.over.flatMap((axis) => axis.ranks),
  );
  for (const { presence } of [left, right]) {
    if (presence === undefined) continue;
    present = both(
      present,
      builder.bind({ kind: "result", state: presence, type: "bool", index: 0 }, "any"),
    );
  }
  for (const { e, isDivisor } of rest) {
    const factor = lowerExpr(launch, e);
    value = builder.map(isDivisor ? "div" : "mul", "f32", [value, toF32(factor.value)]);
    present = both(present, factor.present);
  }
  return { value, present };
}
