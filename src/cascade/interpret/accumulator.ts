// What a reduction keeps while it goes over its points.
//
// In:  the operator, the kind of its values, the arithmetic.
// Out: an accumulator. `take` is called at each present point.
// Not here: the loops (reduce.ts); monoids (fold.ts), which are accumulators too.

import type { Expr } from "../cascade.js";
import { roundFloat } from "../number-formats.js";
import type { Mode } from "./context.js";
import type { Arithmetic } from "./map.js";
import type { Cell } from "./node.js";

export interface Accumulator {
  readonly reset: () => void;
  readonly take: () => void;
  /** Leaves the result in `out`; false when it is absent. */
  readonly finish: (out: Cell) => boolean;
}

export type ReduceExpr = Extract<Expr, { readonly kind: "reduce" }>;

/** How a partial sum is rounded after each term, and how the result is at the end. */
interface Rounding {
  readonly each: (x: number) => number;
  readonly end: (x: number) => number;
}

const asIs = (x: number): number => x;

function roundingOf(e: ReduceExpr, arithmetic: Arithmetic, mode: Mode): Rounding {
  const isInteger = e.body.type === "integer";
  if (isInteger && arithmetic === "f32") return { each: (x) => x | 0, end: asIs };
  const wanted = e.accumulate ?? "f32";
  if (isInteger || (mode === "f64" && (wanted === "f32" || wanted === "f64"))) {
    return { each: asIs, end: asIs };
  }
  if (wanted === "f64") return { each: asIs, end: Math.fround };
  if (wanted === "f32") return { each: Math.fround, end: asIs };
  return { each: (x) => roundFloat(wanted, x), end: asIs };
}

/** `position` is the variable that argmax and argmin return. */
export function newAccumulator(
  e: ReduceExpr,
  input: Cell,
  position: Cell | undefined,
  kinds: { readonly arithmetic: Arithmetic; readonly mode: Mode },
): Accumulator {
  const rounding = roundingOf(e, kinds.arithmetic, kinds.mode);
  switch (e.op) {
    case "sum":
      return summing(input, rounding, false, asIs);
    case "mean":
      return summing(input, rounding, true, kinds.arithmetic === "f32" ? Math.fround : asIs);
    case "prod":
      return multiplying(input, rounding, e.body.type === "integer" && kinds.arithmetic === "f32");
    case "max":
      return extreme(input, Math.max);
    case "min":
      return extreme(input, Math.min);
    case "any":
      return counting(input, (count) => (count.hits > 0 ? 1 : 0));
    case "all":
      return counting(input, (count) => (count.hits === count.all ? 1 : 0));
    case "count":
      return counting(input, (count) => count.hits);
    case "argmax":
      return best(input, position, true);
    case "argmin":
      return best(input, position, false);
  }
}

function summing(
  input: Cell,
  { each, end }: Rounding,
  isMean: boolean,
  quotient: (x: number) => number,
): Accumulator {
  const total = { value: NaN };
  let count = 0;
  return {
    reset: () => {
      total.value = 0;
      count = 0;
    },
    take:
      each === asIs
        ? () => {
            total.value += input.value;
            count++;
          }
        : each === Math.fround
          ? () => {
              total.value = Math.fround(total.value + input.value);
              count++;
            }
          : () => {
              total.value = each(total.value + input.value);
              count++;
            },
    finish: (out) => {
      const sum = end(total.value);
      out.value = isMean ? quotient(sum / count) : sum;
      return count > 0;
    },
  };
}

function multiplying(input: Cell, { each, end }: Rounding, wraps: boolean): Accumulator {
  let product = 1;
  let count = 0;
  return {
    reset: () => {
      product = 1;
      count = 0;
    },
    take: () => {
      product = wraps ? Math.imul(product, input.value) : each(product * input.value);
      count++;
    },
    finish: (out) => {
      out.value = end(product);
      return count > 0;
    },
  };
}

/** As Math.max and Math.min: NaN wins, and -0 is below 0. */
function extreme(input: Cell, choose: (a: number, b: number) => number): Accumulator {
  const top = { value: NaN };
  let isPresent = false;
  return {
    reset: () => {
      isPresent = false;
    },
    take: () => {
      top.value = isPresent ? choose(top.value, input.value) : input.value;
      isPresent = true;
    },
    finish: (out) => {
      out.value = top.value;
      return isPresent;
    },
  };
}

function counting(
  input: Cell,
  result: (count: { readonly hits: number; readonly all: number }) => number,
): Accumulator {
  let hits = 0;
  let all = 0;
  return {
    reset: () => {
      hits = 0;
      all = 0;
    },
    take: () => {
      all++;
      if (input.value !== 0) hits++;
    },
    finish: (out) => {
      out.value = result({ hits, all });
      return true;
    },
  };
}

/** The first of the best: a later one must be better. */
function best(input: Cell, position: Cell | undefined, isMax: boolean): Accumulator {
  if (position === undefined) throw new Error("internal: argmax without a variable");
  const top = { value: NaN };
  let at = -1;
  return {
    reset: () => {
      at = -1;
    },
    take: () => {
      if (at >= 0 && !(isMax ? input.value > top.value : input.value < top.value)) return;
      top.value = input.value;
      at = position.value | 0;
    },
    finish: (out) => {
      out.value = at;
      return at >= 0;
    },
  };
}
