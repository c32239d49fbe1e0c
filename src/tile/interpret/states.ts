// A reduction's state for the points of a tile: its accumulators, in the order that tile.ts states.
//
// In:  a `state` operation.
// Out: begin, merge at the current point, result and presence at the current point.
// Not here: when they run (body.ts).

import type { StateOp, TileExpr } from "../tile.js";
import { compileExpr, type Cell } from "./expressions.js";
import { cursorsOf, offsetOf, tilePoints, type Machine, type Scope } from "./machine.js";
import type { Eval } from "./maps.js";

export interface StateRunner {
  readonly op: StateOp;
  /** Nothing merged yet, for every point of the tile. */
  begin(): void;
  /** A closure that merges `args` at the current point, into the accumulator that is its turn. */
  merge(args: readonly Eval[], scope: Scope): () => void;
  result(index: number): Eval;
  readonly present: Eval;
  /** Adds to the only field; for dots. */
  add(value: number, lane: number): void;
}

/** Everything of a state that its closures share. */
interface Store {
  readonly op: StateOp;
  readonly m: Machine;
  readonly scope: Scope;
  readonly offset: () => number;
  /** values[(point * lanes + lane) * fields + field] */
  readonly values: Float64Array;
  /** seen[point * lanes + lane] */
  readonly seen: Uint8Array;
  /** Without them an accumulator is empty until a point comes. */
  readonly hasEmpties: boolean;
}

export function newState(op: StateOp, m: Machine, scope: Scope): StateRunner {
  const kept = cursorsOf(scope, op.axes);
  const accumulators = tilePoints(kept) * op.lanes;
  const store: Store = {
    op,
    m,
    scope,
    offset: offsetOf(kept),
    values: new Float64Array(accumulators * op.monoid.fields.length),
    seen: new Uint8Array(accumulators),
    hasEmpties: op.monoid.fields.every((field) => field.empty !== undefined),
  };
  return {
    op,
    begin: () => begin(store),
    merge: (args, inner) => compileMerge(store, args, inner),
    result: (index) => compileResult(store, index),
    present: () => {
      const first = store.offset() * op.lanes;
      for (let lane = 0; lane < op.lanes; lane++) if (store.seen[first + lane] === 1) return 1;
      return 0;
    },
    add: (value, lane) => {
      const slot = store.offset() * op.lanes + lane;
      store.values[slot] = Math.fround((store.values[slot] ?? 0) + value);
      store.seen[slot] = 1;
    },
  };
}

function begin({ op, values, seen }: Store): void {
  seen.fill(0);
  const { fields } = op.monoid;
  fields.forEach((field, n) => {
    const empty = field.type === "f32" ? Math.fround(field.empty ?? 0) : (field.empty ?? 0);
    for (let at = n; at < values.length; at += fields.length) values[at] = empty;
  });
}

/** a := merge(a, b) over cells; `b` alone where nothing was seen and nothing stands for it. */
interface Merger {
  readonly a: readonly Cell[];
  readonly b: readonly Cell[];
  readonly next: readonly Eval[];
}

function compileMerger({ op, m }: Store, scope: Scope): Merger {
  const cell = (): Cell => ({ value: 0 });
  const a = op.monoid.fields.map(cell);
  const b = op.monoid.fields.map(cell);
  const cells = new Map(
    op.monoid.fields.flatMap(({ name }, n) => [
      [`a.${name}`, a[n] ?? cell()] as const,
      [`b.${name}`, b[n] ?? cell()] as const,
    ]),
  );
  const next = op.monoid.merge.map((e: TileExpr) => compileExpr(e, m, scope, cells));
  return { a, b, next };
}

function compileMerge(store: Store, args: readonly Eval[], scope: Scope): () => void {
  const { op, m, values, seen, offset, hasEmpties } = store;
  const cells = new Map(args.map((_, n) => [`arg${n}`, { value: 0 }]));
  const argCells = [...cells.values()];
  const lift = op.monoid.lift.map((e) => compileExpr(e, m, scope, cells));
  const merger = compileMerger(store, scope);
  const innermost = cursorsOf(scope, op.over).at(-1);
  const mask = op.lanes - 1;
  return () => {
    args.forEach((arg, n) => {
      (argCells[n] as Cell).value = arg();
    });
    const lane = innermost === undefined ? 0 : (innermost.index - innermost.from) & mask;
    const slot = offset() * op.lanes + lane;
    const isFirst = seen[slot] === 0 && !hasEmpties;
    seen[slot] = 1;
    fold(merger, values, slot, lift, isFirst);
  };
}

/** Merges the state that `lifted` gives into accumulator `slot`. */
function fold(
  { a, b, next }: Merger,
  values: Float64Array,
  slot: number,
  lifted: readonly Eval[],
  isFirst: boolean,
): void {
  const first = slot * a.length;
  for (let n = 0; n < a.length; n++) {
    (a[n] as Cell).value = values[first + n] as number;
    (b[n] as Cell).value = (lifted[n] as Eval)();
  }
  for (let n = 0; n < a.length; n++) {
    values[first + n] = isFirst ? (b[n] as Cell).value : (next[n] as Eval)();
  }
}

function compileResult(store: Store, index: number): Eval {
  const { op, m, scope, offset, values, seen, hasEmpties } = store;
  const finish = op.monoid.finish[index];
  if (finish === undefined) throw new Error(`internal: state ${op.name} has no result ${index}`);
  const width = op.monoid.fields.length;
  const cells = op.monoid.fields.map(({ name }): readonly [string, Cell] => [name, { value: 0 }]);
  const value = compileExpr(finish.value, m, scope, new Map(cells));
  const merger = compileMerger(store, scope);
  const lanes = new Float64Array(op.lanes * width);
  const isSeen = new Uint8Array(op.lanes);
  const other = { slot: 0 };
  const fromOther = op.monoid.fields.map((_, n) => () => lanes[other.slot * width + n] as number);
  return () => {
    const point = offset() * op.lanes;
    lanes.set(values.subarray(point * width, (point + op.lanes) * width));
    isSeen.set(seen.subarray(point, point + op.lanes));
    for (let half = op.lanes >> 1; half >= 1; half >>= 1) {
      for (let lane = 0; lane < half; lane++) {
        other.slot = lane + half;
        if (!hasEmpties && isSeen[other.slot] === 0) continue;
        fold(merger, lanes, lane, fromOther, !hasEmpties && isSeen[lane] === 0);
        isSeen[lane] = 1;
      }
    }
    cells.forEach(([, cell], n) => {
      cell.value = lanes[n] as number;
    });
    return value();
  };
}
