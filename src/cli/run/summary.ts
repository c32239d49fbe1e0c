// A result in one line: enough to see that two devices agree, or that something went wrong.
//
// In:  a result.
// Out: shape, format, least, greatest, mean, the first elements; and all of them as a table.

import { decode } from "../../runtime/formats.js";
import { numberText, table } from "../text.js";
import type { Result } from "./execute.js";

export interface Summary {
  readonly name: string;
  readonly shape: readonly number[];
  readonly format: string;
  /** Of the finite elements; null without any. */
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  /** Elements that are infinite or no number. */
  readonly notFinite: number;
  readonly first: readonly (number | string)[];
}

const shown = 4;

export function summaryOf({ name, shape, format, stored }: Result): Summary {
  const values = decode(stored, format);
  let [min, max, sum, finite] = [Infinity, -Infinity, 0, 0];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
    finite += 1;
  }
  const known =
    finite === 0 ? { min: null, max: null, mean: null } : { min, max, mean: sum / finite };
  const first = Array.from(values.subarray(0, shown), (x) => (Number.isFinite(x) ? x : String(x)));
  return { name, shape, format, ...known, notFinite: values.length - finite, first };
}

export function summaryText(all: readonly Summary[]): string {
  const head = ["tensor", "shape", "format", "min", "max", "mean", "first"];
  const rows = all.map(({ name, shape, format, min, max, mean, notFinite, first }) => [
    name,
    `[${shape.join(", ")}]`,
    format,
    cell(min),
    cell(max),
    cell(mean),
    firstText(first, shape, notFinite),
  ]);
  return table([head, ...rows]);
}

function cell(x: number | null): string {
  return x === null ? "-" : numberText(x);
}

function firstText(first: Summary["first"], shape: readonly number[], notFinite: number): string {
  const values = first.map((x) => (typeof x === "number" ? numberText(x) : x)).join(", ");
  const isAll = shape.reduce((product, extent) => product * extent, 1) <= first.length;
  return `${values}${isAll ? "" : ", …"}${notFinite === 0 ? "" : `  (${notFinite} not finite)`}`;
}
