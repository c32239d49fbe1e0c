// Tile expressions as closures that give the value at the current point.
//
// In:  an expression, the machine, what is in scope, cells for the locals of a monoid.
// Out: a closure.
// Not here: single operations (maps.ts), states (states.ts).

import { unreachable } from "../../../grammar/span.js";
import { numberOps } from "../../cascade/functions/index.js";
import { philox } from "../../cascade/random.js";
import type { TileExpr } from "../tile.js";
import { typeOfTile } from "../types.js";
import { extentOf, type Machine, type Scope } from "./machine.js";
import { compileMap, type Eval } from "./maps.js";

/** A local of a monoid: `arg0`, `a.sum`, `sum`. */
export interface Cell {
  value: number;
}

export type Cells = ReadonlyMap<string, Cell>;

export const noCells: Cells = new Map();

export function compileExpr(e: TileExpr, m: Machine, scope: Scope, cells = noCells): Eval {
  const compile = (child: TileExpr): Eval => compileExpr(child, m, scope, cells);
  switch (e.kind) {
    case "const": {
      const value = e.type === "f32" ? Math.fround(e.value) : e.value;
      return () => value;
    }
    case "scalar":
      return constant(m.scalars.get(e.name), m, `scalar ${e.name}`);
    case "size": {
      const value = extentOf(e.size, m.sizes);
      return () => value;
    }
    case "axis": {
      const cursor = scope.cursors.get(e.axis);
      if (cursor === undefined) throw missing(m, `axis ${e.axis}`);
      return () => cursor.index;
    }
    case "local":
      return compileLocal(e.name, m, scope, cells);
    case "load": {
      const load = m.accesses.load(e.buffer, e.indices.map(compile));
      if (e.where === undefined) return load;
      const where = compile(e.where);
      return () => (where() === 0 ? 0 : load());
    }
    case "result":
      return stateOf(e.state, m, scope).result(e.index);
    case "present":
      return stateOf(e.state, m, scope).present;
    case "map":
      return compileMap(e.op, mapType(e), e.args.map(compile));
    case "philox":
      return compilePhilox(e.key.map(compile), e.counters.map(compile), e.word);
    default:
      return unreachable(e);
  }
}

/** The type that a map works on: of its first argument, or of what a select chooses from. */
function mapType(e: Extract<TileExpr, { kind: "map" }>) {
  const first = e.op === "select" ? e.args[1] : e.args[0];
  return first === undefined ? e.type : typeOfTile(first);
}

function compileLocal(name: string, m: Machine, scope: Scope, cells: Cells): Eval {
  const cell = cells.get(name);
  if (cell !== undefined) return () => cell.value;
  const slab = scope.values.get(name);
  if (slab === undefined) throw missing(m, `local ${name}`);
  const { values, offset } = slab;
  return () => values[offset()] as number;
}

function stateOf(name: string, m: Machine, scope: Scope) {
  const state = scope.states.get(name);
  if (state === undefined) throw missing(m, `state ${name}`);
  return state;
}

function constant(value: number | undefined, m: Machine, what: string): Eval {
  if (value === undefined) throw missing(m, what);
  return () => value;
}

function missing(m: Machine, what: string): Error {
  return new Error(`internal: ${m.program.name}: no ${what} in scope`);
}

function compilePhilox(key: readonly Eval[], counters: readonly Eval[], word: number): Eval {
  const at = (list: readonly Eval[], n: number): number => (list[n] ?? (() => 0))();
  return () => {
    const counter = [at(counters, 0), at(counters, 1), at(counters, 2), at(counters, 3)] as const;
    return philox(numberOps, counter, [at(key, 0), at(key, 1)])[word] ?? 0;
  };
}
