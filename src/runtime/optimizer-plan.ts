// Which parameters of an optimizer are stepped together, and what each holds.
//
// In:  parameters by name, groups.
// Out: plans: one for each definition with its statics; their members, with parameter and states.
// Not here: stepping, saving (optimizer.ts).

import { BadInput, CheckpointError, listed } from "./errors.js";
import type { Device } from "./device.js";
import type { Prepared, Program, Results, Settings } from "./program.js";
import { shapeText } from "./tensor.js";
import type { Tensor } from "./tensor.js";

export type Scalars = Readonly<Record<string, number>>;

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

export interface Member {
  readonly name: string;
  readonly group: number;
  /** The parameter and its states, by their names in the definition. */
  tensors: Readonly<Record<string, Tensor>>;
}

export interface Plan {
  readonly prepared: Prepared;
  readonly param: string;
  readonly grad: string;
  readonly members: Member[];
  shared: Readonly<Record<string, Tensor>>;
}

/** @throws {BadInput} when a parameter has no group, or a definition is none of an optimizer. */
export async function plansOf(
  device: Device,
  { params, groups }: OptimizerOptions,
): Promise<readonly Plan[]> {
  const plans = new Map<string, Plan>();
  for (const [name, tensor] of Object.entries(params)) {
    const index = groups.findIndex((group) => matches(group.match, name));
    const group = groups[index];
    if (group === undefined)
      throw new BadInput(`no group takes parameter \`${name}\`; add one for \`*\``);
    const plan = await planOf(device, group, groups, plans);
    plan.members.push({ name, group: index, tensors: { [plan.param]: tensor } });
  }
  return [...plans.values()];
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

/** Parameters and states among results; outputs are the caller's. */
export function statesIn(plan: Plan, results: Results): Readonly<Record<string, Tensor>> {
  const outputs = plan.prepared.program.tensors.filter((info) => info.role === "out");
  const names = new Set(outputs.map((info) => info.name));
  return Object.fromEntries(Object.entries(results).filter(([name]) => !names.has(name)));
}

export function takeMember(
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
export function take(
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

export function disposeAll(tensors: Readonly<Record<string, Tensor>>): void {
  for (const each of Object.values(tensors)) if (each.device !== undefined) each.dispose();
}

function matches(patterns: string | readonly string[], name: string): boolean {
  return [patterns].flat().some((pattern) => {
    const parts = pattern.split("*").map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
    return new RegExp(`^${parts.join(".*")}$`, "s").test(name);
  });
}

/** 32 bits that differ by seed and name. @source Fowler, Noll & Vo, FNV-1a. */
export function keyOf(seed: number, name: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(`${seed}/${name}`)) {
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return hash >>> 0;
}

export function quoted(names: readonly string[]): string {
  return listed(names.map((name) => `\`${name}\``));
}

export function need(tensor: Tensor | undefined): Tensor {
  if (tensor === undefined) throw new Error("internal: a member has lost its parameter");
  return tensor;
}
