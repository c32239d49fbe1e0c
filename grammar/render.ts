// A diagnostic → the text that a user reads.
//
// Not here: any wording. Characters that could hide or move text are shown as `�`.

import { hiddenCharacters } from "./scan.js";
import { position, type Span } from "./span.js";
import type { Diagnostic } from "./diagnostic.js";

export interface RenderOptions {
  /** ANSI colours, for a terminal. */
  readonly color?: boolean;
}

/** Columns of source shown at most; a longer line is cut around its underline. */
const maxColumns = 120;

export function render(d: Diagnostic, options: RenderOptions = {}): string {
  const paint = options.color === true ? ansi : plain;
  const width = gutterWidth([d.at, ...d.notes.map((note) => note.at)]);
  const margin = " ".repeat(width + 2);
  const severity = d.severity === "error" ? paint.red : paint.yellow;
  const lines = [
    severity(`${d.severity}[${d.code}]`) + paint.bold(`: ${visible(d.message)}`),
    ...snippet(d.at, d.label, width, paint, severity),
    ...(d.help === undefined ? [] : [`${margin}${paint.blue("=")} help: ${visible(d.help)}`]),
    ...d.notes.flatMap((note) => [
      `${margin}${paint.blue("=")} note: ${visible(note.text)}`,
      ...snippet(note.at, undefined, width, paint, paint.blue),
    ]),
  ];
  return lines.join("\n");
}

type Paint = (text: string) => string;
type Paints = Readonly<Record<"red" | "yellow" | "blue" | "bold", Paint>>;

function code(number: string): Paint {
  return (text) => (text === "" ? "" : `\u001b[${number}m${text}\u001b[0m`);
}

const ansi: Paints = {
  red: code("1;31"),
  yellow: code("1;33"),
  blue: code("1;34"),
  bold: code("1"),
};
const none: Paint = (text) => text;
const plain: Paints = { red: none, yellow: none, blue: none, bold: none };

function gutterWidth(spans: readonly Span[]): number {
  const lines = spans.map((at) => position(at.source, Math.max(at.start, at.end - 1)).line);
  return String(Math.max(...lines)).length;
}

/** The place, and its lines with the span underlined. */
function snippet(
  at: Span, label: string | undefined, width: number, paint: Paints, mark: Paint,
): string[] {
  const from = position(at.source, at.start);
  const to = position(at.source, Math.max(at.start, at.end - 1));
  const bar = paint.blue("|");
  const margin = " ".repeat(width + 2);
  const place = `${visible(at.source.name)}:${from.line}:${from.column}`;
  const head = [`${" ".repeat(width + 1)}${paint.blue("-->")} ${place}`, `${margin}${bar}`];
  const row = (line: number, start: number, end: number, text: string) => {
    const shown = cut(lineText(at, line), start, end);
    const number = paint.blue(` ${String(line).padStart(width)} |`);
    const pad = " ".repeat(shown.before);
    const under = mark("^".repeat(Math.max(1, shown.marked)) + text);
    return [`${number} ${shown.text}`.trimEnd(), `${margin}${bar} ${pad}${under}`];
  };
  const said = label === undefined ? "" : ` ${visible(label)}`;
  if (from.line === to.line) {
    return [...head, ...row(from.line, from.column - 1, to.column, said)];
  }
  const first = lineText(at, from.line);
  const last = lineText(at, to.line);
  const gap = to.line > from.line + 1 ? [paint.blue("...")] : [];
  return [
    ...head,
    ...row(from.line, from.column - 1, first.length, ""),
    ...gap,
    ...row(to.line, last.length - last.trimStart().length, to.column, said),
  ];
}

/** A line of the source, from 1, without its end. */
function lineText(at: Span, line: number): string {
  return (at.source.text.split("\n", line)[line - 1] ?? "").replace(/\r$/, "");
}

/** A window of the line that holds the beginning of `start..end`, and where the span lies in it. */
function cut(line: string, start: number, end: number) {
  const left = end <= maxColumns ? 0 : Math.max(0, start - maxColumns / 3);
  const right = Math.min(line.length, left + maxColumns);
  const [lead, tail] = [left > 0 ? "…" : "", right < line.length ? "…" : ""];
  const before = lead + visible(line.slice(left, start));
  const marked = visible(line.slice(start, Math.min(end, right)));
  const text = lead + visible(line.slice(left, right)) + tail;
  return { text, before: before.length, marked: marked.length };
}

/** Tabs as four spaces; what cannot be seen as `�`. */
function visible(text: string): string {
  const shown = text.replaceAll("\t", "    ").replaceAll("\n", " ");
  return shown.replace(hiddenCharacters, "\ufffd").replace(/\p{Surrogate}/gu, "\ufffd");
}
