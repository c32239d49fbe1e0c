// What is run in Node and in a page, from the same inputs.
//
// In:  a definition made ready to run.
// Out: its results, bit by bit.
// Not here: which device; this file and the page that imports it hold no module of Node.

import type { Call, Prepared, Tensor } from "../../src/runtime/index.js";
import { tensor } from "../../src/runtime/index.js";

export const files = {
  adamw: "optimizers/adamw.opt#adamw",
  softmax_rows: "nn/softmax.opt#softmax_rows",
  attention: "attention/attention.opt#attention",
} as const;

export type Name = keyof typeof files;

export const names: readonly Name[] = ["adamw", "softmax_rows", "attention"];

/** Each result as float32 in base64: quick to hand over, and no bit is lost. */
export type Bits = Readonly<Record<string, string>>;

/** Numbers in [-1, 1) that follow from the seed: whole-number arithmetic, equal everywhere. */
function values(shape: readonly number[], seed: number): Tensor {
  const length = shape.reduce((product, extent) => product * extent, 1);
  let state = Math.imul(seed, 0x9e3779b1);
  const data = Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >> 8) / 2 ** 23;
  });
  return tensor(data, shape);
}

/** Sizes that fill neither tiles nor lanes. */
export function inputsOf(name: Name): Call {
  switch (name) {
    case "adamw":
      return { w: values([71, 613], 1), g: values([71, 613], 2), lr: 0.01 };
    case "softmax_rows":
      return { X: values([67, 1031], 3) };
    case "attention":
      return {
        Q: values([1, 4, 77, 33], 4),
        K: values([1, 2, 91, 33], 5),
        V: values([1, 2, 91, 21], 6),
      };
  }
}

/** Weights and gradients for which handing over to threads pays. */
export function largeStep(length: number): Call {
  return { w: values([length], 7), g: values([length], 8) };
}

/** An optimizer is stepped three times, its states kept. */
export async function run(step: Prepared, name: Name): Promise<Bits> {
  const given = inputsOf(name);
  let out = await step({ ...given, ...(name === "adamw" ? { t: 1 } : {}) });
  for (let t = 2; name === "adamw" && t <= 3; t++) out = await step({ ...given, ...out, t });
  const read = Object.entries(out).map(async ([key, one]) => [key, await bitsOf(one)] as const);
  return Object.fromEntries(await Promise.all(read));
}

async function bitsOf(one: Tensor): Promise<string> {
  const bytes = new Uint8Array(Float32Array.from(await one.data(), Number).buffer);
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

export function floatsOf(bits = ""): Float32Array {
  return new Float32Array(Uint8Array.from(atob(bits), (letter) => letter.charCodeAt(0)).buffer);
}
