// What the language has and no launch can do yet: found before lowering, told with its place.
//
// In:  a cascade after the pipeline.
// Out: diagnostics E1010 to E1014.
// Not here: mistakes of the user (src/cascade/check).

import { diagnose } from "../../../grammar/codes.js";
import type { Diagnostic } from "../../../grammar/diagnostic.js";
import { paramsRank, type Cascade, type Expr } from "../../cascade/cascade.js";
import { expressionsOf, statementsDeep } from "../../cascade/statements.js";
import { nodes } from "../../cascade/walk.js";
import { isHost } from "../../schedule/hosts.js";
import { findElementFormat } from "./formats.js";

export function findUnsupported(cascade: Cascade): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const tensor of cascade.tensors.values()) {
    if (findElementFormat(tensor.format) === undefined) {
      found.push(diagnose("E1010", tensor.at, [tensor.id]));
    }
    const isDefault = tensor.role === "in" && tensor.value !== undefined;
    if (isDefault && tensor.value !== undefined && !isHost(tensor.value, new Set())) {
      found.push(diagnose("E1014", tensor.value.at, [tensor.id]));
    }
  }
  for (const s of statementsDeep(cascade.body)) {
    if (s.kind === "await") found.push(diagnose("E1011", s.at, ["await"]));
    if (s.kind === "gradient") found.push(diagnose("E1011", s.at, ["gradient"]));
    for (const e of expressionsOf(s)) {
      for (const node of nodes(e)) found.push(...unsupportedNode(cascade, node));
    }
  }
  return found;
}

/** A cast to a block format has a tensor of that format beside it, which E1010 tells of. */
function unsupportedNode(cascade: Cascade, e: Expr): readonly Diagnostic[] {
  if (e.kind === "reduce" && e.accumulate !== undefined && e.accumulate !== "f32") {
    return [diagnose("E1012", e.at, [e.accumulate])];
  }
  if (e.kind === "reduce" || e.kind === "fold") {
    const ranks = e.over.map((v) => cascade.variables.get(v)?.rank ?? v);
    const isOverParams = ranks.includes(paramsRank);
    const isPlain = e.kind === "reduce" && !["argmax", "argmin"].includes(e.op);
    if (isOverParams && !isPlain) return [diagnose("E1013", e.at, [])];
  }
  return [];
}
