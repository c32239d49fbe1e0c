// Where instructions go: a function under construction, and a scope for each loop around the
// current point.
//
// In:  values as text with the loop level at which they become known.
// Out: lines; `hoist` places what does not change in a loop before it, once.
// Not here: what the values mean.

import type { TileType } from "../../src/tile/tile.js";
import { get, set } from "./text.js";
import type { Helpers } from "./helpers.js";

export type WasmType = "i32" | "f32" | "v128";

/** A pure expression. `wide`: four lanes, one for each of four points along the vector axis. */
export interface Value {
  readonly text: string;
  readonly type: TileType;
  readonly wide: boolean;
  /** The innermost loop that it depends on. */
  readonly level: number;
}

/** The body of one loop, or of the function (level 0). */
export interface Scope {
  readonly level: number;
  readonly parent: Scope | undefined;
  readonly lines: string[];
  readonly cache: Map<string, Value>;
}

export interface FunctionBuilder {
  readonly locals: Map<string, WasmType>;
  readonly helpers: Helpers;
  readonly scratch: { bytes: number };
  readonly labels: { count: number };
  /** How often a local's name was wanted. */
  readonly names: Map<string, number>;
}

export function newFunction(helpers: Helpers): FunctionBuilder {
  return {
    locals: new Map(),
    helpers,
    scratch: { bytes: 0 },
    labels: { count: 0 },
    names: new Map(),
  };
}

export const rootScope = (): Scope => ({
  level: 0,
  parent: undefined,
  lines: [],
  cache: new Map(),
});

export const innerScope = (parent: Scope): Scope => ({
  level: parent.level + 1,
  parent,
  lines: [],
  cache: new Map(),
});

export function wasmType(value: { readonly type: TileType; readonly wide: boolean }): WasmType {
  if (value.wide) return "v128";
  return value.type === "f32" ? "f32" : "i32";
}

const isLocal = (text: string): boolean => text.startsWith("(local.get");
export const isAtom = (text: string): boolean =>
  isLocal(text) || text.startsWith("(i32.const") || text.startsWith("(f32.const");

/** A local that nothing else uses. */
export function freshLocal(fn: FunctionBuilder, name: string, type: WasmType): string {
  const clean = name.replace(/[^A-Za-z0-9_.']/g, "_");
  for (;;) {
    const count = (fn.names.get(clean) ?? 0) + 1;
    fn.names.set(clean, count);
    const candidate = count === 1 ? clean : `${clean}.${count}`;
    if (fn.locals.has(candidate)) continue;
    fn.locals.set(candidate, type);
    return candidate;
  }
}

export function freshLabel(fn: FunctionBuilder, name: string): string {
  fn.labels.count += 1;
  return `${name.replace(/[^A-Za-z0-9_]/g, "_")}.${fn.labels.count}`;
}

/** `bytes` of the thread's scratch memory, aligned to 16; its offset. */
export function reserve(fn: FunctionBuilder, bytes: number): number {
  const offset = fn.scratch.bytes;
  fn.scratch.bytes += Math.ceil(bytes / 16) * 16;
  return offset;
}

function scopeAt(scope: Scope, level: number): Scope {
  let at = scope;
  while (at.level > level && at.parent !== undefined) at = at.parent;
  return at;
}

/** Sets a local to `value` here, whatever it is; the local. */
export function bind(fn: FunctionBuilder, scope: Scope, name: string, value: Value): Value {
  const target = freshLocal(fn, name, wasmType(value));
  scope.lines.push(set(target, value.text));
  return { ...value, text: get(target), level: scope.level };
}

/** The value, computed before every loop in which it does not change, and only once there. */
export function hoist(fn: FunctionBuilder, scope: Scope, name: string, value: Value): Value {
  if (isLocal(value.text) || (isAtom(value.text) && !value.wide)) return value;
  const at = scopeAt(scope, value.level);
  const known = at.cache.get(value.text);
  if (known !== undefined) return known;
  const bound = bind(fn, at, name, value);
  at.cache.set(value.text, bound);
  return bound;
}
