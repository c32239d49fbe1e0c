// One command, `npm run bench`: every case alone in a fresh process, one after another; prints
// ratios, writes JSON. --only=REGEX   suites, e.g. --only='einfall|c'      --cases=REGEX   cases,
// e.g. --cases=adamw --out=FILE     default bench/results/latest.json

import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { cases, type Case, type Row } from "./cases.js";

const here = path.dirname(fileURLToPath(import.meta.url));
const threads = Math.min(2, os.availableParallelism());

function option(name: string, otherwise: string): string {
  const prefix = `--${name}=`;
  return process.argv.find((arg) => arg.startsWith(prefix))?.slice(prefix.length) ?? otherwise;
}

interface Suite {
  readonly name: string;
  readonly threads: number;
  command(one: Case): readonly [string, readonly string[]];
}

function suites(): readonly Suite[] {
  const binary = path.join(mkdtempSync(path.join(os.tmpdir(), "einfall-bench-")), "bench");
  const flags = ["-O3", "-march=native", "-ffast-math", "-fopenmp"];
  const built = spawnSync("gcc", [
    ...flags,
    path.join(here, "native/bench.c"),
    "-o",
    binary,
    "-lm",
  ]);
  if (built.status !== 0)
    console.log("C lines are left out: gcc did not build bench/native/bench.c");
  const script = (suite: string, count: number): Suite => ({
    name: suite,
    threads: count,
    command: (one) => [
      process.execPath,
      ["--import", "tsx", path.join(here, "one.ts"), suite, String(count), one.name],
    ],
  });
  return [
    ...(built.status === 0
      ? [
          {
            name: "c",
            threads,
            command: (one: Case) => [binary, [one.name, String(threads)]] as const,
          },
        ]
      : []),
    script("einfall", threads),
    script("einfall", 1),
    script("jax-js", 1),
    script("tfjs", 1),
    script("onnxruntime-web", threads),
  ];
}

function measure(suite: Suite, one: Case): Row {
  const [command, args] = suite.command(one);
  const result = spawnSync(command, args, { encoding: "utf8", cwd: here, timeout: 240_000 });
  const line = (result.stdout ?? "").split("\n").findLast((each) => each.startsWith("{"));
  if (line === undefined) {
    const failure = (result.stderr ?? "").trim().split("\n").at(-1) ?? "no result";
    return {
      suite: suite.name,
      threads: suite.threads,
      case: one.name,
      failure: failure.slice(0, 160),
    };
  }
  return {
    ...(JSON.parse(line) as Row),
    suite: suite.name,
    threads: suite.threads,
    case: one.name,
  };
}

function describe(row: Row, one: Case, c: number | undefined): string {
  const label = `${row.suite} (${row.threads})`.padEnd(22);
  if (row.ms === undefined) return `${label} ${row.failure ?? "failed"}`;
  const rate =
    one.bytes === undefined
      ? `${((one.flops ?? 0) / row.ms / 1e6).toFixed(1)} GFLOP/s`
      : `${(one.bytes / row.ms / 1e6).toFixed(1)} GB/s`;
  const ratio = c === undefined ? "" : `${(c / row.ms).toFixed(3)} of C's speed`;
  return `${label} ${row.ms.toFixed(3).padStart(10)} ms ${rate.padStart(15)}   ${ratio}`;
}

/** How many times faster two-thread Einfall is than the best JavaScript peer. */
function againstPeers(rows: readonly Row[], name: string): string | undefined {
  const ofCase = rows.filter((row) => row.case === name && row.ms !== undefined);
  const ours = ofCase.find((row) => row.suite === "einfall" && row.threads === threads)?.ms;
  const peers = ofCase.filter((row) => row.suite !== "einfall" && row.suite !== "c");
  const best = peers.reduce<Row | undefined>(
    (a, b) => (!a || (b.ms ?? 0) < (a.ms ?? 0) ? b : a),
    undefined,
  );
  if (ours === undefined || best?.ms === undefined) return undefined;
  return `  ${(best.ms / ours).toFixed(2)} times the best JavaScript peer (${best.suite})`;
}

function main(): void {
  const onlySuites = new RegExp(`^(${option("only", ".*")})$`);
  const onlyCases = new RegExp(option("cases", "."));
  const rows: Row[] = [];
  const all = suites().filter((suite) => onlySuites.test(suite.name));
  for (const one of cases.filter((each) => onlyCases.test(each.name))) {
    console.log(`\n${one.name}`);
    for (const suite of all) {
      const row = measure(suite, one);
      rows.push(row);
      const c = rows.find((each) => each.suite === "c" && each.case === one.name)?.ms;
      console.log(`  ${describe(row, one, c)}`);
    }
    const summary = againstPeers(rows, one.name);
    if (summary !== undefined) console.log(summary);
  }
  const machine = {
    cores: os.availableParallelism(),
    model: os.cpus()[0]?.model,
    node: process.version,
  };
  const out = path.resolve(option("out", path.join(here, "results/latest.json")));
  writeFileSync(out, `${JSON.stringify({ machine, rows }, undefined, 1)}\n`);
  console.log(`\n${rows.length} rows in ${path.relative(process.cwd(), out)}`);
}

main();
