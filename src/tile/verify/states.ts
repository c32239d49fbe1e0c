// States, merges and dots: merged inside the loops that they reduce, and of a kind that fits.
//
// In:  an operation of a tile program, and what is in scope where it stands.
// Out: one line for each rule that is broken.
// Not here: types of fields (types.ts), when a state may be read (expressions.ts).

import type { StateOp, TileExpr, TileOp, TileProgram } from "../tile.js";
import { tileExpressionsOf, tileNodes } from "../walk.js";
import { checkAxes, checkExpr } from "./expressions.js";
import { axisIn, type VerifyScope } from "./scope.js";

export function checkState(
  program: TileProgram,
  op: StateOp,
  scope: VerifyScope,
  place: string,
): readonly string[] {
  const { monoid } = op;
  const args = new Set(monoid.lift.flatMap((e) => [...tileNodes(e)]).flatMap(argName));
  const fields = (...prefixes: readonly string[]): ReadonlySet<string> =>
    new Set(prefixes.flatMap((prefix) => monoid.fields.map((f) => prefix + f.name)));
  const inner: VerifyScope = {
    ...scope,
    axes: [
      ...scope.axes,
      ...op.over.map((id) => ({ kind: "grid", id, tile: 1, end: none }) as const),
    ],
  };
  const open = op.over.filter((id) => axisIn(scope, id) !== undefined);
  const needs = !op.tracksPresence && monoid.fields.some((f) => f.empty === undefined);
  const isPower = op.lanes >= 1 && (op.lanes & (op.lanes - 1)) === 0;
  return [
    ...checkAxes(program, op.axes, [], scope, place),
    ...open.map((id) => `${place}: begins inside the loop over ${id}, which it reduces`),
    ...(needs
      ? [`${place}: a field without a value for nothing, and presence is not tracked`]
      : []),
    ...(isPower ? [] : [`${place}: ${op.lanes} lanes are no power of two`]),
    ...monoid.lift.flatMap((e) => checkExpr(program, e, inner, place, args)),
    ...monoid.merge.flatMap((e) => checkExpr(program, e, inner, place, fields("a.", "b."))),
    ...monoid.finish.flatMap((f) => checkExpr(program, f.value, scope, place, fields(""))),
  ];
}

const none = { kind: "number", value: 0 } as const;

function argName(node: TileExpr): readonly string[] {
  return node.kind === "local" && /^arg\d+$/.test(node.name) ? [node.name] : [];
}

/** A point is merged inside the loops that the state reduces. */
export function checkMerge(
  program: TileProgram,
  op: Extract<TileOp, { kind: "merge" }>,
  scope: VerifyScope,
): readonly string[] {
  const state = scope.states.get(op.state);
  if (state === undefined) return [`merge ${op.state}: no state ${op.state} here`];
  const outside = state.over.filter((id) => axisIn(scope, id)?.kind !== "loop");
  const values = tileExpressionsOf(op);
  return [
    ...outside.map((id) => `merge ${op.state}: outside the loop over ${id}`),
    ...foreignLoops(state, scope).map((id) => `merge ${op.state}: also in the loop over ${id}`),
    ...checkAxes(program, [...state.axes, ...state.over], values, scope, `merge ${op.state}`),
  ];
}

/** Loops around, begun after the state, that the state neither keeps nor reduces. */
function foreignLoops(state: StateOp, scope: VerifyScope): readonly string[] {
  const known = [...state.axes, ...state.over];
  const begun = scope.axes.findIndex((axis) => state.over.includes(axis.id));
  return scope.axes
    .filter(
      (axis, n) => axis.kind === "loop" && n > begun && begun >= 0 && !known.includes(axis.id),
    )
    .map((axis) => axis.id);
}

export function checkDot(op: Extract<TileOp, { kind: "dot" }>, scope: VerifyScope): readonly string[] {
  const state = scope.states.get(op.state);
  const left = scope.stages.get(op.left);
  const right = scope.stages.get(op.right);
  const place = `dot ${op.state}`;
  if (state === undefined) return [`${place}: no state ${op.state} here`];
  if (left === undefined || right === undefined) {
    return [`${place}: no stage ${left === undefined ? op.left : op.right} here`];
  }
  const problems: string[] = [];
  if (state.monoid.name !== "sum" || state.monoid.fields.length !== 1) {
    problems.push(`${place}: state ${op.state} is no sum`);
  }
  if (!state.over.includes(op.over))
    problems.push(`${place}: state ${op.state} does not reduce ${op.over}`);
  if (axisIn(scope, op.over)?.kind !== "loop")
    problems.push(`${place}: outside the loop over ${op.over}`);
  for (const tile of [left, right]) {
    // A loop around may be reduced too, a point at a time.
    const known = [...state.axes, ...state.over];
    const other = tile.axes.filter((id) => !known.includes(id));
    if (!tile.axes.includes(op.over))
      problems.push(`${place}: ${tile.name} does not vary over ${op.over}`);
    if (other.length > 0) problems.push(`${place}: ${tile.name} varies over ${other.join(", ")}`);
  }
  return problems;
}
