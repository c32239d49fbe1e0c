// Starts the command line as a user does.

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { vi } from "vitest";
import { main } from "../../src/cli/program.js";
import { readSafetensors, writeSafetensors } from "../../src/runtime/safetensors.js";

export const root = fileURLToPath(new URL("../../", import.meta.url));
const script = join(root, "src/cli/einfall.js");

export interface Ran {
  readonly code: number | string | null | undefined;
  readonly out: string;
  readonly err: string;
}

/** In a process of its own. */
export function einfall(...args: readonly string[]): Promise<Ran> {
  const child = spawn(process.execPath, [script, ...args], {
    cwd: root,
    env: { ...process.env, NO_COLOR: "1" },
  });
  const [out, err]: [string[], string[]] = [[], []];
  child.stdout.setEncoding("utf8").on("data", (text: string) => out.push(text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => err.push(text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, out: out.join(""), err: err.join("") }));
  });
}

/** The same in this process, which is quicker. One at a time. */
export async function inside(...args: readonly string[]): Promise<Ran> {
  const [out, err]: [string[], string[]] = [[], []];
  const keep = (into: string[]) => (text: string | Uint8Array) => into.push(String(text)) > 0;
  const spies = [
    vi.spyOn(process.stdout, "write").mockImplementation(keep(out)),
    vi.spyOn(process.stderr, "write").mockImplementation(keep(err)),
  ];
  const before = process.exitCode;
  process.exitCode = 0;
  try {
    await main(args);
    return { code: process.exitCode, out: out.join(""), err: err.join("") };
  } finally {
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
  }
}

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), "einfall-cli-"));
}

/** f32 tensors that are sines, with the period of each name's place. */
export function tensorFile(shapes: Readonly<Record<string, readonly number[]>>): Uint8Array {
  const tensors = Object.entries(shapes).map(([name, shape], which) => {
    const length = shape.reduce((product, extent) => product * extent, 1);
    const data = Float32Array.from({ length }, (_, n) => Math.sin((n + 1) * (which + 1)));
    return [name, { dtype: "F32" as const, shape, data }] as const;
  });
  return writeSafetensors({ tensors: new Map(tensors), metadata: new Map([["format", "pt"]]) });
}

export function readFloats(path: string): Readonly<Record<string, readonly number[]>> {
  const { tensors } = readSafetensors(readFileSync(path));
  const all = [...tensors].map(([name, { data }]) => [name, Array.from(data, Number)] as const);
  return Object.fromEntries(all);
}

/** The greatest difference of two results, next to the size of what is compared. */
export function distance(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((x, n) => Math.abs(x - (b[n] ?? NaN)) / Math.max(1, Math.abs(x))));
}
