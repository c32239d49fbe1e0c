// What the lowering of one launch knows: the plan, its builder, and values that stand in registers.
//
// In:  a plan and a builder.
// Out: buffers, sizes and scalars by name; forwarded values.
// Not here: expressions (expression.ts), stores (store.ts).

import { paramsRank } from "../../cascade/cascade.js";
import type { Expr, RankId, Tensor, TensorId, VariableId } from "../../cascade/cascade.js";
import type { Axis, Plan } from "../../schedule/plan.js";
import type { TileExpr, TileSize } from "../tile.js";
import type { Builder } from "./builder.js";
import { elementFormat } from "./formats.js";
import { hostProduct, toHost } from "./host.js";
import type { Condition } from "./tile-expr.js";

/** A value at a point, and where it is there; `present` undefined: everywhere. */
export interface Value {
  readonly value: TileExpr;
  readonly present: Condition;
}

/** How the axes of a launch were joined: see src/schedule/flatten.ts. */
export interface Layout {
  readonly followers: ReadonlySet<VariableId>;
  readonly dims: ReadonlyMap<TensorId, readonly (readonly RankId[])[]>;
}

interface Forward {
  readonly indices: readonly VariableId[];
  readonly value: Value;
  readonly depth: number;
}

export class Launch {
  readonly plan: Plan;
  readonly builder: Builder;
  /** Axes of the launch; any other variable is one of a loop of the host. */
  readonly axes: ReadonlySet<VariableId>;
  /** Variables that an axis before them stands for. */
  readonly followers: ReadonlySet<VariableId>;
  /** All variables but the axes: numbers of the host. */
  readonly hostVariables: ReadonlySet<VariableId>;
  /** Ranks that cannot be empty here: those of the axes around. */
  ranks: readonly RankId[];
  private readonly ranksOfAxis: ReadonlyMap<VariableId, readonly RankId[]>;
  private readonly dims: Layout["dims"];
  private readonly forwards = new Map<TensorId, Forward>();

  constructor(
    plan: Plan,
    builder: Builder,
    axes: readonly Axis[],
    kept: readonly Axis[],
    layout: Layout,
  ) {
    this.plan = plan;
    this.builder = builder;
    this.axes = new Set(axes.map((axis) => axis.id));
    this.followers = layout.followers;
    this.ranksOfAxis = new Map(axes.map((axis) => [axis.id, axis.ranks]));
    this.hostVariables = new Set(
      [...plan.cascade.variables.keys()].filter((v) => !this.axes.has(v) && !this.followers.has(v)),
    );
    this.ranks = kept.flatMap((axis) => axis.ranks);
    this.dims = layout.dims;
  }

  tensor(id: TensorId): Tensor {
    const tensor = this.plan.cascade.tensors.get(id);
    if (tensor === undefined) throw new Error(`internal: no tensor ${id}`);
    return tensor;
  }

  /** The axis over parameters, if this launch sees each one's element of the tensor. */
  slotOf(id: TensorId): VariableId | undefined {
    if (this.plan.spaces.get(id) !== "slots") return undefined;
    return [...this.ranksOfAxis].find(([, ranks]) => ranks.includes(paramsRank))?.[0];
  }

  /** The ranks that an axis joins. */
  ranksOf(axis: VariableId): readonly RankId[] {
    return this.ranksOfAxis.get(axis) ?? [];
  }

  /** The extent of ranks taken together. */
  extent(ranks: readonly RankId[]): TileSize {
    return extentOf(this.builder, ranks);
  }

  dimsOf(id: TensorId): readonly (readonly RankId[])[] {
    if (this.slotOf(id) !== undefined) return [[paramsRank]];
    return this.dims.get(id) ?? this.tensor(id).ranks.map((rank) => [rank]);
  }

  buffer(id: TensorId, access: "read" | "write"): string {
    const format = elementFormat(this.tensor(id).format);
    const dims = (): readonly TileSize[] => this.dimsOf(id).map((ranks) => this.extent(ranks));
    return this.builder.buffer(id, format, dims, access);
  }

  /** The truth values beside a tensor that may be absent somewhere. */
  companion(id: TensorId, access: "read" | "write"): string {
    const dims = (): readonly TileSize[] => this.dimsOf(id).map((ranks) => this.extent(ranks));
    return this.builder.buffer(companionOf(id), "bool", dims, access);
  }

  /** A host scalar as an argument of the launch. */
  hostScalar(e: Expr): TileExpr {
    const { cascade } = this.plan;
    const value = toHost(cascade, e);
    if (e.kind === "size") return { kind: "size", size: this.extent([e.rank]) };
    const hint = e.kind === "scalar" ? e.scalar : e.kind === "index" ? e.variable : "h";
    return this.builder.scalar(value, e.type === "real" ? "f32" : "i32", hint);
  }

  forward(id: TensorId, indices: readonly VariableId[], value: Value): void {
    this.forwards.set(id, { indices, value, depth: this.builder.depth });
  }

  forwarded(id: TensorId, indices: readonly Expr[]): Value | undefined {
    const found = this.forwards.get(id);
    if (found === undefined || found.indices.length !== indices.length) return undefined;
    const isHere = found.indices.every((v, n) => {
      const index = indices[n];
      return index?.kind === "index" && index.variable === v;
    });
    return isHere ? found.value : undefined;
  }

  /** Memory is the truth again: after a masked store. */
  forgetForward(id: TensorId): void {
    this.forwards.delete(id);
  }

  /** Drops the values of a loop that is closed. */
  forgetDeeper(depth: number): void {
    for (const [id, found] of [...this.forwards]) if (found.depth > depth) this.forwards.delete(id);
  }
}

export function companionOf(id: TensorId): string {
  return `${id}__here`;
}

export function extentOf(builder: Builder, ranks: readonly RankId[]): TileSize {
  const value = hostProduct(ranks.map((rank) => ({ kind: "size", rank })));
  return builder.size(value, `n_${ranks.join("_")}`);
}
