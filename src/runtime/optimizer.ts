// Steps many named parameters: each group of them with its definition and its hyper-parameters.
//
// In:  a device, parameters by name, groups; then gradients at each step.
// Out: parameters and states, kept on the device; bytes to go on from, bit by bit.
// Not here: launches (prepare.ts). Groups with one definition and equal statics are one plan: their
// parameters share launches, and are the rank `params` together.

import { readCheckpoint, writeCheckpoint } from "./checkpoint.js";
import type { Checkpoint } from "./checkpoint.js";
import type { Device } from "./device.js";
import { BadInput, CheckpointError } from "./errors.js";
import type { Files } from "./files.js";
import { commitFile } from "./files.js";
import type { Group, Member, OptimizerOptions, Plan, Scalars } from "./optimizer-plan.js";
import {
  disposeAll,
  keyOf,
  need,
  plansOf,
  quoted,
  statesIn,
  take,
  takeMember,
} from "./optimizer-plan.js";
import type { Call, Results } from "./program.js";
import type { Tensor } from "./tensor.js";

/** The gradient of a parameter; a definition with further inputs takes all of them by name. */
export type Gradients = Readonly<Record<string, Tensor | Readonly<Record<string, Tensor>>>>;

/** @throws {BadInput} when a parameter has no group, or a definition is none of an optimizer. */
export async function createOptimizer(
  device: Device,
  options: OptimizerOptions,
): Promise<Optimizer> {
  const { groups, seed = 0 } = options;
  return new Optimizer(await plansOf(device, options), groups, seed);
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
    const calls = this.plans.map((plan) => {
      const each = this.scalarsOf(plan, scalars);
      return plan.members.map((m) => this.call(plan, m, gradients, each[m.group] ?? {}));
    });
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
    const key = keyOf(this.seed, member.name);
    return { ...member.tensors, ...(inputs as Call), ...scalars, key };
  }

  /** For each group: its own scalars, those of this step that its definition has, and `t`. */
  private scalarsOf(plan: Plan, scalars: Scalars): readonly Scalars[] {
    const { scalars: infos, name } = plan.prepared.program;
    const known = new Set(infos.map((info) => info.name));
    const used = new Set(plan.members.map((member) => member.group));
    const given = Object.entries(scalars).filter(([each]) => known.has(each));
    return this.scalars.map((own, group) => {
      const unknown = used.has(group) ? Object.keys(own).filter((each) => !known.has(each)) : [];
      if (unknown.length > 0) throw new BadInput(`\`${name}\` has no scalar ${quoted(unknown)}`);
      return { ...own, ...Object.fromEntries(given), t: this.steps + 1 };
    });
  }

  private checkGroups({ groups }: Checkpoint): void {
    const wanted = this.groups.map((group) => group.program.name).join(", ");
    const found = groups.map((group) => group.program).join(", ");
    if (wanted === found) return;
    throw new CheckpointError(`the file is of groups with ${found}, this optimizer has ${wanted}`);
  }
}
