// The files that a definition is built to.
//
// In:  a compiled program and targets.
// Out: names and bytes. Equal sources give equal bytes.
// Not here: writing (folder.ts), code generation (codegen).

import type { CompiledProgram } from "../../compile.js";
import type { Executable } from "../../runtime/executable.js";
import type { Target } from "../build.js";

export interface OutputFile {
  readonly name: string;
  readonly content: Uint8Array;
}

export async function filesOf(
  program: CompiledProgram,
  targets: readonly Target[],
): Promise<readonly OutputFile[]> {
  const lists = targets.map((target) =>
    target === "ts" ? moduleFiles(program) : wasmFiles(program),
  );
  return (await Promise.all(lists)).flat();
}

async function moduleFiles(program: CompiledProgram): Promise<readonly OutputFile[]> {
  const { emitModule } = await import("../../../codegen/typescript/index.js");
  return [{ name: `${program.name}.opt.ts`, content: bytesOf(await emitModule(program)) }];
}

async function wasmFiles(program: CompiledProgram): Promise<readonly OutputFile[]> {
  const { moduleText } = await import("../../../codegen/wasm/index.js");
  const { programs } = await program.lower();
  const files: OutputFile[] = [];
  for (const simd of ["simd128", "relaxed"] as const) {
    const { modules, executable } = await program.wasm(simd);
    for (const [n, content] of modules.entries()) {
      const stem = `${program.name}${n === 0 ? "" : `_turned${n === 1 ? "" : n}`}.${simd}`;
      const { text } = moduleText(programs[n] ?? [], { simd, sharedMemory: true });
      files.push(
        { name: `${stem}.wasm`, content },
        { name: `${stem}.wat`, content: bytesOf(text) },
      );
    }
    if (simd === "simd128")
      files.push({ name: `${program.name}.json`, content: bytesOf(jsonText(executable)) });
  }
  return files;
}

/** JSON has neither -0 nor infinity: both are written as strings. */
function jsonText(executable: Executable): string {
  const text = JSON.stringify(
    executable,
    (_, value: unknown) => {
      if (Object.is(value, -0)) return "-0";
      return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
    },
    2,
  );
  return `${text}\n`;
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
