// What an expression is compiled to: a closure that leaves its value in a cell.
//
// In:  nothing.
// Out: cells, nodes, and the error that carries a diagnostic out of a run.
// Not here: any operation.
//
// A closure returns whether the value is present, and leaves the value itself in the node's cell:
// no number is boxed on the way. A truth value is 0 or 1.

import { diagnose, type Code, type texts } from "../../../grammar/codes.js";
import type { Diagnostic } from "../../../grammar/diagnostic.js";
import type { Span } from "../../../grammar/span.js";

export interface Cell {
  value: number;
}

export type Run = () => boolean;

export interface Node {
  readonly cell: Cell;
  /** Makes the value anew and says whether it is present. */
  readonly run: Run;
  /** Set when the value never changes and is present. */
  readonly constant: number | undefined;
}

/** What makes the cell of a variable or a constant: nothing is left to do. */
export const ready: Run = () => true;

/** A cell that was never an integer: the engine then keeps a double in place. */
export function newCell(value = NaN): Cell {
  const cell = { value: NaN };
  cell.value = value;
  return cell;
}

export function constantNode(value: number): Node {
  return { cell: newCell(value), run: ready, constant: value };
}

export function cellNode(cell: Cell): Node {
  return { cell, run: ready, constant: undefined };
}

export function node(cell: Cell, run: Run): Node {
  return { cell, run, constant: undefined };
}

/** `f` of one value; folded when that is constant. */
export function mapNode(arg: Node, f: (x: number) => number): Node {
  if (arg.constant !== undefined) return constantNode(f(arg.constant));
  const { cell, run } = arg;
  const out = newCell();
  if (run === ready) {
    return node(out, () => {
      out.value = f(cell.value);
      return true;
    });
  }
  return node(out, () => {
    if (!run()) return false;
    out.value = f(cell.value);
    return true;
  });
}

/** A user's mistake found while running; interpret() turns it into a value. */
export class Fault extends Error {
  readonly diagnostic: Diagnostic;

  constructor(diagnostic: Diagnostic) {
    super(diagnostic.message);
    this.diagnostic = diagnostic;
  }
}

export function fault<C extends Code>(
  code: C,
  at: Span,
  facts: Parameters<(typeof texts)[C]>,
): Fault {
  return new Fault(diagnose(code, at, facts));
}

/** `map.get(key)`, where a missing key is our mistake. */
export function known<K, V>(map: ReadonlyMap<K, V>, key: K, what: string): V {
  const value = map.get(key);
  if (value === undefined) throw new Error(`internal: no ${what} ${String(key)}`);
  return value;
}
