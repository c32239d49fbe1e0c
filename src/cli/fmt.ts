// `einfall fmt FILE…`: formats in place, or says which files are not formatted.

import { readFileSync, writeFileSync } from "node:fs";
import type { Command } from "commander";
import { format } from "../../grammar/format.js";
import { exitCode, print, report } from "./terminal.js";

export function addFmt(program: Command): void {
  program
    .command("fmt")
    .description("Format .opt files in place; comments stay where they are.")
    .argument("<files...>", "files to format")
    .option("--check", "change nothing; fail when a file is not formatted")
    .option("--stdout", "print the formatted text instead of writing it")
    .addHelpText("after", "\nExamples:\n  einfall fmt my.opt\n  einfall fmt --check stdlib/optimizers/*.opt")
    .action((files: readonly string[], options: { check?: boolean; stdout?: boolean }) => {
      for (const file of files) formatFile(file, options);
    });
}

function formatFile(file: string, options: { check?: boolean; stdout?: boolean }): void {
  const text = readFileSync(file, "utf8");
  const result = format({ name: file, text });
  if (!result.ok) {
    report(result.errors);
    process.exitCode = exitCode.wrong;
  } else if (options.stdout === true) {
    process.stdout.write(result.value);
  } else if (options.check === true) {
    if (result.value === text) return;
    print(`${file} is not formatted`);
    process.exitCode = exitCode.wrong;
  } else if (result.value !== text) {
    writeFileSync(file, result.value);
    print(`${file} formatted`);
  }
}
