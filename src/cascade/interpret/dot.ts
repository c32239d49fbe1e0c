// The common contraction, a sum over one variable of two reads, as a loop over memory.
//
// In:  a sum whose body is a product of two reads with plain indices.
// Out: a compiled node, or undefined where the general way is needed.
// Not here: any other meaning: the values are those of reduce.ts, bit for bit.

import { paramsRank, type Expr } from "../cascade.js";
import type { ReduceExpr } from "./accumulator.js";
import { extentOf, slabOf, variableCell, type Slab } from "./context.js";
import { newCell, node, type Cell, type Node, type Run } from "./node.js";
import { compileRead, type ReadExpr } from "./read.js";
import { within, type Compile, type Scope } from "./scope.js";

const { fround } = Math;

interface Walk {
  readonly slab: Slab;
  /** Distance between neighbours along the summed variable. */
  readonly step: number;
  readonly start: () => number;
  readonly general: Node;
}

export function compileDot(e: ReduceExpr, scope: Scope, compile: Compile): Node | undefined {
  const [over] = e.over;
  if (e.op !== "sum" || over === undefined || e.over.length !== 1) return undefined;
  if (e.accumulate !== undefined || scope.context.tracksTouch) return undefined;
  if (scope.context.cascade.variables.get(over)?.rank === paramsRank) return undefined;
  if (e.body.kind !== "map" || e.body.op !== "mul") return undefined;
  const reads = e.body.args.filter((arg): arg is ReadExpr => isPlainReal(arg, scope));
  const [left, right] = reads.map((read) => walkOf(read, over, scope, compile));
  if (left === undefined || right === undefined) return undefined;
  const extent = extentOf(scope.context, over);
  const isF32 = scope.arithmetic === "f32";
  const out = newCell();
  const fast = isF32 ? product32(out, left, right, extent) : product64(out, left, right, extent);
  const slow = productWithGaps(out, left, right, isF32, {
    cell: variableCell(scope.context, over),
    extent,
  });
  return node(out, () => (left.slab.isComplete && right.slab.isComplete ? fast() : slow()));
}

function isPlainReal(e: Expr, scope: Scope): boolean {
  if (e.kind !== "read" || e.type !== "real") return false;
  const { extents } = slabOf(scope.context, e.tensor);
  return e.indices.every(
    (index, d) =>
      index.kind === "index" && extentOf(scope.context, index.variable) <= (extents[d] ?? 0),
  );
}

function walkOf(e: ReadExpr, over: string, scope: Scope, compile: Compile): Walk {
  const slab = slabOf(scope.context, e.tensor);
  let step = 0;
  const others: { readonly cell: Cell; readonly stride: number }[] = [];
  e.indices.forEach((index, d) => {
    if (index.kind !== "index") return;
    const stride = slab.strides[d] ?? 0;
    if (index.variable === over) step += stride;
    else others.push({ cell: variableCell(scope.context, index.variable), stride });
  });
  const start = (): number => {
    let at = 0;
    for (const { cell, stride } of others) at += cell.value * stride;
    return at;
  };
  return { slab, step, start, general: compileRead(e, within(scope, [over]), compile) };
}

function product64(out: Cell, left: Walk, right: Walk, extent: number): Run {
  const [a, b] = [left.slab.data, right.slab.data];
  return () => {
    let sum = 0;
    let at = left.start();
    let bt = right.start();
    for (let n = 0; n < extent; n++) {
      sum += (a[at] as number) * (b[bt] as number);
      at += left.step;
      bt += right.step;
    }
    out.value = sum;
    return extent > 0;
  };
}

function product32(out: Cell, left: Walk, right: Walk, extent: number): Run {
  const [a, b] = [left.slab.data, right.slab.data];
  return () => {
    let sum = 0;
    let at = left.start();
    let bt = right.start();
    for (let n = 0; n < extent; n++) {
      sum = fround(sum + fround((a[at] as number) * (b[bt] as number)));
      at += left.step;
      bt += right.step;
    }
    out.value = sum;
    return extent > 0;
  };
}

function productWithGaps(
  out: Cell,
  left: Walk,
  right: Walk,
  isF32: boolean,
  over: { readonly cell: Cell; readonly extent: number },
): Run {
  const [a, b] = [left.general, right.general];
  return () => {
    let sum = 0;
    let count = 0;
    for (let n = 0; n < over.extent; n++) {
      over.cell.value = n;
      if (!a.run() || !b.run()) continue;
      const term = a.cell.value * b.cell.value;
      sum = isF32 ? fround(sum + fround(term)) : sum + term;
      count++;
    }
    out.value = sum;
    return count > 0;
  };
}
