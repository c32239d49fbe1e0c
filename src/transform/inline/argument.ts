// Whether an argument may stand in place of each access to its parameter, or becomes a `let` first.
//
// In:  the argument, the parameter, how the callee accesses it.
// Out: yes where nothing is computed twice and what was absent stays absent.

import type {
  Cascade,
  Expr,
  Format,
  Statement,
  Tensor,
  TensorId,
  VariableId,
} from "../../cascade/cascade.js";
import { expressionsOf, innerBodies } from "../../cascade/statements.js";
import { nodes } from "../../cascade/walk.js";
import type { Caller } from "./caller.js";

export interface Parameter {
  readonly tensor: Tensor;
  /** Its format in the caller's names. */
  readonly format: Format;
  /** The caller's variable for each position. */
  readonly walked: readonly VariableId[];
}

export interface Accesses {
  /** How often the text reads it; what stands in a loop counts as two. */
  readonly count: number;
  readonly reads: readonly Extract<Expr, { kind: "read" }>[];
}

/** Every access to `id` in the callee's body and values. */
export function accessesOf(id: TensorId, callee: Cascade): Accesses {
  const inValues = [...callee.tensors.values()].flatMap((t) =>
    t.value === undefined ? [] : readsOf(t.value, id),
  );
  const inBody = readsIn(callee.body, id, 1);
  return {
    count: inValues.length + inBody.reduce((sum, [, times]) => sum + times, 0),
    reads: [...inValues, ...inBody.map(([read]) => read)],
  };
}

type Read = Extract<Expr, { kind: "read" }>;

function readsOf(e: Expr, id: TensorId): readonly Read[] {
  return [...nodes(e)].flatMap((node) =>
    node.kind === "read" && node.tensor === id ? [node] : [],
  );
}

function readsIn(
  body: readonly Statement[],
  id: TensorId,
  times: number,
): readonly (readonly [Read, number])[] {
  return body.flatMap((s) => {
    const isLoop = s.kind === "repeat" || s.kind === "scan";
    const inside = isLoop ? 2 : times;
    const own = expressionsOf(s).flatMap((e) =>
      readsOf(e, id).map((read): readonly [Read, number] => [read, inside]),
    );
    return [...own, ...innerBodies(s).flatMap((inner) => readsIn(inner, id, inside))];
  });
}

/** `T[i,j]`: nothing is computed by reading it again. */
export function isPlainRead(e: Expr): e is Read {
  return e.kind === "read" && e.indices.every((index) => index.kind === "index");
}

const hostKinds: ReadonlySet<Expr["kind"]> = new Set([
  "number",
  "boolean",
  "scalar",
  "size",
  "index",
  "map",
  "where",
  "else",
]);

/** Made of numbers, scalars, extents and variables only. */
export function isHost(e: Expr): boolean {
  return [...nodes(e)].every((node) => hostKinds.has(node.kind));
}

export function mayStandInPlace(
  value: Expr,
  parameter: Parameter,
  accesses: Accesses,
  callee: Cascade,
  caller: Caller,
): boolean {
  const { tensor } = parameter;
  const isLiteral = value.kind === "number";
  if (value.type !== tensor.type && !isLiteral) return false;
  if (!staysAbsent(value, parameter, accesses, callee, caller)) return false;
  if (!isUsual(tensor) && !hasFormat(value, parameter.format, caller)) return false;
  if (isPlainRead(value) || isLiteral) return true;
  return accesses.count <= 1 && isCheap(value);
}

function isUsual(t: Tensor): boolean {
  const { format } = t;
  if (format.kind === "float") return format.name === "f32";
  if (format.kind === "integer") return format.bits === 32 && format.signed;
  return format.kind === "bool";
}

/** Whether `value` reads a tensor stored in `format`, so that nothing is rounded between. */
function hasFormat(value: Expr, format: Format, caller: Caller): boolean {
  const stored = value.kind === "read" ? caller.tensors.get(value.tensor)?.format : undefined;
  return stored !== undefined && JSON.stringify(stored) === JSON.stringify(format);
}

/** One access, through index arithmetic or times a scalar. */
function isCheap(e: Expr): boolean {
  if (e.kind === "read") return e.indices.every((index) => isIndexArithmetic(index));
  if (e.kind !== "map" || !["neg", "mul", "div"].includes(e.op)) return false;
  const varying = e.args.filter((arg) => !isHost(arg));
  return varying.length === 1 && varying.every((arg) => isCheap(arg));
}

function isIndexArithmetic(e: Expr): boolean {
  return [...nodes(e)].every((node) => node.kind === "read" || hostKinds.has(node.kind));
}

/** Outside of the parameter's extent the argument is absent too. */
function staysAbsent(
  value: Expr,
  parameter: Parameter,
  accesses: Accesses,
  callee: Cascade,
  caller: Caller,
): boolean {
  const guarded = guards(value, caller);
  return parameter.walked.every((v, n) => {
    const rank = parameter.tensor.ranks[n];
    const isInside = (read: Read): boolean => {
      const index = read.indices[n];
      return index?.kind === "index" && callee.variables.get(index.variable)?.rank === rank;
    };
    return guarded.has(v) || accesses.reads.every(isInside);
  });
}

/** Variables that `e` uses to index a tensor along their own rank, where absence passes through. */
function guards(e: Expr, caller: Caller): ReadonlySet<VariableId> {
  switch (e.kind) {
    case "read": {
      const ranks = caller.tensors.get(e.tensor)?.ranks ?? [];
      const own = e.indices.flatMap((index, n) =>
        index.kind === "index" && caller.rankOf(index.variable) === ranks[n]
          ? [index.variable]
          : [],
      );
      return new Set([...own, ...e.indices.flatMap((index) => [...guards(index, caller)])]);
    }
    case "map":
      if (e.op === "and" || e.op === "or") return new Set();
      return new Set(e.args.flatMap((arg) => [...guards(arg, caller)]));
    case "cast":
      return guards(e.arg, caller);
    case "where":
      return guards(e.value, caller);
    default:
      return new Set();
  }
}
