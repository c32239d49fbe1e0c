// The syntax tree of a `.opt` file, as written: nothing resolved, every node with its span.
//
// In:  what grammar/parser.ts reads.
// Out: read by grammar/format.ts and by src/cascade/check*.ts.
// Not here: ranks, kinds, contraction. `A[i,k] * B[k,j]` is a product of two accesses, no more.

import type { Span } from "./span.js";

export interface Name {
  readonly text: string;
  readonly at: Span;
}

export interface File {
  readonly uses: readonly Use[];
  readonly definitions: readonly Definition[];
  readonly at: Span;
}

/** `use "std/linalg" (qr, orthogonalize)` */
export interface Use {
  readonly path: string;
  readonly names: readonly Name[];
  readonly at: Span;
}

export type Definition = CascadeDefinition | MonoidDefinition | FormatDefinition;

export interface CascadeDefinition {
  readonly kind: "cascade" | "optimizer";
  readonly name: Name;
  /** The `///` lines above, without the slashes, joined by newlines. */
  readonly doc: string;
  readonly parameters: readonly Parameter[];
  readonly results: readonly TensorDeclaration[];
  readonly body: readonly Statement[];
  readonly at: Span;
}

/** `monoid m { lift (x) (s = x)  merge (a, b) { let … (s = …) }  result e }` */
export interface MonoidDefinition {
  readonly kind: "monoid";
  readonly name: Name;
  readonly doc: string;
  readonly lift: MonoidFunction;
  readonly merge: MonoidFunction;
  readonly result: Expression;
  readonly at: Span;
}

export interface MonoidFunction {
  readonly parameters: readonly Name[];
  readonly lets: readonly { readonly name: Name; readonly value: Expression }[];
  readonly fields: readonly { readonly name: Name; readonly value: Expression }[];
  readonly at: Span;
}

/** `format dynamic8(static signed = true) of x[n] { … }`; its body may hold `store` and `read`. */
export interface FormatDefinition {
  readonly kind: "format";
  readonly name: Name;
  readonly doc: string;
  readonly parameters: readonly Parameter[];
  readonly subject: TensorDeclaration;
  readonly body: readonly Statement[];
  readonly at: Span;
}

/** One entry of a header's list. */
export type Parameter =
  /** with brackets, or a bare name without a default */
  | { readonly kind: "tensor"; readonly tensor: TensorDeclaration }
  | {
      readonly kind: "scalar"; // a bare name with a default
      readonly name: Name;
      readonly isStatic: boolean;
      readonly format?: FormatReference;
      readonly value?: Expression; // absent only for `static x`
      readonly range?: { readonly low: Expression; readonly high: Expression };
      readonly at: Span;
    }
  /** static rank r = 128 */
  | { readonly kind: "rank"; readonly name: Name; readonly value?: Expression; readonly at: Span };

/** A tensor where it is introduced: `A[i, k in i] : bf16 along k @ host = 0`. */
export interface TensorDeclaration {
  readonly name: Name;
  readonly dimensions: readonly Dimension[];
  readonly format?: FormatReference;
  readonly tier?: Name;
  readonly value?: Expression; // a default (parameter) or an initial value (state)
  readonly at: Span;
}

/** A rank of a declared tensor; `k in i` also introduces the variable k of rank i. */
export interface Dimension {
  readonly name: Name;
  readonly within?: Name;
  readonly at: Span;
}

/** `: u8 high first`, `: nf4 along k`, `: u(bits)`, `: m` (a rank), `: f(signed = false)`. */
export interface FormatReference {
  readonly name: Name;
  readonly arguments: readonly Argument[];
  readonly along?: Name;
  readonly highFirst: boolean;
  readonly at: Span;
}

export interface Argument {
  readonly name?: Name;
  readonly value: Expression;
  readonly at: Span;
}

export type Statement =
  | {
      readonly kind: "declare";
      readonly role: "param" | "grad" | "input" | "state" | "shared";
      readonly tensors: readonly TensorDeclaration[];
      readonly at: Span;
    }
  /** `let T[i,j] : f = e`, `T[i] = e`, `let Q[i,r], _ = qr(Y)`; one target or several. */
  | {
      readonly kind: "assign";
      readonly isLet: boolean;
      readonly targets: readonly Target[];
      readonly value: Expression;
      readonly at: Span;
    }
  /** `store s[b] : f32 = e` and `read e`, in a format only. */
  | {
      readonly kind: "store";
      readonly tensor: TensorDeclaration;
      readonly value: Expression;
      readonly at: Span;
    }
  | { readonly kind: "read"; readonly value: Expression; readonly at: Span }
  | {
      readonly kind: "const";
      readonly constants: readonly {
        readonly name: Name;
        readonly ranks: readonly Name[];
        readonly value: Expression;
      }[];
      readonly at: Span;
    }
  | {
      readonly kind: "index";
      readonly groups: readonly { readonly names: readonly Name[]; readonly within: Name }[];
      readonly at: Span;
    }
  | { readonly kind: "rank"; readonly name: Name; readonly value: Expression; readonly at: Span }
  /** `split n = 256 * b + l` */
  | {
      readonly kind: "split";
      readonly whole: Name;
      readonly factor: Expression;
      readonly outer: Name;
      readonly inner: Name;
      readonly at: Span;
    }
  /** passes(m), traffic(device) are calls */
  | { readonly kind: "expect"; readonly conditions: readonly Expression[]; readonly at: Span }
  | { readonly kind: "numerics"; readonly mode: Name; readonly at: Span }
  | { readonly kind: "deterministic"; readonly at: Span }
  | { readonly kind: "orient"; readonly condition: Expression; readonly at: Span }
  | { readonly kind: "shard"; readonly rank: Name; readonly axis: Name; readonly at: Span }
  | {
      readonly kind: "repeat";
      readonly count: Expression;
      readonly until?: Expression;
      readonly body: readonly Statement[];
      readonly at: Span;
    }
  | {
      readonly kind: "scan";
      readonly variable: Name;
      readonly backwards: boolean;
      readonly body: readonly Statement[];
      readonly at: Span;
    }
  | {
      readonly kind: "every";
      readonly count: Expression;
      readonly body: readonly Statement[];
      readonly at: Span;
    }
  | {
      readonly kind: "when";
      readonly condition: Expression;
      readonly then: readonly Statement[];
      readonly otherwise: readonly Statement[];
      readonly at: Span;
    };

/** Left of `=`; `_` takes nothing. `hasIndices` tells `T = …` from `T[] = …`. */
export interface Target {
  readonly name: Name;
  readonly indices: readonly Expression[];
  readonly hasIndices: boolean;
  readonly format?: FormatReference;
  readonly at: Span;
}

export type UnaryOperator = "-" | "not";
export type BinaryOperator =
  | "^" | "*" | "/" | "div" | "mod" | "+" | "-"
  | "==" | "!=" | "<" | "<=" | ">" | ">="
  | "and" | "or" | "where" | "else";

export type Expression =
  | {
      readonly kind: "number";
      readonly text: string;
      readonly value: number;
      readonly isInteger: boolean;
      readonly at: Span;
    }
  | { readonly kind: "boolean"; readonly value: boolean; readonly at: Span }
  | { readonly kind: "name"; readonly name: string; readonly at: Span }
  /** `T[i, k+1]`; whether T is a tensor is the checker's to say. */
  | {
      readonly kind: "access";
      readonly name: Name;
      readonly indices: readonly Expression[];
      readonly at: Span;
    }
  /** `a.m` in a monoid's merge. */
  | { readonly kind: "field"; readonly object: Name; readonly field: Name; readonly at: Span }
  /** `exp(x)`, `size(i)`, `attention(Q, K, V)`, `i(k)` as an index; `f[m,f](S[m], V[m,f])` with
   *  `binds`, which is a reduction if f names a monoid: the checker looks it up. */
  | {
      readonly kind: "call";
      readonly name: Name;
      readonly binds?: readonly Name[];
      readonly arguments: readonly Argument[];
      readonly at: Span;
    }
  /** `sum[k] e`, `topk[k; n] e`, `logsumexp[m] e`, `max[k] (a, b)`: binds as unary minus does.
   *  The name may be a cascade's: `softmax[n] Z[n]` is a call of it. */
  | {
      readonly kind: "reduce";
      readonly name: Name;
      readonly over: readonly Dimension[];
      readonly into?: Name;
      readonly arguments: readonly Expression[];
      readonly at: Span;
    }
  | {
      readonly kind: "unary";
      readonly operator: UnaryOperator;
      readonly operand: Expression;
      readonly at: Span;
    }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
      readonly at: Span;
    }
  /** `x as bf16`, `x as V` */
  | {
      readonly kind: "as";
      readonly operand: Expression;
      readonly format: FormatReference;
      readonly at: Span;
    }
  /** `a * b in f64`: the format in which the contraction accumulates. */
  | { readonly kind: "in"; readonly operand: Expression; readonly format: Name; readonly at: Span }
  /** `[-1, 0, 1]`, in `const` only. */
  | { readonly kind: "table"; readonly entries: readonly Expression[]; readonly at: Span }
  /** Parentheses fix the order of a contraction, so they are kept. */
  | { readonly kind: "group"; readonly inner: Expression; readonly at: Span }
  /** `await g[i]`, `await Hz[i] from z[i]` */
  | {
      readonly kind: "await";
      readonly input: Expression;
      readonly from?: Expression;
      readonly at: Span;
    }
  /** `gradient O wrt Q, K, V from dO` */
  | {
      readonly kind: "gradient";
      readonly of: Name;
      readonly wrt: readonly Name[];
      readonly from?: Name;
      readonly at: Span;
    };
