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

function apply(op: MapOp, args: readonly (number | boolean)[]): Known {
  const [a = 0, b = 0, c = 0] = args.map(Number);
  switch (op) {
    case "neg":
      return -a;
    case "not":
      return a === 0;
    case "add":
      return a + b;
    case "sub":
      return a - b;
    case "mul":
      return a * b;
    case "div":
      return a / b;
    case "floordiv":
      return Math.floor(a / b);
    case "mod":
      return a - b * Math.floor(a / b);
    case "pow":
      return a ** b;
    case "min":
      return Math.min(a, b);
    case "max":
      return Math.max(a, b);
    case "clamp":
      return Math.min(Math.max(a, b), c);
    case "eq":
      return a === b;
    case "ne":
      return a !== b;
    case "lt":
      return a < b;
    case "le":
      return a <= b;
    case "gt":
      return a > b;
    case "ge":
      return a >= b;
    case "and":
      return a !== 0 && b !== 0;
    case "or":
      return a !== 0 || b !== 0;
    case "abs":
      return Math.abs(a);
    case "sign":
      return Math.sign(a);
    case "sqrt":
      return Math.sqrt(a);
    case "exp":
      return Math.exp(a);
    case "log":
      return Math.log(a);
    case "log2":
      return Math.log2(a);
    case "floor":
      return Math.floor(a);
    case "ceil":
      return Math.ceil(a);
    default:
      return undefined;
  }
}
