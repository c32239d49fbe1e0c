// Memory for one step: what the caller passed, what is made fresh, and what stays from step to
// step.
//
// In:  tensor specs with their extents, and the tensors passed.
// Out: a slot for each tensor of a context. When anything fails, what was made for this step is
// free again.
// Not here: running (execute.ts). A host tensor is copied; a device tensor is used where it is.

import { BadInput } from "./errors.js";
import type { TensorSpec } from "./executable.js";
import { elementBytes, encode } from "./formats.js";
import type { Values } from "./formats.js";
import type { Buffer, Memory, Region } from "./memory.js";
import { converted, count, shapeText } from "./tensor.js";
import type { Tensor } from "./tensor.js";

/** Where a tensor of a context stands. */
export interface Slot {
  readonly spec: TensorSpec;
  readonly region: Region;
  readonly length: number;
  /** A device tensor that the caller passed. */
  readonly given: Tensor | undefined;
}

/** One tensor to be placed. */
export interface Wanted {
  readonly spec: TensorSpec;
  readonly dims: readonly number[];
  /** Different for each parameter that needs its own. */
  readonly owner: string;
  readonly given: Tensor | undefined;
  /** The value of an `in` with a default. */
  readonly value: number | undefined;
}

export function byteView(values: Values): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/**
 * Buffers that a prepared program keeps between steps: temporaries, constants, copies of inputs.
 */
export class Workspace {
  private readonly memory: Memory;
  private readonly program: string;
  private readonly kept = new Map<string, Buffer>();
  private fresh: Buffer[] = [];

  constructor(memory: Memory, program: string) {
    this.memory = memory;
    this.program = program;
  }

  place(wanted: Wanted): Slot {
    switch (wanted.spec.role) {
      case "temporary":
        return this.slot(wanted, this.keep(wanted));
      case "constant":
        return this.placeConstant(wanted);
      case "in":
      case "grad":
      case "input":
        return this.placeInput(wanted);
      case "param":
      case "state":
      case "out":
        return this.placeResult(wanted);
    }
  }

  /** The results now own what was made fresh. */
  commit(): void {
    this.fresh = [];
  }

  rollback(): void {
    for (const buffer of this.fresh) this.memory.free(buffer);
    this.fresh = [];
  }

  dispose(): void {
    for (const buffer of this.kept.values()) this.memory.free(buffer);
    this.kept.clear();
  }

  private placeConstant(wanted: Wanted): Slot {
    const { data, format } = wanted.spec;
    const content = data === undefined ? undefined : byteView(encode(data, format));
    return this.slot(wanted, this.keep(wanted, content));
  }

  private placeInput(wanted: Wanted): Slot {
    const { given, spec, value } = wanted;
    if (given === undefined && value === undefined) throw this.missing(wanted);
    if (given?.onDevice() !== undefined) return this.inPlace(wanted, given);
    const slot = this.slot(wanted, this.keep(wanted));
    if (given !== undefined) this.upload(slot, given);
    else fillWith(this.memory, slot, spec, value ?? 0);
    return slot;
  }

  private placeResult(wanted: Wanted): Slot {
    const { given, spec } = wanted;
    if (given === undefined && spec.role === "param") throw this.missing(wanted);
    if (given?.onDevice() !== undefined) return this.inPlace(wanted, given);
    if (given !== undefined && spec.role === "out") {
      throw new BadInput(
        `\`${spec.name}\` of \`${this.program}\` is a result: leave it out, or pass a tensor ` +
        "of the device " +
          "to be written over",
      );
    }
    const buffer = this.memory.allocate(bytesOf(wanted));
    this.fresh.push(buffer);
    const slot = this.slot(wanted, buffer);
    if (given !== undefined) this.upload(slot, given);
    else if (spec.role === "state") fillWith(this.memory, slot, spec, 0);
    return slot;
  }

  private inPlace(wanted: Wanted, given: Tensor): Slot {
    const { spec } = wanted;
    const region = given.onDevice();
    if (region === undefined || given.device !== this.memory) {
      throw new BadInput(
        `\`${spec.name}\` of \`${this.program}\` lives on another device; pass tensor(await ` +
        "t.data(), t.shape)",
      );
    }
    if (given.format !== spec.format) {
      throw new BadInput(
        `\`${spec.name}\` of \`${this.program}\` is stored as ${spec.format}, the tensor ` +
        `passed as ${given.format}`,
      );
    }
    return { spec, region, length: count(wanted.dims), given };
  }

  private upload(slot: Slot, given: Tensor): void {
    const stored = given.onHost();
    if (stored === undefined) throw new Error("internal: a device tensor is uploaded");
    const bytes = byteView(this.convert(slot.spec, given, stored));
    this.memory.write(slot.region.buffer, slot.region.offset, bytes);
  }

  private convert(spec: TensorSpec, given: Tensor, stored: Values): Values {
    try {
      return converted(stored, given.format, spec.format);
    } catch (error) {
      if (!(error instanceof BadInput)) throw error;
      throw new BadInput(`\`${spec.name}\` of \`${this.program}\`: ${error.message}`);
    }
  }

  private slot({ spec, dims }: Wanted, buffer: Buffer): Slot {
    return { spec, region: { buffer, offset: 0 }, length: count(dims), given: undefined };
  }

  /** The buffer of the last step, unless it is too small now; a new one begins with `content`. */
  private keep(wanted: Wanted, content?: Uint8Array): Buffer {
    const key = `${wanted.owner}/${wanted.spec.name}`;
    const bytes = bytesOf(wanted);
    const known = this.kept.get(key);
    if (known !== undefined && known.bytes >= bytes) return known;
    if (known !== undefined) this.memory.free(known);
    this.kept.delete(key);
    const buffer = this.memory.allocate(bytes);
    this.fresh.push(buffer); // until it has its content
    if (content !== undefined) this.memory.write(buffer, 0, content);
    this.fresh.pop();
    this.kept.set(key, buffer);
    return buffer;
  }

  private missing({ spec, dims }: Wanted): BadInput {
    return new BadInput(
      `\`${spec.name}\` of \`${this.program}\` is missing: pass \`${spec.name}: tensor(…, ` +
      `${shapeText(dims)})\``,
    );
  }
}

function bytesOf({ spec, dims }: Wanted): number {
  return count(dims) * elementBytes(spec.format);
}

/** Every element of a slot becomes `value`. */
export function fillWith(memory: Memory, slot: Slot, spec: TensorSpec, value: number): void {
  const pattern = byteView(encode([value], spec.format));
  memory.fill(slot.region, pattern, slot.length * pattern.length);
}
