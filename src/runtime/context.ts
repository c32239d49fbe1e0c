// What the names of a host program mean for one parameter.
//
// In:  a parameter's sizes and scalars (bind.ts) and its tensors (workspace.ts).
// Out: looked up by execute.ts, which also sets locals and elements read back.
// Not here: running.

import type { Bound } from "./bind.js";
import type { Kernel } from "./device.js";
import type { Names } from "./host-expr.js";
import type { Region } from "./memory.js";
import { elementBytes } from "./formats.js";
import type { Slot } from "./workspace.js";

export type Space = "param" | "shared";

export class Context implements Names {
  readonly index: number;
  readonly bound: Bound;
  readonly own = new Map<string, Slot>();
  /** One map for all contexts of a step. */
  readonly shared: Map<string, Slot>;
  readonly kernels: ReadonlyMap<string, Kernel>;
  readonly locals = new Map<string, number>();
  readonly elements = new Map<string, number>();

  constructor(
    index: number,
    bound: Bound,
    shared: Map<string, Slot>,
    kernels: ReadonlyMap<string, Kernel>,
  ) {
    this.index = index;
    this.bound = bound;
    this.shared = shared;
    this.kernels = kernels;
  }

  size(rank: string): number {
    return this.bound.size(rank);
  }

  scalar(name: string): number {
    return this.bound.scalar(name);
  }

  local(name: string): number {
    return found(this.locals.get(name), name);
  }

  element(tensor: string): number {
    return found(this.elements.get(tensor), tensor);
  }

  slot(name: string): Slot {
    return found(this.own.get(name) ?? this.shared.get(name), name);
  }

  /** A parameter sees its own element of `slots`, a shared launch sees them all. */
  region(name: string, space: Space): Region {
    const { spec, region } = this.slot(name);
    if (spec.space !== "slots" || space === "shared") return region;
    const offset = region.offset + this.index * elementBytes(spec.format);
    return { buffer: region.buffer, offset };
  }

  kernel(name: string): Kernel {
    return found(this.kernels.get(name), name);
  }

  swap(a: string, b: string, space: Space): void {
    const map = space === "shared" ? this.shared : this.own;
    const first = found(map.get(a), a);
    const second = found(map.get(b), b);
    map.set(a, { ...first, region: second.region });
    map.set(b, { ...second, region: first.region });
  }
}

function found<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`internal: the program names no ${name}`);
  return value;
}
