// Extents, statics and hyper-parameters from the command line: `-D rank=n`, `--set name=value`.
//
// In:  a checked definition, and what was written after `-D` and `--set`.
// Out: numbers by names that the definition has; a wrong one is a UsageError with the nearest.
// Not here: ranges and shapes (src/cascade/interpret/bind.ts says what does not fit).

import { paramsRank, type Cascade } from "../cascade/cascade.js";
import { nearest } from "../cascade/check/scope.js";
import { bind, type Bound, type InputTensor } from "../cascade/interpret/bind.js";
import { UsageError } from "./terminal.js";
import { listed } from "./text.js";

export type Assignments = Readonly<Record<string, number | boolean>>;

export interface Numbers {
  /** By rank. */
  readonly extents: Readonly<Record<string, number>>;
  /** Statics and hyper-parameters; `t` and `key` too. */
  readonly scalars: Readonly<Record<string, number>>;
}

/** The extent of a rank of which nobody says anything. */
export const defaultExtent = 8;

/** @throws {UsageError} for a name that the definition does not have, or cannot be given. */
export function sortNumbers(cascade: Cascade, define: Assignments, set: Assignments): Numbers {
  const extents: Record<string, number> = {};
  const scalars: Record<string, number> = {};
  for (const [name, value] of Object.entries(define)) {
    if (isRank(cascade, name)) extents[name] = asExtent(cascade, name, value);
    else if (cascade.scalars.get(name)?.role === "static") scalars[name] = Number(value);
    else throw unknown("-D", cascade, name, [...ranksOf(cascade), ...staticsOf(cascade)], "rank");
  }
  const known = scalarNames(cascade);
  for (const [name, value] of Object.entries(set)) {
    if (!known.includes(name)) throw unknown("--set", cascade, name, known, "scalar");
    scalars[name] = inRange(cascade, name, Number(value));
  }
  return { extents, scalars };
}

function inRange(cascade: Cascade, name: string, value: number): number {
  const { low = -Infinity, high = Infinity } = cascade.scalars.get(name) ?? {};
  if (value >= low && value <= high) return value;
  throw new UsageError(
    `--set ${name}=${value}: its range in \`${cascade.name}\` is ${low}..${high}`,
  );
}

function isRank(cascade: Cascade, name: string): boolean {
  return cascade.ranks.has(name) && name !== paramsRank;
}

function ranksOf(cascade: Cascade): readonly string[] {
  const all = [...cascade.ranks.values()].filter(({ id }) => id !== paramsRank);
  return all.filter(({ extent }) => extent.kind !== "derived").map(({ id }) => id);
}

function staticsOf(cascade: Cascade): readonly string[] {
  return [...cascade.scalars.values()].filter(({ role }) => role === "static").map(({ id }) => id);
}

function scalarNames(cascade: Cascade): readonly string[] {
  const own = [...cascade.scalars.values()]
    .filter(({ role }) => role !== "const")
    .map(({ id }) => id);
  const implied = cascade.kind === "optimizer" ? ["t", "key"] : [];
  return [...new Set([...own, ...implied])];
}

function asExtent(cascade: Cascade, name: string, value: number | boolean): number {
  if (cascade.ranks.get(name)?.extent.kind === "derived") {
    throw new UsageError(
      `rank \`${name}\` of \`${cascade.name}\` follows from the others; leave -D ${name} out`,
    );
  }
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 0) return value;
  throw new UsageError(`-D ${name}=${String(value)}: an extent is a whole number`);
}

function unknown(
  option: string,
  cascade: Cascade,
  name: string,
  known: readonly string[],
  what: string,
): UsageError {
  const meant = nearest(name, known);
  const names = known.map((each) => `\`${each}\``);
  const help =
    meant !== undefined
      ? `did you mean \`${meant}\`?`
      : known.length === 0
        ? `it has none`
        : `it has ${listed(names)}`;
  return new UsageError(
    `${option} ${name}: \`${cascade.name}\` has no ${what} \`${name}\`; ${help}`,
  );
}

/** Ranks that must be given an extent, and are not among `given`. */
export function openRanks(cascade: Cascade, given: ReadonlySet<string>): readonly string[] {
  return ranksOf(cascade).filter((id) => {
    const extent = cascade.ranks.get(id)?.extent;
    const isOpen =
      extent?.kind === "free" || (extent?.kind === "static" && extent.value === undefined);
    return isOpen && !given.has(id);
  });
}

/** `numbers` with the default extent for every rank without one, and which ranks those are. */
export function withDefaults(cascade: Cascade, numbers: Numbers) {
  const defaulted = openRanks(cascade, new Set(Object.keys(numbers.extents)));
  const added = Object.fromEntries(defaulted.map((rank) => [rank, defaultExtent]));
  return { numbers: { ...numbers, extents: { ...numbers.extents, ...added } }, defaulted };
}

/** Every extent and scalar. @throws the interpreter's Fault, which shows the place. */
export function boundNumbers(
  cascade: Cascade,
  { extents, scalars }: Numbers,
  tensors: Readonly<Record<string, InputTensor>> = {},
): Bound {
  return bind(cascade, { extents, scalars, tensors });
}

/** `a=1`, repeated: collects into a record, the later winning. */
export function assignment(text: string, sofar: Assignments): Assignments {
  const match = /^([A-Za-z_]\w*)=(.+)$/.exec(text);
  if (match === null) throw new UsageError(`\`${text}\` is not of the form name=value`);
  const [, name = "", value = ""] = match;
  if (value === "true" || value === "false") return { ...sofar, [name]: value === "true" };
  const number = Number(value);
  if (!Number.isFinite(number)) throw new UsageError(`\`${value}\` in \`${text}\` is not a number`);
  return { ...sofar, [name]: number };
}
