// Compiles an expression of a cascade to closures.
//
// In:  an expression and its scope.
// Out: a node. A value that does not vary with the innermost loops is remembered, a reduction for
//      every point that it varies over, so that `exp(S[m] - max[m] S[m])` takes the maximum once.
// Not here: the operators (map.ts), reads (read.ts), reductions (reduce.ts).

import { unreachable } from "../../../grammar/span.js";
import type { Expr, Format } from "../cascade.js";
import { roundFloat, clampInteger } from "../number-formats.js";
import { draw, roundStochastic } from "../random.js";
import { byReciprocal, isHostScalar } from "../scalars.js";
import { nodeCount } from "../walk.js";
import { variableCell } from "./context.js";
import { compileMap } from "./map.js";
import { keep, remember } from "./memo.js";
import { cellNode, constantNode, known, mapNode, newCell, node, type Node } from "./node.js";
import { compileRead } from "./read.js";
import { compileFold, compileReduce } from "./reduce.js";
import { factsOf, loopsOver, variesOver, type Scope } from "./scope.js";
import { compileTopk } from "./topk.js";

export function compileExpr(e: Expr, scope: Scope): Node {
  const { context, arithmetic } = scope;
  const isKept = !scope.isKept && canKeep(e, scope);
  const inner = isKept ? { ...scope, isKept } : scope;
  const isHost = arithmetic === "f32" && isHostScalar(e, context.hostTensors, scope.scans);
  const made = isHost ? compileHost(e, inner) : compileKind(e, inner);
  if (made.constant !== undefined || scope.active.size === 0 || factsOf(e).hasLocal) return made;
  const over = variesOver(e, scope);
  const isReduction = e.kind === "reduce" || e.kind === "fold";
  const isWorthIt = isReduction
    ? over.length < scope.active.size
    : over.length === 0 && e.kind !== "scalar" && e.kind !== "index";
  if (isWorthIt) return remember(made, loopsOver(context, over), context);
  return isKept ? keep(made, loopsOver(context, over), context) : made;
}

/** Does not vary over the innermost loop, and costs more than to see that it has not changed. */
function canKeep(e: Expr, scope: Scope): boolean {
  const innermost = [...scope.active].at(-1);
  const { free, hasLocal } = factsOf(e);
  return innermost !== undefined && !free.has(innermost) && !hasLocal && nodeCount(e) > 6;
}

/** Evaluated in float64, and rounded once where it meets tensor values. */
function compileHost(e: Expr, scope: Scope): Node {
  const exact = compileExpr(e, { ...scope, arithmetic: "exact" });
  return e.type === "real" ? mapNode(exact, Math.fround) : exact;
}

function compileKind(e: Expr, scope: Scope): Node {
  const { context } = scope;
  switch (e.kind) {
    case "number":
      return constantNode(e.value);
    case "boolean":
      return constantNode(e.value ? 1 : 0);
    case "size":
      return constantNode(known(context.extents, e.rank, "extent of"));
    case "scalar":
      return cellNode(known(context.scalars, e.scalar, "scalar"));
    case "index":
      return cellNode(variableCell(context, e.variable));
    case "local":
      return cellNode(known(scope.locals, e.name, "local"));
    case "read":
      return compileRead(e, scope, compileExpr);
    case "map": {
      const map = multiplied(e, scope);
      const args = map.args.map((arg) => compileExpr(arg, scope));
      return compileMap(map, args, scope.arithmetic);
    }
    case "cast":
      return compileCast(e.format, compileExpr(e.arg, scope), e.arg.type === "real", scope);
    case "where":
      return compileWhere(compileExpr(e.value, scope), compileExpr(e.predicate, scope));
    case "else":
      return compileElse(e, scope);
    case "reduce":
      return compileReduce(e, scope, compileExpr);
    case "topk":
      return compileTopk(e, scope, compileExpr);
    case "fold":
      return compileFold(e, scope, compileExpr);
    case "random":
    case "stochastic":
      return compileRandom(e, scope);
    case "straight":
      return compileExpr(e.value, scope);
    default:
      return unreachable(e);
  }
}

type MapExpr = Extract<Expr, { readonly kind: "map" }>;

/**
 * In f32, a division by a host scalar is a multiplication; not in a monoid, which knows no host.
 */
function multiplied(e: MapExpr, scope: Scope): MapExpr {
  if (scope.arithmetic !== "f32" || factsOf(e).hasLocal) return e;
  const isHost = (part: Expr) => isHostScalar(part, scope.context.hostTensors, scope.scans);
  const found = byReciprocal(e, isHost);
  return found?.kind === "map" ? found : e;
}

function compileWhere(value: Node, predicate: Node): Node {
  const { run } = value;
  const { cell, run: test } = predicate;
  if (predicate.constant !== undefined && predicate.constant !== 0) return value;
  return node(value.cell, () => test() && cell.value !== 0 && run());
}

function compileElse(e: Extract<Expr, { kind: "else" }>, scope: Scope): Node {
  const [first, second] = [e.first, e.second].map((branch) => {
    const made = compileExpr(branch, scope);
    const isConverted =
      scope.arithmetic === "f32" && e.type === "real" && branch.type === "integer";
    return isConverted ? mapNode(made, Math.fround) : made;
  });
  if (first === undefined || second === undefined) throw new Error("internal: else takes two");
  if (first.constant !== undefined) return first;
  const out = newCell();
  return node(out, () => {
    if (first.run()) {
      out.value = first.cell.value;
      return true;
    }
    if (!second.run()) return false;
    out.value = second.cell.value;
    return true;
  });
}

/** `as`: a real becomes an integer toward zero; out of range stops at the bounds. */
function compileCast(format: Format, arg: Node, isReal: boolean, scope: Scope): Node {
  switch (format.kind) {
    case "float": {
      const { name } = format;
      if (name === "f64" || (name === "f32" && scope.arithmetic === "exact")) return arg;
      return mapNode(arg, (x) => roundFloat(name, x));
    }
    case "integer": {
      const { bits, signed } = format;
      return mapNode(arg, (x) => clampInteger(bits, signed, isReal ? Math.trunc(x) : x));
    }
    case "bool":
      return mapNode(arg, (x) => (x === 0 ? 0 : 1));
    case "index": // already an integer
    case "block": // rounds whole blocks, where it is assigned
      return arg;
    default:
      return unreachable(format);
  }
}

function compileRandom(e: Extract<Expr, { kind: "random" | "stochastic" }>, scope: Scope): Node {
  const exact: Scope = { ...scope, arithmetic: "exact" };
  const key = compileExpr(e.key, exact);
  const counters = e.counters.map((counter) => compileExpr(counter, exact));
  const arg = e.kind === "stochastic" ? compileExpr(e.arg, scope) : undefined;
  const needed = [key, ...counters, ...(arg === undefined ? [] : [arg])];
  const { mode } = scope.context;
  const out = newCell();
  return node(out, () => {
    for (const part of needed) if (!part.run()) return false;
    const at = counters.map((counter) => counter.cell.value);
    out.value =
      e.kind === "random"
        ? draw(e.distribution, mode, key.cell.value, at)
        : roundStochastic(arg?.cell.value ?? 0, key.cell.value, at);
    return true;
  });
}
