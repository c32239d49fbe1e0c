// The definition that one asks for: what a module compiles to.
//
// In:  a module, and a name or none.
// Out: its cascade, if it can stand alone: every output is present everywhere.
// Not here: reading files (load.ts), proving presence (presence.ts).

import { diagnose } from "../../grammar/codes.js";
import type { Checked, Diagnostic } from "../../grammar/diagnostic.js";
import type { Cascade } from "./cascade.js";
import type { Module } from "./check/module.js";
import { nearest } from "./check/scope.js";
import { absentOutputs } from "./presence.js";

/** By default the file's first cascade or optimizer. */
export function entry(module: Module, name?: string): Checked<Cascade> {
  const cascades = [...module.definitions.values()].flatMap((definition) => {
    return definition.kind === "cascade" ? [definition.cascade] : [];
  });
  const found = name === undefined ? cascades[0] : cascades.find((one) => one.name === name);
  if (found === undefined) {
    const names = cascades.map((one) => one.name);
    const at = { source: module.source, start: 0, end: 0 };
    const meant = name === undefined ? undefined : nearest(name, names);
    return { ok: false, errors: [diagnose("E0210", at, [name, meant, names.join(", ")])] };
  }
  const [first, ...rest] = presenceErrors(found);
  return first === undefined
    ? { ok: true, value: found, warnings: [] }
    : { ok: false, errors: [first, ...rest] };
}

function presenceErrors(cascade: Cascade): readonly Diagnostic[] {
  return absentOutputs(cascade).map(({ tensor, at, why }) => {
    return diagnose("E0501", at, [tensor, why]);
  });
}
