// Which contracts hold, as information: they are not enforced yet, conditions on extents apart.
//
// In:  a cascade's contracts, values, and what was counted.
// Out: for each its text, the bound, what was counted, and whether it holds, if anything counts it.

import type { Cascade, Contract, Expr } from "../../cascade/cascade.js";
import type { RankPasses } from "../../schedule/passes.js";
import type { CostReport } from "./cost.js";

export interface ContractReport {
  readonly text: string;
  readonly bound: number | undefined;
  readonly counted: number | undefined;
  readonly holds: boolean | undefined;
}

export function contractsOf(
  { contracts }: Cascade,
  value: (e: Expr) => number | undefined,
  passes: readonly RankPasses[],
  cost: CostReport | undefined,
): readonly ContractReport[] {
  return contracts.map((contract) => {
    const text = textOf(contract);
    const bound = value(contract.value);
    if (contract.kind === "extents")
      return { text, bound: undefined, counted: undefined, holds: bound === 1 };
    const counted = countedFor(contract, passes, cost);
    const isKnown = bound !== undefined && counted !== undefined;
    return { text, bound, counted, holds: isKnown ? counted <= bound : undefined };
  });
}

function countedFor(
  { kind, subject }: Contract,
  passes: readonly RankPasses[],
  cost: CostReport | undefined,
): number | undefined {
  if (kind === "passes") return passes.find(({ rank }) => rank === subject)?.passes ?? 0;
  if (kind === "launches") return cost?.launches;
  if (kind !== "traffic" || subject !== "device") return undefined;
  return cost === undefined ? undefined : cost.bytes.device.read + cost.bytes.device.written;
}

/** As the author wrote it. */
function textOf({ kind, subject, value, at }: Contract): string {
  const bound = value.at.source.text.slice(value.at.start, value.at.end);
  if (kind === "extents") return bound;
  const own = at.source.text.slice(at.start, at.end).replace(/\s+/g, " ");
  if (own.includes("<=") && !own.includes(",")) return own.replace(/^expect /, "");
  return `${kind}${subject === undefined ? "" : `(${subject})`} <= ${bound}`;
}
