// The TypeScript module of a source file: `adamw.opt.ts`.

import type { Source } from "../../grammar/span.js";
import type { Cascade } from "../../src/cascade/cascade.js";
import type { Program } from "../../src/runtime/program.js";

/** What the emitter needs of a compiled program (src/compile.ts gives more). */
export interface ModuleProgram extends Pick<Program, "name" | "tensors" | "scalars" | "wasm"> {
  readonly doc: string;
  readonly source: Source;
  readonly cascade: Cascade;
}

/**
 * A module that imports `einfall/runtime` and nothing else.
 *
 * @returns Text; the same programs give the same bytes.
 * @example const text = await emitModule(await compile("adamw.opt"));
 */
export async function emitModule(...programs: readonly ModuleProgram[]): Promise<string> {
  const { moduleText } = await import("./module.js");
  return moduleText(programs);
}
