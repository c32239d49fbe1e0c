// Where a piece of text stands in a source file.

export interface Source {
  /** Shown in messages: a path relative to the working directory, or a name the caller chose. */
  readonly name: string;
  readonly text: string;
}

/** Half-open range of UTF-16 offsets into `source.text`. */
export interface Span {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
}

/** The span from the beginning of `a` to the end of `b`; both lie in one source. */
export function join(a: Span, b: Span): Span {
  return { source: a.source, start: Math.min(a.start, b.start), end: Math.max(a.end, b.end) };
}

/** Line and column of an offset, both from 1; a column counts UTF-16 units. */
export function position(source: Source, offset: number): { line: number; column: number } {
  const before = source.text.slice(0, offset);
  const line = before.split("\n").length;
  return { line, column: offset - (before.lastIndexOf("\n") + 1) + 1 };
}

/** For a `default:` branch: a new kind of node fails to compile where it is not handled. */
export function unreachable(value: never): never {
  throw new Error(`internal: unreachable node ${JSON.stringify(value)}`);
}
