// The plan: which equations share a launch, over which axes, in which sweeps. Plain data,
// printable.
//
// In:  src/schedule/schedule.ts makes one of a cascade without calls.
// Out: src/tile/lower makes tile programs and the host program of it.
// Not here: loads, masks, registers (src/tile/lower); where a search would choose (group.ts,
// tiles.ts).

import type { Span } from "../../grammar/span.js";
import type { Cascade, Expr, RankId, TensorId, VariableId } from "../cascade/cascade.js";
import type { Factor } from "../cascade/product.js";

/** Straight-line leaves and the control around them. */
export type Region<Leaf> = readonly Step<Leaf>[];
export type Step<Leaf> =
  | { readonly kind: "leaf"; readonly leaf: Leaf }
  | {
      readonly kind: "repeat";
      readonly variable: VariableId;
      readonly count: Expr; // of host scalars
      readonly until: { readonly before: Region<Leaf>; readonly condition: Expr } | undefined;
      readonly body: Region<Leaf>;
    }
  | {
      readonly kind: "scan";
      readonly variable: VariableId;
      readonly backwards: boolean;
      readonly body: Region<Leaf>;
    }
  | {
      readonly kind: "when";
      readonly condition: Expr;
      readonly then: Region<Leaf>;
      readonly otherwise: Region<Leaf>;
    };

/**
 * `target[indices] = value`. A reduction stands alone as the whole value, or nowhere in it.
 * `indices` are
 * variables bound here (points), or those of enclosing scans.
 */
export interface Equation {
  readonly kind: "equation";
  readonly target: TensorId;
  readonly indices: readonly VariableId[];
  readonly value: Expr;
  /** Nothing of the target is kept: it had no value before. */
  readonly isLet: boolean;
  readonly at: Span;
}

/** All of `from` becomes the value of `to`; both have the same ranks. `from` is not read again. */
export interface Move {
  readonly kind: "move";
  readonly from: TensorId;
  readonly to: TensorId;
}

/**
 * An axis of a launch: one rank, or adjacent ranks that every access uses together, in this
 * order. Its id is
 * the first one's variable; those of the others are followers, which accesses name beside it.
 */
export interface Axis {
  readonly id: VariableId;
  readonly ranks: readonly RankId[];
}

/**
 * Part of a launch. `over` is empty: once for each kept point; else a loop nest, outermost
 * first.
 */
export interface Segment {
  readonly over: readonly Axis[];
  readonly equations: readonly Equation[];
}

/**
 * One launch (two when nothing is kept): blocks own kept points and carry out the segments in
 * order.
 * The variables of the equations are the ids of the axes.
 */
export interface Sweep {
  readonly kind: "sweep";
  readonly kept: readonly Axis[];
  readonly segments: readonly Segment[];
  readonly followers: ReadonlySet<VariableId>;
  /** How accesses look after axes are joined: for each tensor the ranks of each dimension. */
  readonly dims: ReadonlyMap<TensorId, readonly (readonly RankId[])[]>;
}

/**
 * Product sums with a left and a right side: staged tiles and dots, then an epilogue over the
 * points.
 */
export interface Contract {
  readonly kind: "contract";
  readonly sums: readonly Product[];
  readonly batch: readonly Axis[];
  readonly rows: readonly Axis[]; // left-only; the last is tiled
  readonly columns: readonly Axis[]; // right-only; the last is tiled
  readonly over: readonly Axis[]; // contracted; the last is tiled
  readonly epilogue: readonly Equation[];
  readonly followers: ReadonlySet<VariableId>;
  readonly dims: ReadonlyMap<TensorId, readonly (readonly RankId[])[]>;
}

/** `target = sum[over] (left * right) * rest`. */
export interface Product {
  readonly equation: Equation;
  readonly left: Expr;
  readonly right: Expr;
  readonly rest: readonly Factor[];
}

export type Group = Sweep | Contract;
export type PlanLeaf = Group | Move;

/**
 * Where a tensor may be absent: if one of these ranks is empty, or, pointwise, at any of its
 * points.
 */
export interface Absence {
  readonly empty: ReadonlySet<RankId>;
  readonly pointwise: boolean;
}

export interface Plan {
  /** With the lets that normalising made; its body is not used. */
  readonly cascade: Cascade;
  readonly steps: Region<PlanLeaf>;
  /** How states start that the caller leaves out. */
  readonly initial: readonly { readonly tensor: TensorId; readonly steps: Region<PlanLeaf> }[];
  /** Tensors that may be absent somewhere; all others never are. */
  readonly absences: ReadonlyMap<TensorId, Absence>;
  /** Lets that live in memory. */
  readonly stored: ReadonlySet<TensorId>;
  /** Outputs and carried lets that must hold 0 before anything runs. */
  readonly cleared: ReadonlySet<TensorId>;
  readonly spaces: ReadonlyMap<TensorId, "param" | "shared" | "slots">;
}
