// What is known before a step runs: numbers, statics and extents.
//
// In:  checked expressions of scalars and sizes.
// Out: whether they are static; their value where everything in them is known.
// Not here: values of tensors (interpret/).

import type { Expr, MapOp, Scalar, ScalarId } from "../cascade.js";
import { nodes } from "../walk.js";

/** Made of numbers, extents, statics and constants only. */
export function isStatic(scalars: ReadonlyMap<ScalarId, Scalar>, e: Expr): boolean {
  for (const node of nodes(e)) {
    if (
      ["read", "index", "random", "stochastic", "fold", "topk", "reduce", "local"].includes(
        node.kind,
      )
    )
      return false;
    if (node.kind !== "scalar") continue;
    const role = scalars.get(node.scalar)?.role;
    if (role !== "static" && role !== "const") return false;
  }
  return true;
}

type Known = number | boolean | undefined;

/** The value of a static expression; undefined where an extent or an unknown scalar is in it. */
export function evaluate(
  e: Expr,
  scalar: (id: ScalarId) => Known,
  local: (name: string) => Known = () => undefined,
): Known {
  const of = (inner: Expr): Known => evaluate(inner, scalar, local);
  switch (e.kind) {
    case "number":
    case "boolean":
      return e.value;
    case "scalar":
      return scalar(e.scalar);
    case "local":
      return local(e.name);
    case "where":
      return of(e.predicate) === true ? of(e.value) : undefined;
    case "else":
      return of(e.first) ?? of(e.second);
    case "cast":
      return of(e.arg);
    case "map": {
      const args = e.args.map(of);
      const known = args.filter((arg) => arg !== undefined);
      return known.length < args.length ? undefined : apply(e.op, known);
    }
    default:
      return undefined;
  }
}

type Operation = (a: number, b: number, c: number) => number | boolean;

const operations: ReadonlyMap<MapOp, Operation> = new Map<MapOp, Operation>([
  ["neg", (a) => -a],
  ["not", (a) => a === 0],
  ["add", (a, b) => a + b],
  ["sub", (a, b) => a - b],
  ["mul", (a, b) => a * b],
  ["div", (a, b) => a / b],
  ["floordiv", (a, b) => Math.floor(a / b)],
  ["mod", (a, b) => a - b * Math.floor(a / b)],
  ["pow", (a, b) => a ** b],
  ["min", (a, b) => Math.min(a, b)],
  ["max", (a, b) => Math.max(a, b)],
  ["clamp", (a, low, high) => Math.min(Math.max(a, low), high)],
  ["eq", (a, b) => a === b],
  ["ne", (a, b) => a !== b],
  ["lt", (a, b) => a < b],
  ["le", (a, b) => a <= b],
  ["gt", (a, b) => a > b],
  ["ge", (a, b) => a >= b],
  ["and", (a, b) => a !== 0 && b !== 0],
  ["or", (a, b) => a !== 0 || b !== 0],
  ["abs", (a) => Math.abs(a)],
  ["sign", (a) => Math.sign(a)],
  ["sqrt", (a) => Math.sqrt(a)],
  ["exp", (a) => Math.exp(a)],
  ["log", (a) => Math.log(a)],
  ["log2", (a) => Math.log2(a)],
  ["floor", (a) => Math.floor(a)],
  ["ceil", (a) => Math.ceil(a)],
]);

function apply(op: MapOp, args: readonly (number | boolean)[]): Known {
  const [a = 0, b = 0, c = 0] = args.map(Number);
  return operations.get(op)?.(a, b, c);
}
