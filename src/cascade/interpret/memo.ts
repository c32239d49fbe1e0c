// Remembers a value for each point of the variables that it varies over, during one statement.
//
// In:  a compiled node and those variables.
// Out: a node that computes each point at most once per statement.
// Not here: which values are worth it (expression.ts).

import type { Context } from "./context.js";
import { newCell, node, type Node } from "./node.js";
import type { Loop } from "./scope.js";

/** Points beyond which remembering would take more memory than it is worth. */
const mostPoints = 2 ** 26;

export function remember(inner: Node, over: readonly Loop[], context: Context): Node {
  if (over.length === 0) return rememberOne(inner, context);
  const size = over.reduce((product, loop) => product * loop.extent, 1);
  return size > mostPoints ? inner : rememberEach(inner, over, size, context);
}

function rememberOne(inner: Node, context: Context): Node {
  const { epoch } = context;
  const { cell, run } = inner;
  const out = newCell();
  let madeAt = -1;
  let isPresent = false;
  let wasTouched = 0;
  return node(out, () => {
    if (madeAt !== epoch.value) {
      madeAt = epoch.value;
      if (context.tracksTouch) wasTouched = noteTouch(context, () => (isPresent = run()));
      else isPresent = run();
      out.value = cell.value;
    }
    if (wasTouched === 1) context.touch.value = 1;
    return isPresent;
  });
}

function rememberEach(inner: Node, over: readonly Loop[], size: number, context: Context): Node {
  const { epoch, touch } = context;
  const { cell, run } = inner;
  const out = newCell();
  const madeAt = new Float64Array(size).fill(-1);
  const values = new Float64Array(size);
  const present = new Uint8Array(size);
  const touched = new Uint8Array(size);
  const position = flatPosition(over);
  return node(out, () => {
    const at = position();
    if (madeAt[at] !== epoch.value) {
      madeAt[at] = epoch.value;
      const make = (): unknown => (present[at] = run() ? 1 : 0);
      if (context.tracksTouch) touched[at] = noteTouch(context, make);
      else make();
      values[at] = cell.value;
    }
    out.value = values[at] as number;
    if (touched[at] === 1) touch.value = 1;
    return present[at] === 1;
  });
}

/** Keeps the value of one point: enough where the variables change more slowly than the loop. */
export function keep(inner: Node, over: readonly Loop[], context: Context): Node {
  const { epoch, touch } = context;
  const { cell, run } = inner;
  const position = flatPosition(over);
  const out = newCell();
  let madeAt = -1;
  let madeFor = -1;
  let isPresent = false;
  let wasTouched = 0;
  return node(out, () => {
    const at = position();
    if (madeFor !== at || madeAt !== epoch.value) {
      madeFor = at;
      madeAt = epoch.value;
      if (context.tracksTouch) wasTouched = noteTouch(context, () => (isPresent = run()));
      else isPresent = run();
      out.value = cell.value;
    }
    if (wasTouched === 1) touch.value = 1;
    return isPresent;
  });
}

/** Runs `make` and returns whether it read what was assigned; the outer note is kept apart. */
export function noteTouch(context: Context, make: () => unknown): 0 | 1 {
  const { touch } = context;
  const before = touch.value;
  touch.value = 0;
  make();
  const own = touch.value === 1 ? 1 : 0;
  touch.value = before;
  return own;
}

/** The row-major position of the variables' present values. */
export function flatPosition(over: readonly Loop[]): () => number {
  const [first, second] = over;
  if (first === undefined) return () => 0;
  if (second === undefined) return () => first.cell.value | 0;
  if (over.length === 2) {
    return () => (first.cell.value * second.extent + second.cell.value) | 0;
  }
  return () => {
    let at = 0;
    for (const loop of over) at = at * loop.extent + loop.cell.value;
    return at | 0;
  };
}
