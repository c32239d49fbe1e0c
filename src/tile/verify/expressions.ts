// Names within an expression: what it mentions is there, and what it loads may be read.
//
// In:  an expression of a tile program, and what is in scope where it stands.
// Out: one line for each rule that is broken.
// Not here: rules of operations (names.ts, states.ts).

import type { TileExpr, TileProgram } from "../tile.js";
import { axesOfNames, axesUsed, tileNodes } from "../walk.js";
import { axisIn, type VerifyScope } from "./scope.js";

export function checkExpr(
  program: TileProgram,
  e: TileExpr,
  scope: VerifyScope,
  place: string,
  locals: ReadonlySet<string> = new Set(),
): readonly string[] {
  const has = (list: readonly { readonly name: string }[], name: string): boolean =>
    list.some((item) => item.name === name);
  return [...tileNodes(e)].flatMap((node): readonly string[] => {
    const unknown = (what: string): readonly string[] => [`${place}: no ${what} here`];
    switch (node.kind) {
      case "axis":
        return axisIn(scope, node.axis) === undefined ? unknown(`axis ${node.axis}`) : [];
      case "local":
        return locals.has(node.name) || scope.lets.has(node.name) || scope.stages.has(node.name)
          ? []
          : unknown(`local ${node.name}`);
      case "size":
        return node.size.kind === "number" || has(program.sizes, node.size.name)
          ? []
          : unknown(`size ${node.size.name}`);
      case "scalar":
        return has(program.scalars, node.name) ? [] : unknown(`scalar ${node.name}`);
      case "result":
      case "present":
        return checkRead(node.state, scope, place);
      case "load":
        return checkLoad(program, node, place);
      default:
        return [];
    }
  });
}

/** A state's value is there when the loops that it reduces have ended. */
export function checkRead(name: string, scope: VerifyScope, place: string): readonly string[] {
  const state = scope.states.get(name);
  if (state === undefined) return [`${place}: no state ${name} here`];
  const open = state.over.filter((id) => axisIn(scope, id) !== undefined);
  return open.length === 0
    ? []
    : [`${place}: state ${name} is read inside the loop over ${open.join(", ")}`];
}

export function checkLoad(
  program: TileProgram,
  e: Extract<TileExpr, { kind: "load" }>,
  place: string,
): readonly string[] {
  const buffer = program.buffers.find((b) => b.name === e.buffer);
  if (buffer === undefined) return [`${place}: no buffer ${e.buffer} here`];
  const problems: string[] = [];
  if (buffer.access === "write") problems.push(`${place}: buffer ${e.buffer} is not to be read`);
  if (buffer.dims.length !== e.indices.length) {
    problems.push(
      `${place}: ${e.buffer} has ${buffer.dims.length} dimensions, ${e.indices.length} given`,
    );
  }
  return problems;
}

/** `axes` are in scope, each once, and `values` vary over no other. */
export function checkAxes(
  program: TileProgram,
  axes: readonly string[],
  values: readonly TileExpr[],
  scope: VerifyScope,
  place: string,
): readonly string[] {
  const names = axesOfNames(program);
  const used = values.flatMap((e) => [...axesUsed(e, names)]);
  const extra = [...new Set(used)].filter((id) => !axes.includes(id));
  return [
    ...axes
      .filter((id) => axisIn(scope, id) === undefined)
      .map((id) => `${place}: no axis ${id} here`),
    ...axes.filter((id, n) => axes.indexOf(id) < n).map((id) => `${place}: axis ${id} twice`),
    ...extra.map((id) => `${place}: varies over ${id}, which is none of its axes`),
  ];
}
