// A let that is only copied is computed where the copy goes.
//
// In:  a cascade.
// Out: the same without `let Y[b,t,h] = …`, `let Q[b,h,t] = Y[b,t,h]` where nothing else reads Y:
//      Q gets the equation.
// Not here: anything that computes on the way; which equations share a sweep is up to the schedule.

import type {
  Assign,
  Cascade,
  Statement,
  Tensor,
  TensorId,
  VariableId,
} from "../cascade/cascade.js";
import {
  expressionsOf,
  statementsDeep,
  tensorsReadBy,
  tensorsWrittenBy,
  withInner,
} from "../cascade/statements.js";
import { nodes } from "../cascade/walk.js";
import { lonelyLets } from "./common.js";

export function forwardCopies(c: Cascade): Cascade {
  const lonely = lonelyLets(c);
  const counts = readCounts(c);
  const isOnce = (id: TensorId): boolean => lonely.has(id) && counts.get(id) === 1;
  const body = block(c.body, c, isOnce, []);
  return body === c.body ? c : { ...c, body };
}

function readCounts(c: Cascade): ReadonlyMap<TensorId, number> {
  const counts = new Map<TensorId, number>();
  for (const s of statementsDeep(c.body)) {
    for (const node of expressionsOf(s).flatMap((e) => [...nodes(e)])) {
      if (node.kind === "read") counts.set(node.tensor, (counts.get(node.tensor) ?? 0) + 1);
    }
  }
  return counts;
}

function block(
  body: readonly Statement[],
  c: Cascade,
  isOnce: (id: TensorId) => boolean,
  loops: readonly VariableId[],
): readonly Statement[] {
  const inner = body.map((s) =>
    withInner(s, (below) =>
      block(below, c, isOnce, s.kind === "scan" ? [...loops, s.variable] : loops),
    ),
  );
  let current = inner.every((s, n) => s === body[n]) ? body : inner;
  for (let at = 0; at < current.length; at++) {
    const next = forwarded(current, at, c, isOnce, loops);
    if (next === undefined) continue;
    current = next;
    at -= 1;
  }
  return current;
}

/** The block without the copy at `at`, when that is one. */
function forwarded(
  body: readonly Statement[],
  at: number,
  c: Cascade,
  isOnce: (id: TensorId) => boolean,
  loops: readonly VariableId[],
): readonly Statement[] | undefined {
  const copy = body[at];
  if (copy?.kind !== "assign" || copy.value.kind !== "read") return undefined;
  const { tensor, indices } = copy.value;
  const read = indices.flatMap((index) => (index.kind === "index" ? [index.variable] : []));
  const [from, to] = [c.tensors.get(tensor), c.tensors.get(copy.target)];
  if (
    from === undefined ||
    to === undefined ||
    !isOnce(tensor) ||
    !isWholeCopy(copy, read, from, c)
  ) {
    return undefined;
  }
  if (!storesAlike(from, to) || copy.indices.some((v) => loops.includes(v))) return undefined;
  const start = body.findIndex((s) => s.kind === "assign" && s.isLet && s.target === tensor);
  const source = body[start];
  if (source?.kind !== "assign" || start > at) return undefined;
  const between = body.slice(start + 1, at);
  const isTouched = between.some(
    (s) => tensorsReadBy(s).has(copy.target) || tensorsWrittenBy(s).has(copy.target),
  );
  if (isTouched) return undefined;
  const moved: Assign = {
    ...source,
    target: copy.target,
    isLet: copy.isLet,
    indices: copy.indices.map((v) => source.indices[read.indexOf(v)] ?? v),
  };
  return [...body.slice(0, start), moved, ...between, ...body.slice(at + 1)];
}

/** Each index of the copy walks the whole of one rank of the tensor, and each only once. */
function isWholeCopy(copy: Assign, read: readonly VariableId[], from: Tensor, c: Cascade): boolean {
  if (read.length !== from.ranks.length || read.length !== copy.indices.length) return false;
  if (new Set(read).size !== read.length || !read.every((v) => copy.indices.includes(v)))
    return false;
  return read.every((v, n) => c.variables.get(v)?.rank === from.ranks[n]);
}

/** Nothing is rounded on the way that the target would not round too. */
function storesAlike(from: Tensor, to: Tensor): boolean {
  if (from.type !== to.type) return false;
  const { format } = from;
  if (format.kind === "float" && format.name === "f32") return true;
  if (format.kind === "bool") return true;
  if (format.kind === "integer" && format.bits === 32 && format.signed) return true;
  return JSON.stringify(format) === JSON.stringify(to.format);
}
