// A costly value that two sweeps over the same points compute is kept where its result will stand.
//
// In:  a tile program.
// Out: an equal program: the first sweep stores the value into the element that the later one
//      writes, and the later one reads it back. A row is still in the nearest cache then, and exp
//      costs thirty instructions: softmax/4M on one thread from 11.9 to 7.4 ms.
// Not here: what other values cost; sweeps that are one (src/schedule).

import type { TileBuffer, TileExpr, TileMap, TileOp, TileProgram } from "../../src/tile/tile.js";
import { tileExpressionsOf, tileNodes, tileOpsDeep } from "../../src/tile/walk.js";

type Loop = TileOp & { readonly kind: "loop" };
type Let = TileOp & { readonly kind: "let" };
type Store = TileOp & { readonly kind: "store" };

const costly: ReadonlySet<TileMap> = new Set<TileMap>(
  "exp log log2 sin cos tanh erf sigmoid softplus logsigmoid silu gelu pow".split(" ") as TileMap[],
);

interface Keeping {
  readonly first: Loop;
  readonly made: Let;
  readonly later: Loop;
  readonly again: Let;
  readonly store: Store;
}

export function keepCostly(p: TileProgram): TileProgram {
  const loops = p.body.filter((op): op is Loop => op.kind === "loop");
  for (const [n, later] of loops.entries()) {
    for (const first of loops.slice(0, n)) {
      const found = keepingOf(p, first, later);
      if (found !== undefined) return keepCostly(rewritten(p, found));
    }
  }
  return p;
}

function keepingOf(p: TileProgram, first: Loop, later: Loop): Keeping | undefined {
  if (first.axis !== later.axis || keyOf(first.from) !== keyOf(later.from)) return undefined;
  if (keyOf(bounded(first.to)) !== keyOf(bounded(later.to))) return undefined;
  for (const again of costlyLets(later)) {
    const key = expanded(p, later, again);
    const made = costlyLets(first).find((one) => isSameSet(one.axes, again.axes));
    if (key === undefined || made === undefined || expanded(p, first, made) !== key) continue;
    const store = later.body.find((op): op is Store => op.kind === "store" && holds(p, op, again));
    if (store !== undefined) return { first, made, later, again, store };
  }
  return undefined;
}

const keyOf = (e: TileExpr): string => JSON.stringify(e);

/** `select(n > 0, n, 0)` as the end of a loop is n. */
function bounded(e: TileExpr): TileExpr {
  if (e.kind !== "map" || e.op !== "select") return e;
  const [test, yes, no] = e.args;
  if (test?.kind !== "map" || test.op !== "gt" || yes === undefined || no === undefined) return e;
  const [size, zero] = test.args;
  const isZero = (x: TileExpr | undefined): boolean => x?.kind === "const" && x.value === 0;
  if (size === undefined || !isZero(zero) || !isZero(no)) return e;
  return keyOf(size) === keyOf(yes) ? yes : e;
}

const isLet = (op: TileOp): op is Let => op.kind === "let";

function costlyLets(loop: Loop): readonly Let[] {
  const isCostly = (e: TileExpr): boolean => e.kind === "map" && costly.has(e.op);
  return loop.body
    .filter(isLet)
    .filter((op) => op.type === "f32" && [...tileNodes(op.value)].some(isCostly));
}

/** Its value with the lets of the loop put in; nothing if that may differ from sweep to sweep. */
function expanded(p: TileProgram, loop: Loop, op: Let): string | undefined {
  const lets = new Map(loop.body.filter(isLet).map((one) => [one.name, one.value]));
  const constant = new Set(p.buffers.filter((b) => b.access === "read").map((b) => b.name));
  const whole = (e: TileExpr): TileExpr => {
    const value = e.kind === "local" ? lets.get(e.name) : undefined;
    return value === undefined ? e : whole(value);
  };
  let isSteady = true;
  const text = JSON.stringify(op.value, (_, node: unknown) => {
    if (typeof node !== "object" || node === null || !("kind" in node)) return node;
    const e = whole(node as TileExpr);
    if (e.kind === "result" || e.kind === "present") isSteady = false;
    if (e.kind === "load" && !constant.has(e.buffer)) isSteady = false;
    return e;
  });
  return isSteady ? text : undefined;
}

/** Whether the store writes one element for each point of `op`, which nobody else touches. */
function holds(p: TileProgram, store: Store, op: Let): boolean {
  const buffer = p.buffers.find((one) => one.name === store.buffer);
  if (buffer?.access !== "write" || buffer.format !== "f32" || store.where !== undefined)
    return false;
  const axes = store.indices.flatMap((index) => (index.kind === "axis" ? [index.axis] : []));
  if (axes.length !== store.indices.length || !isSameSet(axes, op.axes)) return false;
  return [...tileOpsDeep(p.body)].every((other) => other === store || !touches(other, buffer));
}

function touches(op: TileOp, buffer: TileBuffer): boolean {
  if (op.kind === "store" && op.buffer === buffer.name) return true;
  return tileExpressionsOf(op).some((e) =>
    [...tileNodes(e)].some((node) => node.kind === "load" && node.buffer === buffer.name),
  );
}

const isSameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && new Set(a).size === a.length && a.every((one) => b.includes(one));

function rewritten(p: TileProgram, found: Keeping): TileProgram {
  const { first, made, later, again, store } = found;
  const { buffer, indices } = store;
  const value: TileExpr = { kind: "local", name: made.name, type: "f32" };
  const kept: Store = { ...store, value };
  const read: TileExpr = { kind: "load", buffer, type: "f32", indices, where: undefined };
  const body = p.body.map((op) => {
    if (op === first)
      return { ...first, body: first.body.flatMap((one) => (one === made ? [one, kept] : [one])) };
    if (op !== later) return op;
    const lines = later.body.map((one) => (one === again ? { ...again, value: read } : one));
    return { ...later, body: withoutDead(lines) };
  });
  const buffers = p.buffers.map((one) =>
    one.name === buffer ? { ...one, access: "update" as const } : one,
  );
  return { ...p, buffers, body };
}

/** Without lets that nothing in the loop names any more. */
function withoutDead(body: readonly TileOp[]): readonly TileOp[] {
  const used = new Set(
    [...tileOpsDeep(body)]
      .flatMap(tileExpressionsOf)
      .flatMap((e) => [...tileNodes(e)])
      .flatMap((node) => (node.kind === "local" ? [node.name] : [])),
  );
  const live = body.filter((op) => !isLet(op) || used.has(op.name));
  return live.length === body.length ? body : withoutDead(live);
}
