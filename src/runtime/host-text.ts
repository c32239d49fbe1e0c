// Short names for host expressions: how a generated module writes them.
//
// In:  `op("sub", 1, scalar("lr"))`.
// Out: the HostExpr.
// Not here: evaluating (host-expr.ts).

import type { HostExpr, HostMap } from "./executable.js";

export function size(rank: string): HostExpr {
  return { kind: "size", rank };
}

export function scalar(name: string): HostExpr {
  return { kind: "scalar", name };
}

export function local(name: string): HostExpr {
  return { kind: "local", name };
}

export function element(tensor: string): HostExpr {
  return { kind: "element", tensor };
}

export function number(value: number): HostExpr {
  return { kind: "number", value };
}

/** A bare number stands for itself. */
export function op(name: HostMap, ...args: readonly (HostExpr | number)[]): HostExpr {
  const made = args.map((arg) => (typeof arg === "number" ? number(arg) : arg));
  return { kind: "map", op: name, args: made };
}
