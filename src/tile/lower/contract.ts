// A contraction of the plan as a tile program: staged tiles, a dot, an epilogue.
//
// In:  a contract.
// Out: a tile program.
// Not here: which products are contractions (src/schedule/contraction.ts).

import type { Contract, Plan } from "../../schedule/plan.js";
import type { TileProgram } from "../tile.js";

export function lowerContract(_plan: Plan, _contract: Contract, name: string): TileProgram {
  throw new Error(`internal: ${name} is a contraction`);
}
