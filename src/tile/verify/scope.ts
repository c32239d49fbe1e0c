// Where an operation stands: the axes around it, the lets and states before it.
//
// In:  a tile program.
// Out: a visit of every operation with what is in scope there.
// Not here: what is checked.

import type { AxisId, StateOp, TileExpr, TileOp, TileProgram, TileSize } from "../tile.js";

/** An axis in scope: of the grid, or of a loop around. */
export type ScopeAxis =
  | { readonly kind: "grid"; readonly id: AxisId; readonly tile: number; readonly end: TileSize }
  | {
      readonly kind: "loop";
      readonly id: AxisId;
      readonly tile: number;
      readonly from: TileExpr;
      readonly to: TileExpr;
    };

export interface VerifyScope {
  /** Outermost first. */
  readonly axes: readonly ScopeAxis[];
  readonly lets: ReadonlyMap<string, Extract<TileOp, { readonly kind: "let" }>>;
  readonly stages: ReadonlyMap<string, Extract<TileOp, { readonly kind: "stage" }>>;
  readonly states: ReadonlyMap<string, StateOp>;
}

export function axisIn(scope: VerifyScope, id: AxisId): ScopeAxis | undefined {
  return scope.axes.find((axis) => axis.id === id);
}

/** Visits operations in order, each with what stands before it; a loop before its body. */
export function visitOps(
  program: TileProgram,
  visit: (op: TileOp, scope: VerifyScope) => void,
): void {
  const axes = program.grid.map((axis): ScopeAxis => ({ kind: "grid", ...axis }));
  visitBody(program.body, { axes, lets: new Map(), stages: new Map(), states: new Map() }, visit);
}

function visitBody(
  body: readonly TileOp[],
  outer: VerifyScope,
  visit: (op: TileOp, scope: VerifyScope) => void,
): void {
  const lets = new Map(outer.lets);
  const stages = new Map(outer.stages);
  const states = new Map(outer.states);
  const scope: VerifyScope = { axes: outer.axes, lets, stages, states };
  for (const op of body) {
    visit(op, scope);
    if (op.kind === "let") lets.set(op.name, op);
    if (op.kind === "stage") stages.set(op.name, op);
    if (op.kind === "state") states.set(op.name, op);
    if (op.kind !== "loop") continue;
    const axis: ScopeAxis = {
      kind: "loop",
      id: op.axis,
      tile: op.tile,
      from: op.from,
      to: op.to,
    };
    visitBody(op.body, { ...scope, axes: [...scope.axes, axis] }, visit);
  }
}
