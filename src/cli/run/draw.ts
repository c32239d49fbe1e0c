// Tensors for a run without a file: the same for the same seed, on every machine.
//
// In:  a definition's tensors with their extents.
// Out: reals from a normal distribution, integers and indices that are valid, booleans by a coin.
// Not here: states and tensors with a default; they start by themselves.

import type { Cascade, Tensor as Declared } from "../../cascade/cascade.js";
import { draw } from "../../cascade/random.js";
import { BadInput } from "../../runtime/errors.js";
import type { TensorInfo } from "../../runtime/program.js";
import { tensor } from "../../runtime/tensor.js";
import { bytesText } from "../text.js";
import type { Tensors } from "./job.js";

const mostElements = 2 ** 28;

export function drawTensors(
  cascade: Cascade,
  infos: readonly TensorInfo[],
  extents: ReadonlyMap<string, number>,
  seed: number,
): Tensors {
  const drawn = infos.flatMap(({ name, role }, n) => {
    const declared = cascade.tensors.get(name);
    if (declared === undefined || role === "out" || role === "state") return [];
    if (declared.value !== undefined) return [];
    return [[name, drawOne(declared, n, extents, seed)] as const];
  });
  return Object.fromEntries(drawn);
}

function drawOne(
  declared: Declared,
  which: number,
  extents: ReadonlyMap<string, number>,
  seed: number,
) {
  const shape = declared.ranks.map((rank) => extents.get(rank) ?? 0);
  const count = shape.reduce((product, extent) => product * extent, 1);
  if (count > mostElements) {
    const bytes = bytesText(count * 4);
    throw new BadInput(
      `\`${declared.id}\` would take ${bytes}, too much to draw; give --in, or smaller extents`,
    );
  }
  const one = elementOf(declared, which, extents, seed);
  return tensor(
    Float64Array.from({ length: count }, (_, n) => one(n)),
    shape,
    "f64",
  );
}

function elementOf(
  { format, type }: Declared,
  which: number,
  extents: ReadonlyMap<string, number>,
  seed: number,
): (n: number) => number {
  const uniform = (n: number) => draw("uniform", "f64", seed, [n, which]);
  if (type === "real") return (n) => Math.fround(draw("normal", "f64", seed, [n, which]));
  if (type === "boolean") return (n) => (uniform(n) < 0.5 ? 0 : 1);
  if (format.kind === "index")
    return (n) => Math.floor(uniform(n) * (extents.get(format.rank) ?? 0));
  const bits = format.kind === "integer" ? format.bits - (format.signed ? 1 : 0) : 7;
  const most = 2 ** Math.min(bits, 7);
  return (n) => Math.floor(uniform(n) * most);
}
