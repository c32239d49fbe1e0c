// `einfall build FILE[#name] --target … --out DIR`: kernels and modules as files.

import type { Command } from "commander";
import { UsageError, print, printJson, report, withProgress } from "./terminal.js";
import { bytesText, listed, table } from "./text.js";

const targets = ["wasm", "ts"] as const;
export type Target = (typeof targets)[number];

interface BuildOptions {
  readonly target: readonly Target[];
  readonly out: string;
  readonly json?: boolean;
}

export function addBuild(program: Command): void {
  program
    .command("build")
    .description("Write the kernels of a definition, and a typed module that runs them.")
    .argument("<inputs...>", "FILE or FILE#name; without a name the file's first definition")
    .requiredOption("--out <folder>", "the folder to write into; made if there is none")
    .option("--target <list>", "wasm, ts, or both", targetList, [...targets])
    .option("--json", "for tools")
    .addHelpText("after", examples)
    .action(build);
}

const examples = `
Writes, for a definition \`adamw\`:
  ts     adamw.opt.ts           a typed module; all that it needs is einfall/runtime
  wasm   adamw.simd128.wasm     kernels, and adamw.simd128.wat to read
         adamw.relaxed.wasm     the same with relaxed SIMD, and adamw.relaxed.wat
         adamw.json             the host program that launches them
A definition with \`orient\` has a second module: adamw_turned.simd128.wasm.

Examples:
  einfall build stdlib/optimizers/adamw.opt --out out
  einfall build my.opt#my_optimizer --target ts --out src/generated`;

function targetList(text: string): readonly Target[] {
  const wanted = text.split(",").map((one) => one.trim());
  const wrong = wanted.find((one) => !targets.some((target) => target === one));
  if (wrong === undefined) return targets.filter((target) => wanted.includes(target));
  const known = listed(targets.map((one) => `\`${one}\``));
  throw new UsageError(`there is no target \`${wrong}\`; there are ${known}`);
}

async function build(
  inputs: readonly string[],
  { out, target, json }: BuildOptions,
): Promise<void> {
  const { compile } = await import("../compile.js");
  const { filesOf } = await import("./build/files.js");
  const { OutputFolder } = await import("./build/folder.js");
  const programs = await Promise.all(inputs.map((input) => compile(input)));
  for (const { warnings } of programs) report(warnings);
  const made = programs.map((program) => filesOf(program, target));
  const files = (await withProgress("compiling", Promise.all(made))).flat();
  const twice = files.find(({ name }, n) => files.findIndex((other) => other.name === name) !== n);
  if (twice !== undefined)
    throw new UsageError(`two definitions would both write \`${twice.name}\``);
  const folder = new OutputFolder(out);
  folder.refuseTaken(files.map(({ name }) => name));
  const written = files.map(({ name, content }) => ({
    path: folder.write(name, content),
    bytes: content.length,
  }));
  if (json === true) return printJson({ files: written });
  print(table(written.map(({ path, bytes }) => [path, bytesText(bytes)])));
}
