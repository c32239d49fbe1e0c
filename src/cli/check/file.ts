// Checks one file: every definition, and the passes of those that can run by themselves.
//
// In:  a path, perhaps with `#name`.
// Out: what the file defines, what can run, and every diagnostic once.
// Not here: text (summary.ts), the rules (src/cascade/check).

import type { Checked, Diagnostic } from "../../../grammar/diagnostic.js";
import type { Cascade } from "../../cascade/cascade.js";
import { entry } from "../../cascade/entry.js";
import { loadModule, type Definition, type Module } from "../../cascade/load.js";
import { fileHost, readSource } from "../../node-host.js";
import { lower } from "../../tile/lower/index.js";
import { orientVariants } from "../../transform/orient.js";
import { runPipeline } from "../../transform/pipeline.js";
import { splitInput } from "../input.js";

export interface CheckedDefinition {
  readonly name: string;
  readonly kind: "cascade" | "optimizer" | "monoid" | "format";
  /** False: other definitions may call it, but it leaves points of an output absent. */
  readonly canRun: boolean;
  readonly why?: string;
}

export interface CheckedFile {
  readonly file: string;
  readonly definitions: readonly CheckedDefinition[];
  readonly errors: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
  readonly milliseconds: number;
}

export interface CheckSettings {
  /** Whether to ask for tile programs too. */
  readonly isLowered: boolean;
}

export function checkFile(input: string, settings: CheckSettings): CheckedFile {
  const start = performance.now();
  const { path, name } = splitInput(input);
  const source = readSource(path);
  const module = loadModule(source, fileHost(source.name));
  const found = module.ok ? checkModule(module.value, name, settings) : [];
  const errors = [...(module.ok ? [] : module.errors), ...found.flatMap((one) => one.errors)];
  const warnings = [...(module.ok ? module.warnings : []), ...found.flatMap((one) => one.warnings)];
  return {
    file: source.name,
    definitions: found.flatMap(({ definition }) => (definition === undefined ? [] : [definition])),
    errors: distinct(errors),
    warnings: distinct(warnings),
    milliseconds: Math.round((performance.now() - start) * 10) / 10,
  };
}

interface Found {
  readonly definition: CheckedDefinition | undefined;
  readonly errors: readonly Diagnostic[];
  readonly warnings: readonly Diagnostic[];
}

/** All definitions; only the one that was asked for by name. */
function checkModule(
  module: Module,
  name: string | undefined,
  settings: CheckSettings,
): readonly Found[] {
  if (name === undefined) {
    return [...module.definitions].map(([id, each]) =>
      checkDefinition(module, id, each, false, settings),
    );
  }
  const definition = module.definitions.get(name);
  if (definition !== undefined) return [checkDefinition(module, name, definition, true, settings)];
  const missing = entry(module, name);
  return [{ definition: undefined, errors: missing.ok ? [] : missing.errors, warnings: [] }];
}

function checkDefinition(
  module: Module,
  name: string,
  definition: Definition,
  isAsked: boolean,
  settings: CheckSettings,
): Found {
  if (definition.kind !== "cascade") {
    return { definition: { name, kind: definition.kind, canRun: false }, errors: [], warnings: [] };
  }
  const { cascade } = definition;
  const kind = cascade.kind === "optimizer" ? "optimizer" : "cascade";
  const asEntry = entry(module, name);
  if (asEntry.ok)
    return { definition: { name, kind, canRun: true }, ...runPasses(asEntry.value, settings) };
  const [{ message }] = asEntry.errors;
  const errors = isAsked || !canBeCalled(cascade) ? asEntry.errors : [];
  return { definition: { name, kind, canRun: false, why: message }, errors, warnings: [] };
}

/** What has state, or is an optimizer, is compiled and not called. */
function canBeCalled(cascade: Cascade): boolean {
  const roles = [...cascade.tensors.values()].map(({ role }) => role);
  return cascade.kind === "cascade" && !roles.includes("state") && !roles.includes("param");
}

function runPasses(cascade: Cascade, { isLowered }: CheckSettings): Omit<Found, "definition"> {
  const variants = orientVariants(cascade).map((variant) => ({
    ...variant,
    result: runPipeline(variant.cascade),
  }));
  const errors = variants.flatMap(({ result }) => (result.ok ? [] : result.errors));
  const warnings = variants.flatMap(({ result }) => (result.ok ? result.warnings : []));
  if (!isLowered || errors.length > 0) return { errors, warnings };
  const ready = variants.flatMap(({ conditions, result }) =>
    result.ok ? [{ conditions, cascade: result.value }] : [],
  );
  const lowered: Checked<unknown> = lower(ready);
  return { errors: lowered.ok ? [] : lowered.errors, warnings };
}

/** Variants, and definitions that call the same one, repeat each other. */
function distinct(all: readonly Diagnostic[]): readonly Diagnostic[] {
  const keys = new Set<string>();
  return all.filter(({ code, at, message }) => {
    const key = `${code} ${at.source.name} ${at.start} ${at.end} ${message}`;
    return !keys.has(key) && keys.add(key);
  });
}
