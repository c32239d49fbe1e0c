// Drops lets that only announce a tensor: `let X[i] = 0 where false`, assigned in the branches that
// follow.
//
// In:  regions of equations. The inliner announces what a callee assigns first inside a branch.
// Out: the same regions; where each way through the next step assigns the tensor before it is read,
//      those assignments introduce it, and the announcement is gone. What stays absent there stays
//      absent.
// Not here: placeholders that are carried into a loop; they keep their companion.

import type { Expr, TensorId } from "../cascade/cascade.js";
import { tensorsRead } from "../cascade/walk.js";
import type { Equation, Region, Step } from "./plan.js";
import { leaves } from "./region.js";

export function settlePlaceholders(region: Region<Equation>): Region<Equation> {
  const [first, ...rest] = region;
  if (first === undefined) return region;
  const settled = settlePlaceholders(rest);
  if (first.kind !== "leaf" || !isPlaceholder(first.leaf)) return [settleInside(first), ...settled];
  return introduced(settled, first.leaf.target) ?? [first, ...settled];
}

function settleInside(step: Step<Equation>): Step<Equation> {
  if (step.kind !== "when") return step;
  const { then, otherwise } = step;
  return { ...step, then: settlePlaceholders(then), otherwise: settlePlaceholders(otherwise) };
}

function isPlaceholder({ isLet, value }: Equation): boolean {
  return isLet && value.kind === "where" && isFalse(value.predicate);
}

function isFalse(e: Expr): boolean {
  return e.kind === "boolean" && !e.value;
}

/**
 * `region` with `id` introduced where it is first assigned; undefined when it may be read before.
 */
function introduced(region: Region<Equation>, id: TensorId): Region<Equation> | undefined {
  const at = region.findIndex((step) => [...leaves([step])].some((eq) => touches(eq, id)));
  const step = region[at];
  const changed = step === undefined ? undefined : introducedIn(step, id);
  return changed === undefined
    ? undefined
    : [...region.slice(0, at), changed, ...region.slice(at + 1)];
}

function introducedIn(step: Step<Equation>, id: TensorId): Step<Equation> | undefined {
  if (step.kind === "leaf") {
    const { leaf } = step;
    const isFirst = leaf.target === id && !tensorsRead(leaf.value).has(id);
    return isFirst ? { kind: "leaf", leaf: { ...leaf, isLet: true } } : undefined;
  }
  if (step.kind !== "when") return undefined;
  const [then, otherwise] = [introduced(step.then, id), introduced(step.otherwise, id)];
  return then && otherwise && { ...step, then, otherwise };
}

function touches(eq: Equation, id: TensorId): boolean {
  return eq.target === id || tensorsRead(eq.value).has(id);
}
