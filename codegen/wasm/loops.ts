// Operations in their order, and loops over points one by one or four by four.
//
// In:  operations that belong to one point of the axes around them.
// Out: lines.
// Not here: the axes of the grid (region.ts), tiles in scratch memory (tiles.ts).

import type { TileOp } from "../../src/tile/tile.js";
import { axesUsed, tileExpressionsOf } from "../../src/tile/walk.js";
import { define, need, type AxisPlace, type Context, type LocalState } from "./context.js";
import { emitStore } from "./memory.js";
import {
  bind,
  freshLabel,
  freshLocal,
  hoist,
  innerScope,
  isAtom,
  reserve,
  type Scope,
  type Value,
} from "./scope.js";
import { scratchBytesOf } from "./scratch-states.js";
import { writeStage } from "./stage.js";
import { declareState, emitMerge } from "./states.js";
import { addI32, get, i32, set, sx, withOffset } from "./text.js";
import { uniform } from "./values.js";
import { isPacked, mergedIn } from "./vectorize.js";

type Loop = TileOp & { readonly kind: "loop" };

/** Straight-line runs are emitted for each copy in turn; a loop is shared by the copies. */
export function emitOps(c: Context, ops: readonly TileOp[]): void {
  let run: TileOp[] = [];
  const flush = (): void => {
    const copies = c.lanes?.copies ?? 1;
    for (let copy = 0; copy < copies; copy++) {
      const inner = c.lanes === undefined ? c : { ...c, lanes: { ...c.lanes, copy } };
      for (const op of run) if (copy === 0 || varies(c, op)) emitOp(inner, op);
    }
    run = [];
  };
  for (const op of ops) {
    if (op.kind !== "loop") {
      run.push(op);
      continue;
    }
    flush();
    emitLoop(c, op);
  }
  flush();
}

/** Each point along the vector axis has its own. */
function varies(c: Context, op: TileOp): boolean {
  const axis = c.lanes?.axis;
  if (axis === undefined) return false;
  if (op.kind === "let" || op.kind === "state" || op.kind === "stage")
    return op.axes.includes(axis);
  if (op.kind === "merge") {
    const state = need(c.info.stateOps, op.state);
    return state.axes.includes(axis) || state.over.includes(axis);
  }
  return tileExpressionsOf(op).some((e) => axesUsed(e, c.info.names).has(axis));
}

function emitOp(c: Context, op: TileOp): void {
  switch (op.kind) {
    case "let": {
      const value = c.evaluate(c, op.value);
      const isKnown = isAtom(value.text) && op.value.kind !== "load";
      define(c, op.name, isKnown ? value : bind(c.fn, c.scope, op.name, value));
      return;
    }
    case "state": {
      const facts = { program: c.info.program, names: c.info.names, lets: c.info.lets };
      const packed = c.lanes === undefined && isPacked(facts, c.info.wideLoops, op.name);
      return declareState(c, op, packed ? "packed" : "spread");
    }
    case "merge": {
      const args = op.args.map((arg) => c.evaluate(c, arg));
      const where =
        op.where === undefined ? undefined : bind(c.fn, c.scope, "where", c.evaluate(c, op.where));
      return emitMerge(c, op.state, args, where);
    }
    case "store":
      return emitStore(c, op);
    case "stage":
      return writeStage(c, op);
    default:
      throw new Error(`internal: ${op.kind} among the operations of one point`);
  }
}

/** The text of a loop that runs while `index` is below `stop`; its body is `scope`'s lines. */
export function loopText(
  c: Context,
  label: string,
  scope: Scope,
  index: string,
  step: number,
  stop: string,
): string {
  const name = freshLabel(c.fn, label);
  const again = sx(`br_if $${name}`, sx("i32.lt_s", get(index), stop));
  const next = set(index, addI32(get(index), i32(step)));
  const loop = sx(`loop $${name}`, ...scope.lines, next, again);
  return sx("if", sx("i32.lt_s", get(index), stop), sx("then", loop));
}

/** The same point of view, inside a loop over `axis` whose local is `index`. */
export function insideLoop(
  c: Context,
  axis: string,
  index: string,
  place: Omit<AxisPlace, "index">,
): Context {
  const scope = innerScope(c.scope);
  const value: Value = { text: get(index), type: "i32", wide: false, level: scope.level };
  return { ...c, scope, axes: new Map([...c.axes, [axis, { ...place, index: value }]]) };
}

function emitLoop(c: Context, loop: Loop): void {
  const index = freshLocal(c.fn, loop.axis, "i32");
  const from = bind(c.fn, c.scope, `${loop.axis}.from`, uniform(c, loop.from));
  const to = hoist(c.fn, c.scope, `${loop.axis}.to`, uniform(c, loop.to));
  c.scope.lines.push(set(index, from.text));
  if (c.lanes === undefined && c.info.wideLoops.has(loop)) emitWide(c, loop, index, from, to);
  else emitOneByOne(c, loop, index, from, to);
}

/** Spread states that this loop counts points for, with several accumulators to go round. */
function turning(c: Context, loop: Loop): readonly LocalState[] {
  const copies = c.lanes?.copies ?? 1;
  return mergedIn(loop).flatMap((name) => {
    const op = need(c.info.stateOps, name);
    if (!op.over.includes(loop.axis)) return [];
    const keys =
      c.lanes !== undefined && op.axes.includes(c.lanes.axis)
        ? Array.from({ length: copies }, (_, copy) => `${name}#${copy}`)
        : [name];
    return keys
      .map((key) => need(c.states, key))
      .filter(
        (s): s is LocalState => s.kind === "local" && s.form === "spread" && s.slots.length > 1,
      );
  });
}

function emitOneByOne(c: Context, loop: Loop, index: string, from: Value, to: Value): void {
  const inner = insideLoop(c, loop.axis, index, { start: undefined, stop: undefined, from });
  const turned = turning(c, loop);
  emitOps(inner, loop.body);
  for (const state of turned) turnLines(inner, state);
  c.scope.lines.push(loopText(c, loop.axis, inner.scope, index, 1, to.text));
  turnBack(c, turned, sx("i32.sub", get(index), from.text));
}

/** The accumulator in front goes to the end. */
function turnLines(c: Context, state: LocalState): void {
  const rows = state.op.monoid.fields.map((_, f) =>
    state.slots.map((slot) => slot.fields[f] ?? ""),
  );
  const present = state.slots.flatMap((slot) => slot.present ?? []);
  for (const names of present.length > 0 ? [...rows, present] : rows) {
    const type = c.fn.locals.get(names[0] ?? "") ?? "i32";
    const first = freshLocal(c.fn, "first", type);
    c.scope.lines.push(set(first, get(names[0] ?? "")));
    names.slice(1).forEach((name, n) => c.scope.lines.push(set(names[n] ?? "", get(name))));
    c.scope.lines.push(set(names.at(-1) ?? "", get(first)));
  }
}

/** After `count` points: turns on until accumulator 0 is in front again. */
function turnBack(c: Context, states: readonly LocalState[], count: string): void {
  for (const state of states) {
    const left = freshLocal(c.fn, "left", "i32");
    c.scope.lines.push(
      set(left, sx("i32.and", sx("i32.sub", i32(0), count), i32(state.slots.length - 1))),
    );
    const inner: Context = { ...c, scope: innerScope(c.scope) };
    turnLines(inner, state);
    const name = freshLabel(c.fn, "turn");
    const next = set(left, sx("i32.sub", get(left), i32(1)));
    const loop = sx(`loop $${name}`, ...inner.scope.lines, next, sx(`br_if $${name}`, get(left)));
    c.scope.lines.push(sx("if", get(left), sx("then", loop)));
  }
}

function emitWide(c: Context, loop: Loop, index: string, from: Value, to: Value): void {
  const packed = mergedIn(loop)
    .map((name) => need(c.states, name))
    .filter((s): s is LocalState => s.kind === "local" && s.form === "packed");
  const copies = packed.length === 0 ? 2 : Math.max(...packed.map((s) => s.slots.length));
  const count = sx("i32.and", sx("i32.sub", to.text, from.text), i32(-4 * copies));
  const whole = bind(c.fn, c.scope, `${loop.axis}.stop`, {
    ...from,
    text: sx("select", addI32(from.text, count), from.text, sx("i32.gt_s", to.text, from.text)),
  });
  const inner = insideLoop(c, loop.axis, index, { start: undefined, stop: undefined, from });
  emitOps({ ...inner, lanes: { axis: loop.axis, copy: 0, copies } }, loop.body);
  c.scope.lines.push(loopText(c, loop.axis, inner.scope, index, 4 * copies, whole.text));
  emitRest(c, loop, index, whole, to, packed);
}

/** The last few points: packed accumulators go to memory, where each can be named by number. */
function emitRest(
  c: Context,
  loop: Loop,
  index: string,
  from: Value,
  to: Value,
  packed: readonly LocalState[],
): void {
  const branch: Context = { ...c, scope: innerScope(c.scope) };
  const states = new Map(c.states);
  const offsets = packed.map((state) => {
    const offset = reserve(c.fn, scratchBytesOf(state.op, 1));
    states.set(state.op.name, {
      kind: "scratch",
      op: state.op,
      offset,
      kept: [],
      points: 1,
      rows: 1,
    });
    return offset;
  });
  packed.forEach((state, n) => branch.scope.lines.push(...spill(state, offsets[n] ?? 0)));
  emitOneByOne({ ...branch, states }, loop, index, from, to);
  packed.forEach((state, n) => branch.scope.lines.push(...reload(state, offsets[n] ?? 0)));
  c.scope.lines.push(
    sx("if", sx("i32.lt_s", get(index), to.text), sx("then", ...branch.scope.lines)),
  );
}

/**
 * Locals of a packed state with the byte where each lies: field after field, as in scratch-
 * states.ts.
 */
function places(state: LocalState): readonly (readonly [string, number])[] {
  return state.slots.flatMap((slot, s) => {
    const names = slot.present === undefined ? slot.fields : [...slot.fields, slot.present];
    return names.map((name, f) => [name, (f * state.op.lanes + 4 * s) * 4] as const);
  });
}

function spill(state: LocalState, offset: number): readonly string[] {
  return places(state).map(([name, at]) =>
    sx(withOffset("v128.store", offset + at), get("scratch"), get(name)),
  );
}

function reload(state: LocalState, offset: number): readonly string[] {
  return places(state).map(([name, at]) =>
    set(name, sx(withOffset("v128.load", offset + at), get("scratch"))),
  );
}
