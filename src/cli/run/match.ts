// Which tensor of the files is which tensor of the definition.
//
// In:  the definition's tensors, and the tensors of --in and --grads.
// Out: for each parameter, tensors by the definition's names; or a BadInput that says what lacks.
// Not here: shapes (job.ts).

import { nearest } from "../../cascade/check/scope.js";
import { BadInput } from "../../runtime/errors.js";
import type { TensorInfo } from "../../runtime/program.js";
import type { Tensor } from "../../runtime/tensor.js";
import { listed } from "../text.js";
import type { Tensors } from "./job.js";

export interface Files {
  readonly own: ReadonlyMap<string, Tensor>;
  readonly ownPath: string;
  readonly grads: ReadonlyMap<string, Tensor>;
  readonly gradsPath: string | undefined;
}

export type NamedInfo = TensorInfo & { readonly isOptional: boolean };

/** By the definition's own names; the states that are there go on from their values. */
export function namedTensors(
  definition: string,
  infos: readonly NamedInfo[],
  files: Files,
): { readonly found: Tensors; readonly unused: readonly string[] } {
  const given = infos.filter(({ role }) => role !== "out");
  const all = new Map([...files.own, ...files.grads]);
  const entries = given.flatMap((info): [string, Tensor][] => {
    const tensor = all.get(info.name);
    if (tensor !== undefined) return [[info.name, tensor]];
    if (info.isOptional) return [];
    throw missing(files, [...all.keys()], info.name, `\`${definition}\``);
  });
  const names = new Set(given.map(({ name }) => name));
  const stores = [...all].filter(
    ([name]) => names.has(name.split(".")[0] ?? "") && !names.has(name),
  );
  const known = new Set([...names, ...stores.map(([name]) => name)]);
  return {
    found: Object.fromEntries([...entries, ...stores]),
    unused: [...all.keys()].filter((name) => !known.has(name)),
  };
}

/** Every tensor that is no gradient and no other input is a parameter. */
export function modelParameters(
  definition: string,
  infos: readonly TensorInfo[],
  files: Files,
): ReadonlyMap<string, Tensors> {
  const param = only(definition, infos, "param");
  const grad = only(definition, infos, "grad");
  const inputs = infos.filter(({ role }) => role === "input").map(({ name }) => name);
  const endings = ["grad", ...inputs];
  const names = [...files.own.keys()].filter((name) => !isBeside(files, name, endings));
  if (names.length === 0) throw new BadInput(`${files.ownPath} holds no parameter`);
  refuseExtra(files, names);
  const entries = names.map((name): [string, Tensors] => {
    const own = find(files, [name], name, files.own);
    const gradient = find(files, [name, `${name}.grad`], name, gradsOf(files), `${name}.grad`);
    const further = inputs.map(
      (input) => [input, find(files, [`${name}.${input}`], name)] as const,
    );
    return [name, { [param]: own, [grad]: gradient, ...Object.fromEntries(further) }];
  });
  return new Map(entries);
}

function only(definition: string, infos: readonly TensorInfo[], role: "param" | "grad"): string {
  const [first, ...more] = infos.filter((info) => info.role === role).map(({ name }) => name);
  if (first !== undefined && more.length === 0) return first;
  const found = listed(
    [first, ...more].flatMap((name) => (name === undefined ? [] : [`\`${name}\``])),
  );
  const has = found === "" ? `no ${role}` : found;
  throw new BadInput(
    `\`${definition}\` has ${has}: give its tensors under the definition's own names`,
  );
}

/** `a.grad` of a file that holds `a`, too. */
function isBeside({ own }: Files, name: string, endings: readonly string[]): boolean {
  return endings.some(
    (ending) => name.endsWith(`.${ending}`) && own.has(name.slice(0, -ending.length - 1)),
  );
}

/** In --grads gradients have the names of their parameters; beside them they end with `.grad`. */
function gradsOf({ own, grads, gradsPath }: Files): ReadonlyMap<string, Tensor> {
  if (gradsPath !== undefined) return grads;
  return new Map([...own].filter(([name]) => name.endsWith(".grad")));
}

function refuseExtra({ grads, gradsPath }: Files, names: readonly string[]): void {
  const known = new Set(names);
  for (const name of grads.keys()) {
    const stem = name.replace(/\.[A-Za-z_]\w*$/, "");
    if (known.has(name) || known.has(stem)) continue;
    const meant = nearest(name, names);
    const hint = meant === undefined ? "" : `; did you mean \`${meant}\`?`;
    throw new BadInput(`${gradsPath ?? "--grads"} holds \`${name}\`, which is no parameter${hint}`);
  }
}

function find(
  files: Files,
  names: readonly string[],
  parameter: string,
  where: ReadonlyMap<string, Tensor> = new Map([...files.own, ...files.grads]),
  shown = names[0] ?? "",
): Tensor {
  const tensor = names.map((name) => where.get(name)).find((found) => found !== undefined);
  if (tensor !== undefined) return tensor;
  const isGradient = shown.endsWith(".grad");
  if (isGradient && files.gradsPath !== undefined) {
    throw new BadInput(`${files.gradsPath} has no gradient for parameter \`${parameter}\``);
  }
  throw missing(files, [...where.keys()], shown, `parameter \`${parameter}\``);
}

function missing(
  { ownPath, gradsPath }: Files,
  known: readonly string[],
  name: string,
  by: string,
): BadInput {
  const meant = nearest(name, known);
  const names = known.slice(0, 8).map((each) => `\`${each}\``);
  const more = known.length > names.length ? `, and ${known.length - names.length} more` : "";
  const hint =
    meant !== undefined
      ? `did you mean \`${meant}\`?`
      : names.length === 0
        ? "there is none of that kind"
        : `there are ${listed(names)}${more}`;
  const where = gradsPath === undefined ? ownPath : `${ownPath} and ${gradsPath}`;
  return new BadInput(`no tensor \`${name}\` in ${where}, which ${by} needs; ${hint}`);
}
