// What the compiler hands to the runtime: data only, so that a generated module can hold it as
// text.
//
// In:  src/tile (host program) and codegen (kernels) make it.
// Out: src/runtime/execute.ts runs it on a Device, for one parameter or for many in lockstep.
// Not here: anything of the compiler. This folder is all that a browser loads.

export interface Executable {
  readonly version: 1;
  readonly name: string;
  readonly kind: "cascade" | "optimizer";
  readonly doc: string;
  readonly scalars: readonly ScalarSpec[];
  /** The first whose condition holds is run; the last has none. `orient` makes two. */
  readonly variants: readonly Variant[];
}

export interface ScalarSpec {
  readonly name: string;
  readonly role: "hyper" | "static" | "step" | "key";
  readonly type: "real" | "integer" | "boolean";
  /**
   * Undefined: must be given (t starts at 1 and key at 0 when left out). May name sizes and earlier
   * scalars.
   */
  readonly value: HostExpr | undefined;
  readonly low: number | undefined;
  readonly high: number | undefined;
}

export interface Variant {
  readonly condition: HostExpr | undefined;
  readonly ranks: readonly RankSpec[];
  readonly tensors: readonly TensorSpec[];
  readonly checks: readonly Check[];
  /** How a state that the caller leaves out starts; a state not listed starts at zero. */
  readonly initial: readonly { readonly tensor: string; readonly ops: readonly HostOp[] }[];
  readonly steps: readonly HostOp[];
  readonly kernels: readonly KernelSpec[];
}

/**
 * Sizes are evaluated in order; a free rank (no value) is bound by the tensors passed or by name.
 */
export interface RankSpec {
  readonly name: string;
  readonly isStatic: boolean; // the caller may override `value`
  readonly value: HostExpr | undefined;
}

/** `expect` on extents. */
export interface Check {
  readonly condition: HostExpr;
  readonly message: string;
}

export type ElementFormat =
  | "f32"
  | "f16"
  | "bf16"
  | "f8e4m3"
  | "f8e5m2"
  | "i32"
  | "u32"
  | "i16"
  | "u16"
  | "i8"
  | "u8"
  | "bool";

export interface TensorSpec {
  readonly name: string;
  readonly role: "in" | "out" | "param" | "grad" | "input" | "state" | "temporary" | "constant";
  readonly ranks: readonly string[]; // names of ranks, outermost first; row-major
  readonly dims: readonly HostExpr[];
  readonly format: ElementFormat;
  /**
   * param: one for each parameter stepped. shared: one for all. slots: one element for each
   * parameter,
   * side by side; a launch over parameters sees its own element, a shared launch sees the whole
   * array.
   */
  readonly space: "param" | "shared" | "slots";
  /** in: a default when the caller leaves it out. */
  readonly value: HostExpr | undefined;
  /** constant: its elements. */
  readonly data: readonly number[] | undefined;
}

/** Evaluated on the host in float64; integers are exact. */
export type HostExpr =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "size"; readonly rank: string } // `params`: how many parameters are stepped
  | { readonly kind: "scalar"; readonly name: string }
  | { readonly kind: "local"; readonly name: string } // a HostOp `let`, or a loop's variable
  | { readonly kind: "element"; readonly tensor: string } // reads a rank-0 tensor back: waits for the device
  | { readonly kind: "map"; readonly op: HostMap; readonly args: readonly HostExpr[] };

export type HostMap =
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
  | "isfinite"
  | "add"
  | "sub"
  | "mul"
  | "div"
  | "pow"
  | "floordiv"
  | "mod"
  | "ceildiv"
  | "min"
  | "max"
  | "clamp"
  | "eq"
  | "ne"
  | "lt"
  | "le"
  | "gt"
  | "ge"
  | "and"
  | "or"
  | "select"; // select(condition, then, otherwise)

export type HostOp =
  | { readonly kind: "let"; readonly name: string; readonly value: HostExpr }
  | {
      readonly kind: "launch";
      readonly kernel: string;
      readonly space: "param" | "shared"; // param: one entry for each parameter, all in one launch
      /** Names of tensors, in the order of the kernel's buffers. */
      readonly buffers: readonly string[];
      /** In the order of the kernel's sizes and scalars. */
      readonly sizes: readonly HostExpr[];
      readonly scalars: readonly HostExpr[];
      /** Blocks along each grid axis, outermost first. */
      readonly grid: readonly HostExpr[];
    }
  | {
      readonly kind: "copy";
      readonly from: string;
      readonly to: string;
      readonly space: "param" | "shared";
    }
  | {
      readonly kind: "fill";
      readonly tensor: string;
      readonly value: number;
      readonly space: "param" | "shared";
    }
  /** Two temporaries of one shape change places. */
  | {
      readonly kind: "swap";
      readonly a: string;
      readonly b: string;
      readonly space: "param" | "shared";
    }
  | {
      readonly kind: "if";
      readonly condition: HostExpr;
      readonly then: readonly HostOp[];
      readonly otherwise: readonly HostOp[];
    }
  /**
   * `variable` from 0 to count - 1, or down; `until` is tested before every pass, after `before`
   * has run.
   */
  | {
      readonly kind: "loop";
      readonly variable: string;
      readonly count: HostExpr;
      readonly backwards: boolean;
      readonly until:
        { readonly before: readonly HostOp[]; readonly condition: HostExpr } | undefined;
      readonly body: readonly HostOp[];
    };

/**
 * The arguments of a kernel are 32-bit words in this order: buffers (addresses), sizes (i32),
 * scalars.
 */
export interface KernelSpec {
  readonly name: string;
  /** The equations that it computes, one to a line. */
  readonly equations: readonly string[];
  readonly buffers: readonly {
    readonly name: string;
    readonly access: "read" | "write" | "update";
  }[];
  readonly sizes: readonly string[];
  readonly scalars: readonly { readonly name: string; readonly type: "f32" | "i32" }[];
  /** Bytes of scratch memory for each thread. */
  readonly scratchBytes: number;
}
