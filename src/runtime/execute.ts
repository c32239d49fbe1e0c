// Runs the operations of a host program on a device, for all parameters in lockstep.
//
// In:  operations and contexts, one for each parameter.
// Out: the device has carried them out, or queued them. A launch over parameters is one launch.
// Not here: binding (bind.ts), memory (workspace.ts).

import type { Context, Space } from "./context.js";
import type { Entry, KernelDevice } from "./device.js";
import { BadInput, unreachable } from "./errors.js";
import type { HostExpr, HostOp } from "./executable.js";
import { decode, elementBytes, viewOf } from "./formats.js";
import { elementsOf, evaluate } from "./host-expr.js";
import { fillWith } from "./workspace.js";

type Launch = Extract<HostOp, { kind: "launch" }>;
type Loop = Extract<HostOp, { kind: "loop" }>;
type If = Extract<HostOp, { kind: "if" }>;

/** `active`: the parameters that the operations are for. */
export async function execute(
  device: KernelDevice,
  ops: readonly HostOp[],
  active: readonly Context[],
): Promise<void> {
  if (active.length === 0) return;
  for (const op of ops) {
    const pending = executeOne(device, op, active);
    if (pending !== undefined) await pending;
  }
}

function executeOne(
  device: KernelDevice,
  op: HostOp,
  active: readonly Context[],
): Promise<void> | undefined {
  switch (op.kind) {
    case "let":
      return executeLet(device, op.name, op.value, active);
    case "launch":
      return executeLaunch(device, op, active);
    case "copy":
      for (const context of contextsOf(op.space, active)) copy(device, op, context);
      return undefined;
    case "fill":
      for (const context of contextsOf(op.space, active)) fill(device, op, context);
      return undefined;
    case "swap":
      for (const context of contextsOf(op.space, active)) context.swap(op.a, op.b, op.space);
      return undefined;
    case "if":
      return executeIf(device, op, active);
    case "loop":
      return executeLoop(device, op, active);
    default:
      return unreachable(op);
  }
}

/** What all have in common is done once. */
function contextsOf(space: Space, active: readonly Context[]): readonly Context[] {
  return space === "shared" ? active.slice(0, 1) : active;
}

function copy(device: KernelDevice, op: Extract<HostOp, { kind: "copy" }>, context: Context): void {
  const { spec, length } = context.slot(op.from);
  const elements = spec.space === "slots" && op.space === "param" ? 1 : length;
  const bytes = elements * elementBytes(spec.format);
  device.copy(context.region(op.from, op.space), context.region(op.to, op.space), bytes);
}

function fill(device: KernelDevice, op: Extract<HostOp, { kind: "fill" }>, context: Context): void {
  const slot = context.slot(op.tensor);
  const isOwn = slot.spec.space === "slots" && op.space === "param";
  const region = context.region(op.tensor, op.space);
  fillWith(device, { ...slot, region, length: isOwn ? 1 : slot.length }, slot.spec, op.value);
}

function executeLet(
  device: KernelDevice,
  name: string,
  value: HostExpr,
  active: readonly Context[],
): Promise<void> | undefined {
  const set = () => {
    for (const context of active) context.locals.set(name, evaluate(value, context));
  };
  const pending = fetchElements(device, [value], active);
  if (pending !== undefined) return pending.then(set);
  set();
  return undefined;
}

function executeLaunch(
  device: KernelDevice,
  op: Launch,
  active: readonly Context[],
): Promise<void> | undefined {
  const launch = () => {
    const kernel = active[0]?.kernel(op.kernel);
    if (kernel === undefined) return undefined;
    const entries = active.map((context) => entryOf(op, context));
    if (op.space === "param") return device.launch(kernel, entries);
    return device.launch(kernel, [agreed(op.kernel, entries)]);
  };
  const pending = fetchElements(device, [...op.sizes, ...op.scalars, ...op.grid], active);
  return pending === undefined ? launch() : pending.then(launch);
}

function entryOf(op: Launch, context: Context): Entry {
  const values = (list: readonly HostExpr[]) => list.map((e) => evaluate(e, context));
  return {
    buffers: op.buffers.map((name) => context.region(name, op.space)),
    sizes: values(op.sizes),
    scalars: values(op.scalars),
    grid: values(op.grid),
  };
}

/**
 * A launch for all parameters has one value for each scalar. Sizes that differ are of ranks it does
 * not walk.
 */
function agreed(kernel: string, entries: readonly Entry[]): Entry {
  const [first, ...others] = entries;
  if (first === undefined) throw new Error(`internal: ${kernel} has no entry`);
  const text = (entry: Entry) => [...entry.scalars, ...entry.grid].join();
  if (others.every((entry) => text(entry) === text(first))) return first;
  throw new BadInput(
    `\`${kernel}\` is one for all parameters, but their scalars differ; give the scalars that it ` +
      "uses the same value in every group",
  );
}

async function executeIf(device: KernelDevice, op: If, active: readonly Context[]): Promise<void> {
  const holds = await test(device, op.condition, active);
  await execute(
    device,
    op.then,
    active.filter((_, n) => holds[n] === true),
  );
  await execute(
    device,
    op.otherwise,
    active.filter((_, n) => holds[n] === false),
  );
}

async function test(
  device: KernelDevice,
  condition: HostExpr,
  active: readonly Context[],
): Promise<readonly boolean[]> {
  await fetchElements(device, [condition], active);
  return active.map((context) => evaluate(condition, context) !== 0);
}

async function executeLoop(device: KernelDevice, op: Loop, all: readonly Context[]): Promise<void> {
  await fetchElements(device, [op.count], all);
  const counts = new Map(all.map((context) => [context, evaluate(op.count, context)]));
  const countOf = (context: Context) => counts.get(context) ?? 0;
  let active = all;
  for (let pass = 0; ; pass++) {
    active = active.filter((context) => pass < countOf(context));
    if (active.length === 0) return;
    for (const context of active) {
      const value = op.backwards ? countOf(context) - 1 - pass : pass;
      context.locals.set(op.variable, value);
    }
    if (op.until !== undefined) {
      await execute(device, op.until.before, active);
      const isOver = await test(device, op.until.condition, active);
      active = active.filter((_, n) => isOver[n] === false);
    }
    await execute(device, op.body, active);
  }
}

/** Reads the elements that expressions name; undefined when they name none. */
function fetchElements(
  device: KernelDevice,
  expressions: readonly HostExpr[],
  active: readonly Context[],
): Promise<void> | undefined {
  const names = expressions.flatMap(elementsOf);
  return names.length === 0 ? undefined : readElements(device, new Set(names), active);
}

async function readElements(
  device: KernelDevice,
  names: ReadonlySet<string>,
  active: readonly Context[],
): Promise<void> {
  for (const context of active) {
    for (const name of names) {
      const { format } = context.slot(name).spec;
      const { buffer, offset } = context.region(name, "param");
      const bytes = await device.read(buffer, offset, elementBytes(format));
      const stored = viewOf(format, Uint8Array.from(bytes).buffer);
      context.elements.set(name, decode(stored, format)[0] ?? 0);
    }
  }
}
