// Stages, barriers and states in time: nothing is used before it is complete.
//
// In:  a tile program.
// Out: one line for each tile that is read too early or overwritten too early, and for each
//      state that is read though nothing was merged.
// Not here: that barriers are uniform. Operations hold no masks, and the ends of loops are uniform.

import { unreachable } from "../../../grammar/span.js";
import type { TileExpr, TileOp, TileProgram } from "../tile.js";
import { tileExpressionsOf, tileNodes, tileOpsDeep } from "../walk.js";

/** What may be true at a point of the program, over all ways to it. */
interface Moment {
  /** Staged since the last barrier. */
  readonly fresh: Set<string>;
  /** Read since the last barrier. */
  readonly inUse: Set<string>;
}

export function checkBarriers(program: TileProgram): readonly string[] {
  const problems = new Set<string>(unmerged(program));
  const stages = new Set(
    [...tileOpsDeep(program.body)].flatMap((op) => (op.kind === "stage" ? [op.name] : [])),
  );
  walk(program.body, { fresh: new Set(), inUse: new Set() }, stages, problems);
  return [...problems];
}

function walk(
  body: readonly TileOp[],
  now: Moment,
  stages: ReadonlySet<string>,
  problems: Set<string>,
): void {
  for (const op of body) {
    for (const name of readsOf(op)) {
      if (!stages.has(name)) continue;
      if (now.fresh.has(name)) {
        problems.add(`${labelOf(op)}: no barrier between stage ${name} and its use`);
      }
      now.inUse.add(name);
    }
    step(op, now, stages, problems);
  }
}

function step(op: TileOp, now: Moment, stages: ReadonlySet<string>, problems: Set<string>): void {
  switch (op.kind) {
    case "stage":
      if (now.inUse.has(op.name)) {
        problems.add(`stage ${op.name}: no barrier between its last use and the next trip`);
      }
      now.fresh.add(op.name);
      return;
    case "barrier":
      now.fresh.clear();
      now.inUse.clear();
      return;
    case "loop": {
      // Two trips show what one leaves for the next; no trip at all leaves what was before.
      const before = { fresh: [...now.fresh], inUse: [...now.inUse] };
      walk(op.body, now, stages, problems);
      walk(op.body, now, stages, problems);
      for (const name of before.fresh) now.fresh.add(name);
      for (const name of before.inUse) now.inUse.add(name);
      return;
    }
    case "let":
    case "state":
    case "merge":
    case "dot":
    case "store":
      return;
    default:
      unreachable(op);
  }
}

function readsOf(op: TileOp): readonly string[] {
  if (op.kind === "dot") return [op.left, op.right];
  return tileExpressionsOf(op).flatMap((e) =>
    [...tileNodes(e)].flatMap((node) => (node.kind === "local" ? [node.name] : [])),
  );
}

function labelOf(op: TileOp): string {
  switch (op.kind) {
    case "dot":
    case "merge":
      return `${op.kind} ${op.state}`;
    case "let":
    case "stage":
    case "state":
      return `${op.kind} ${op.name}`;
    case "store":
      return `store ${op.buffer}`;
    case "loop":
      return `loop ${op.axis}`;
    case "barrier":
      return "barrier";
    default:
      return unreachable(op);
  }
}

/** States that are read though no operation before merges anything into them. */
function unmerged(program: TileProgram): readonly string[] {
  const merged = new Set<string>();
  const problems: string[] = [];
  for (const op of tileOpsDeep(program.body)) {
    if (op.kind === "merge" || op.kind === "dot") merged.add(op.state);
    for (const name of tileExpressionsOf(op).flatMap(statesRead)) {
      if (!merged.has(name))
        problems.push(`${labelOf(op)}: nothing is merged into state ${name} before`);
    }
  }
  return problems;
}

function statesRead(e: TileExpr): readonly string[] {
  return [...tileNodes(e)].flatMap((node) =>
    node.kind === "result" || node.kind === "present" ? [node.state] : [],
  );
}
