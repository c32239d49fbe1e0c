// The passes, in the order in which they run.
//
// In:  a checked cascade without `orient` of its own: one of orientVariants (orient.ts).
// Out: an equal cascade that is cheaper, or why it cannot be had.
// Not here: tiles and residency (src/schedule).

import type { Checked, Diagnostic } from "../../grammar/diagnostic.js";
import type { Cascade } from "../cascade/cascade.js";
import { verify } from "../cascade/verify.js";
import { inline } from "./inline.js";
import { simplify } from "./simplify.js";

export interface Pass {
  readonly name: string;
  readonly run: (cascade: Cascade) => Checked<Cascade>;
}

export const pipeline: readonly Pass[] = [
  { name: "inline", run: inline }, // no calls left
  { name: "simplify", run: (cascade) => ({ ok: true, value: simplify(cascade), warnings: [] }) },
  // Here: derive (gradients become equations), then onePass (fewest sweeps over each rank).
];

/** Runs every pass; `observe` sees the cascade after each. */
export function runPipeline(
  input: Cascade,
  observe: (pass: string, cascade: Cascade) => void = () => {},
): Checked<Cascade> {
  let cascade = input;
  const warnings: Diagnostic[] = [];
  for (const pass of pipeline) {
    const result = pass.run(cascade);
    if (!result.ok) return result;
    cascade = result.value;
    warnings.push(...result.warnings);
    verify(cascade, pass.name); // an invalid cascade is our mistake, and the message names the pass
    observe(pass.name, cascade);
  }
  return { ok: true, value: cascade, warnings };
}
