// Makes a compiled program ready to run on a device that launches kernels.
//
// In:  an executable with its code; then, at each step, tensors and scalars.
// Out: the function that a caller calls. Results are tensors of the device.
// Not here: one operation (execute.ts), where a tensor stands (workspace.ts).

import { bind } from "./bind.js";
import type { Bound } from "./bind.js";
import type { Given } from "./call.js";
import { callSorter, isResult } from "./call.js";
import { Context } from "./context.js";
import type { Kernel, KernelDevice } from "./device.js";
import { BadInput, Unsupported } from "./errors.js";
import type { Executable, HostOp, TensorSpec, Variant } from "./executable.js";
import { execute } from "./execute.js";
import { evaluate } from "./host-expr.js";
import { mayTouch } from "./needed.js";
import type { Call, ManyResults, Prepared, Program, Results, Settings } from "./program.js";
import type { WasmProgram } from "./program.js";
import { Tensor, converted } from "./tensor.js";
import type { Slot } from "./workspace.js";
import { Workspace, byteView } from "./workspace.js";

interface Plan {
  readonly device: KernelDevice;
  readonly executable: Executable;
  readonly settings: Given;
  /** By variant: kernels by name. */
  readonly kernels: readonly ReadonlyMap<string, Kernel>[];
  readonly workspace: Workspace;
  readonly sort: (call: Call) => Given;
  /** Of the last step, by parameter: extents rarely change. */
  readonly bounds: Bound[];
}

export async function prepareOn(
  device: KernelDevice,
  program: Program,
  { executable, modules }: WasmProgram,
  settings: Settings,
): Promise<Prepared> {
  const kernels = await Promise.all(
    executable.variants.map(async (variant, n) => loadKernels(device, variant, modules[n])),
  );
  const workspace = new Workspace(device, executable.name);
  const sort = callSorter(executable);
  const fixed = sort(settings);
  const plan = { device, executable, settings: fixed, kernels, workspace, sort, bounds: [] };
  const many = (calls: readonly Call[], shared: Call = {}) =>
    device.queue.add(() => runStep(plan, calls, shared));
  const step = async (call: Call): Promise<Results> => {
    const { each, shared } = await many([call]);
    return { ...shared, ...each[0] };
  };
  const own = { name: device.name, upload: (tensor: Tensor) => uploadTo(device, tensor) };
  return Object.assign(step, { program, device: own, many, dispose: () => workspace.dispose() });
}

/** A copy of `tensor` on the device; float64 becomes f32 there. */
export async function uploadTo(device: KernelDevice, tensor: Tensor): Promise<Tensor> {
  const format = tensor.format === "f64" ? "f32" : tensor.format;
  const bytes = byteView(converted(await tensor.stored(), tensor.format, format));
  const buffer = device.allocate(bytes.length);
  device.write(buffer, 0, bytes);
  return new Tensor(tensor.shape, format, {
    kind: "device",
    device,
    region: { buffer, offset: 0 },
  });
}

async function loadKernels(
  device: KernelDevice,
  variant: Variant,
  code: Uint8Array | undefined,
): Promise<ReadonlyMap<string, Kernel>> {
  if (variant.kernels.length === 0) return new Map();
  if (code === undefined) throw new Error("internal: a variant has kernels but no code");
  const kernels = await device.load(code, variant.kernels);
  return new Map(kernels.map((kernel) => [kernel.spec.name, kernel]));
}

async function runStep(plan: Plan, calls: readonly Call[], shared: Call): Promise<ManyResults> {
  if (calls.length === 0) return { each: [], shared: {} };
  const inCommon = plan.sort(shared);
  const own = calls.map(plan.sort);
  checkAliases(plan.executable, [inCommon, ...own]);
  const common = merged(plan.settings, inCommon);
  const given = own.map((each) => merged(common, each));
  const contexts = makeContexts(plan, given);
  try {
    placeAll(plan, contexts, given);
    await initialise(plan, contexts, given);
    await runVariants(plan, contexts);
  } catch (error) {
    plan.workspace.rollback();
    throw error;
  }
  plan.workspace.commit();
  return resultsOf(plan, contexts);
}

/** What the second gives goes before what the first gives. */
function merged(a: Given, b: Given): Given {
  if (a.tensors.size + a.numbers.size === 0) return b;
  return {
    tensors: new Map([...a.tensors, ...b.tensors]),
    numbers: new Map([...a.numbers, ...b.numbers]),
  };
}

function makeContexts(plan: Plan, given: readonly Given[]): readonly Context[] {
  const shared = new Map<string, Slot>();
  return given.map((own, index) => {
    const bound =
      plan.bounds[index]?.again(own, given.length) ?? bind(plan.executable, own, given.length);
    plan.bounds[index] = bound;
    return new Context(index, bound, shared, plan.kernels[bound.variantIndex] ?? new Map());
  });
}

/** A device tensor that a step writes is passed once. */
function checkAliases(executable: Executable, calls: readonly Given[]): void {
  const specs = executable.variants[0]?.tensors ?? [];
  const written = new Set(specs.filter(isResult).map((spec) => spec.name));
  const seen = new Map<Tensor, string>();
  for (const [name, tensor] of calls.flatMap(({ tensors }) => [...tensors])) {
    if (tensor.device === undefined) continue;
    const other = seen.get(tensor);
    seen.set(tensor, name);
    if (other === undefined || !(written.has(name) || written.has(other))) continue;
    throw new BadInput(
      `\`${executable.name}\` got one device tensor as \`${other}\` and as \`${name}\`, and ` +
        "changes it; " +
        "pass a copy",
    );
  }
}

function placeAll(plan: Plan, contexts: readonly Context[], given: readonly Given[]): void {
  for (const context of contexts) {
    const tensors = given[context.index]?.tensors ?? new Map<string, Tensor>();
    for (const spec of context.bound.variant.tensors) {
      const isOwn = spec.space === "param";
      if (!isOwn && context.shared.has(spec.name)) continue;
      if (isSpared(context, spec, tensors)) continue;
      const slot = place(plan, context, spec, tensors.get(spec.name), contexts.length);
      (isOwn ? context.own : context.shared).set(spec.name, slot);
    }
  }
}

/** Left out, and only branches read it that this step does not take. */
function isSpared(
  context: Context,
  { name, role }: TensorSpec,
  given: ReadonlyMap<string, Tensor>,
): boolean {
  if ((role !== "input" && role !== "grad") || given.has(name)) return false;
  return !mayTouch(context.bound.variant.steps, name, context);
}

function place(
  { workspace, executable }: Plan,
  context: Context,
  spec: TensorSpec,
  given: Tensor | undefined,
  parameters: number,
): Slot {
  const isOwn = spec.space === "param";
  if (spec.space === "slots" && isResult(spec) && parameters > 1) {
    throw new Unsupported(
      `\`${spec.name}\` of \`${executable.name}\` is one number for each parameter; step them ` +
        "one by one",
    );
  }
  return workspace.place({
    spec,
    dims: spec.space === "slots" ? [parameters] : context.bound.dimsOf(spec),
    owner: isOwn ? `${context.index}/${context.bound.variantIndex}` : "shared",
    given,
    value: spec.value === undefined ? undefined : evaluate(spec.value, context),
  });
}

/** States left out. */
async function initialise(
  plan: Plan,
  contexts: readonly Context[],
  given: readonly Given[],
): Promise<void> {
  for (const [variant, group] of byVariant(contexts)) {
    for (const { tensor, ops } of variant.initial) {
      const lacking = group.filter(({ index }) => given[index]?.tensors.has(tensor) !== true);
      await execute(plan.device, ops, lacking);
    }
  }
}

function byVariant(contexts: readonly Context[]): ReadonlyMap<Variant, readonly Context[]> {
  const groups = new Map<Variant, Context[]>();
  for (const context of contexts) {
    const group = groups.get(context.bound.variant);
    if (group === undefined) groups.set(context.bound.variant, [context]);
    else group.push(context);
  }
  return groups;
}

/**
 * All parameters, whichever variant each takes. Where a step does something for all of them at
 * once, all have come to that point: the variants are cut there, and run piece by piece.
 */
async function runVariants(plan: Plan, contexts: readonly Context[]): Promise<void> {
  const groups = [...byVariant(contexts)].map(([variant, group]) => ({
    pieces: pieces(variant.steps),
    group,
  }));
  const most = Math.max(...groups.map((g) => g.pieces.length));
  const isNested =
    groups.length > 1 && contexts.some(({ bound }) => hasInnerShared(bound.variant.steps));
  if (isNested || groups.some((g) => g.pieces.length !== most)) {
    throw new Unsupported(
      `\`${plan.executable.name}\` does different things for all parameters at once in its two ` +
        "orientations; step the two kinds of shapes apart",
    );
  }
  for (let n = 0; n < most; n++) {
    const isShared = n % 2 === 1;
    for (const { pieces: own, group } of isShared ? groups.slice(0, 1) : groups) {
      await execute(plan.device, own[n] ?? [], isShared && groups.length === 1 ? contexts : group);
    }
  }
}

/** Whether something is done for all parameters at once inside a branch or a loop. */
function hasInnerShared(steps: readonly HostOp[]): boolean {
  const inner = steps.flatMap((op) => {
    if (op.kind === "if") return [...op.then, ...op.otherwise];
    return op.kind === "loop" ? [...op.body, ...(op.until?.before ?? [])] : [];
  });
  return (
    inner.some((op) => "space" in op && op.space === "shared") ||
    (inner.length > 0 && hasInnerShared(inner))
  );
}

/** Operations for each parameter, then those for all, and so on in turn. */
function pieces(steps: readonly HostOp[]): readonly (readonly HostOp[])[] {
  const result: HostOp[][] = [[]];
  for (const op of steps) {
    const isShared = "space" in op && op.space === "shared";
    if (isShared === (result.length % 2 === 1)) result.push([]);
    result.at(-1)?.push(op);
  }
  return result;
}

function resultsOf(plan: Plan, contexts: readonly Context[]): ManyResults {
  const first = contexts[0];
  const shared = first === undefined ? {} : collect(plan, first, first.shared);
  return { each: contexts.map((context) => collect(plan, context, context.own)), shared };
}

function collect(plan: Plan, context: Context, slots: ReadonlyMap<string, Slot>): Results {
  const { device } = plan;
  const results = [...slots].filter(([, { spec }]) => isResult(spec));
  return Object.fromEntries(
    results.map(([name, { spec, region, given }]) => {
      const place = { kind: "device", device, region } as const;
      return [name, given ?? new Tensor(context.bound.shapeOf(spec), spec.format, place)];
    }),
  );
}
