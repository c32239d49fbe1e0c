// The counters of a whole step, kernel by kernel.
//
// In:  a lowered definition, its extents and scalars.
// Out: what the tile interpreter would count.
// Not here: one launch (count/launch.ts), caches and time (src/schedule).
//
// A step is one on which no run-time `when` is taken; a loop with `until` makes all of its passes.

import { unreachable } from "../../grammar/span.js";
import { bind } from "../runtime/bind.js";
import type { HostExpr, HostOp, ScalarSpec, Variant } from "../runtime/executable.js";
import { elementBytes } from "../runtime/formats.js";
import { evaluate, type Names } from "../runtime/host-expr.js";
import { countTile, type TileCount } from "./count/launch.js";
import { addCounters, newCounters, type TileCounters, type Traffic } from "./counters.js";
import type { Lowered, TileProgram } from "./tile.js";

export { countTile, type TileCount } from "./count/launch.js";

/** What a whole step does, kernel by kernel. */
export interface StepCount {
  readonly kernels: readonly (TileCount & { readonly name: string })[];
  /** Bytes of copies and fills of the host program. */
  readonly moves: Traffic;
  /** Kernels and moves together. */
  readonly total: TileCounters;
  readonly isExact: boolean;
}

/** Counts the step of one parameter; `numbers` are extents and scalars by name. */
export function countStep(lowered: Lowered, numbers: ReadonlyMap<string, number>): StepCount {
  const given = { tensors: new Map(), numbers };
  const { variantIndex, variant, names } = bind(lowered.executable, given, 1);
  const step: Step = {
    variant,
    scalars: lowered.executable.scalars,
    programs: new Map((lowered.programs[variantIndex] ?? []).map((p) => [p.name, p])),
    names: new Locals(names),
    kernels: new Map(),
    known: new Map(),
    moves: { read: 0, written: 0 },
  };
  for (const op of variant.steps) countHostOp(step, op);
  const kernels = [...step.kernels].map(([name, counted]) => ({ name, ...counted }));
  const total = newCounters();
  for (const { counters } of kernels) addCounters(total, counters);
  total.device.read += step.moves.read;
  total.device.written += step.moves.written;
  return { kernels, moves: step.moves, total, isExact: kernels.every(({ isExact }) => isExact) };
}

interface Step {
  readonly variant: Variant;
  readonly scalars: readonly ScalarSpec[];
  readonly programs: ReadonlyMap<string, TileProgram>;
  readonly names: Locals;
  readonly kernels: Map<string, TileCount>;
  /** Launches counted before, by kernel and sizes. */
  readonly known: Map<string, TileCount>;
  readonly moves: Traffic;
}

/** Sizes and scalars, and what the host program lets; an element of a tensor is not known. */
class Locals implements Names {
  readonly locals = new Map<string, number>();
  private readonly names: Names;

  constructor(names: Names) {
    this.names = names;
  }

  size(rank: string): number {
    return this.names.size(rank);
  }

  scalar(name: string): number {
    return this.names.scalar(name);
  }

  local(name: string): number {
    return this.locals.get(name) ?? 0;
  }

  element(): number {
    return 0;
  }
}

function countHostOp(step: Step, op: HostOp): void {
  switch (op.kind) {
    case "let":
      step.names.locals.set(op.name, evaluate(op.value, step.names));
      return;
    case "launch":
      return countLaunch(step, op);
    case "copy": {
      const bytes = bytesOf(step, op.from);
      step.moves.read += bytes;
      step.moves.written += bytes;
      return;
    }
    case "fill":
      step.moves.written += bytesOf(step, op.tensor);
      return;
    case "swap":
      return;
    case "if": {
      const isTaken = isDecided(step, op.condition) && evaluate(op.condition, step.names) !== 0;
      for (const inner of isTaken ? op.then : op.otherwise) countHostOp(step, inner);
      return;
    }
    case "loop": {
      const passes = evaluate(op.count, step.names);
      for (let n = 0; n < passes; n++) {
        step.names.locals.set(op.variable, op.backwards ? passes - 1 - n : n);
        for (const inner of [...(op.until?.before ?? []), ...op.body]) countHostOp(step, inner);
      }
      return;
    }
    default:
      unreachable(op);
  }
}

/** Whether extents and statics decide it; else it is a run-time `when`, which is not taken. */
function isDecided(step: Step, e: HostExpr): boolean {
  switch (e.kind) {
    case "number":
    case "size":
      return true;
    case "scalar":
      return step.scalars.some(({ name, role }) => name === e.name && role === "static");
    case "local": // the variable of a loop
      return true;
    case "element":
      return false;
    case "map":
      return e.args.every((arg) => isDecided(step, arg));
    default:
      return unreachable(e);
  }
}

function countLaunch(step: Step, op: Extract<HostOp, { kind: "launch" }>): void {
  const program = step.programs.get(op.kernel);
  if (program === undefined) throw new Error(`internal: no tile program ${op.kernel}`);
  const sizes = op.sizes.map((e) => evaluate(e, step.names));
  const scalars = op.scalars.map((e) => evaluate(e, step.names));
  const integers = scalars.filter((_, n) => program.scalars[n]?.type === "i32");
  const key = [op.kernel, ...sizes, ...integers].join();
  const counted = step.known.get(key) ?? countTile(program, sizes, scalars);
  step.known.set(key, counted);
  const before = step.kernels.get(op.kernel) ?? { counters: newCounters(), isExact: true };
  addCounters(before.counters, counted.counters);
  step.kernels.set(op.kernel, { ...before, isExact: before.isExact && counted.isExact });
}

function bytesOf(step: Step, tensor: string): number {
  const spec = step.variant.tensors.find(({ name }) => name === tensor);
  if (spec === undefined) throw new Error(`internal: no tensor ${tensor}`);
  const elements = spec.dims.reduce((product, dim) => product * evaluate(dim, step.names), 1);
  return elements * elementBytes(spec.format);
}
