// The tile program: what one launch does, for any target.
//
// In:  src/tile/lower makes one for each fusion group of a Plan.
// Out: verified (verify.ts), run and counted (interpret.ts), emitted (codegen/wasm; later wgsl,
//      cuda).
// Not here: lanes, threads, instruction shapes. A target chooses them; it never re-derives an
//           algorithm.
//
// A block of the grid owns one tile of every grid axis. The body is carried out for all points of
// the tile; points of different blocks, and points of one block along grid axes, are independent of
// each other except through `stage` and `dot`. A loop streams along one more axis. Extents are
// symbolic: `size` names an i32 argument of the launch. A point whose index reaches its axis' end
// is dead: nothing is evaluated there.
//
// Absence is gone: src/tile/lower turns it into boolean values. Nothing is ever infinite or NaN by
// design.
//
// Order of a reduction, the same on every target of tier A: along a loop axis that a state reduces,
// the j-th live point of the loop (counted from `from`, dead and masked points counted too) goes to
// accumulator j mod state.lanes; each accumulator takes its points in order; at the end accumulator
// l takes in accumulator l + half for half = lanes/2, lanes/4 … 1. Nested loops over reduced axes:
// only the innermost counts j, and it begins again at 0 each time. Blocks never share a state;
// partial results go through memory.

import type { ElementFormat, Executable, HostExpr } from "../runtime/executable.js";

export type AxisId = string;
export type TileType = "f32" | "i32" | "bool";

export interface TileProgram {
  readonly name: string;
  /** The equations it computes, as `.opt`, in order: printed as comments. */
  readonly equations: readonly string[];
  readonly buffers: readonly TileBuffer[];
  /** i32 arguments: extents and products of extents, evaluated on the host. */
  readonly sizes: readonly { readonly name: string; readonly value: HostExpr }[];
  /** Arguments by value, computed once per step on the host. */
  readonly scalars: readonly {
    readonly name: string;
    readonly type: "f32" | "i32";
    readonly value: HostExpr;
  }[];
  /** Outermost first. The launch has ceil(end / tile) blocks along each. */
  readonly grid: readonly GridAxis[];
  readonly body: readonly TileOp[];
}

export interface TileBuffer {
  readonly name: string; // unique in the program; the tensor's own name where possible
  readonly tensor: string;
  readonly format: ElementFormat;
  readonly dims: readonly TileSize[]; // row-major
  readonly access: "read" | "write" | "update";
}

/** An extent: the name of one of `sizes`, or a number. */
export type TileSize =
  | { readonly kind: "size"; readonly name: string }
  | { readonly kind: "number"; readonly value: number };

export interface GridAxis {
  readonly id: AxisId;
  readonly end: TileSize;
  readonly tile: number;
}

export type TileOp =
  /**
   * Evaluated once for each point of `axes`, where it stands. Registers. A `load` stands alone in a
   * let.
   */
  | {
      readonly kind: "let";
      readonly name: string;
      readonly type: TileType;
      readonly axes: readonly AxisId[];
      readonly value: TileExpr;
    }
  /**
   * A tile of values in memory that the block shares, laid out in the order of `axes`, dead points
   * 0.
   */
  | {
      readonly kind: "stage";
      readonly name: string;
      readonly axes: readonly AxisId[];
      readonly type: "f32";
      readonly scope: "workgroup";
      readonly value: TileExpr;
    }
  /** Everyone's stages are complete. Only at the level of tiles, never under a mask. */
  | { readonly kind: "barrier" }
  /** Begins a reduction; nothing merged yet. */
  | StateOp
  /** Lifts each point and merges it into the state's accumulators. */
  | {
      readonly kind: "merge";
      readonly state: string;
      readonly args: readonly TileExpr[];
      readonly where: TileExpr | undefined;
    }
  /**
   * state[m,n] += Σ_k left[m,k] · right[k,n] for staged tiles; `state` sums f32 over (m,n), with
   * one lane. The unit
   * of tensor cores. In tier A each element takes its k in order, a rounded product and a rounded
   * sum each.
   */
  | {
      readonly kind: "dot";
      readonly state: string;
      readonly left: string;
      readonly right: string;
      readonly over: AxisId;
    }
  /**
   * Streams along `axis` from `from` up to, not including, `to` (uniform in the block's tile),
   * `tile` points at a time.
   */
  | {
      readonly kind: "loop";
      readonly axis: AxisId;
      readonly from: TileExpr;
      readonly to: TileExpr;
      readonly tile: number;
      readonly body: readonly TileOp[];
    }
  | {
      readonly kind: "store";
      readonly buffer: string;
      readonly indices: readonly TileExpr[];
      readonly value: TileExpr;
      readonly where: TileExpr | undefined;
    };

export interface StateOp {
  readonly kind: "state";
  readonly name: string;
  readonly axes: readonly AxisId[]; // kept
  readonly over: readonly AxisId[]; // loops that follow; merged away
  readonly monoid: TileMonoid;
  /** Accumulators along the innermost axis of `over`; a power of two. */
  readonly lanes: number;
  /** False: at least one point is merged for sure, or `empty` stands for none. */
  readonly tracksPresence: boolean;
}

/**
 * A reduction by its laws: `lift` the arguments of a point to fields, `merge` two states, `finish`
 * to a value.
 * Fields without an identity (`empty` undefined) need `tracksPresence`: the state of nothing is
 * absent.
 */
export interface TileMonoid {
  readonly name: string; // `sum`, `max`, `norm` …, for comments
  readonly fields: readonly {
    readonly name: string;
    readonly type: TileType;
    readonly empty: number | undefined;
  }[];
  /** Over locals arg0, arg1 …; and `axis` values as any expression. */
  readonly lift: readonly TileExpr[];
  /** Over locals a.<field>, b.<field>; a is what came before. */
  readonly merge: readonly TileExpr[];
  /** Over locals <field>: what the results may be; `result` picks one by number. */
  readonly finish: readonly { readonly type: TileType; readonly value: TileExpr }[];
}

export type TileExpr =
  | { readonly kind: "const"; readonly type: TileType; readonly value: number } // f32: exactly representable
  | { readonly kind: "scalar"; readonly name: string; readonly type: "f32" | "i32" }
  | { readonly kind: "size"; readonly size: TileSize }
  | { readonly kind: "axis"; readonly axis: AxisId } // the point's index along it, i32
  | { readonly kind: "local"; readonly name: string; readonly type: TileType } // a let, or in a monoid a field
  /**
   * One element. `bounds` says why every index is inside: proven, or because `where` holds only
   * there (a dead or
   * masked load gives 0 and touches nothing). A gather's index is data: its `where` includes the
   * test.
   */
  | {
      readonly kind: "load";
      readonly buffer: string;
      readonly type: TileType;
      readonly indices: readonly TileExpr[];
      readonly where: TileExpr | undefined;
    }
  | {
      readonly kind: "result";
      readonly state: string;
      readonly type: TileType;
      readonly index: number;
    } // finish[index]
  | { readonly kind: "present"; readonly state: string } // bool: something was merged
  | {
      readonly kind: "map";
      readonly op: TileMap;
      readonly type: TileType;
      readonly args: readonly TileExpr[];
    }
  /** Word 0..3 of Philox 4x32-10 as i32 bits: src/cascade/random.ts. */
  | {
      readonly kind: "philox";
      readonly key: readonly [TileExpr, TileExpr];
      readonly counters: readonly [TileExpr, TileExpr, TileExpr, TileExpr];
      readonly word: 0 | 1 | 2 | 3;
      readonly type: "i32";
    };

/**
 * Types: args and result are of one type unless said. Functions: src/cascade/functions, the same
 * bits on all targets.
 * floordiv, mod: i32 floor semantics; a divisor of 0 is not reached. select(bool, x, y). i32
 * arithmetic wraps.
 */
export type TileMap =
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "min"
  | "max"
  | "neg"
  | "abs"
  | "sign"
  | "sqrt"
  | "floor"
  | "ceil"
  | "round"
  | "exp"
  | "log"
  | "log2"
  | "sin"
  | "cos"
  | "tanh"
  | "erf"
  | "sigmoid"
  | "softplus"
  | "logsigmoid"
  | "silu"
  | "gelu"
  | "pow"
  | "floordiv"
  | "mod"
  | "shr"
  | "bitand"
  | "bitor"
  | "bitxor"
  | "shl" // shr: logical
  | "eq"
  | "ne"
  | "lt"
  | "le"
  | "gt"
  | "ge" // any → bool
  | "and"
  | "or"
  | "not"
  | "select"
  | "isfinite"
  | "toF32"
  | "toI32" // i32|bool → f32; f32 (integral) | bool → i32
  | "roundTo.bf16"
  | "roundTo.f16"
  | "roundTo.f8e4m3"
  | "roundTo.f8e5m2"; // f32 → f32

/**
 * One compiled definition, for any target: `variants[n]` of the executable launches the programs of
 * `programs[n]`.
 */
export interface Lowered {
  /**
   * Without kernels: a code generator fills in `kernels` of each variant
   * (src/runtime/executable.ts).
   */
  readonly executable: Executable;
  readonly programs: readonly (readonly TileProgram[])[];
}
