// A tile program while it is made: arguments, and operations in nested scopes.
//
// In:  expressions, as the equations of a launch are lowered in order.
// Out: lets that stand as far out as their axes allow, once each; at the end a TileProgram.
// Not here: what equations mean (expression.ts, sweep.ts).

import type { ElementFormat, HostExpr } from "../../runtime/executable.js";
import type {
  AxisId,
  GridAxis,
  TileBuffer,
  TileExpr,
  TileOp,
  TileProgram,
  TileSize,
} from "../tile.js";
import { typeOfTile } from "../types.js";
import { tileNodes } from "../walk.js";
import { withoutDead } from "./dead.js";
import { hostKey } from "./host.js";
import { constant, isConst, map as makeMap, tileKey } from "./tile-expr.js";
import type { TileMap, TileType } from "../tile.js";

interface Scope {
  readonly axes: readonly AxisId[];
  readonly ops: TileOp[];
  readonly lets: Map<string, TileExpr>;
}

interface Place {
  readonly axes: readonly AxisId[];
  readonly depth: number;
}

export class Builder {
  readonly grid: readonly GridAxis[];
  private readonly scopes: Scope[];
  private readonly places = new Map<string, Place>();
  private readonly definitions = new Map<string, TileExpr>();
  private readonly names = new Set<string>();
  private readonly buffers = new Map<string, TileBuffer>();
  private readonly sizes = new Map<string, { readonly name: string; readonly value: HostExpr }>();
  private readonly scalars = new Map<string, TileProgram["scalars"][number]>();

  constructor(grid: (builder: Builder) => readonly GridAxis[]) {
    this.scopes = [];
    this.grid = grid(this);
    this.scopes.push({ axes: this.grid.map((axis) => axis.id), ops: [], lets: new Map() });
  }

  /** `base`, or `base_2` …, unlike any other name of the program. */
  fresh(base: string): string {
    let name = base;
    for (let n = 2; this.names.has(name); n++) name = `${base}_${n}`;
    this.names.add(name);
    return name;
  }

  size(value: HostExpr, hint: string): TileSize {
    if (value.kind === "number") return { kind: "number", value: value.value };
    const key = hostKey(value);
    const found = this.sizes.get(key) ?? { name: this.fresh(hint), value };
    this.sizes.set(key, found);
    return { kind: "size", name: found.name };
  }

  scalar(value: HostExpr, type: "f32" | "i32", hint: string): TileExpr {
    if (value.kind === "number" && Number.isFinite(value.value)) return constant(type, value.value);
    const key = `${type} ${hostKey(value)}`;
    const found = this.scalars.get(key) ?? { name: this.fresh(hint), type, value };
    this.scalars.set(key, found);
    return { kind: "scalar", name: found.name, type };
  }

  /** The buffer of a tensor; a second use widens its access. */
  buffer(
    tensor: string,
    format: ElementFormat,
    dims: () => readonly TileSize[],
    access: "read" | "write",
  ): string {
    const found = this.buffers.get(tensor);
    if (found !== undefined) {
      if (found.access !== access) this.buffers.set(tensor, { ...found, access: "update" });
      return found.name;
    }
    const name = this.fresh(tensor);
    this.buffers.set(tensor, { name, tensor, format, dims: dims(), access });
    return name;
  }

  /** Opens a loop over `axis`; what is emitted until `close` stands in it. */
  open(axis: AxisId): void {
    this.scopes.push({ axes: [axis], ops: [], lets: new Map() });
  }

  /** The operations of the loop opened last, which is closed. */
  close(): readonly TileOp[] {
    const scope = this.scopes.pop();
    if (scope === undefined || this.scopes.length === 0) throw new Error("internal: no open loop");
    return scope.ops;
  }

  emit(op: TileOp): void {
    this.scope(this.depth).ops.push(op);
  }

  /** Loops that stand open. */
  get depth(): number {
    return this.scopes.length - 1;
  }

  /** Emits a state where `depth` loops are open. */
  emitState(op: Extract<TileOp, { readonly kind: "state" }>, depth: number): void {
    this.places.set(op.name, { axes: op.axes, depth });
    this.scope(depth).ops.push(op);
  }

  /** A stage is read like a let. */
  emitStage(op: Extract<TileOp, { readonly kind: "stage" }>): TileExpr {
    this.places.set(op.name, { axes: op.axes, depth: this.depth });
    this.emit(op);
    return { kind: "local", name: op.name, type: op.type };
  }

  /** `e` by a name, made once, in the outermost scope that knows its axes. */
  bind(e: TileExpr, hint: string): TileExpr {
    if (
      e.kind !== "map" &&
      e.kind !== "load" &&
      e.kind !== "result" &&
      e.kind !== "present" &&
      e.kind !== "philox"
    ) {
      return e;
    }
    const { axes, depth } = this.placeOf(e);
    const scope = this.scope(depth);
    const key = tileKey(e);
    const found = scope.lets.get(key);
    if (found !== undefined) return found;
    const name = this.fresh(hint);
    const type = typeOfTile(e);
    const local: TileExpr = { kind: "local", name, type };
    scope.ops.push({ kind: "let", name, type, axes, value: e });
    scope.lets.set(key, local);
    this.definitions.set(name, e);
    this.places.set(name, { axes, depth });
    return local;
  }

  /** What a let holds; any other expression is itself. */
  definition(e: TileExpr): TileExpr {
    return e.kind === "local" ? (this.definitions.get(e.name) ?? e) : e;
  }

  /** Points that a block owns along an axis of the grid; undefined for a loop's axis. */
  tileOf(axis: AxisId): number | undefined {
    return this.grid.find(({ id }) => id === axis)?.tile;
  }

  /** The let that holds `e` already, if there is one in reach. */
  bound(e: TileExpr): TileExpr | undefined {
    return this.scope(this.placeOf(e).depth).lets.get(tileKey(e));
  }

  /** An operation; arguments that a loop around does not change are made outside of it. */
  map(op: TileMap, type: TileType, args: readonly TileExpr[]): TileExpr {
    const folded = foldMap(op, args);
    if (folded !== undefined) return folded;
    const depths = args.map((arg) => this.placeOf(arg).depth);
    const depth = Math.max(...depths);
    const hoisted = args.map((arg, n) =>
      arg.kind === "map" && (depths[n] ?? depth) < depth ? this.bind(arg, "c") : arg,
    );
    return makeMap(op, type, hoisted);
  }

  /** Forgets loads of `buffer`: a store has changed it. */
  forget(buffer: string): void {
    for (const { lets } of this.scopes) {
      for (const key of [...lets.keys()]) {
        if (key.startsWith(`{"kind":"load","buffer":${JSON.stringify(buffer)},`)) lets.delete(key);
      }
    }
  }

  /** Whether everything in `e` is in scope here. */
  isInScope(e: TileExpr): boolean {
    const open = this.scopes.flatMap((scope) => scope.axes);
    return [...tileNodes(e)].every((node) => {
      if (node.kind === "axis") return open.includes(node.axis);
      const name = nameIn(node);
      const place = name === undefined ? undefined : this.places.get(name);
      if (place === undefined) return true;
      return place.depth <= this.depth && place.axes.every((axis) => open.includes(axis));
    });
  }

  /** Axes that `e` varies over, in the order of the scopes, and how deep it must stand. */
  placeOf(e: TileExpr): Place {
    const used = new Set<AxisId>();
    let depth = 0;
    for (const node of tileNodes(e)) {
      if (node.kind === "axis") used.add(node.axis);
      const name = nameIn(node);
      const place = name === undefined ? undefined : this.places.get(name);
      if (place === undefined) continue;
      for (const axis of place.axes) used.add(axis);
      depth = Math.max(depth, place.depth);
    }
    const axes: AxisId[] = [];
    this.scopes.forEach((scope, n) => {
      const own = scope.axes.filter((axis) => used.has(axis));
      if (own.length > 0) depth = Math.max(depth, n);
      axes.push(...own);
    });
    return { axes, depth };
  }

  program(name: string, equations: readonly string[]): TileProgram {
    return withoutDead({
      name,
      equations,
      buffers: [...this.buffers.values()],
      sizes: [...this.sizes.values()],
      scalars: [...this.scalars.values()],
      grid: this.grid,
      body: this.scope(0).ops,
    });
  }

  private scope(depth: number): Scope {
    const scope = this.scopes[depth];
    if (scope === undefined) throw new Error(`internal: no scope ${depth}`);
    return scope;
  }
}

function nameIn(node: TileExpr): string | undefined {
  if (node.kind === "local") return node.name;
  return node.kind === "result" || node.kind === "present" ? node.state : undefined;
}

/** What is known of an operation on constants, where it is exact. */
function foldMap(op: TileMap, args: readonly TileExpr[]): TileExpr | undefined {
  const [a, b] = args;
  if (op === "neg" && a?.kind === "const") return constant(a.type, -a.value);
  if (op === "not" && a?.kind === "const") return constant("bool", 1 - a.value);
  if (a === undefined || b === undefined || typeOfTile(a) !== "i32") return undefined;
  if (op === "add" && isConst(b, 0)) return a;
  if (op === "add" && isConst(a, 0)) return b;
  if (op === "sub" && isConst(b, 0)) return a;
  if (op === "mul" && isConst(b, 1)) return a;
  if (op === "mul" && isConst(a, 1)) return b;
  return undefined;
}
