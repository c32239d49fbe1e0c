// Where values may be absent.
//
// In:  equations in text order.
// Out: for each tensor that may be absent somewhere, how (Absence in plan.ts).
// Not here: tests at run time (src/tile/lower). An answer errs toward "may be absent".

import { unreachable } from "../../grammar/span.js";
import { paramsRank } from "../cascade/cascade.js";
import type { Cascade, Expr, TensorId } from "../cascade/cascade.js";
import { children, tensorsRead } from "../cascade/walk.js";
import { isInside, rankOf } from "./inside.js";
import type { Absence, Equation, Region } from "./plan.js";
import { innerRegions, leaves } from "./region.js";

export type Absences = ReadonlyMap<TensorId, Absence>;

export const never: Absence = { empty: new Set(), pointwise: false };
const pointwise: Absence = { empty: new Set(), pointwise: true };

export function isNever(a: Absence): boolean {
  return !a.pointwise && a.empty.size === 0;
}

function union(parts: readonly Absence[]): Absence {
  return {
    empty: new Set(parts.flatMap((part) => [...part.empty])),
    pointwise: parts.some((part) => part.pointwise),
  };
}

/** How `e` may be absent at a point. */
export function absenceOf(cascade: Cascade, known: Absences, e: Expr): Absence {
  const of = (part: Expr): Absence => absenceOf(cascade, known, part);
  switch (e.kind) {
    case "number":
    case "boolean":
    case "size":
    case "scalar":
    case "index":
    case "local":
      return never;
    case "read":
      return readAbsence(cascade, known, e);
    case "map":
    case "cast":
    case "random":
    case "stochastic":
      return union(children(e).map(of));
    case "straight":
      return of(e.value);
    case "where":
      return pointwise;
    case "else": {
      const first = of(e.first);
      const second = of(e.second);
      return isNever(first) || isNever(second) ? never : pointwise;
    }
    case "reduce":
      if (e.op === "any" || e.op === "all" || e.op === "count") return never;
      return reduced(cascade, of(e.body), e.over);
    case "fold":
      return reduced(cascade, union(e.args.map(of)), e.over);
    case "topk":
      return pointwise;
    default:
      return unreachable(e);
  }
}

function reduced(cascade: Cascade, body: Absence, over: readonly string[]): Absence {
  // `params` is never empty
  const ranks = over.map((v) => rankOf(cascade, v)).filter((rank) => rank !== paramsRank);
  return { empty: new Set([...body.empty, ...ranks]), pointwise: body.pointwise };
}

type Read = Extract<Expr, { readonly kind: "read" }>;

function readAbsence(cascade: Cascade, known: Absences, e: Read): Absence {
  const tensor = cascade.tensors.get(e.tensor);
  if (tensor === undefined) throw new Error(`internal: no tensor ${e.tensor}`);
  const indices = e.indices.map((index, n): Absence => {
    const rank = tensor.ranks[n];
    const isSafe = rank !== undefined && isInside(cascade, index, rank);
    return isSafe ? absenceOf(cascade, known, index) : pointwise;
  });
  return union([known.get(e.tensor) ?? never, ...indices]);
}

/** Outputs' first assignment that writes every point, by equation; these keep nothing. */
export function coveringAssignments(
  cascade: Cascade,
  steps: Region<Equation>,
): ReadonlySet<Equation> {
  const covering = new Set<Equation>();
  const seen = new Set<TensorId>();
  for (const step of steps) {
    if (step.kind !== "leaf") {
      const below = innerRegions(step).flatMap((inner) => [...leaves(inner)]);
      for (const eq of below) for (const id of touched(eq)) seen.add(id);
      continue;
    }
    const eq = step.leaf;
    for (const id of tensorsRead(eq.value)) seen.add(id);
    const isOut = cascade.tensors.get(eq.target)?.role === "out";
    if (isOut && !seen.has(eq.target)) covering.add(eq);
    seen.add(eq.target);
  }
  return covering;
}

function touched(eq: Equation): readonly TensorId[] {
  return [eq.target, ...tensorsRead(eq.value)];
}

/**
 * How each let and output may be absent. `steps` must be marked: `isLet` on every equation that
 * introduces its target.
 */
export function findAbsences(cascade: Cascade, steps: Region<Equation>): Absences {
  const found = new Map<TensorId, Absence>();
  const all = [...leaves(steps)];
  const read = new Set(all.flatMap((eq) => [...tensorsRead(eq.value)]));
  const introduced = new Set(all.filter((eq) => eq.isLet).map((eq) => eq.target));
  for (const tensor of cascade.tensors.values()) {
    const isLoose = tensor.role === "out" && !introduced.has(tensor.id) && read.has(tensor.id);
    if (isLoose) found.set(tensor.id, pointwise);
  }
  for (const eq of all) {
    const tensor = cascade.tensors.get(eq.target);
    if (!eq.isLet || tensor === undefined || tensor.format.kind === "index") continue;
    if (tensor.role === "out" && !read.has(tensor.id)) continue;
    const whole = absenceOf(cascade, found, eq.value);
    const empty = new Set([...whole.empty].filter((rank) => !tensor.ranks.includes(rank)));
    const own: Absence = whole.pointwise ? pointwise : { empty, pointwise: false };
    if (!isNever(own)) found.set(eq.target, own);
  }
  return found;
}
