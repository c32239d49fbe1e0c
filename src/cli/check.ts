// `einfall check FILE…`: is the source right, and can it run.

import type { Command } from "commander";
import { diagnosticJson, exitCode, print, printJson, report } from "./terminal.js";

interface CheckOptions {
  readonly json?: boolean;
  readonly lower?: boolean;
}

export function addCheck(program: Command): void {
  program
    .command("check")
    .description("Check every definition of .opt files.")
    .argument("<files...>", "files; FILE#name asks whether `name` can run by itself")
    .option("--lower", "also report what no device but the reference interpreter can do yet")
    .option("--json", "for tools")
    .addHelpText("after", examples)
    .action(check);
}

const examples = `
Examples:
  einfall check my.opt
  einfall check stdlib/**/*.opt --json
  einfall check --lower my.opt#my_optimizer
Exit code 1 when a file has errors; warnings do not count.`;

async function check(files: readonly string[], options: CheckOptions): Promise<void> {
  const { checkFile } = await import("./check/file.js");
  const { summary } = await import("./check/summary.js");
  const results = files.map((file) => checkFile(file, { isLowered: options.lower === true }));
  if (results.some(({ errors }) => errors.length > 0)) process.exitCode = exitCode.wrong;
  if (options.json === true) {
    const plain = results.map(({ errors, warnings, ...rest }) => ({
      ...rest,
      errors: errors.map(diagnosticJson),
      warnings: warnings.map(diagnosticJson),
    }));
    return printJson({ files: plain });
  }
  for (const result of results) {
    report([...result.warnings, ...result.errors]);
    print(summary(result));
  }
}
