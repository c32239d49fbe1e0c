// `einfall run FILE[#name]`: one step, or several, on tensors of a safetensors file.

import { Option, type Command } from "commander";
import { assignment, type Assignments } from "./numbers.js";
import { UsageError, note, print, printJson, report, withProgress } from "./terminal.js";
import { counted, listed } from "./text.js";

export interface RunOptions {
  readonly device: "auto" | "wasm" | "reference" | "webgpu" | "cuda";
  readonly in?: string;
  readonly grads?: string;
  readonly out?: string;
  readonly define: Assignments;
  readonly set: Assignments;
  readonly steps: number;
  readonly seed: number;
  readonly f32?: boolean;
  readonly json?: boolean;
}

export function addRun(program: Command): void {
  const device = new Option("--device <name>", "where to run")
    .choices(["auto", "wasm", "reference", "webgpu", "cuda"])
    .default("auto");
  program
    .command("run")
    .description("Run a definition on the tensors of a safetensors file, or on drawn ones.")
    .argument("<input>", "FILE or FILE#name; without a name the file's first definition")
    .addOption(device)
    .option("--in <file>", "tensors by name, safetensors; without it they are drawn")
    .option("--grads <file>", "gradients, under the names of their parameters")
    .option("--out <file>", "write the results, safetensors")
    .option(
      "-D, --define <rank=n>",
      "the extent of a rank, or a static; repeat for more",
      assignment,
      {},
    )
    .option("--set <name=value>", "a hyper-parameter or a static; repeat for more", assignment, {})
    .option("--steps <n>", "how many; the same gradient at each", whole("--steps", 1), 1)
    .option("--seed <n>", "for every random number, and for drawn tensors", whole("--seed", 0), 0)
    .option("--f32", "reference: round every operation to f32, as the other devices do")
    .option("--json", "for tools")
    .addHelpText("after", examples)
    .action(run);
}

const examples = `
The file holds tensors under the names of the definition (w, g, m, v), or, for an optimizer, a
model: every tensor is a parameter, its gradient is NAME.grad in the same file, or NAME in --grads.
Further inputs are NAME.input.

Examples:
  einfall run stdlib/optimizers/adamw.opt --device reference
  einfall run stdlib/optimizers/adamw.opt --in model.safetensors --out stepped.safetensors
  einfall run my.opt --in model.safetensors --grads grads.safetensors --set lr=3e-4 --steps 10
  einfall run stdlib/nn/softmax.opt#softmax_rows -D p=2 -D n=5 --json`;

function whole(option: string, least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isSafeInteger(value) && value >= least && value < 2 ** 32) return value;
    throw new UsageError(`${option} ${text}: give a whole number from ${least}`);
  };
}

async function run(input: string, options: RunOptions): Promise<void> {
  if (options.grads !== undefined && options.in === undefined) {
    throw new UsageError("--grads needs --in, the file with the parameters");
  }
  const { compile } = await import("../compile.js");
  const { makeJob } = await import("./run/job.js");
  const { runJob } = await import("./run/execute.js");
  const { summaryOf, summaryText } = await import("./run/summary.js");
  const { writeResults } = await import("./run/results.js");
  const program = await compile(input);
  report(program.warnings);
  const job = makeJob(program, options);
  for (const text of job.notes) note(text);
  const work = runJob(program, job, options);
  const { device, results } = await withProgress(`running ${counted(options.steps, "step")}`, work);
  const tensors = results.map(summaryOf);
  if (options.out !== undefined)
    await writeResults(options.out, program.name, results, job.metadata);
  const { name } = program;
  if (options.json === true) {
    return printJson({ name, device, steps: options.steps, tensors, ...written(options) });
  }
  const extents = Object.entries(job.extents).map(([rank, n]) => `${rank} = ${n}`);
  const over = extents.length === 0 ? "" : `, for ${listed(extents)}`;
  print(
    `${name} on ${device}, ${counted(options.steps, "step")}${over}\n\n${summaryText(tensors)}`,
  );
  if (options.out !== undefined) print(`\n${options.out} written`);
}

function written({ out }: RunOptions) {
  return out === undefined ? {} : { out };
}
