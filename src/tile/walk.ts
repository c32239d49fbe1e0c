// Walks over tile programs: children, operations, the axes that an expression varies over.
//
// In:  an expression or an operation of a tile program (tile.ts).
// Out: its parts. Nothing is mutated.
// Not here: meaning (interpret.ts), rules (verify.ts).

import { unreachable } from "../../grammar/span.js";
import type { AxisId, TileExpr, TileOp, TileProgram } from "./tile.js";

/** The expressions directly below, in the order in which they are written. */
export function tileChildren(e: TileExpr): readonly TileExpr[] {
  switch (e.kind) {
    case "const":
    case "scalar":
    case "size":
    case "axis":
    case "local":
    case "result":
    case "present":
      return [];
    case "load":
      return e.where === undefined ? e.indices : [...e.indices, e.where];
    case "map":
      return e.args;
    case "philox":
      return [...e.key, ...e.counters];
    default:
      return unreachable(e);
  }
}

/** `e` and everything below it, parents first. */
export function* tileNodes(e: TileExpr): Generator<TileExpr> {
  yield e;
  for (const child of tileChildren(e)) yield* tileNodes(child);
}

/** Every operation, those of loops after the loop. */
export function* tileOpsDeep(body: readonly TileOp[]): Generator<TileOp> {
  for (const op of body) {
    yield op;
    if (op.kind === "loop") yield* tileOpsDeep(op.body);
  }
}

/** The expressions that stand in `op` itself, not those of a monoid or of a loop's body. */
export function tileExpressionsOf(op: TileOp): readonly TileExpr[] {
  const optional = (e: TileExpr | undefined): readonly TileExpr[] => (e === undefined ? [] : [e]);
  switch (op.kind) {
    case "let":
    case "stage":
      return [op.value];
    case "barrier":
    case "state":
    case "dot":
      return [];
    case "merge":
      return [...op.args, ...optional(op.where)];
    case "loop":
      return [op.from, op.to];
    case "store":
      return [...op.indices, op.value, ...optional(op.where)];
    default:
      return unreachable(op);
  }
}

/** What a name stands for at a point: the axes it varies over. Lets, stages and states. */
export type AxesOfNames = ReadonlyMap<string, readonly AxisId[]>;

/** The axes that every name of a program varies over. */
export function axesOfNames(p: TileProgram): AxesOfNames {
  const axes = new Map<string, readonly AxisId[]>();
  for (const op of tileOpsDeep(p.body)) {
    if (op.kind === "let" || op.kind === "stage" || op.kind === "state") axes.set(op.name, op.axes);
  }
  return axes;
}

/**
 * The axes that `e` varies over. A local that is no name of the program (a field) varies over
 * none.
 */
export function axesUsed(e: TileExpr, names: AxesOfNames): ReadonlySet<AxisId> {
  const used = new Set<AxisId>();
  for (const node of tileNodes(e)) {
    if (node.kind === "axis") used.add(node.axis);
    const name = node.kind === "local" ? node.name : stateOf(node);
    if (name !== undefined) for (const axis of names.get(name) ?? []) used.add(axis);
  }
  return used;
}

function stateOf(node: TileExpr): string | undefined {
  return node.kind === "result" || node.kind === "present" ? node.state : undefined;
}

/** The axes of the points at which `op` is carried out, in the order of `scope`. */
export function axesOfOp(
  op: TileOp,
  names: AxesOfNames,
  scope: readonly AxisId[],
  states: ReadonlyMap<
    string,
    { readonly axes: readonly AxisId[]; readonly over: readonly AxisId[] }
  >,
): readonly AxisId[] {
  switch (op.kind) {
    case "let":
    case "stage":
    case "state":
      return op.axes;
    case "merge": {
      const state = states.get(op.state);
      return state === undefined ? [] : [...state.axes, ...state.over];
    }
    case "store": {
      const used = new Set(tileExpressionsOf(op).flatMap((e) => [...axesUsed(e, names)]));
      return scope.filter((axis) => used.has(axis));
    }
    case "barrier":
    case "dot":
    case "loop":
      return [];
    default:
      return unreachable(op);
  }
}

/**
 * The axes that a dot walks: those that its state keeps, those of loops around that its tiles vary
 * over and the state reduces too, and last the one along which it multiplies.
 */
export function dotAxes(
  op: Extract<TileOp, { readonly kind: "dot" }>,
  state: { readonly axes: readonly AxisId[]; readonly over: readonly AxisId[] },
  names: AxesOfNames,
): readonly AxisId[] {
  const used = [...(names.get(op.left) ?? []), ...(names.get(op.right) ?? [])];
  const around = state.over.filter((id) => id !== op.over && used.includes(id));
  return [...state.axes, ...around, op.over];
}
