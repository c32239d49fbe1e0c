// Runs a program on a chain of executors and says where they first differ.

import { Refused, stagesOf, type Executor, type Values } from "./stages.js";
import type { FuzzProgram } from "./program.js";

export type Outcome =
  | { readonly kind: "equal"; readonly executors: number }
  /** The compiler refuses the program, or a part of the chain cannot run it yet. */
  | { readonly kind: "refused"; readonly code: string; readonly text: string }
  /** The values leave the range in which every target agrees: the generator's fault. */
  | { readonly kind: "nonfinite"; readonly text: string }
  | { readonly kind: "different"; readonly executor: string; readonly text: string };

export async function compare(
  program: FuzzProgram,
  executors: readonly Executor[],
): Promise<Outcome> {
  let first: { readonly name: string; readonly values: Values } | undefined;
  let ran = 0;
  let stage = "compiler";
  try {
    const stages = stagesOf(program);
    for (const { name, run } of executors) {
      stage = name;
      const values = await run(stages);
      if (values === undefined) continue;
      ran += 1;
      const bad = Object.entries(values).find(([, list]) => !allFinite(list));
      if (first === undefined && bad !== undefined) {
        return { kind: "nonfinite", text: `${name}: ${bad[0]}` };
      }
      first ??= { name, values };
      const text = difference(first.values, values);
      if (text !== undefined) {
        return {
          kind: "different",
          executor: name,
          text: `${name}, not as ${first.name}: ${text}`,
        };
      }
    }
    return { kind: "equal", executors: ran };
  } catch (error) {
    if (error instanceof Refused) return { kind: "refused", code: error.code, text: error.message };
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { kind: "different", executor: stage, text: `${stage} throws: ${text}` };
  }
}

function allFinite(list: ArrayLike<number>): boolean {
  for (let n = 0; n < list.length; n++) if (!Number.isFinite(list[n])) return false;
  return true;
}

/** Where two results differ; +0 equals -0. */
export function difference(expected: Values, found: Values): string | undefined {
  for (const [name, list] of Object.entries(expected)) {
    const other = found[name];
    if (other === undefined) return `${name} is missing`;
    if (other.length !== list.length)
      return `${name} has ${other.length} elements, not ${list.length}`;
    for (let n = 0; n < list.length; n++) {
      if (list[n] !== other[n]) return `${name}, element ${n}: ${other[n]}, not ${list[n]}`;
    }
  }
  return undefined;
}
