// Steps many named parameters: each group of them with its definition and its hyper-parameters.
//
// In:  a device, parameters by name, groups; then gradients at each step.
// Out: parameters and states, kept on the device; bytes to go on from, bit by bit.
// Not here: launches (prepare.ts). Groups with one definition and equal statics are one plan: their
// parameters share launches, and are the rank `params` together.

import { readCheckpoint, writeCheckpoint } from "./checkpoint.js";
import type { Checkpoint } from "./checkpoint.js";
import type { Device } from "./device.js";
import { BadInput, CheckpointError, listed } from "./errors.js";
import type { Files } from "./files.js";
import { commitFile } from "./files.js";
import type { Call, Prepared, Program, Results, Settings } from "./program.js";
import { shapeText } from "./tensor.js";
import type { Tensor } from "./tensor.js";

type Scalars = Readonly<Record<string, number>>;

export interface Group {
  /**
   * Names of parameters; `*` stands for anything. The first group that matches takes a parameter.
   */
  readonly match: string | readonly string[];
  readonly program: Program;
  /** Statics. */
  readonly settings?: Settings;
  /** Hyper-parameters that differ from the definition's. */
  readonly scalars?: Scalars;
}

export interface OptimizerOptions {
  readonly params: Readonly<Record<string, Tensor>>;
  readonly groups: readonly Group[];
  /** Every random number follows from it, the parameter's name and the step. */
  readonly seed?: number;
}

/** The gradient of a parameter; a definition with further inputs takes all of them by name. */
export type Gradients = Readonly<Record<string, Tensor | Readonly<Record<string, Tensor>>>>;

interface Member {
  readonly name: string;
  readonly group: number;
  readonly key: number;
  /** The parameter and its states, by their names in the definition. */
  tensors: Readonly<Record<string, Tensor>>;
}

interface Plan {
  readonly prepared: Prepared;
  readonly param: string;
  readonly grad: string;
  readonly members: Member[];
  shared: Readonly<Record<string, Tensor>>;
}

/** @throws {BadInput} when a parameter has no group, or a definition is none of an optimizer. */
export async function createOptimizer(
  device: Device,
  options: OptimizerOptions,
): Promise<Optimizer> {
  const { params, groups, seed = 0 } = options;
  const plans = new Map<string, Plan>();
  for (const [name, tensor] of Object.entries(params)) {
    const index = groups.findIndex((group) => matches(group.match, name));
    const group = groups[index];
    if (group === undefined)
      throw new BadInput(`no group takes parameter \`${name}\`; add one for \`*\``);
    const plan = await planOf(device, group, groups, plans);
    const key = keyOf(seed, name);
    plan.members.push({ name, group: index, key, tensors: { [plan.param]: tensor } });
  }
  return new Optimizer([...plans.values()], groups, seed);
}

async function planOf(
  device: Device,
  group: Group,
  groups: readonly Group[],
  plans: Map<string, Plan>,
): Promise<Plan> {
  const { program, settings = {} } = group;
  const first = groups.findIndex((other) => other.program === program);
  const id = `${first} ${JSON.stringify(Object.entries(settings).sort())}`;
  const known = plans.get(id);
  if (known !== undefined) return known;
  const param = onlyOne(program, "param");
  const grad = onlyOne(program, "grad");
  const prepared = await device.prepare(program, settings);
  const plan: Plan = { prepared, param, grad, members: [], shared: {} };
  plans.set(id, plan);
  return plan;
}

function onlyOne(program: Program, role: "param" | "grad"): string {
  const names = program.tensors.filter((info) => info.role === role).map((info) => info.name);
  if (names.length === 1) return names[0] ?? "";
  const found = names.length === 0 ? "none" : listed(names);
  throw new BadInput(`an optimizer has one ${role}, \`${program.name}\` has ${found}`);
}

export class Optimizer {
  private readonly plans: readonly Plan[];
  private readonly groups: readonly Group[];
  private readonly scalars: Scalars[];
  private seed: number;
  private steps = 0;

  constructor(plans: readonly Plan[], groups: readonly Group[], seed: number) {
    this.plans = plans;
    this.groups = groups;
    this.scalars = groups.map((group) => group.scalars ?? {});
    this.seed = seed;
  }

  /** Steps made so far; the next is `t + 1`. */
  get t(): number {
    return this.steps;
  }

  /** The parameters as they are now. */
  get params(): Results {
    return Object.fromEntries(
      this.members.map(({ plan, member }) => [member.name, need(member.tensors[plan.param])]),
    );
  }

  /** The states of one parameter, by their names in the definition; none before the first step. */
  statesOf(name: string): Results {
    const found = this.members.find(({ member }) => member.name === name);
    if (found === undefined) throw new BadInput(`there is no parameter \`${name}\``);
    const { [found.plan.param]: _param, ...states } = found.member.tensors;
    return states;
  }

  /** Changes hyper-parameters of one group from the next step on. */
  set(group: number, scalars: Scalars): void {
    if (this.scalars[group] === undefined) throw new BadInput(`there is no group ${group}`);
    this.scalars[group] = { ...this.scalars[group], ...scalars };
  }

  /**
   * One step of every parameter.
   *
   * @param scalars - Hyper-parameters for this step, in every group whose definition has them.
   * @throws {BadInput} before anything changed, when a gradient is missing.
   */
  async step(gradients: Gradients, scalars: Scalars = {}): Promise<void> {
    const known = new Set(this.members.map(({ member }) => member.name));
    const extra = Object.keys(gradients).filter((name) => !known.has(name));
    if (extra.length > 0) throw new BadInput(`there is no parameter ${quoted(extra)}`);
    const calls = this.plans.map((plan) =>
      plan.members.map((m) => this.call(plan, m, gradients, scalars)),
    );
    for (const [n, plan] of this.plans.entries()) {
      const { each, shared } = await plan.prepared.many(calls[n] ?? [], plan.shared);
      for (const [m, member] of plan.members.entries())
        member.tensors = statesIn(plan, each[m] ?? {});
      plan.shared = statesIn(plan, shared);
    }
    this.steps += 1;
  }

  /** Everything that the next step depends on. */
  async save(): Promise<Uint8Array> {
    const tensors = new Map<string, Tensor>();
    for (const { plan, member } of this.members) {
      for (const [name, each] of Object.entries(member.tensors)) {
        tensors.set(
          name === plan.param ? `param/${member.name}` : `state/${member.name}/${name}`,
          each,
        );
      }
    }
    for (const [n, plan] of this.plans.entries()) {
      for (const [name, each] of Object.entries(plan.shared))
        tensors.set(`shared/${n}/${name}`, each);
    }
    const groups = this.groups.map(({ program }, n) => ({
      program: program.name,
      scalars: this.scalars[n] ?? {},
    }));
    return writeCheckpoint({ t: this.steps, seed: this.seed, groups, tensors });
  }

  /**
   * Goes on from what `save` gave: parameters, states, step, seed and hyper-parameters.
   *
   * @throws {CheckpointError} before anything changed, when the file is of other parameters or
   *   definitions.
   */
  load(bytes: Uint8Array): void {
    const checkpoint = readCheckpoint(bytes);
    this.checkGroups(checkpoint);
    const rest = new Map(checkpoint.tensors);
    const loaded = this.plans.map((plan, n) => ({
      plan,
      members: plan.members.map((member) => takeMember(plan, member, rest)),
      shared: take(plan, `shared/${n}/`, rest),
    }));
    const left = [...rest.keys()];
    if (left.length > 0)
      throw new CheckpointError(`the file holds ${quoted(left)}, which nothing here takes`);
    for (const { plan, members, shared } of loaded) {
      for (const [m, member] of plan.members.entries()) {
        disposeAll(member.tensors);
        member.tensors = members[m] ?? {};
      }
      disposeAll(plan.shared);
      plan.shared = shared;
    }
    this.steps = checkpoint.t;
    this.seed = checkpoint.seed;
    for (const [n, group] of checkpoint.groups.entries()) this.scalars[n] = group.scalars;
  }

  /**
   * Replaces the file in one step: it holds the old state or the new, whenever the machine stops.
   */
  async saveTo(files: Files, path: string): Promise<void> {
    await commitFile(files, path, await this.save());
  }

  /** False when there is no such file. */
  async loadFrom(files: Files, path: string): Promise<boolean> {
    const bytes = await files.read(path);
    if (bytes !== undefined) this.load(bytes);
    return bytes !== undefined;
  }

  /** Gives back states and temporaries. The parameters stay. */
  dispose(): void {
    for (const plan of this.plans) {
      plan.prepared.dispose();
      disposeAll(plan.shared);
      for (const { tensors } of plan.members) {
        const { [plan.param]: _param, ...states } = tensors;
        disposeAll(states);
      }
    }
  }

  private get members(): readonly { readonly plan: Plan; readonly member: Member }[] {
    return this.plans.flatMap((plan) => plan.members.map((member) => ({ plan, member })));
  }

  private call(plan: Plan, member: Member, gradients: Gradients, scalars: Scalars): Call {
    const given = gradients[member.name];
    if (given === undefined) throw new BadInput(`parameter \`${member.name}\` got no gradient`);
    const inputs =
      "data" in given && typeof given.data === "function" ? { [plan.grad]: given } : given;
    const { scalars: known, name } = plan.prepared.program;
    const own = this.scalars[member.group] ?? {};
    const bag: Record<string, number> = {
      ...own,
      ...scalars,
      t: this.steps + 1,
      key: keyOf(this.seed, member.name),
    };
    const wanted = Object.entries(bag).filter(([key]) => known.some((info) => info.name === key));
    const unknown = Object.keys(own).filter((key) => !known.some((info) => info.name === key));
    if (unknown.length > 0) throw new BadInput(`\`${name}\` has no scalar ${quoted(unknown)}`);
    return { ...member.tensors, ...(inputs as Call), ...Object.fromEntries(wanted) };
  }

  private checkGroups({ groups }: Checkpoint): void {
    const wanted = this.groups.map((group) => group.program.name).join(", ");
    const found = groups.map((group) => group.program).join(", ");
    if (wanted === found) return;
    throw new CheckpointError(`the file is of groups with ${found}, this optimizer has ${wanted}`);
  }
}

/** Parameters and states among results; outputs are the caller's. */
function statesIn(plan: Plan, results: Results): Readonly<Record<string, Tensor>> {
  const outputs = plan.prepared.program.tensors.filter((info) => info.role === "out");
  const names = new Set(outputs.map((info) => info.name));
  return Object.fromEntries(Object.entries(results).filter(([name]) => !names.has(name)));
}

function takeMember(
  plan: Plan,
  member: Member,
  rest: Map<string, Tensor>,
): Readonly<Record<string, Tensor>> {
  const key = `param/${member.name}`;
  const found = rest.get(key);
  const shape = need(member.tensors[plan.param]).shape;
  if (found === undefined)
    throw new CheckpointError(`the file has no parameter \`${member.name}\``);
  if (shapeText(found.shape) !== shapeText(shape)) {
    throw new CheckpointError(
      `parameter \`${member.name}\` has shape ${shapeText(found.shape)} in the file, ` +
      `${shapeText(shape)} here`,
    );
  }
  rest.delete(key);
  return { [plan.param]: found, ...take(plan, `state/${member.name}/`, rest) };
}

/** The states of `plan`'s definition that stand under `prefix`. */
function take(
  plan: Plan,
  prefix: string,
  rest: Map<string, Tensor>,
): Readonly<Record<string, Tensor>> {
  const states: Record<string, Tensor> = {};
  for (const { name, role } of plan.prepared.program.tensors) {
    const found = role === "state" ? rest.get(prefix + name) : undefined;
    if (found === undefined) continue;
    states[name] = found;
    rest.delete(prefix + name);
  }
  return states;
}

function disposeAll(tensors: Readonly<Record<string, Tensor>>): void {
  for (const each of Object.values(tensors)) if (each.device !== undefined) each.dispose();
}

function matches(patterns: string | readonly string[], name: string): boolean {
  return [patterns].flat().some((pattern) => {
    const parts = pattern.split("*").map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
    return new RegExp(`^${parts.join(".*")}$`, "s").test(name);
  });
}

/** 32 bits that differ by seed and name. @source Fowler, Noll & Vo, FNV-1a. */
function keyOf(seed: number, name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(`${seed}/${name}`)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return hash >>> 0;
}

function quoted(names: readonly string[]): string {
  return listed(names.map((name) => `\`${name}\``));
}

function need(tensor: Tensor | undefined): Tensor {
  if (tensor === undefined) throw new Error("internal: a member has lost its parameter");
  return tensor;
}
