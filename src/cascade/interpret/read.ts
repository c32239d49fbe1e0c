// Reads of tensors: strides, bounds, presence.
//
// In:  a read node of a cascade.
// Out: a compiled node. Outside the extent it is absent, and so where an index is absent.
// Not here: decoding of block formats; a slab holds decoded values.

import type { Expr } from "../cascade.js";
import { extentOf, slabOf, variableCell, type Slab } from "./context.js";
import { fault, newCell, node, ready, type Cell, type Node, type Run } from "./node.js";
import type { Compile, Scope } from "./scope.js";

export type ReadExpr = Extract<Expr, { readonly kind: "read" }>;

interface Part {
  readonly cell: Cell;
  readonly run: Run;
  readonly stride: number;
  readonly extent: number;
  /** A variable that never leaves the extent. */
  readonly isPlain: boolean;
}

export function compileRead(e: ReadExpr, scope: Scope, compile: Compile): Node {
  const slab = slabOf(scope.context, e.tensor);
  if (slab.isMissing) throw fault("E0804", e.at, [slab.tensor.role, slab.tensor.id]);
  const parts = e.indices.map((index, d) => compileIndex(index, slab, d, scope, compile));
  const out = newCell();
  const direct = fetchDirect(out, slab, parts);
  if (direct !== undefined) return node(out, direct);
  const position = parts.every((part) => part.isPlain) ? plainPosition(parts) : anyPosition(parts);
  return node(out, fetch(out, slab, position, scope));
}

/** One or two plain variables of a tensor that is always present: most reads. */
function fetchDirect(out: Cell, slab: Slab, parts: readonly Part[]): Run | undefined {
  const { data, present, touched } = slab;
  const [a, b] = parts;
  if (touched !== undefined || a === undefined || parts.length > 2) return undefined;
  if (!parts.every((part) => part.isPlain)) return undefined;
  const [first, step] = [a.cell, a.stride];
  if (b === undefined) {
    return () => {
      const at = first.value | 0;
      if (present !== undefined && present[at] !== 1) return false;
      out.value = data[at] as number;
      return true;
    };
  }
  const second = b.cell;
  return () => {
    const at = (first.value * step + second.value) | 0;
    if (present !== undefined && present[at] !== 1) return false;
    out.value = data[at] as number;
    return true;
  };
}

function compileIndex(
  e: Expr,
  slab: Slab,
  dimension: number,
  scope: Scope,
  compile: Compile,
): Part {
  const extent = slab.extents[dimension] ?? 0;
  const stride = slab.strides[dimension] ?? 0;
  if (e.kind === "index") {
    const cell = variableCell(scope.context, e.variable);
    const isPlain = extentOf(scope.context, e.variable) <= extent;
    return { cell, run: ready, stride, extent, isPlain };
  }
  const { cell, run, constant } = compile(e, { ...scope, arithmetic: "exact" });
  const isInside = constant !== undefined && constant >= 0 && constant < extent;
  return { cell, run, stride, extent, isPlain: isInside };
}

/**
 * The position of the point, or -1 where there is none; an i32, which a closure returns as it is.
 */
type Position = () => number;

function plainPosition(parts: readonly Part[]): Position {
  const [a, b, c] = parts;
  if (a === undefined) return () => 0;
  if (b === undefined) return () => (a.cell.value * a.stride) | 0;
  if (c === undefined) return () => (a.cell.value * a.stride + b.cell.value * b.stride) | 0;
  const rest = plainPosition(parts.slice(3));
  const three = (): number =>
    (a.cell.value * a.stride + b.cell.value * b.stride + c.cell.value * c.stride) | 0;
  return parts.length === 3 ? three : () => three() + rest();
}

function anyPosition(parts: readonly Part[]): Position {
  return () => {
    let at = 0;
    for (const { cell, run, stride, extent } of parts) {
      if (!run()) return -1;
      const n = cell.value;
      if (!(n >= 0 && n < extent)) return -1;
      at += n * stride;
    }
    return at | 0;
  };
}

function fetch(out: Cell, slab: Slab, position: Position, scope: Scope): Run {
  const { data, present, touched } = slab;
  const { touch } = scope.context;
  if (touched !== undefined) {
    return () => {
      const at = position();
      if (at < 0) return false;
      if (touched[at] === 1) touch.value = 1;
      out.value = data[at] as number;
      return present === undefined || present[at] === 1;
    };
  }
  if (present !== undefined) {
    return () => {
      const at = position();
      if (at < 0 || present[at] !== 1) return false;
      out.value = data[at] as number;
      return true;
    };
  }
  return () => {
    const at = position();
    if (at < 0) return false;
    out.value = data[at] as number;
    return true;
  };
}
