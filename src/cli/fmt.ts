// `einfall fmt FILE…`: formats in place, or says which files are not formatted.

import { readFileSync, writeFileSync } from "node:fs";
import type { Command } from "commander";
import { exitCode, fail, print, report } from "./terminal.js";

interface FmtOptions {
  readonly check?: boolean;
  readonly stdout?: boolean;
}

export function addFmt(program: Command): void {
  program
    .command("fmt")
    .description("Format .opt files in place; comments stay where they are.")
    .argument("<files...>", "files to format")
    .option("--check", "change nothing; fail when a file is not formatted")
    .option("--stdout", "print the formatted text instead of writing it")
    .addHelpText("after", examples)
    .action(async (files: readonly string[], options: FmtOptions) => {
      for (const file of files) await formatFile(file, options);
    });
}

const examples = `
Examples:
  einfall fmt my.opt
  einfall fmt --check stdlib/optimizers/*.opt
  einfall fmt --stdout my.opt | diff my.opt -`;

/** A file that cannot be read or parsed does not keep the others from being formatted. */
async function formatFile(file: string, options: FmtOptions): Promise<void> {
  const { format } = await import("../../grammar/format.js");
  try {
    const text = readFileSync(file, "utf8");
    const result = format({ name: file, text });
    if (!result.ok) {
      report(result.errors);
      process.exitCode = exitCode.wrong;
    } else if (options.stdout === true) {
      process.stdout.write(result.value);
    } else if (result.value !== text) {
      write(file, result.value, options);
    }
  } catch (error) {
    fail(error);
  }
}

function write(file: string, text: string, { check = false }: FmtOptions): void {
  if (check) {
    print(`${file} is not formatted`);
    process.exitCode = exitCode.wrong;
  } else {
    writeFileSync(file, text);
    print(`${file} formatted`);
  }
}
