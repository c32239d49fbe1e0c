// The Cascade: einsums in evaluation order, typed, with every name resolved. Immutable.
//
// In:  src/cascade/check makes one from a syntax tree; a pass of src/transform makes one from
//      another.
// Out: printed back as `.opt` (print.ts), verified (verify.ts), run (interpret/), scheduled
//      (src/schedule).
// Not here: spans of tiles, targets, bytes.
//
// Rules that hold of every cascade (verify.ts checks them):
// - Contraction is explicit: a product that sums is a `reduce` with `contraction: true`.
// - `split` is gone: its variables are replaced by `div`/`mod` or by `factor * b + l`. So is
//   `every`.
// - Within one statement no variable is bound twice: a reduction that rebinds `i` binds a fresh
//   `i_1` of the same rank. Statements may share variables.
// - Reading outside an extent is absent, it is not an error. `where` may make a point absent.
// - A call stands alone as a statement; the checker hoists it out of expressions. `inline` removes
//   it.

import type { Span } from "../../grammar/span.js";

export type RankId = string;
export type VariableId = string;
export type TensorId = string;
export type ScalarId = string;

export interface Cascade {
  readonly kind: "cascade" | "optimizer" | "format";
  readonly name: string;
  readonly doc: string;
  readonly ranks: ReadonlyMap<RankId, Rank>;
  readonly variables: ReadonlyMap<VariableId, Variable>;
  /** In the order of the signature, then of declaration. */
  readonly tensors: ReadonlyMap<TensorId, Tensor>;
  readonly scalars: ReadonlyMap<ScalarId, Scalar>;
  readonly monoids: ReadonlyMap<string, Monoid>;
  readonly formats: ReadonlyMap<string, BlockFormat>;
  readonly body: readonly Statement[];
  readonly contracts: readonly Contract[];
  /** Conditions of `orient`, in order; empty after src/transform/orient. */
  readonly orients: readonly Orient[];
  readonly shards: readonly { readonly rank: RankId; readonly axis: string; readonly at: Span }[];
  readonly reassociate: boolean;
  readonly deterministic: boolean;
  readonly at: Span;
}

/** An extent with a name. Two ranks are two, however long they are. */
export interface Rank {
  readonly id: RankId;
  readonly extent:
    | { readonly kind: "free" } // bound by the tensors passed, or by -D
    | { readonly kind: "static"; readonly value: Expr | undefined } // the caller's choice, with a default
    | { readonly kind: "derived"; readonly value: Expr }; // an integer of scalars and other extents
  readonly at: Span;
}

/**
 * The rank `params` of an optimizer is every tensor that it steps; only a reduction may bind it.
 */
export const paramsRank: RankId = "params";

export interface Variable {
  readonly id: VariableId;
  readonly rank: RankId;
}

export type Role =
  | "in"
  | "out" // of a cascade
  | "param"
  | "grad"
  | "input"
  | "state"
  | "let"
  | "const" // a table, computed when the cascade is compiled
  | "store"; // of a block format

export interface Tensor {
  readonly id: TensorId;
  readonly role: Role;
  readonly ranks: readonly RankId[];
  /** The variables of `value`, one per rank. */
  readonly variables: readonly VariableId[];
  readonly format: Format;
  readonly type: ValueType;
  /** state: its initial value (zero when undefined); in: its default; const: its value. */
  readonly value: Expr | undefined;
  /** const: its entries, where it is written as a table; `value` then chooses among them. */
  readonly table?: readonly Expr[];
  /** A state without the rank `params`. */
  readonly shared: boolean;
  readonly tier: string | undefined;
  /** One line that says what it is, when the source says so. */
  readonly doc: string | undefined;
  readonly at: Span;
}

export interface Scalar {
  readonly id: ScalarId;
  /** Step is `t`; const is `const a = 3.4`. */
  readonly role: "hyper" | "static" | "step" | "key" | "const";
  readonly type: ValueType;
  /**
   * Undefined only for a static without a default, for `t` and for `key`. Of statics and extents.
   */
  readonly value: Expr | undefined;
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly at: Span;
}

export type ValueType = "real" | "integer" | "boolean";

export type FloatName = "f64" | "f32" | "f16" | "bf16" | "f8e4m3" | "f8e5m2";
export type Format =
  | { readonly kind: "float"; readonly name: FloatName }
  | {
      readonly kind: "integer";
      readonly bits: number;
      readonly signed: boolean;
      readonly highFirst: boolean;
    }
  | { readonly kind: "bool" }
  | { readonly kind: "index"; readonly rank: RankId } // i32; absent is stored as size(rank)
  /** Key of formats; dimension. */
  | { readonly kind: "block"; readonly format: string; readonly along: number | undefined };

export const f32: Format = { kind: "float", name: "f32" };
export const i32: Format = { kind: "integer", bits: 32, signed: true, highFirst: false };

/**
 * A block format with its statics applied: `encode` computes its `store` tensors from the subject,
 * `read` gives back the value at the subject's variable.
 */
export interface BlockFormat {
  readonly id: string; // as printed: `affine_group(bits = 8)`
  readonly encode: Cascade; // kind "format"; the subject has role "in"; calls may occur until inlined
  readonly subject: TensorId;
  readonly variable: VariableId;
  readonly stores: readonly TensorId[];
  readonly read: Expr;
}

/**
 * A user's reduction. Its expressions use `local` for what lift and merge bind: `x`, `a.m`, lets.
 */
export interface Monoid {
  readonly id: string;
  readonly parameters: readonly string[]; // of lift
  readonly fields: readonly string[];
  readonly lift: MonoidFunction;
  readonly merge: MonoidFunction; // locals `${first}.${field}`, `${second}.${field}` with first = "a", second = "b"
  readonly result: Expr; // locals are the fields
  /** The merge does not commute: points are taken in order, those of the last variable first. */
  readonly isOrdered?: boolean;
  readonly at: Span;
}

export interface MonoidFunction {
  readonly lets: readonly { readonly name: string; readonly value: Expr }[];
  readonly fields: readonly Expr[]; // in the order of Monoid.fields
}

export interface Contract {
  /** A condition on extents is enforced now; the others are kept for the cost model. */
  readonly kind: "extents" | "passes" | "traffic" | "resident" | "launches";
  /** The rank of passes, the tier of traffic and resident. */
  readonly subject: string | undefined;
  /** extents: the whole condition; else the bound on the right of `<=`. */
  readonly value: Expr;
  readonly at: Span;
}

export interface Orient {
  readonly condition: Expr; // over sizes; holds for the ranks as named
  readonly ranks: readonly [RankId, RankId]; // exchanged where it fails
  readonly at: Span;
}

export type Statement =
  | Assign
  | CallStatement
  | {
      readonly kind: "repeat";
      readonly count: Expr;
      readonly until: Expr | undefined;
      readonly body: readonly Statement[];
      readonly at: Span;
    }
  | {
      readonly kind: "scan";
      readonly variable: VariableId;
      readonly backwards: boolean;
      readonly body: readonly Statement[];
      readonly at: Span;
    }
  /** `isStatic`: of extents and statics, decided when the extents are known. */
  | {
      readonly kind: "when";
      readonly condition: Expr;
      readonly isStatic: boolean;
      readonly then: readonly Statement[];
      readonly otherwise: readonly Statement[];
      readonly at: Span;
    }
  /**
   * Everything above is carried out on all parameters, then the caller is asked for `input` again.
   */
  | {
      readonly kind: "await";
      readonly target: TensorId;
      readonly input: TensorId;
      readonly from: TensorId | undefined;
      readonly at: Span;
    }
  | {
      readonly kind: "gradient";
      readonly of: TensorId;
      readonly wrt: readonly TensorId[];
      readonly from: TensorId | undefined;
      readonly targets: readonly TensorId[];
      readonly at: Span;
    };

/**
 * `T[i,k] = value`: value is evaluated whole, then its present points are written.
 * An index is a variable that the statement binds, or the variable of an enclosing scan.
 */
export interface Assign {
  readonly kind: "assign";
  readonly target: TensorId;
  readonly indices: readonly VariableId[];
  readonly value: Expr;
  /** Introduces the tensor; false: it existed and keeps the points that are absent in value. */
  readonly isLet: boolean;
  readonly at: Span;
}

/**
 * `let Q[i,r], _ = qr(Y)`. The callee's ranks, scalars and tensor parameters are given in terms of
 * the
 * caller: `ranks` maps each of its free and static ranks to a rank of the caller with the variable
 * that
 * walks it here; arguments are over those variables and over `mapped`. The keys are the variables
 * of
 * the callee's signature (a rank is its own first variable; `A[i, k in i]` adds `k`), so position p
 * of a
 * tensor parameter is walked by `ranks.get(parameter.variables[p])`, and no two keys share a
 * variable.
 * A derived rank is a key only when a tensor given or a result taken has it.
 */
export interface CallStatement {
  readonly kind: "call";
  readonly callee: Cascade;
  readonly mapped: readonly VariableId[]; // further leading variables of the results
  readonly ranks: ReadonlyMap<RankId, { readonly rank: RankId; readonly variable: VariableId }>;
  readonly scalars: ReadonlyMap<ScalarId, Expr>; // those given; the others keep their default
  readonly tensors: ReadonlyMap<TensorId, Expr>;
  /**
   * One per result of the callee; undefined is not taken. `indices` is `mapped` and the callee's
   * ranks.
   */
  readonly results: readonly (
    | {
        readonly target: TensorId;
        readonly indices: readonly VariableId[];
        readonly isLet: boolean;
      }
    | undefined
  )[];
  readonly at: Span;
}

export type UnaryOp =
  | "neg"
  | "not"
  | "abs"
  | "sign"
  | "sqrt"
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
  | "floor"
  | "ceil"
  | "round"
  | "isfinite";
export type BinaryOp =
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "pow"
  | "floordiv"
  | "mod"
  | "min"
  | "max"
  | "eq"
  | "ne"
  | "lt"
  | "le"
  | "gt"
  | "ge"
  | "and"
  | "or";
/** Clamp(x, low, high); `round_stochastic` is a random node inside a map. */
export type MapOp = UnaryOp | BinaryOp | "clamp";

export type ReduceOp =
  "sum" | "prod" | "max" | "min" | "mean" | "any" | "all" | "count" | "argmax" | "argmin";
export type Distribution = "uniform" | "normal" | "rademacher";

interface Typed {
  /** Kind of the value; an integer becomes real where a real is wanted (no node for it). */
  readonly type: ValueType;
  readonly at: Span;
}

/** Absence: a map of an absent argument is absent, except `or` and `and` as LANGUAGE.md §2 says. */
export type Expr =
  | (Typed & { readonly kind: "number"; readonly value: number }) // `inf` is value Infinity, in comparisons only
  | (Typed & { readonly kind: "boolean"; readonly value: boolean })
  | (Typed & { readonly kind: "size"; readonly rank: RankId })
  | (Typed & { readonly kind: "scalar"; readonly scalar: ScalarId })
  | (Typed & { readonly kind: "index"; readonly variable: VariableId }) // the value of a variable
  | (Typed & { readonly kind: "local"; readonly name: string }) // inside a monoid only
  | (Typed & {
      readonly kind: "read";
      readonly tensor: TensorId;
      readonly indices: readonly Expr[];
    })
  | (Typed & { readonly kind: "map"; readonly op: MapOp; readonly args: readonly Expr[] })
  | (Typed & { readonly kind: "cast"; readonly format: Format; readonly arg: Expr })
  | (Typed & { readonly kind: "where"; readonly value: Expr; readonly predicate: Expr })
  | (Typed & { readonly kind: "else"; readonly first: Expr; readonly second: Expr })
  | (Typed & {
      readonly kind: "reduce";
      readonly op: ReduceOp;
      readonly over: readonly VariableId[]; // argmax, argmin: one
      readonly body: Expr;
      /**
       * An implicit sum of a product: multiplies in the factors' formats, accumulates in
       * `accumulate`.
       */
      readonly contraction: boolean;
      readonly accumulate: FloatName | undefined; // undefined: f32 (integers: exact)
    })
  /**
   * Position along `into` (a variable whose rank numbers the best) of the largest; several keys in
   * turn.
   */
  | (Typed & {
      readonly kind: "topk";
      readonly over: VariableId;
      readonly into: VariableId;
      readonly keys: readonly Expr[];
    })
  | (Typed & {
      readonly kind: "fold";
      readonly monoid: string;
      readonly over: readonly VariableId[];
      readonly args: readonly Expr[];
    })
  | (Typed & {
      readonly kind: "random";
      readonly distribution: Distribution;
      readonly key: Expr;
      readonly counters: readonly Expr[];
    })
  | (Typed & {
      readonly kind: "stochastic";
      readonly arg: Expr;
      readonly key: Expr;
      readonly counters: readonly Expr[];
    }) // round_stochastic
  | (Typed & { readonly kind: "straight"; readonly value: Expr; readonly derivative: Expr });
