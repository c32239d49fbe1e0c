// From a file to a program that a device can prepare.
//
// In:  a path, or source text; which definition of it.
// Out: a CompiledProgram, or a CompileError that shows every diagnostic as a user reads it.
// Not here: the compiler's own work. Lowering and code generation happen when a device first asks
// for them.

import type { Checked, Diagnostic } from "../grammar/diagnostic.js";
import { render } from "../grammar/render.js";
import type { Source } from "../grammar/span.js";
import type { Cascade } from "./cascade/cascade.js";
import { entry } from "./cascade/entry.js";
import { loadCached } from "./module-cache.js";
import { fileHost, readSource } from "./node-host.js";
import type { Executable } from "./runtime/executable.js";
import type { Program, ScalarInfo, Simd, TensorInfo, WasmProgram } from "./runtime/program.js";
import { scalarsOf, tensorsOf } from "./signature.js";
import type { Lowered } from "./tile/tile.js";
import type { OrientVariant } from "./transform/orient.js";
import { orientVariants } from "./transform/orient.js";
import { runPipeline } from "./transform/pipeline.js";
import { leaveBinaryenAsItIs } from "./untransformed.js";

/**
 * Source text with the name that messages show, or a path: `adamw.opt`, `adamw.opt#adamw_clipped`.
 */
export type CompileInput = string | { readonly source: string; readonly name?: string };

export interface CompileOptions {
  /** Which definition; by default the first. */
  readonly entry?: string;
  /** The folder that imports may not leave; by default the project of the file. */
  readonly root?: string;
}

export interface CompiledProgram extends Program {
  readonly doc: string;
  readonly tensors: readonly TensorInfo[];
  readonly scalars: readonly ScalarInfo[];
  readonly warnings: readonly Diagnostic[];
  readonly source: Source;
  /** The definition as checked, before any pass. */
  readonly cascade: Cascade;
  /** After the pipeline, one for each outcome of `orient`. */
  readonly variants: readonly OrientVariant[];
  /** Tile programs and host program, made when first asked for. @throws {CompileError} */
  lower(): Promise<Lowered>;
}

/** The source is wrong. `message` shows all diagnostics, with their lines. */
export class CompileError extends Error {
  override readonly name = "CompileError";
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map((d) => render(d)).join("\n\n"));
    this.diagnostics = diagnostics;
  }
}

/**
 * Compiles a definition.
 *
 * @param input - A path, relative to the working directory, with `#name` for a definition other
 *   than the first; or `{ source, name }`. `use "std/…"` means this package's library.
 * @throws {CompileError} when the source is wrong.
 * @example const program = await compile("stdlib/optimizers/adamw.opt");
 */
export async function compile(
  input: CompileInput,
  options: CompileOptions = {},
): Promise<CompiledProgram> {
  const { source, name } = sourceOf(input);
  const module = checked(loadCached(source, fileHost(source.name, options.root)));
  const cascade = checked(entry(module.value, options.entry ?? name));
  const variants = orientVariants(cascade.value).map(({ conditions, cascade: oriented }) => {
    const result = checked(runPipeline(oriented));
    return { conditions, cascade: result.value, warnings: result.warnings };
  });
  const warnings = [...module.warnings, ...cascade.warnings, ...(variants[0]?.warnings ?? [])];
  return programOf(source, cascade.value, variants, warnings);
}

function sourceOf(input: CompileInput): {
  readonly source: Source;
  readonly name: string | undefined;
} {
  if (typeof input !== "string") {
    return { source: { name: input.name ?? "source.opt", text: input.source }, name: undefined };
  }
  const cut = input.lastIndexOf("#");
  const path = cut < 0 ? input : input.slice(0, cut);
  return { source: readSource(path), name: cut < 0 ? undefined : input.slice(cut + 1) };
}

function checked<T>(result: Checked<T>): {
  readonly value: T;
  readonly warnings: readonly Diagnostic[];
} {
  if (!result.ok) throw new CompileError(result.errors);
  return result;
}

function programOf(
  source: Source,
  cascade: Cascade,
  variants: readonly OrientVariant[],
  warnings: readonly Diagnostic[],
): CompiledProgram {
  let lowered: Promise<Lowered> | undefined;
  const lower = () => (lowered ??= lowerNow(variants));
  const emitted = new Map<Simd, Promise<WasmProgram>>();
  return {
    name: cascade.name,
    doc: cascade.doc,
    tensors: tensorsOf(cascade),
    scalars: scalarsOf(cascade),
    warnings,
    source,
    cascade,
    variants,
    lower,
    wasm(simd) {
      const made = emitted.get(simd) ?? lower().then((all) => emitNow(all, simd));
      emitted.set(simd, made);
      return made;
    },
    interpret: async (input) => (await import("./interpretation.js")).interpreterOf(variants)(input),
  };
}

async function lowerNow(variants: readonly OrientVariant[]): Promise<Lowered> {
  const { lower } = await import("./tile/lower/index.js");
  return checked(lower(variants)).value;
}

/** binaryen is large: it is loaded here, and not before. */
async function emitNow({ executable, programs }: Lowered, simd: Simd): Promise<WasmProgram> {
  leaveBinaryenAsItIs();
  const { emitWasm } = await import("../codegen/wasm/emit.js");
  const modules = programs.map((each) => emitWasm(each, { simd, sharedMemory: true }));
  const variants = executable.variants.map((variant, n) => ({
    ...variant,
    kernels: modules[n]?.kernels ?? [],
  }));
  const complete: Executable = { ...executable, variants };
  return { executable: complete, modules: modules.map(({ bytes }) => bytes) };
}
