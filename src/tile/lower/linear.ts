// Integer expressions as sums: a constant and terms, each with a whole factor.
//
// In:  a tile expression of type i32; a resolver of lets.
// Out: its linear form, and expressions made of one.
// Not here: what the terms are.

import type { TileExpr } from "../tile.js";
import { constant, map, tileKey } from "./tile-expr.js";

export interface Term {
  readonly e: TileExpr;
  readonly factor: number;
}

export interface Linear {
  readonly terms: readonly Term[];
  readonly constant: number;
}

/** The expression that a local stands for. */
export type Resolve = (e: TileExpr) => TileExpr;

export function linearOf(e: TileExpr, resolve: Resolve): Linear {
  const x = e.kind === "local" ? resolve(e) : e;
  if (x.kind === "const") return { terms: [], constant: x.value };
  if (x.kind !== "map") return { terms: [{ e, factor: 1 }], constant: 0 };
  const [a, b] = x.args;
  if (a !== undefined && x.op === "neg") return scaled(linearOf(a, resolve), -1);
  if (a === undefined || b === undefined) return { terms: [{ e, factor: 1 }], constant: 0 };
  if (x.op === "add" || x.op === "sub") {
    const second = linearOf(b, resolve);
    return added(linearOf(a, resolve), x.op === "add" ? second : scaled(second, -1));
  }
  if (x.op === "mul") {
    const [p, q] = [linearOf(a, resolve), linearOf(b, resolve)];
    if (p.terms.length === 0) return scaled(q, p.constant);
    if (q.terms.length === 0) return scaled(p, q.constant);
  }
  return { terms: [{ e, factor: 1 }], constant: 0 };
}

export function scaled(l: Linear, factor: number): Linear {
  return {
    terms: l.terms.map((term) => ({ ...term, factor: term.factor * factor })),
    constant: l.constant * factor,
  };
}

export function added(a: Linear, b: Linear): Linear {
  const terms = new Map<string, Term>();
  for (const term of [...a.terms, ...b.terms]) {
    const key = tileKey(term.e);
    const before = terms.get(key);
    terms.set(key, { e: term.e, factor: term.factor + (before?.factor ?? 0) });
  }
  return {
    terms: [...terms.values()].filter((t) => t.factor !== 0),
    constant: a.constant + b.constant,
  };
}

/** The sum as an expression. */
export function expressionOf({ terms, constant: offset }: Linear): TileExpr {
  const sum = terms.reduce<TileExpr | undefined>((total, { e, factor }) => {
    const size = Math.abs(factor);
    const part = size === 1 ? e : map("mul", "i32", [e, constant("i32", size)]);
    if (total === undefined) return factor > 0 ? part : map("neg", "i32", [part]);
    return map(factor > 0 ? "add" : "sub", "i32", [total, part]);
  }, undefined);
  if (sum === undefined) return constant("i32", offset);
  if (offset === 0) return sum;
  return map(offset > 0 ? "add" : "sub", "i32", [sum, constant("i32", Math.abs(offset))]);
}
