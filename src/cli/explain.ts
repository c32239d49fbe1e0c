// `einfall explain FILE[#name]`: what a definition costs, and what the compiler makes of it.

import type { Command } from "commander";
import { print, printJson, report } from "./terminal.js";
import { assignment, type Assignments } from "./numbers.js";

interface ExplainOptions {
  readonly define: Assignments;
  readonly set: Assignments;
  readonly after?: string;
  readonly json?: boolean;
}

export function addExplain(program: Command): void {
  program
    .command("explain")
    .description("Say what a definition costs: passes, launches, bytes; or show it after a pass.")
    .argument("<input>", "FILE or FILE#name; without a name the file's first definition")
    .option(
      "-D, --define <rank=n>",
      "the extent of a rank, or a static; repeat for more",
      assignment,
      {},
    )
    .option("--set <name=value>", "a static or a hyper-parameter; repeat for more", assignment, {})
    .option("--after <pass>", "print the definition as .opt after this pass, nothing else")
    .option("--json", "for tools")
    .addHelpText("after", examples)
    .action(explain);
}

const examples = `
Bytes are counted, launch by launch, for one parameter, on a step that takes no run-time \`when\`.

Examples:
  einfall explain stdlib/optimizers/adamw.opt -D i=1000000
  einfall explain stdlib/nn/softmax.opt#softmax_rows -D p=512 -D n=4096 --json
  einfall explain stdlib/nn/rmsnorm.opt --after inline`;

async function explain(input: string, options: ExplainOptions): Promise<void> {
  const { compile } = await import("../compile.js");
  if (options.after !== undefined) {
    const { textAfter } = await import("./explain/after.js");
    const text = textAfter(await compile(input), options.after);
    return options.json === true
      ? printJson({ after: options.after, text })
      : void process.stdout.write(text);
  }
  const { makeReport } = await import("./explain/report.js");
  const { reportText } = await import("./explain/text.js");
  const program = await compile(input);
  report(program.warnings);
  const made = await makeReport(program, options.define, options.set);
  if (options.json === true) printJson(made);
  else print(reportText(made));
}
