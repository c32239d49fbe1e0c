// The reference interpreter: what a cascade means, one step at a time.
//
// In:  a cascade without calls and without `orient`, and what the caller brings.
// Out: parameters, states and outputs after the step; or the diagnostics of what does not fit.
// Not here: derivatives (derive them first), time, bytes.
//
// f64 is the meaning; f32 is what targets must equal (ARCHITECTURE.md, the meaning of numbers).

import type { Checked } from "../../../grammar/diagnostic.js";
import type { Span } from "../../../grammar/span.js";
import type { Cascade, TensorId } from "../cascade.js";
import { bind, type InputTensor, type Inputs } from "./bind.js";
import { newContext, slabOf, type Context, type Mode, type Slab } from "./context.js";
import { load, outputOf, outputsOf, put, type OutputTensor, type Outputs } from "./load.js";
import { Fault, fault } from "./node.js";
import { bodyOf, execute, type Pause } from "./program.js";

export { Fault } from "./node.js";
export type { InputTensor, Inputs } from "./bind.js";
export type { Mode } from "./context.js";
export type { OutputTensor, Outputs, Values } from "./load.js";

export interface Options {
  readonly mode: Mode;
  /** The scalar `key`, where the inputs do not give it; 0 unless said. */
  readonly key?: number;
  /** Answers an `await`: the input again, one tensor per parameter, or one for all. */
  readonly onAwait?: (request: AwaitRequest) => readonly InputTensor[];
}

export interface AwaitRequest {
  readonly input: TensorId;
  /** The tensor handed over with the request, for each parameter. */
  readonly from: readonly OutputTensor[] | undefined;
  /** What a tensor of a parameter holds at this moment. */
  readonly read: (parameter: number, tensor: TensorId) => OutputTensor;
  readonly at: Span;
}

/** One parameter of a step: its cascade (they differ by `orient` only) and its tensors. */
export interface Parameter {
  readonly cascade: Cascade;
  readonly inputs: Inputs;
  readonly key?: number;
}

/** One step of a cascade. */
export function interpret(cascade: Cascade, inputs: Inputs, options: Options): Checked<Outputs> {
  const result = interpretMany([{ cascade, inputs }], options);
  if (!result.ok) return result;
  const [outputs] = result.value;
  if (outputs === undefined) throw new Error("internal: a step without outputs");
  return { ...result, value: outputs };
}

/** One step of an optimizer over several parameters: a statement on all of them before the next. */
export function interpretMany(
  parameters: readonly Parameter[],
  options: Options,
): Checked<readonly Outputs[]> {
  try {
    const step = steps(parameters, options);
    const { onAwait } = options;
    let next = step.next();
    while (next.done !== true) {
      const { input, at } = next.value;
      if (onAwait === undefined) throw fault("E0811", at, [input]);
      next = step.next(onAwait(next.value));
    }
    return { ok: true, value: next.value, warnings: [] };
  } catch (error) {
    if (error instanceof Fault) return { ok: false, errors: [error.diagnostic] };
    throw error;
  }
}

/**
 * The same as a generator, for a caller who answers an `await` later.
 *
 * @throws {Fault} with the diagnostic of what does not fit.
 */
export function* steps(
  parameters: readonly Parameter[],
  options: Options,
): Generator<AwaitRequest, readonly Outputs[], readonly InputTensor[]> {
  const contexts = contextsOf(parameters, options);
  const bodies = contexts.map((context) => bodyOf(context.cascade.body, context));
  for (const pause of execute(bodies)) {
    const answers = yield requestOf(pause, contexts);
    contexts.forEach((context, n) => answer(pause, context, answers[n] ?? answers[0]));
  }
  return contexts.map(outputsOf);
}

function contextsOf(parameters: readonly Parameter[], options: Options): readonly Context[] {
  const shared = new Map<TensorId, Slab>();
  const contexts: Context[] = [];
  for (const { cascade, inputs, key } of parameters) {
    const bound = bind(cascade, inputs, key ?? options.key);
    const [first] = contexts;
    const group = first === undefined ? {} : { group: first };
    const context = newContext(cascade, { mode: options.mode, ...bound, ...group });
    load(context, inputs, shared);
    contexts.push(context);
  }
  return contexts;
}

function requestOf(pause: Pause, contexts: readonly Context[]): AwaitRequest {
  const { input, from, at } = pause;
  const read = (parameter: number, tensor: TensorId): OutputTensor => {
    const context = contexts[parameter];
    if (context === undefined) throw new RangeError(`no parameter ${parameter}`);
    return outputOf(slabOf(context, tensor), context);
  };
  const handed = from === undefined ? undefined : contexts.map((_, n) => read(n, from));
  return { input, from: handed, read, at };
}

function answer(pause: Pause, context: Context, brought: InputTensor | undefined): void {
  if (brought === undefined) throw fault("E0811", pause.at, [pause.input]);
  put(slabOf(context, pause.target), brought);
}
