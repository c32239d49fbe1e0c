// Host scalars as expressions of the host program.
//
// In:  an expression of numbers, scalars, extents and loop variables (isHost in
//      src/schedule/hosts.ts).
// Out: a HostExpr; truth is 1 and 0.
// Not here: expressions over tensors (expression.ts).

import type { Cascade, Expr } from "../../cascade/cascade.js";
import type { HostExpr, HostMap } from "../../runtime/executable.js";

export function toHost(cascade: Cascade, e: Expr): HostExpr {
  const of = (part: Expr): HostExpr => toHost(cascade, part);
  switch (e.kind) {
    case "number":
      return hostNumber(e.value);
    case "boolean":
      return hostNumber(e.value ? 1 : 0);
    case "size":
      return { kind: "size", rank: e.rank };
    case "scalar": {
      const scalar = cascade.scalars.get(e.scalar);
      const isConst = scalar?.role === "const" && scalar.value !== undefined;
      return isConst ? of(scalar.value) : { kind: "scalar", name: e.scalar };
    }
    case "index":
      return { kind: "local", name: e.variable };
    case "read":
      return { kind: "element", tensor: e.tensor };
    case "map":
      return hostMap(e.op, e.args.map(of));
    case "cast":
      return of(e.arg);
    case "else":
      if (e.first.kind !== "where") return of(e.first);
      return hostMap("select", [of(e.first.predicate), of(e.first.value), of(e.second)]);
    default:
      throw new Error(`internal: ${e.kind} is no host scalar`);
  }
}

export function hostNumber(value: number): HostExpr {
  return { kind: "number", value };
}

export function hostMap(op: HostMap, args: readonly HostExpr[]): HostExpr {
  return { kind: "map", op, args };
}

/** The product of extents; 1 for none. */
export function hostProduct(factors: readonly HostExpr[]): HostExpr {
  const [first, ...rest] = factors;
  if (first === undefined) return hostNumber(1);
  return rest.reduce((product, factor) => hostMap("mul", [product, factor]), first);
}

/** Number of chunks of `size` that cover `whole`. */
export function hostCeilDiv(whole: HostExpr, size: number): HostExpr {
  return size === 1 ? whole : hostMap("ceildiv", [whole, hostNumber(size)]);
}

/** A text that equal expressions share. */
export function hostKey(e: HostExpr): string {
  return JSON.stringify(e, (_, v: unknown) =>
    Object.is(v, -0) ? "-0" : v === Infinity ? "inf" : v,
  );
}
