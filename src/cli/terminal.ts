// What every command shares: output, colours only on a terminal, progress, errors and exit codes.

import { readFileSync } from "node:fs";
import type { Diagnostic } from "../../grammar/diagnostic.js";
import { render } from "../../grammar/render.js";
import { CompileError } from "../compile.js";
import { EinfallError, OutOfMemory, DeviceLost, Unsupported } from "../runtime/errors.js";

export const exitCode = { done: 0, wrong: 1, usage: 2, machine: 3, bug: 70 } as const;

/** True when text for a person goes to a terminal that wants colours (https://no-color.org). */
export function hasColor(stream: { readonly isTTY?: boolean } = process.stderr): boolean {
  return stream.isTTY === true && process.env["NO_COLOR"] === undefined;
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, undefined, 2));
}

/** Diagnostics as a person reads them, on stderr. */
export function report(diagnostics: readonly Diagnostic[]): void {
  for (const one of diagnostics) process.stderr.write(`${render(one, { color: hasColor() })}\n\n`);
}

/** Diagnostics as a tool reads them. */
export function diagnosticJson(one: Diagnostic) {
  const { source, start, end } = one.at;
  return {
    code: one.code, severity: one.severity, message: one.message, file: source.name, start, end,
    ...(one.help === undefined ? {} : { help: one.help }),
    notes: one.notes.map((note) => ({ text: note.text, start: note.at.start, end: note.at.end })),
  };
}

/** Ends the process with a message for whatever a command threw. */
export function fail(error: unknown): void {
  if (error instanceof CompileError) {
    report(error.diagnostics);
    process.exitCode = exitCode.wrong;
  } else if (error instanceof EinfallError || error instanceof UsageError) {
    process.stderr.write(`error: ${error.message}\n`);
    process.exitCode = error instanceof UsageError ? exitCode.usage
      : error instanceof OutOfMemory || error instanceof DeviceLost || error instanceof Unsupported ? exitCode.machine
      : exitCode.wrong;
  } else if (isFileError(error)) {
    process.stderr.write(`error: ${error.message}\n`);
    process.exitCode = exitCode.wrong;
  } else {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`internal: ${text}\nThis is a bug of einfall; please report it with the file that caused it.\n`);
    process.exitCode = exitCode.bug;
  }
}

/** An option or an argument that makes no sense. */
export class UsageError extends Error {}

function isFileError(error: unknown): error is Error {
  return error instanceof Error && /^(ENOENT|EACCES|EISDIR|ENOTDIR|ENOSPC|EEXIST|EPERM|EROFS)$/.test(String((error as { code?: unknown }).code));
}

/** Shows `what` on a terminal while `work` takes longer than a second. */
export async function withProgress<T>(what: string, work: Promise<T>): Promise<T> {
  if (process.stderr.isTTY !== true) return work;
  const start = performance.now();
  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - start) / 1000);
    if (seconds >= 1) process.stderr.write(`\r${what} … ${seconds} s `);
  }, 250);
  try {
    return await work;
  } finally {
    clearInterval(timer);
    if (performance.now() - start >= 1000) process.stderr.write(`\r${" ".repeat(what.length + 12)}\r`);
  }
}

/** `a=1`, repeated: collects into a record, the later winning. */
export function assignment(text: string, sofar: Readonly<Record<string, number | boolean>>) {
  const match = /^([A-Za-z_]\w*)=(.+)$/.exec(text);
  if (!match) throw new UsageError(`\`${text}\` is not of the form name=value`);
  const [, name = "", value = ""] = match;
  if (value === "true" || value === "false") return { ...sofar, [name]: value === "true" };
  const number = Number(value);
  if (!Number.isFinite(number)) throw new UsageError(`\`${value}\` in \`${text}\` is not a number`);
  return { ...sofar, [name]: number };
}

export function packageVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
