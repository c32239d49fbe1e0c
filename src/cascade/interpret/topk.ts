// The positions of the largest: every point ranked once for each point of the other variables.
//
// In:  a topk node of a cascade.
// Out: a compiled node; absent where fewer points are present than the position asked for.
// Not here: argmax (accumulator.ts).

import type { Expr } from "../cascade.js";
import { extentOf, variableCell } from "./context.js";
import { flatPosition, noteTouch } from "./memo.js";
import { newCell, node, type Node } from "./node.js";
import { loopsOver, sweep, variesOver, within, type Compile, type Scope } from "./scope.js";

export type TopkExpr = Extract<Expr, { readonly kind: "topk" }>;

export function compileTopk(e: TopkExpr, scope: Scope, compile: Compile): Node {
  const { context } = scope;
  const keys = e.keys.map((key) => compile(key, within(scope, [e.over])));
  const around = loopsOver(
    context,
    variesOver(e, scope).filter((v) => v !== e.into),
  );
  const rows = around.reduce((product, loop) => product * loop.extent, 1);
  const width = extentOf(context, e.into);
  const into = variableCell(context, e.into);
  const positions = new Float64Array(rows * width);
  const counts = new Int32Array(rows);
  const madeAt = new Float64Array(rows).fill(-1);
  const touched = new Uint8Array(rows);
  const rank = ranking(e, keys, scope);
  const row = flatPosition(around);
  const out = newCell();
  return node(out, () => {
    const at = row();
    if (madeAt[at] !== context.epoch.value) {
      madeAt[at] = context.epoch.value;
      touched[at] = noteTouch(context, () => {
        const best = rank().slice(0, width);
        positions.set(best, at * width);
        counts[at] = best.length;
      });
    }
    if (touched[at] === 1) context.touch.value = 1;
    out.value = positions[at * width + into.value] as number;
    return into.value < (counts[at] as number);
  });
}

/** The present points, best first; the lower index on ties; NaN below every number. */
function ranking(e: TopkExpr, keys: readonly Node[], scope: Scope): () => number[] {
  const { context } = scope;
  const cell = variableCell(context, e.over);
  const values = keys.map(() => new Float64Array(extentOf(context, e.over)));
  let found: number[] = [];
  const points = sweep(loopsOver(context, [e.over]), () => {
    if (!keys.every((key) => key.run())) return;
    keys.forEach((key, n) => ((values[n] as Float64Array)[cell.value] = key.cell.value));
    found.push(cell.value);
  });
  const compare = (a: number, b: number): number => {
    for (const value of values) {
      const order = descending(value[a] as number, value[b] as number);
      if (order !== 0) return order;
    }
    return a - b;
  };
  return () => {
    found = [];
    points();
    return found.sort(compare);
  };
}

function descending(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a > b ? -1 : a < b ? 1 : 0;
}
