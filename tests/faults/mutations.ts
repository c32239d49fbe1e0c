// Replaces parts of lowered programs: tile operations, expressions, operations of the host program.

import type { HostExpr, HostOp } from "../../src/runtime/executable.js";
import type {
  Lowered,
  StateOp,
  TileExpr,
  TileMap,
  TileOp,
  TileProgram,
} from "../../src/tile/tile.js";
import { mapOps } from "../tile/mutate.js";

/** Applies `f` to the expressions that stand in an operation, from the leaves up. */
export function mapExprs(program: TileProgram, f: (e: TileExpr) => TileExpr): TileProgram {
  return mapOps(program, (op) => [inOp(op, (e) => rewrite(e, f))]);
}

function rewrite(e: TileExpr, f: (e: TileExpr) => TileExpr): TileExpr {
  const inner = (child: TileExpr): TileExpr => rewrite(child, f);
  switch (e.kind) {
    case "map":
      return f({ ...e, args: e.args.map(inner) });
    case "load":
      return f({ ...e, indices: e.indices.map(inner), where: e.where && inner(e.where) });
    default:
      return f(e);
  }
}

function inOp(op: TileOp, f: (e: TileExpr) => TileExpr): TileOp {
  switch (op.kind) {
    case "let":
    case "stage":
      return { ...op, value: f(op.value) };
    case "merge":
      return { ...op, args: op.args.map(f), where: op.where && f(op.where) };
    case "loop":
      return { ...op, from: f(op.from), to: f(op.to) };
    case "store":
      return {
        ...op,
        indices: op.indices.map(f),
        value: f(op.value),
        where: op.where && f(op.where),
      };
    case "barrier":
    case "state":
    case "dot":
      return op;
  }
}

/** One map for another, in every operation. */
export function swapMap(program: TileProgram, from: TileMap, to: TileMap): TileProgram {
  return mapExprs(program, (e) => (e.kind === "map" && e.op === from ? { ...e, op: to } : e));
}

/** The same in the laws of its reductions. */
export function mapMonoids(
  program: TileProgram,
  f: (monoid: StateOp["monoid"]) => StateOp["monoid"],
): TileProgram {
  return mapOps(program, (op) => [op.kind === "state" ? { ...op, monoid: f(op.monoid) } : op]);
}

export function inExprs(
  list: readonly TileExpr[],
  f: (e: TileExpr) => TileExpr,
): readonly TileExpr[] {
  return list.map((e) => rewrite(e, f));
}

export function mapPrograms(lowered: Lowered, f: (p: TileProgram) => TileProgram): Lowered {
  return { ...lowered, programs: lowered.programs.map((list) => list.map(f)) };
}

/** Replaces each operation of the host program, innermost first, by those that `f` gives. */
export function mapHost(lowered: Lowered, f: (op: HostOp) => readonly HostOp[]): Lowered {
  const body = (ops: readonly HostOp[]): readonly HostOp[] => ops.flatMap((op) => f(inner(op)));
  const inner = (op: HostOp): HostOp => {
    if (op.kind === "loop") return { ...op, body: body(op.body) };
    if (op.kind === "if") return { ...op, then: body(op.then), otherwise: body(op.otherwise) };
    return op;
  };
  const variants = lowered.executable.variants.map((variant) => ({
    ...variant,
    steps: body(variant.steps),
  }));
  return { ...lowered, executable: { ...lowered.executable, variants } };
}

type Launch = Extract<HostOp, { readonly kind: "launch" }>;

export function mapLaunches(lowered: Lowered, f: (op: Launch) => HostOp): Lowered {
  return mapHost(lowered, (op) => [op.kind === "launch" ? f(op) : op]);
}

/** The list with its first two items exchanged. */
export function exchanged<T>(list: readonly T[]): readonly T[] {
  const [a, b, ...rest] = list;
  return a === undefined || b === undefined ? list : [b, a, ...rest];
}

export const hostPlus = (e: HostExpr, value: number): HostExpr => ({
  kind: "map",
  op: "add",
  args: [e, { kind: "number", value }],
});

export function mapHostExpr(e: HostExpr, f: (e: HostExpr) => HostExpr): HostExpr {
  return f(e.kind === "map" ? { ...e, args: e.args.map((arg) => mapHostExpr(arg, f)) } : e);
}
