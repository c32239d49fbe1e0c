// The callee's equations in the names of the caller.
//
// In:  what each rank, variable, scalar and tensor of the callee stands for.
// Out: expressions and statements of the caller.
// Not here: how that is decided (call.ts).

import { unreachable } from "../../../grammar/span.js";
import type {
  Expr,
  Format,
  RankId,
  ScalarId,
  Statement,
  TensorId,
  VariableId,
} from "../../cascade/cascade.js";
import { paramsRank } from "../../cascade/cascade.js";
import {
  freshenBinders,
  indexOf,
  mapChildren,
  substitute,
  type FreshVariable,
} from "../../cascade/walk.js";

/** What a tensor of the callee stands for. */
export type Standing =
  /** A tensor of the caller; `mapped` are its leading variables. */
  | { readonly kind: "tensor"; readonly id: TensorId; readonly mapped: readonly VariableId[] }
  /** An argument put in place of each access; `walked` are the variables of the positions. */
  | { readonly kind: "argument"; readonly value: Expr; readonly walked: readonly VariableId[] };

export interface Meaning {
  readonly rank: (r: RankId) => RankId;
  readonly variable: (v: VariableId) => VariableId;
  readonly scalar: (s: ScalarId) => Expr;
  readonly tensor: (t: TensorId) => Standing;
  readonly format: (f: Format) => Format;
  readonly monoid: (id: string) => string;
  readonly fresh: FreshVariable;
}

export function translate(e: Expr, m: Meaning): Expr {
  if (e.kind === "scalar") return freshenBinders(m.scalar(e.scalar), m.fresh);
  const node = mapChildren(e, (child) => translate(child, m));
  switch (node.kind) {
    case "size":
      return node.rank === paramsRank ? node : { ...node, rank: m.rank(node.rank) };
    case "index":
      return { ...node, variable: m.variable(node.variable) };
    case "read":
      return access(node, m.tensor(node.tensor), m);
    case "cast":
      return { ...node, format: m.format(node.format) };
    case "reduce":
      return { ...node, over: node.over.map(m.variable) };
    case "fold":
      return { ...node, over: node.over.map(m.variable), monoid: m.monoid(node.monoid) };
    case "topk":
      return { ...node, over: m.variable(node.over), into: m.variable(node.into) };
    default:
      return node;
  }
}

function access(e: Extract<Expr, { kind: "read" }>, standing: Standing, m: Meaning): Expr {
  if (standing.kind === "argument") {
    const by = new Map(
      standing.walked.flatMap((v, n) => {
        const index = e.indices[n];
        return index === undefined ? [] : [[v, index] as const];
      }),
    );
    return substitute(freshenBinders(standing.value, m.fresh), by, m.fresh);
  }
  const leading = standing.mapped.map((v) => indexOf(v, e.at));
  return { ...e, tensor: standing.id, indices: [...leading, ...e.indices] };
}

/** Statements in the caller's names. `introduces` says which assignment becomes a `let`. */
export function translateBody(
  body: readonly Statement[],
  m: Meaning,
  introduces: (s: Statement) => boolean,
): readonly Statement[] {
  const inner = (block: readonly Statement[]): readonly Statement[] =>
    translateBody(block, m, introduces);
  return body.map((s): Statement => {
    switch (s.kind) {
      case "assign": {
        const standing = tensorOf(s.target, m);
        const indices = [...standing.mapped, ...s.indices.map(m.variable)];
        const isLet = s.isLet || introduces(s);
        return { ...s, target: standing.id, indices, value: translate(s.value, m), isLet };
      }
      case "repeat": {
        const until = s.until === undefined ? undefined : translate(s.until, m);
        return { ...s, count: translate(s.count, m), until, body: inner(s.body) };
      }
      case "scan":
        return { ...s, variable: m.variable(s.variable), body: inner(s.body) };
      case "when": {
        const condition = translate(s.condition, m);
        return { ...s, condition, then: inner(s.then), otherwise: inner(s.otherwise) };
      }
      case "await": {
        const from = s.from === undefined ? undefined : tensorOf(s.from, m).id;
        return { ...s, target: tensorOf(s.target, m).id, input: tensorOf(s.input, m).id, from };
      }
      case "gradient": {
        const from = s.from === undefined ? undefined : tensorOf(s.from, m).id;
        const id = (t: TensorId): TensorId => tensorOf(t, m).id;
        return { ...s, of: id(s.of), wrt: s.wrt.map(id), from, targets: s.targets.map(id) };
      }
      case "call":
        throw new Error(`internal: a call of ${s.callee.name} is left in a callee`);
      default:
        return unreachable(s);
    }
  });
}

function tensorOf(id: TensorId, m: Meaning): Extract<Standing, { kind: "tensor" }> {
  const standing = m.tensor(id);
  if (standing.kind === "tensor") return standing;
  throw new Error(`internal: ${id} is an argument and has no name`);
}
