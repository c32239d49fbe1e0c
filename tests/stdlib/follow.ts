// Lets a definition of stdlib/ follow a recorded trajectory and says how far it strayed.
//
// In:  an Oracle, a Recipe (which definition, which hyper-parameter is called what), a device.
// Out: the largest deviation of any parameter or state at any step, relative to the oracle's
//      largest value.

import { compile, createOptimizer, tensor, type Device, type Tensor } from "../../src/index.js";
import type { Oracle } from "./oracle.js";

type Hyper = Readonly<Record<string, unknown>>;

export interface Recipe {
  /** `adamw` of `adamw-a.safetensors`. */
  readonly oracle: string;
  /** `optimizers/adamw.opt#adamw`, by the parameter's shape and the settings. */
  readonly definition: (shape: readonly number[], hyper: Hyper) => string;
  readonly scalars: (
    hyper: Hyper,
    shape: readonly number[],
  ) => Readonly<Record<string, number | boolean>>;
  /** Our states by the oracle's; those that are not recorded are left out. */
  readonly states: Readonly<Record<string, string>>;
  /** Our inputs by the oracle's: `{ s: "hgrad" }`. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** All tensors are stepped together: a global norm. */
  readonly together?: boolean;
}

export interface Deviation {
  readonly parameters: number;
  readonly states: number;
  readonly worst: string;
}

interface Gap {
  readonly what: string;
  readonly by: number;
  readonly isState: boolean;
}

const library = new URL("../../stdlib/", import.meta.url).pathname;

/** Steps every parameter of the oracle through all its steps. */
export async function follow(oracle: Oracle, recipe: Recipe, device: Device): Promise<Deviation> {
  const all: Gap[] = [];
  if (recipe.together === true) all.push(...(await followAll(oracle, recipe, device)));
  else
    for (const name of oracle.parameters)
      all.push(...(await followOne(oracle, recipe, device, name)));
  const most = (isState: boolean) =>
    Math.max(0, ...all.filter((one) => one.isState === isState).map((one) => one.by));
  const worst = all.reduce((a, b) => (b.by > a.by ? b : a), {
    what: "none",
    by: -1,
    isState: false,
  });
  return { parameters: most(false), states: most(true), worst: worst.what };
}

async function followOne(oracle: Oracle, recipe: Recipe, device: Device, name: string) {
  const start = need(oracle, `param.0/${name}`);
  const program = await compile(library + recipe.definition(start.shape, oracle.hyper));
  const step = await device.prepare(program, {});
  const scalars = recipe.scalars(oracle.hyper, start.shape);
  const param = roleName(program.tensors, "param");
  const grad = roleName(program.tensors, "grad");
  const give = (key: string) => given(oracle, device, key);
  let kept: Record<string, unknown> = { [param]: give(`param.0/${name}`) };
  const found: Gap[] = [];
  for (let t = 1; t <= oracle.steps; t++) {
    const inputs = Object.fromEntries(
      Object.entries(recipe.inputs ?? {})
        .filter(([, theirs]) => oracle.tensor(`${theirs}.${t}/${name}`))
        .map(([ours, theirs]) => [ours, give(`${theirs}.${t}/${name}`)]),
    );
    const missing = program.tensors
      .filter((one) => one.role === "input" && inputs[one.name] === undefined)
      .map((one) => [one.name, tensor(new Float32Array(start.data.length), start.shape)]);
    const out = await step({
      ...kept,
      ...Object.fromEntries(missing),
      ...inputs,
      ...scalars,
      [grad]: give(`grad.${t}/${name}`),
      t,
    } as Parameters<typeof step>[0]);
    kept = { ...out };
    found.push(await compare(oracle, `param.${t}/${name}`, out[param], false));
    for (const [ours, theirs] of Object.entries(recipe.states)) {
      const key = `state.${t}/${name}/${theirs}`;
      if (out[ours] && oracle.tensor(key)) found.push(await compare(oracle, key, out[ours], true));
    }
  }
  return found;
}

/** All parameters in one Optimizer, so that a norm goes over all of them. */
async function followAll(oracle: Oracle, recipe: Recipe, device: Device): Promise<readonly Gap[]> {
  const each = <T>(of: (name: string) => T) =>
    Object.fromEntries(oracle.parameters.map((name) => [name, of(name)]));
  const shape = need(oracle, `param.0/${oracle.parameters[0]}`).shape;
  const optimizer = await createOptimizer(device, {
    params: each((name) => given(oracle, device, `param.0/${name}`)),
    groups: [
      {
        match: "*",
        program: await compile(library + recipe.definition(shape, oracle.hyper)),
        scalars: recipe.scalars(oracle.hyper, shape) as Record<string, number>,
      },
    ],
  });
  const found: Gap[] = [];
  for (let t = 1; t <= oracle.steps; t++) {
    await optimizer.step(each((name) => given(oracle, device, `grad.${t}/${name}`)));
    for (const name of oracle.parameters) {
      found.push(await compare(oracle, `param.${t}/${name}`, optimizer.params[name], false));
      for (const [ours, theirs] of Object.entries(recipe.states)) {
        found.push(
          await compare(
            oracle,
            `state.${t}/${name}/${theirs}`,
            optimizer.statesOf(name)[ours],
            true,
          ),
        );
      }
    }
  }
  optimizer.dispose();
  return found;
}

/** float64 for the reference; what the others hold is float32. */
function given(oracle: Oracle, device: Device, key: string): Tensor {
  const { data, shape } = need(oracle, key);
  return tensor(device.kind === "reference" ? data : Float32Array.from(data), shape);
}

async function compare(
  oracle: Oracle,
  key: string,
  ours: { data(): Promise<ArrayLike<number>> } | undefined,
  isState: boolean,
) {
  if (!ours) throw new Error(`internal: no result for ${key}`);
  const theirs = need(oracle, key).data;
  const data = await ours.data();
  if (data.length !== theirs.length)
    throw new Error(`${key}: ${data.length} elements, not ${theirs.length}`);
  let difference = 0;
  let largest = 0;
  for (let i = 0; i < theirs.length; i++) {
    const gap = Math.abs(Number(data[i]) - (theirs[i] ?? NaN));
    difference = gap > difference || Number.isNaN(gap) ? gap : difference;
    largest = Math.max(largest, Math.abs(theirs[i] ?? 0));
  }
  return {
    what: `${oracle.name} ${key}`,
    by: largest > 0 ? difference / largest : difference,
    isState,
  };
}

function need(oracle: Oracle, key: string) {
  const found = oracle.tensor(key);
  if (!found) throw new Error(`${oracle.name} has no ${key}`);
  return found;
}

function roleName(
  tensors: readonly { readonly name: string; readonly role: string }[],
  role: string,
): string {
  const found = tensors.find((one) => one.role === role);
  if (!found) throw new Error(`internal: no ${role}`);
  return found.name;
}
