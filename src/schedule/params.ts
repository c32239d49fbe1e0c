// Reductions over `params` between lets: what each parameter brings lies side by side, what comes
// out belongs to all of them.
//
// In:  regions of equations, after inlining.
// Out: such a reduction reads lets only and writes a let of its own; copies stand around it.
// Not here: which space a tensor lives in (spaces.ts).

import type { Cascade, Expr, Tensor, TensorId } from "../cascade/cascade.js";
import type { Names } from "../cascade/names.js";
import { tensorsRead, rewrite } from "../cascade/walk.js";
import type { Equation, Region } from "./plan.js";
import { leaves, mapRuns } from "./region.js";
import { isOverParams } from "./spaces.js";

/** Adds the tensors that it makes to `tensors`. */
export function separateParams(
  cascade: Cascade,
  names: Names,
  tensors: Map<TensorId, Tensor>,
  steps: Region<Equation>,
): Region<Equation> {
  const writes = new Map<TensorId, number>();
  for (const { target } of leaves(steps)) writes.set(target, (writes.get(target) ?? 0) + 1);
  const isOwn = (id: TensorId): boolean => {
    const tensor = tensors.get(id);
    return tensor?.role === "let" && writes.get(id) === 1;
  };
  const copyOf = (id: TensorId): TensorId | undefined => {
    const like = tensors.get(id);
    if (like === undefined || like.ranks.length > 0) return undefined; // not lowered: E1013
    const fresh = names.fresh(`${id}_own`);
    const plain = { shared: false, tier: undefined, doc: undefined, value: undefined } as const;
    tensors.set(fresh, { ...like, ...plain, id: fresh, role: "let" });
    return fresh;
  };
  return mapRuns(steps, (run) =>
    run.flatMap((eq) => {
      if (eq.value.kind !== "reduce" || !isOverParams(cascade, eq.value)) return [eq];
      const before: Equation[] = [];
      const by = new Map<TensorId, TensorId>();
      for (const id of tensorsRead(eq.value)) {
        const copy = tensors.get(id)?.role === "let" ? undefined : copyOf(id);
        const read = readOf(tensors.get(id), eq.at);
        if (copy === undefined || read === undefined) continue;
        by.set(id, copy);
        before.push({ ...eq, target: copy, indices: [], value: read, isLet: true });
      }
      const value = rewrite(eq.value, (node) => {
        const copy = node.kind === "read" ? by.get(node.tensor) : undefined;
        return node.kind === "read" && copy !== undefined ? { ...node, tensor: copy } : node;
      });
      const isPlain = tensors.get(eq.target)?.shared === true || isOwn(eq.target);
      const result = isPlain ? undefined : copyOf(eq.target);
      const read = result === undefined ? undefined : readOf(tensors.get(result), eq.at);
      if (result === undefined || read === undefined) return [...before, { ...eq, value }];
      return [...before, { ...eq, target: result, value, isLet: true }, { ...eq, value: read }];
    }),
  );
}

/** A number, read. */
function readOf(tensor: Tensor | undefined, at: Expr["at"]): Expr | undefined {
  if (tensor === undefined || tensor.ranks.length > 0) return undefined;
  return { kind: "read", tensor: tensor.id, indices: [], type: tensor.type, at };
}
