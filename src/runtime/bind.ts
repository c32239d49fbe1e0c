// Binds ranks to extents and scalars to values for one parameter, and checks that all agree.
//
// In:  an executable, and what the caller passes (call.ts).
// Out: the variant to run, with every size and scalar; or a ShapeError that names tensor, rank and
// both numbers.
// Not here: memory (storage.ts), running (execute.ts).

import type { Given } from "./call.js";
import { isPublic } from "./call.js";
import { BadInput, ShapeError, listed } from "./errors.js";
import type { Executable, RankSpec, ScalarSpec, TensorSpec, Variant } from "./executable.js";
import { evaluate } from "./host-expr.js";
import type { Names } from "./host-expr.js";
import { count, shapeText } from "./tensor.js";

/** One parameter's names: sizes and scalars are found when first asked for. */
export interface Bound extends Names {
  readonly names: Names;
  readonly variantIndex: number;
  readonly variant: Variant;
  /** Extents as the definition names them. */
  dimsOf(spec: TensorSpec): readonly number[];
  /** The shape that a caller sees. */
  shapeOf(spec: TensorSpec): readonly number[];
  /** The same extents with this step's scalars; undefined when anything else differs. */
  again(given: Given, parameters: number): Bound | undefined;
}

/** The first variant whose condition holds, bound. `parameters`: how many are stepped together. */
export function bind(executable: Executable, given: Given, parameters: number): Bound {
  for (const [variantIndex, variant] of executable.variants.entries()) {
    const binding = new Binding(executable, variantIndex, given, parameters);
    if (variant.condition !== undefined && evaluate(variant.condition, binding) === 0) continue;
    binding.check();
    return binding;
  }
  throw new Error(`internal: no variant of ${executable.name} holds`);
}

/** Where a rank got its extent: for messages. */
interface Extent {
  readonly value: number;
  readonly from: string;
}

class Binding implements Bound {
  readonly variantIndex: number;
  readonly variant: Variant;
  private readonly executable: Executable;
  private readonly given: Given;
  private readonly extents: Map<string, Extent>;
  private readonly values = new Map<string, number>();
  /** The extents that a rank stands for where a tensor has more ranks than the definition names. */
  private readonly merged: Map<string, { shape: readonly number[]; tensor: string }>;
  private readonly dims: Map<TensorSpec, readonly number[]>;
  /** Scalars that extents depend on. */
  private readonly fixing: Set<string>;
  private isOpen: boolean;

  /** `like`: a binding whose extents hold here too. */
  constructor(
    executable: Executable,
    variantIndex: number,
    given: Given,
    parameters: number,
    like?: Binding,
  ) {
    const variant = executable.variants[variantIndex];
    if (variant === undefined) throw new Error(`internal: no variant ${variantIndex}`);
    this.executable = executable;
    this.variantIndex = variantIndex;
    this.variant = variant;
    this.given = given;
    this.extents = like?.extents ?? new Map();
    this.merged = like?.merged ?? new Map();
    this.dims = like?.dims ?? new Map();
    this.fixing = like?.fixing ?? new Set();
    this.isOpen = like === undefined;
    if (like !== undefined) return;
    this.extents.set("params", { value: parameters, from: "the parameters passed" });
    for (const rank of variant.ranks) this.setByName(rank);
    const specs = variant.tensors.filter(isPublic);
    const isState = ({ role }: TensorSpec) => role === "state"; // may be of the other variant
    for (const spec of specs.filter((one) => !isState(one))) this.setByTensor(spec);
    for (const spec of specs.filter(isState)) this.setByTensor(spec);
  }

  get names(): Names {
    return this;
  }

  size(rank: string): number {
    const known = this.extents.get(rank);
    if (known !== undefined) return known.value;
    const spec = this.variant.ranks.find((r) => r.name === rank);
    if (spec === undefined) throw new Error(`internal: no rank ${rank}`);
    if (spec.value === undefined) throw this.unbound(spec);
    const value = evaluate(spec.value, this);
    this.set(rank, value, "the definition");
    return value;
  }

  scalar(name: string): number {
    const known = this.values.get(name);
    if (known !== undefined) return known;
    const spec = this.executable.scalars.find((s) => s.name === name);
    if (spec === undefined) throw new Error(`internal: no scalar ${name}`);
    const value = this.scalarValue(spec);
    this.values.set(name, value);
    if (this.isOpen) this.fixing.add(name);
    return value;
  }

  local(name: string): number {
    throw new Error(`internal: ${name} stands outside the steps`);
  }

  element(tensor: string): number {
    throw new Error(`internal: ${tensor} is read before the steps`);
  }

  /** Every extent, shape, `expect` and scalar. */
  check(): void {
    for (const rank of this.variant.ranks) this.size(rank.name);
    for (const spec of this.variant.tensors) this.checkShape(spec);
    for (const { condition, message } of this.variant.checks) {
      if (evaluate(condition, this) === 0) {
        throw new ShapeError(
          `\`${this.executable.name}\` expects ${message}; ${this.extentText()}`,
        );
      }
    }
    this.isOpen = false;
    this.checkScalars();
  }

  again(given: Given, parameters: number): Binding | undefined {
    if (!this.isFixedBy(given, parameters)) return undefined;
    const next = new Binding(this.executable, this.variantIndex, given, parameters, this);
    next.checkScalars();
    return next;
  }

  dimsOf(spec: TensorSpec): readonly number[] {
    return this.dims.get(spec) ?? spec.dims.map((dim) => evaluate(dim, this));
  }

  shapeOf(spec: TensorSpec): readonly number[] {
    const given = this.given.tensors.get(spec.name);
    if (given !== undefined) return given.shape;
    const dims = this.dimsOf(spec);
    const last = spec.dims.at(-1);
    const tail = last?.kind === "size" ? this.merged.get(last.rank) : undefined;
    return tail === undefined ? dims : [...dims.slice(0, -1), ...tail.shape];
  }

  private checkScalars(): void {
    for (const spec of this.executable.scalars) this.scalar(spec.name);
  }

  /** Whether `given` has the shapes, and the numbers that fix extents, of this binding. */
  private isFixedBy(given: Given, parameters: number): boolean {
    const { tensors, numbers } = this.given;
    if (this.size("params") !== parameters || given.tensors.size !== tensors.size) return false;
    for (const [name, { shape }] of given.tensors) {
      const before = tensors.get(name)?.shape;
      if (before !== shape && before?.join() !== shape.join()) return false;
    }
    const isSame = (name: string) => numbers.get(name) === given.numbers.get(name);
    return this.variant.ranks.every(({ name }) => isSame(name)) && [...this.fixing].every(isSame);
  }

  private setByName(rank: RankSpec): void {
    const value = this.given.numbers.get(rank.name);
    if (value === undefined) return;
    if (rank.value !== undefined && !rank.isStatic) {
      throw new BadInput(
        `rank \`${rank.name}\` of \`${this.executable.name}\` follows from the others`,
      );
    }
    this.set(rank.name, value, `\`${rank.name}: ${value}\``);
  }

  private setByTensor(spec: TensorSpec): void {
    const shape = this.given.tensors.get(spec.name)?.shape;
    if (shape === undefined) return;
    const seen = this.seen(spec, shape);
    for (const [n, dim] of spec.dims.entries()) {
      if (dim.kind !== "size" || this.extents.has(dim.rank)) continue;
      const rank = this.variant.ranks.find((r) => r.name === dim.rank);
      if (rank?.value !== undefined && !rank.isStatic) continue;
      this.set(dim.rank, seen[n] ?? 0, `\`${spec.name}\` ${shapeText(shape)}`);
    }
    this.setMerged(spec, shape);
  }

  private setMerged(spec: TensorSpec, shape: readonly number[]): void {
    const last = spec.dims.at(-1);
    if (last?.kind !== "size" || shape.length === spec.dims.length) return;
    const tail = { shape: shape.slice(spec.dims.length - 1), tensor: spec.name };
    const before = this.merged.get(last.rank);
    if (before !== undefined && shapeText(before.shape) !== shapeText(tail.shape)) {
      throw new ShapeError(
        `\`${last.rank}\` of \`${this.executable.name}\` stands for ` +
          `${shapeText(before.shape)} in ` +
          `\`${before.tensor}\` and for ${shapeText(tail.shape)} in \`${spec.name}\``,
      );
    }
    this.merged.set(last.rank, tail);
  }

  /** A shape with its first ranks as named and the rest merged into the last. */
  private seen(spec: TensorSpec, shape: readonly number[]): readonly number[] {
    const ranks = spec.dims.length;
    if (shape.length === ranks) return shape;
    const canFlatten = ranks > 0 && (shape.length > ranks || ranks === 1);
    if (canFlatten) return [...shape.slice(0, ranks - 1), count(shape.slice(ranks - 1))];
    throw new ShapeError(
      `\`${spec.name}\` of \`${this.executable.name}\` has ranks [${spec.ranks.join(", ")}], ` +
        `the tensor passed has shape ${shapeText(shape)}`,
    );
  }

  private set(rank: string, value: number, from: string): void {
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new ShapeError(
        `rank \`${rank}\` of \`${this.executable.name}\` comes out as ${value}, from ${from}`,
      );
    }
    this.extents.set(rank, { value, from });
  }

  private checkShape(spec: TensorSpec): void {
    const dims = spec.dims.map((dim) => evaluate(dim, this));
    this.dims.set(spec, dims);
    if (!Number.isSafeInteger(count(dims) * 8)) {
      throw new ShapeError(
        `\`${spec.name}\` ${shapeText(dims)} has more elements than can be counted`,
      );
    }
    const shape = this.given.tensors.get(spec.name)?.shape;
    if (shape === undefined) return;
    for (const [n, extent] of this.seen(spec, shape).entries()) {
      if (extent !== dims[n]) throw this.mismatch(spec, n, extent, dims[n] ?? 0);
    }
  }

  private mismatch(spec: TensorSpec, n: number, found: number, wanted: number): ShapeError {
    const dim = spec.dims[n];
    const rank = dim?.kind === "size" ? dim.rank : (spec.ranks[n] ?? String(n));
    const from = this.extents.get(rank)?.from ?? "the definition";
    return new ShapeError(
      `\`${spec.name}\` of \`${this.executable.name}\` has extent ${found} along \`${rank}\`, ` +
        `which is ${wanted} by ${from}`,
    );
  }

  private unbound(rank: RankSpec): ShapeError {
    const carriers = this.variant.tensors
      .filter((spec) => isPublic(spec) && spec.ranks.includes(rank.name))
      .map((spec) => `\`${spec.name}\``);
    return new ShapeError(
      `rank \`${rank.name}\` of \`${this.executable.name}\` has no extent: pass ` +
        [...carriers, `\`${rank.name}: …\``].join(" or "),
    );
  }

  private extentText(): string {
    const parts = this.variant.ranks.map((r) => `${r.name} = ${this.size(r.name)}`);
    return listed(parts);
  }

  private scalarValue(spec: ScalarSpec): number {
    const given = this.given.numbers.get(spec.name);
    if (given !== undefined) return checkScalar(this.executable.name, spec, given);
    if (spec.value !== undefined) return evaluate(spec.value, this);
    if (spec.role === "step") return 1;
    if (spec.role === "key") return 0;
    throw new BadInput(
      `\`${spec.name}\` of \`${this.executable.name}\` has no default: pass \`${spec.name}: …\``,
    );
  }
}

function checkScalar(program: string, spec: ScalarSpec, value: number): number {
  const { name, low = -Infinity, high = Infinity } = spec;
  if (value < low || value > high) {
    throw new BadInput(`\`${name}\` of \`${program}\` is ${value}, its range is ${low}..${high}`);
  }
  if (spec.type !== "real" && !Number.isInteger(value)) {
    throw new BadInput(`\`${name}\` of \`${program}\` is ${value}, it takes a whole number`);
  }
  return value;
}
