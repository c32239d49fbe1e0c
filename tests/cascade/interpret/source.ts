// Loads a definition of a `.opt` file and runs it: parser, checker, orient, inline, interpreter.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { Cascade } from "../../../src/cascade/cascade.js";
import { bind } from "../../../src/cascade/interpret/bind.js";
import {
  interpret,
  type InputTensor,
  type Inputs,
  type Options,
} from "../../../src/cascade/interpret/index.js";
import { loadModule, type Host } from "../../../src/cascade/load.js";
import { inline } from "../../../src/transform/inline.js";
import { orientVariants } from "../../../src/transform/orient.js";

const host = (root: string): Host => ({
  read: (path) => (existsSync(path) ? readFileSync(path, "utf8") : undefined),
  list: (folder) => (existsSync(folder) ? readdirSync(folder) : undefined),
  root,
});

/** Every cascade and optimizer of a file, checked, calls included. */
export function definitionsOf(root: string, path: string): ReadonlyMap<string, Cascade> {
  const name = `${root}/${path}`;
  const module = loadModule({ name, text: readFileSync(name, "utf8") }, host(root));
  if (!module.ok) throw new Error(`${path}: ${module.errors[0].code} ${module.errors[0].message}`);
  const found = [...module.value.definitions].flatMap(([id, definition]): [string, Cascade][] =>
    definition.kind === "cascade" ? [[id, definition.cascade]] : [],
  );
  return new Map(found);
}

/** A definition in text of its own. */
export function cascadeOf(text: string, name: string): Cascade {
  const module = loadModule({ name: "test.opt", text }, { read: () => undefined });
  if (!module.ok) throw new Error(`${module.errors[0].code} ${module.errors[0].message}`);
  const definition = module.value.definitions.get(name);
  if (definition?.kind !== "cascade") throw new Error(`no cascade ${name}`);
  return definition.cascade;
}

/** The variant for these inputs, without calls. Conditions of `orient` are over bound extents. */
export function prepared(cascade: Cascade, inputs: Inputs): Cascade {
  const [first, ...others] = orientVariants(cascade);
  const chosen =
    first === undefined || others.length === 0
      ? first
      : [first, ...others].find((variant) => {
          const { extents } = bind(first.cascade, inputs);
          const contracts = variant.conditions.map(({ condition, holds }) => ({
            kind: "extents" as const,
            subject: undefined,
            value: holds
              ? condition
              : {
                  kind: "map" as const,
                  op: "not" as const,
                  args: [condition],
                  type: "boolean" as const,
                  at: condition.at,
                },
            at: condition.at,
          }));
          try {
            bind({ ...first.cascade, contracts }, { extents: Object.fromEntries(extents) });
            return true;
          } catch {
            return false;
          }
        });
  if (chosen === undefined) throw new Error("no variant fits");
  const made = inline(chosen.cascade);
  if (!made.ok) throw new Error(made.errors[0].message);
  return made.value;
}

export type Numbers = Readonly<Record<string, number[]>>;

/** One step; a diagnostic is thrown as an error. */
export function runStep(cascade: Cascade, inputs: Inputs, options: Options): Numbers {
  const result = interpret(prepared(cascade, inputs), inputs, options);
  if (!result.ok) throw new Error(`${result.errors[0].code}: ${result.errors[0].message}`);
  return Object.fromEntries(Object.entries(result.value).map(([id, t]) => [id, [...t.data]]));
}

/** Numbers in [-1, 1), the same at each run. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return ((state >>> 8) / 2 ** 24) * 2 - 1;
  };
}

export function tensor(shape: readonly number[], make: (n: number) => number): InputTensor {
  const size = shape.reduce((product, extent) => product * extent, 1);
  return { shape, data: Array.from({ length: size }, (_, n) => make(n)) };
}
