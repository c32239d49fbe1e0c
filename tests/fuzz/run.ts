// Random programs from the command line: npx tsx tests/fuzz/run.ts --seed 1 --count 2000 --wasm
//
// Prints what was refused and why, the first difference shrunk to a small program, and how to see
// it again.

import fc from "fast-check";
import { recipes } from "./arbitrary.js";
import { compare, type Outcome } from "./compare.js";
import { programOf, withFloats, type FuzzProgram, type Recipe } from "./program.js";
import { executors, type Executor } from "./stages.js";

export interface Report {
  readonly equal: number;
  readonly nonfinite: number;
  /** By code, with one example each. */
  readonly refused: ReadonlyMap<string, { readonly count: number; readonly text: string }>;
  /** The shrunk reproducer; undefined when all agree. */
  readonly failure: string | undefined;
}

/** exact: sums come out the same in any order. floats: they do not. */
export type Values = "exact" | "floats";

/** No run takes as long as this; what is left of it, and a little more, goes to shrinking. */
const secondsPerRun = 0.1;
const shrinkMs = 10_000;

/** Compares `count` programs; stops at the first difference and shrinks it. */
export async function fuzz(
  seed: number,
  count: number,
  chain: readonly Executor[] = executors,
  values: Values = "exact",
): Promise<Report> {
  const tally = new Tally();
  const make = (recipe: Recipe): FuzzProgram => {
    const program = programOf(recipe);
    return values === "exact" ? program : withFloats(program);
  };
  const property = fc.asyncProperty(recipes, async (recipe) => {
    const outcome = await compare(make(recipe), chain);
    tally.add(outcome);
    return outcome.kind !== "different";
  });
  const details = await fc.check(property, {
    seed,
    numRuns: count,
    interruptAfterTimeLimit: 1000 * secondsPerRun * count + shrinkMs, // shrinking stops in time
  });
  const [recipe] = details.counterexample ?? [];
  const failure = recipe === undefined ? undefined : await describe(details, make(recipe), chain);
  return { ...tally.report(), failure };
}

class Tally {
  private equal = 0;
  private nonfinite = 0;
  private readonly refused = new Map<string, { count: number; text: string }>();

  add(outcome: Outcome): void {
    if (outcome.kind === "equal") this.equal += 1;
    if (outcome.kind === "nonfinite") this.nonfinite += 1;
    if (outcome.kind !== "refused") return;
    const known = this.refused.get(outcome.code);
    this.refused.set(outcome.code, {
      count: (known?.count ?? 0) + 1,
      text: known?.text ?? outcome.text,
    });
  }

  report(): Omit<Report, "failure"> {
    return { equal: this.equal, nonfinite: this.nonfinite, refused: this.refused };
  }
}

async function describe(
  details: fc.RunDetails<[Recipe]>,
  program: FuzzProgram,
  chain: readonly Executor[],
): Promise<string> {
  const outcome = await compare(program, chain);
  const extents = Object.entries(program.extents).map(([name, size]) => `${name} = ${size}`);
  return [
    `seed ${details.seed}, path ${details.counterexamplePath ?? ""}`,
    "text" in outcome ? outcome.text : outcome.kind,
    `// ${extents.join(", ")}`,
    program.text,
    ...program.inputs.map(({ tensor, data }) => `// ${tensor.name} = [${data.join(", ")}]`),
  ].join("\n");
}

/** `--seed 5` or `--seed=5`. */
function argument(name: string, fallback: number): number {
  const words = process.argv.flatMap((word) => word.split("="));
  const at = words.indexOf(`--${name}`);
  const value = at < 0 ? fallback : Number(words[at + 1]);
  if (!Number.isSafeInteger(value)) throw new Error(`--${name} wants a whole number`);
  return value;
}

async function main(): Promise<void> {
  const seed = argument("seed", Date.now() % 1_000_000);
  const count = argument("count", 500);
  const start = performance.now();
  const reports = [await fuzz(seed, count)];
  if (process.argv.includes("--wasm")) {
    const { closeDevices, wasmChains } = await import("./wasm.js");
    for (const chain of wasmChains) reports.push(await fuzz(seed, count, chain, "floats"));
    await closeDevices();
  }
  for (const report of reports) show(seed, report);
  console.log(`in ${((performance.now() - start) / 1000).toFixed(1)} s`);
}

function show(seed: number, { equal, nonfinite, refused, failure }: Report): void {
  console.log(`seed ${seed}: ${equal} equal, ${nonfinite} not finite`);
  for (const [code, { count: n, text }] of refused)
    console.log(`refused ${n} times, ${code}: ${text}`);
  if (failure === undefined) return;
  console.log(failure);
  process.exitCode = 1;
}

if (process.argv[1]?.endsWith("run.ts") === true) await main();
