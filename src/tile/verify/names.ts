// Names and axes of a tile program: defined once, before use, and used at points that exist.
//
// In:  a tile program.
// Out: one line for each rule that is broken.
// Not here: types (types.ts), bounds (bounds.ts), barriers (barriers.ts).

import { unreachable } from "../../../grammar/span.js";
import { printTileExpr } from "../print.js";
import type { AxisId, TileExpr, TileOp, TileProgram } from "../tile.js";
import { axesOfNames, axesUsed, tileExpressionsOf, tileNodes, tileOpsDeep } from "../walk.js";
import { checkAxes, checkExpr } from "./expressions.js";
import { axisIn, visitOps, type ScopeAxis, type VerifyScope } from "./scope.js";
import { checkDot, checkMerge, checkState } from "./states.js";

export function checkNames(program: TileProgram): readonly string[] {
  const problems = [...checkUnique(program)];
  visitOps(program, (op, scope) => {
    problems.push(...checkOp(program, op, scope));
  });
  return problems;
}

/** Every name has one meaning in the whole program. */
function checkUnique(program: TileProgram): readonly string[] {
  const values = [...tileOpsDeep(program.body)].flatMap((op) =>
    op.kind === "let" || op.kind === "stage" || op.kind === "state" ? [op.name] : [],
  );
  const groups: readonly (readonly [string, readonly string[]])[] = [
    ["name", values],
    ["buffer", program.buffers.map((b) => b.name)],
    ["size", program.sizes.map((s) => s.name)],
    ["scalar", program.scalars.map((s) => s.name)],
    ["axis of the grid", program.grid.map((g) => g.id)],
  ];
  return groups.flatMap(([what, names]) =>
    names
      .filter((name, n) => names.indexOf(name) < n)
      .map((name) => `${what} ${name} is defined twice`),
  );
}

function checkOp(program: TileProgram, op: TileOp, scope: VerifyScope): readonly string[] {
  const place = placeOf(op);
  const own = tileExpressionsOf(op);
  const problems = [
    ...own.flatMap((e) => checkExpr(program, e, scope, place)),
    ...misplacedLoads(op, own, place),
  ];
  switch (op.kind) {
    case "let":
    case "stage":
      return [
        ...problems,
        ...checkAxes(program, op.axes, own, scope, place),
        ...loadAxes(program, op),
      ];
    case "state":
      return [...problems, ...checkState(program, op, scope, place)];
    case "merge":
      return [...problems, ...checkMerge(program, op, scope)];
    case "dot":
      return [...problems, ...checkDot(op, scope)];
    case "loop":
      return [...problems, ...checkLoop(program, op, scope)];
    case "store":
      return [...problems, ...checkStore(program, op, scope)];
    case "barrier":
      return problems;
    default:
      return unreachable(op);
  }
}

function placeOf(op: TileOp): string {
  switch (op.kind) {
    case "let":
    case "stage":
    case "state":
      return `${op.kind} ${op.name}`;
    case "merge":
    case "dot":
      return `${op.kind} ${op.state}`;
    case "loop":
      return `loop ${op.axis}`;
    case "store":
      return `store ${op.buffer}`;
    case "barrier":
      return "barrier";
    default:
      return unreachable(op);
  }
}

/** A load is the whole value of a let. */
function misplacedLoads(op: TileOp, own: readonly TileExpr[], place: string): readonly string[] {
  return own.flatMap((e) =>
    [...tileNodes(e)]
      .filter((node) => node.kind === "load" && !(op.kind === "let" && node === op.value))
      .map((node) => `${place}: ${printTileExpr(node)} does not stand alone in a let`),
  );
}

/** A let of a load varies over exactly the axes that it uses, so that nothing is loaded twice. */
function loadAxes(program: TileProgram, op: TileOp): readonly string[] {
  if (op.kind !== "let" || op.value.kind !== "load") return [];
  const used = axesUsed(op.value, axesOfNames(program));
  const idle = op.axes.filter((id) => !used.has(id));
  return idle.length === 0 ? [] : [`let ${op.name}: loads again for each ${idle.join(", ")}`];
}

/** The ends of a loop are the same for every point of the tile. */
function checkLoop(
  program: TileProgram,
  op: Extract<TileOp, { kind: "loop" }>,
  scope: VerifyScope,
): readonly string[] {
  const problems: string[] = [];
  if (axisIn(scope, op.axis) !== undefined)
    problems.push(`loop ${op.axis}: axis ${op.axis} is in use`);
  if (!(op.tile >= 1)) problems.push(`loop ${op.axis}: a tile of ${op.tile}`);
  for (const e of [op.from, op.to]) {
    if (!isUniform(program, e, scope)) {
      problems.push(`loop ${op.axis}: ${printTileExpr(e)} varies within the tile`);
    }
  }
  return problems;
}

/** Whether `e` has one value for all points of the tile in hand. */
function isUniform(program: TileProgram, e: TileExpr, scope: VerifyScope): boolean {
  const names = axesOfNames(program);
  const isSingle = (id: string): boolean => axisIn(scope, id)?.tile === 1;
  if ([...axesUsed(e, names)].every(isSingle)) return true;
  if (e.kind !== "map") return false;
  const [a, b] = e.args;
  if (e.op === "floordiv" && a?.kind === "axis" && b?.kind === "const") {
    const axis = axisIn(scope, a.axis);
    // tiles of the grid begin at multiples of their length
    return axis?.kind === "grid" && b.value % axis.tile === 0;
  }
  return e.args.every((arg) => isUniform(program, arg, scope));
}

/** Chunks: a loop from g * n up to at most g * n + n takes other points for every g. */
function addParted(axis: ScopeAxis, used: Set<AxisId>): void {
  if (axis.kind !== "loop") return;
  const { from, to } = axis;
  const end = to.kind === "map" && to.op === "min" ? to.args[0] : to;
  if (end?.kind !== "map" || end.op !== "add") return;
  const [start, length] = end.args;
  if (length?.kind !== "const" || JSON.stringify(start) !== JSON.stringify(from)) return;
  if (from.kind === "axis" && length.value === 1) used.add(from.axis);
  const [chunk, factor] = from.kind === "map" && from.op === "mul" ? from.args : [];
  if (chunk?.kind !== "axis" || factor?.kind !== "const") return;
  if (factor.value === length.value) used.add(chunk.axis);
}

/** A store names every axis that tells points apart, or two points would write one element. */
function checkStore(
  program: TileProgram,
  op: Extract<TileOp, { kind: "store" }>,
  scope: VerifyScope,
): readonly string[] {
  const place = `store ${op.buffer}`;
  const buffer = program.buffers.find((b) => b.name === op.buffer);
  if (buffer === undefined) return [`${place}: no buffer ${op.buffer} here`];
  const names = axesOfNames(program);
  const placed = [...op.indices, ...(op.where === undefined ? [] : [op.where])];
  const used = new Set(placed.flatMap((e) => [...axesUsed(e, names)]));
  for (const axis of scope.axes) if (used.has(axis.id)) addParted(axis, used);
  const valued = axesUsed(op.value, names);
  const lost = scope.axes.filter(
    (axis) => !used.has(axis.id) && (axis.kind === "grid" || valued.has(axis.id)),
  );
  const problems = lost.map((axis) => `${place}: points along ${axis.id} store one element`);
  if (buffer.access === "read") problems.push(`${place}: buffer ${op.buffer} is not to be written`);
  if (buffer.dims.length !== op.indices.length) {
    problems.push(`${place}: ${buffer.dims.length} dimensions, ${op.indices.length} given`);
  }
  return problems;
}
