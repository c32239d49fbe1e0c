// Which lets live in memory: those that another launch, another loop of the same launch, a move or
// a condition needs.
//
// In:  grouped regions.
// Out: names of lets. All others are registers.
// Not here: outputs, parameters and states, which always live in memory.

import type { Cascade, TensorId } from "../cascade/cascade.js";
import { tensorsRead } from "../cascade/walk.js";
import { conditionsOf } from "./inline.js";
import type { Equation, PlanLeaf, Region } from "./plan.js";
import { leaves } from "./region.js";

export function storedLets(
  cascade: Cascade,
  regions: readonly Region<PlanLeaf>[],
): ReadonlySet<TensorId> {
  const stored = new Set<TensorId>(regions.flatMap(conditionsOf));
  const home = new Map<TensorId, string>(); // launch and loop where a let is made
  const note = (id: TensorId, place: string): void => {
    const before = home.get(id);
    if (before !== undefined && before !== place) stored.add(id);
    home.set(id, place);
  };
  regions.forEach((region, r) => {
    [...leaves(region)].forEach((leaf, n) => {
      if (leaf.kind === "move") return [leaf.from, leaf.to].forEach((id) => stored.add(id));
      for (const { equations, place } of partsOf(leaf, `${r}.${n}`)) {
        for (const eq of equations) note(eq.target, place);
      }
    });
  });
  regions.forEach((region, r) => {
    [...leaves(region)].forEach((leaf, n) => {
      if (leaf.kind === "move") return;
      for (const { equations, inside: place } of partsOf(leaf, `${r}.${n}`)) {
        for (const id of equations.flatMap((eq) => [...tensorsRead(eq.value)])) {
          if (!isVisible(home.get(id), place)) stored.add(id);
        }
      }
    });
  });
  const isLet = (id: TensorId): boolean => {
    const role = cascade.tensors.get(id)?.role;
    return role === "let" || role === "const";
  };
  return new Set([...stored].filter(isLet));
}

interface Part {
  readonly equations: readonly Equation[];
  /**
   * Where their values are: `launch:` at the kept points, `launch:n` in the n-th segment's
   * loop.
   */
  readonly place: string;
  /** Where they read. */
  readonly inside: string;
}

function partsOf(
  leaf: Exclude<PlanLeaf, { readonly kind: "move" }>,
  launch: string,
): readonly Part[] {
  if (leaf.kind === "contract") {
    const sums = leaf.sums.map((sum) => sum.equation);
    const place = `${launch}:`;
    return [
      { equations: sums, place, inside: `${launch}:sum` },
      { equations: leaf.epilogue, place, inside: place },
    ];
  }
  return leaf.segments.flatMap((segment, n): readonly Part[] => {
    const isPoint = segment.over.length === 0;
    const isResult = (eq: Equation): boolean =>
      eq.value.kind === "reduce" || eq.value.kind === "fold";
    const inner = segment.equations.filter((eq) => !isPoint && !isResult(eq));
    const outer = segment.equations.filter((eq) => isPoint || isResult(eq));
    const inside = isPoint ? `${launch}:` : `${launch}:${n}`;
    return [
      { equations: inner, place: inside, inside },
      { equations: outer, place: `${launch}:`, inside },
    ];
  });
}

/** Whether a register made at `home` can be read at `place`. */
function isVisible(home: string | undefined, place: string): boolean {
  if (home === undefined) return true; // not a let of any launch
  return home === place || (home.endsWith(":") && place.startsWith(home));
}
