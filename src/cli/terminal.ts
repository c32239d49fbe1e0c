// What every command shares: output, colours only on a terminal, progress, errors and exit codes.
//
// Not here: the compiler. Commands load it when they run, so that `--help` is quick.

import { readFileSync } from "node:fs";
import type { Diagnostic } from "../../grammar/diagnostic.js";
import { render } from "../../grammar/render.js";
import { position } from "../../grammar/span.js";
import { DeviceLost, EinfallError, OutOfMemory, Unsupported } from "../runtime/errors.js";

export const exitCode = { done: 0, wrong: 1, usage: 2, machine: 3, bug: 70 } as const;

/** An option or an argument that makes no sense. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** True when text for a person goes to a terminal that wants colours (https://no-color.org). */
export function hasColor(stream: { readonly isTTY?: boolean } = process.stderr): boolean {
  return stream.isTTY === true && (process.env["NO_COLOR"] ?? "") === "";
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** What a person should know and a tool that reads stdout should not see. */
export function note(text: string): void {
  process.stderr.write(`note: ${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, undefined, 2));
}

/** Diagnostics as a person reads them, on stderr. */
export function report(diagnostics: readonly Diagnostic[]): void {
  for (const one of diagnostics) process.stderr.write(`${render(one, { color: hasColor() })}\n\n`);
}

/** Diagnostics as a tool reads them; `start` and `end` are offsets, line and column begin at 1. */
export function diagnosticJson({ at, code, severity, message, help, notes }: Diagnostic) {
  return {
    code,
    severity,
    message,
    ...placeJson(at),
    ...(help === undefined ? {} : { help }),
    notes: notes.map((each) => ({ text: each.text, ...placeJson(each.at) })),
  };
}

function placeJson({ source, start, end }: Diagnostic["at"]) {
  return { file: source.name, start, end, ...position(source, start) };
}

/** Says on stderr what a command threw, and sets the exit code. */
export function fail(error: unknown): void {
  const diagnostics = diagnosticsOf(error);
  if (diagnostics !== undefined) {
    report(diagnostics);
    process.exitCode = exitCode.wrong;
  } else if (error instanceof EinfallError || error instanceof UsageError || isFileError(error)) {
    process.stderr.write(`error: ${messageOf(error)}\n`);
    process.exitCode = codeOf(error);
  } else {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const please = "This is a bug of einfall; please report it with the file that caused it.";
    process.stderr.write(`internal: ${text}\n${please}\n`);
    process.exitCode = exitCode.bug;
  }
}

function messageOf(error: Error): string {
  const isMissing = "code" in error && error.code === "ENOENT" && "path" in error;
  return isMissing ? `there is no file or folder \`${String(error.path)}\`` : error.message;
}

function codeOf(error: Error): number {
  if (error instanceof UsageError) return exitCode.usage;
  const isMachine =
    error instanceof OutOfMemory || error instanceof DeviceLost || error instanceof Unsupported;
  return isMachine ? exitCode.machine : exitCode.wrong;
}

/** Those of a CompileError or a Fault, known by their shape: nothing is loaded for them. */
function diagnosticsOf(error: unknown): readonly Diagnostic[] | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("diagnostics" in error) return error.diagnostics as readonly Diagnostic[];
  return "diagnostic" in error ? [error.diagnostic as Diagnostic] : undefined;
}

const fileErrors =
  /^(EACCES|EEXIST|EISDIR|ELOOP|ENAMETOOLONG|ENOENT|ENOSPC|ENOTDIR|EPERM|EROFS|ERR_FS_FILE\w+)$/;

function isFileError(error: unknown): error is Error {
  return error instanceof Error && "code" in error && fileErrors.test(String(error.code));
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
    if (performance.now() - start >= 1000)
      process.stderr.write(`\r${" ".repeat(what.length + 12)}\r`);
  }
}

export function packageVersion(): string {
  const text = readFileSync(packageFile(), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}

/** This package's own package.json, also from dist/. */
export function packageFile(): URL {
  const isBuilt = import.meta.url.includes("/dist/src/");
  return new URL(isBuilt ? "../../../package.json" : "../../package.json", import.meta.url);
}
