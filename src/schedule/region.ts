// Walks over regions: leaves, rewriting.
//
// In:  a region (plan.ts).
// Out: its leaves, or a new region.
// Not here: what the leaves mean.

import { unreachable } from "../../grammar/span.js";
import type { Region, Step } from "./plan.js";

/** Every leaf in text order; `before` of a loop comes before its body. */
export function* leaves<Leaf>(region: Region<Leaf>): Generator<Leaf> {
  for (const step of region) {
    if (step.kind === "leaf") yield step.leaf;
    for (const inner of innerRegions(step)) yield* leaves(inner);
  }
}

/** The regions directly below a step. */
export function innerRegions<Leaf>(step: Step<Leaf>): readonly Region<Leaf>[] {
  switch (step.kind) {
    case "leaf":
      return [];
    case "repeat":
      return [step.until?.before ?? [], step.body];
    case "scan":
      return [step.body];
    case "when":
      return [step.then, step.otherwise];
    default:
      return unreachable(step);
  }
}

/** The same control with other leaves: `f` sees each straight-line run of leaves at once. */
export function mapRuns<A, B>(
  region: Region<A>,
  f: (run: readonly A[]) => readonly B[],
): Region<B> {
  const result: Step<B>[] = [];
  let run: A[] = [];
  const flush = (): void => {
    result.push(...f(run).map((leaf): Step<B> => ({ kind: "leaf", leaf })));
    run = [];
  };
  for (const step of region) {
    if (step.kind === "leaf") run.push(step.leaf);
    else {
      flush();
      result.push(withRegions(step, (inner) => mapRuns(inner, f)));
    }
  }
  flush();
  return result;
}

/** `step`, which is not a leaf, with `f` applied to the regions directly below it. */
export function withRegions<A, B>(
  step: Exclude<Step<A>, { readonly kind: "leaf" }>,
  f: (inner: Region<A>) => Region<B>,
): Step<B> {
  switch (step.kind) {
    case "repeat": {
      const { until } = step;
      const tested = until === undefined ? undefined : { ...until, before: f(until.before) };
      return { ...step, until: tested, body: f(step.body) };
    }
    case "scan":
      return { ...step, body: f(step.body) };
    case "when":
      return { ...step, then: f(step.then), otherwise: f(step.otherwise) };
    default:
      return unreachable(step);
  }
}
