// What a definition says of its extents: `expect`, `orient`, and blocks that cover a rank.
//
// In:  a cascade.
// Out: Facts without equations; those come statement by statement (../presence.ts).

import type { Cascade, Expr } from "../cascade.js";
import { exprKey, sameExpr } from "../walk.js";
import { polynomial, type Facts } from "./bounds.js";
import { add, constant, multiply, type Polynomial } from "./polynomial.js";

/** Nodes that one proof looks at before it is given up. */
export const maxWork = 20_000;

export function factsOf(cascade: Cascade): Facts {
  const bare: Facts = {
    cascade,
    nonNegative: new Map(),
    holds: new Set(),
    equations: new Map(),
    indices: new Set(),
    atoms: new Map(),
    variables: new Map(cascade.variables),
    work: { left: maxWork },
  };
  const conditions = cascade.contracts.flatMap((contract) => {
    return contract.kind === "extents" ? conjuncts(contract.value) : [];
  });
  const ordered = [
    ...conditions.flatMap((e) => differences(bare, e)),
    ...cascade.orients.flatMap(({ condition }) => differences(bare, weakened(condition))),
    ...blocks(bare),
  ];
  const nonNegative = new Map<string, Polynomial[]>();
  for (const fact of ordered) {
    for (const [product, coefficient] of fact) {
      if (coefficient > 0) continue;
      const others = nonNegative.get(product);
      if (others === undefined) nonNegative.set(product, [fact]);
      else others.push(fact);
    }
  }
  return { ...bare, nonNegative, holds: new Set(conditions.map(exprKey)) };
}

function conjuncts(e: Expr): readonly Expr[] {
  return e.kind === "map" && e.op === "and" ? e.args.flatMap(conjuncts) : [e];
}

/** A square is exchanged as well where the condition is strict, so that only `<=` is sure. */
function weakened(e: Expr): Expr {
  if (e.kind !== "map") return e;
  if (e.op === "lt") return { ...e, op: "le" };
  return e.op === "gt" ? { ...e, op: "ge" } : e;
}

/** Polynomials that are at least 0 when `e` holds. */
function differences(facts: Facts, e: Expr): readonly Polynomial[] {
  if (e.kind !== "map") return [];
  const [left, right] = e.args;
  if (left === undefined || right === undefined) return [];
  const [a, b] = [polynomial(facts, left), polynomial(facts, right)];
  if (a === undefined || b === undefined) return [];
  switch (e.op) {
    case "le":
      return [add(b, a, -1)];
    case "lt":
      return [add(add(b, a, -1), constant(-1))];
    case "ge":
      return [add(a, b, -1)];
    case "gt":
      return [add(add(a, b, -1), constant(-1))];
    case "eq":
      return [
        ...[add(a, b, -1), add(b, a, -1)],
        ...covered(facts, b, left), // size(b) == (size(n) + 3) div 4
        ...covered(facts, a, right),
      ];
    default:
      return [];
  }
}

/** A rank of ⌈x / f⌉ blocks: they cover x, and the last one begins inside it. */
function blocks(facts: Facts): readonly Polynomial[] {
  return [...facts.cascade.ranks.values()].flatMap((rank) => {
    if (rank.extent.kind !== "derived") return [];
    const size: Expr = { kind: "size", type: "integer", rank: rank.id, at: rank.at };
    return covered(facts, polynomial(facts, size), rank.extent.value);
  });
}

/** As many blocks as `value` says, where that is ⌈x / f⌉. */
function covered(facts: Facts, count: Polynomial | undefined, value: Expr): readonly Polynomial[] {
  const found = roundedUp(value);
  if (found === undefined) return [];
  const [x, f] = [polynomial(facts, found.x), polynomial(facts, found.f)];
  if (x === undefined || f === undefined || count === undefined) return [];
  const [before, whole] = [multiply(f, add(count, constant(-1))), multiply(f, count)];
  if (before === undefined || whole === undefined) return [];
  return [add(add(x, constant(-1)), before, -1), add(whole, x, -1)];
}

/** `(x + f - 1) div f` */
function roundedUp(e: Expr): { readonly x: Expr; readonly f: Expr } | undefined {
  if (e.kind !== "map" || e.op !== "floordiv") return undefined;
  const [sum, f] = e.args;
  if (f === undefined || sum?.kind !== "map" || sum.op !== "add") return undefined;
  const [x, rest] = sum.args;
  return x !== undefined && rest !== undefined && isOneLess(rest, f) ? { x, f } : undefined;
}

function isOneLess(rest: Expr, f: Expr): boolean {
  if (rest.kind === "number" && f.kind === "number") return rest.value === f.value - 1;
  if (rest.kind !== "map" || rest.op !== "sub") return false;
  const [whole, one] = rest.args;
  return whole !== undefined && sameExpr(whole, f) && one?.kind === "number" && one.value === 1;
}
