// Evaluates the expressions of a host program in float64.
//
// In:  a HostExpr and what its names mean.
// Out: a number; truth is 1 and 0.
// Not here: reading elements back from a device (execute.ts fetches them before it asks).

import { unreachable } from "./errors.js";
import type { HostExpr, HostMap } from "./executable.js";
import { erf, gelu, pow, sigmoid, softplus } from "./float64.js";
import { roundHalfEven } from "./formats.js";

/** What the names of an expression mean. Each throws when there is no such name. */
export interface Names {
  size(rank: string): number;
  scalar(name: string): number;
  local(name: string): number;
  element(tensor: string): number;
}

export function evaluate(e: HostExpr, names: Names): number {
  switch (e.kind) {
    case "number":
      return e.value;
    case "size":
      return names.size(e.rank);
    case "scalar":
      return names.scalar(e.name);
    case "local":
      return names.local(e.name);
    case "element":
      return names.element(e.tensor);
    case "map":
      return apply(e.op, e.args, names);
    default:
      return unreachable(e);
  }
}

/** Tensors whose element an expression reads. */
export function elementsOf(e: HostExpr): readonly string[] {
  if (e.kind === "element") return [e.tensor];
  return e.kind === "map" ? e.args.flatMap(elementsOf) : [];
}

type Operation = (x: number, y: number, z: number) => number;

const truth = (holds: boolean): number => (holds ? 1 : 0);

const operations: Readonly<Record<HostMap, Operation>> = {
  neg: (x) => -x,
  not: (x) => truth(x === 0),
  abs: Math.abs,
  sign: (x) => truth(x > 0) - truth(x < 0),
  sqrt: Math.sqrt,
  exp: Math.exp,
  log: Math.log,
  log2: Math.log2,
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
  erf,
  sigmoid,
  softplus,
  logsigmoid: (x) => -softplus(-x),
  silu: (x) => x * sigmoid(x),
  gelu,
  floor: Math.floor,
  ceil: Math.ceil,
  round: roundHalfEven,
  isfinite: (x) => truth(Number.isFinite(x)),
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  div: (x, y) => x / y,
  pow,
  floordiv: (x, y) => (y === 0 ? 0 : Math.floor(x / y)), // by 0 as on targets
  mod: (x, y) => (y === 0 ? 0 : x - y * Math.floor(x / y)),
  ceildiv: (x, y) => Math.ceil(x / y),
  min: Math.min,
  max: Math.max,
  clamp: (x, low, high) => Math.min(Math.max(x, low), high),
  eq: (x, y) => truth(x === y),
  ne: (x, y) => truth(x !== y),
  lt: (x, y) => truth(x < y),
  le: (x, y) => truth(x <= y),
  gt: (x, y) => truth(x > y),
  ge: (x, y) => truth(x >= y),
  and: (x, y) => truth(x !== 0 && y !== 0),
  or: (x, y) => truth(x !== 0 || y !== 0),
  select: (condition, then, otherwise) => (condition !== 0 ? then : otherwise),
};

function apply(op: HostMap, [a, b, c]: readonly HostExpr[], names: Names): number {
  const x = a === undefined ? 0 : evaluate(a, names);
  const y = b === undefined ? 0 : evaluate(b, names);
  const z = c === undefined ? 0 : evaluate(c, names);
  if (op === "min") return Math.min(x, y);
  if (op === "max") return Math.max(x, y);
  return operations[op](x, y, z);
}
