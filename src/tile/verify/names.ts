// Names and axes of a tile program: defined once, before use, and used at points that exist.
//
// In:  a tile program.
// Out: one line for each rule that is broken.
// Not here: types (types.ts), bounds (bounds.ts), barriers (barriers.ts).

import { unreachable } from "../../../grammar/span.js";
import { printTileExpr } from "../print.js";
import type { AxisId, StateOp, TileExpr, TileOp, TileProgram } from "../tile.js";
import { axesOfNames, axesUsed, tileExpressionsOf, tileNodes, tileOpsDeep } from "../walk.js";
import { axisIn, visitOps, type ScopeAxis, type VerifyScope } from "./scope.js";

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
    names.filter((name, n) => names.indexOf(name) < n).map((name) => `${what} ${name} is defined twice`),
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
      return [...problems, ...checkAxes(program, op.axes, own, scope, place), ...loadAxes(program, op)];
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

function checkExpr(
  program: TileProgram,
  e: TileExpr,
  scope: VerifyScope,
  place: string,
  locals: ReadonlySet<string> = new Set(),
): readonly string[] {
  const has = (list: readonly { readonly name: string }[], name: string): boolean =>
    list.some((item) => item.name === name);
  return [...tileNodes(e)].flatMap((node): readonly string[] => {
    const unknown = (what: string): readonly string[] => [`${place}: no ${what} here`];
    switch (node.kind) {
      case "axis":
        return axisIn(scope, node.axis) === undefined ? unknown(`axis ${node.axis}`) : [];
      case "local":
        return locals.has(node.name) || scope.lets.has(node.name) || scope.stages.has(node.name)
          ? []
          : unknown(`local ${node.name}`);
      case "size":
        return node.size.kind === "number" || has(program.sizes, node.size.name)
          ? []
          : unknown(`size ${node.size.name}`);
      case "scalar":
        return has(program.scalars, node.name) ? [] : unknown(`scalar ${node.name}`);
      case "result":
      case "present":
        return checkRead(node.state, scope, place);
      case "load":
        return checkLoad(program, node, place);
      default:
        return [];
    }
  });
}

/** A state's value is there when the loops that it reduces have ended. */
function checkRead(name: string, scope: VerifyScope, place: string): readonly string[] {
  const state = scope.states.get(name);
  if (state === undefined) return [`${place}: no state ${name} here`];
  const open = state.over.filter((id) => axisIn(scope, id) !== undefined);
  return open.length === 0 ? [] : [`${place}: state ${name} is read inside the loop over ${open.join(", ")}`];
}

function checkLoad(
  program: TileProgram,
  e: Extract<TileExpr, { kind: "load" }>,
  place: string,
): readonly string[] {
  const buffer = program.buffers.find((b) => b.name === e.buffer);
  if (buffer === undefined) return [`${place}: no buffer ${e.buffer} here`];
  const problems: string[] = [];
  if (buffer.access === "write") problems.push(`${place}: buffer ${e.buffer} is not to be read`);
  if (buffer.dims.length !== e.indices.length) {
    problems.push(`${place}: ${e.buffer} has ${buffer.dims.length} dimensions, ${e.indices.length} given`);
  }
  return problems;
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

/** `axes` are in scope, each once, and `values` vary over no other. */
function checkAxes(
  program: TileProgram,
  axes: readonly string[],
  values: readonly TileExpr[],
  scope: VerifyScope,
  place: string,
): readonly string[] {
  const names = axesOfNames(program);
  const used = values.flatMap((e) => [...axesUsed(e, names)]);
  const extra = [...new Set(used)].filter((id) => !axes.includes(id));
  return [
    ...axes.filter((id) => axisIn(scope, id) === undefined).map((id) => `${place}: no axis ${id} here`),
    ...axes.filter((id, n) => axes.indexOf(id) < n).map((id) => `${place}: axis ${id} twice`),
    ...extra.map((id) => `${place}: varies over ${id}, which is none of its axes`),
  ];
}

function checkState(
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
    axes: [...scope.axes, ...op.over.map((id) => ({ kind: "grid", id, tile: 1, end: none }) as const)],
  };
  const open = op.over.filter((id) => axisIn(scope, id) !== undefined);
  const needs = !op.tracksPresence && monoid.fields.some((f) => f.empty === undefined);
  const isPower = op.lanes >= 1 && (op.lanes & (op.lanes - 1)) === 0;
  return [
    ...checkAxes(program, op.axes, [], scope, place),
    ...open.map((id) => `${place}: begins inside the loop over ${id}, which it reduces`),
    ...(needs ? [`${place}: a field without a value for nothing, and presence is not tracked`] : []),
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
function checkMerge(
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
    .filter((axis, n) => axis.kind === "loop" && n > begun && begun >= 0 && !known.includes(axis.id))
    .map((axis) => axis.id);
}

function checkDot(op: Extract<TileOp, { kind: "dot" }>, scope: VerifyScope): readonly string[] {
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
  if (!state.over.includes(op.over)) problems.push(`${place}: state ${op.state} does not reduce ${op.over}`);
  if (axisIn(scope, op.over)?.kind !== "loop") problems.push(`${place}: outside the loop over ${op.over}`);
  for (const tile of [left, right]) {
    const known = [...state.axes, ...state.over]; // a loop around may be reduced too, a point at a time
    const other = tile.axes.filter((id) => !known.includes(id));
    if (!tile.axes.includes(op.over)) problems.push(`${place}: ${tile.name} does not vary over ${op.over}`);
    if (other.length > 0) problems.push(`${place}: ${tile.name} varies over ${other.join(", ")}`);
  }
  return problems;
}

/** The ends of a loop are the same for every point of the tile. */
function checkLoop(
  program: TileProgram,
  op: Extract<TileOp, { kind: "loop" }>,
  scope: VerifyScope,
): readonly string[] {
  const problems: string[] = [];
  if (axisIn(scope, op.axis) !== undefined) problems.push(`loop ${op.axis}: axis ${op.axis} is in use`);
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
