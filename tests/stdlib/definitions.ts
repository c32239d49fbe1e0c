// Every definition of the library, and inputs of small odd sizes for any of them.

import { readFileSync, readdirSync } from "node:fs";
import { tensor, type CompiledProgram, type Tensor } from "../../src/index.js";

const root = new URL("../../stdlib/", import.meta.url);

/** `nn/softmax.opt#softmax_rows`, …, monoids and formats left out. */
export function definitions(): readonly string[] {
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".opt"),
  );
  return files.sort().flatMap((file) => {
    const text = readFileSync(new URL(file, root), "utf8");
    return [...text.matchAll(/^(?:cascade|optimizer) (\w+)/gm)].map(
      ([, name]) => `${file}#${name}`,
    );
  });
}

export function libraryPath(definition: string): string {
  return (
    new URL(definition.split("#")[0] ?? "", root).pathname +
    definition.slice(definition.indexOf("#"))
  );
}

const sizes = [1, 2, 3, 5, 6, 7, 8, 17, 33];

/** Numbers in [0, 1) that follow from the seed. */
export function generator(seed: number): () => number {
  let state = seed * 2654435761;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return state / 4294967296;
  };
}

/** An extent for each rank of the tensors that a caller passes. */
export function extents(
  program: CompiledProgram,
  random: () => number,
): ReadonlyMap<string, number> {
  const names = new Set(
    program.tensors.filter((one) => one.role !== "out").flatMap((one) => one.ranks),
  );
  return new Map([...names].map((name) => [name, sizes[Math.floor(random() * sizes.length)] ?? 1]));
}

/** A tensor for each `in`, `param`, `grad` and `input`; states start as the definition says. */
export function inputs(
  program: CompiledProgram,
  size: ReadonlyMap<string, number>,
  random: () => number,
): Readonly<Record<string, Tensor>> {
  const wanted = program.tensors.filter((one) =>
    ["in", "param", "grad", "input"].includes(one.role),
  );
  return Object.fromEntries(
    wanted.map((one) => {
      const shape = one.ranks.map((rank) => size.get(rank) ?? 1);
      const length = shape.reduce((a, b) => a * b, 1);
      const limit = size.get(one.format);
      if (limit !== undefined) {
        // positions along a rank, and one past the end: absent
        return [
          one.name,
          tensor(
            Int32Array.from({ length }, () => Math.floor(random() * (limit + 1))),
            shape,
          ),
        ];
      }
      if (one.format === "i32")
        return [
          one.name,
          tensor(
            Int32Array.from({ length }, () => Math.floor(9 * random())),
            shape,
          ),
        ];
      return [
        one.name,
        tensor(
          Float32Array.from({ length }, () => 4 * random() - 2),
          shape,
        ),
      ];
    }),
  );
}
