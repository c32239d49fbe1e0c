// Where a cascade's values are while it runs: tensors, scalars, variables.
//
// In:  a cascade whose extents are known.
// Out: a `Context`, which the closures of one run read and write.
// Not here: how values come in (bind.ts) and go out (results.ts).

import type { Cascade, Format, RankId, Tensor, TensorId, VariableId } from "../cascade.js";
import { hostScalars } from "../scalars.js";
import { roundToFormat } from "../number-formats.js";
import { known, newCell, type Cell } from "./node.js";

export type Mode = "f64" | "f32";

/** A tensor's points, row-major. */
export interface Slab {
  readonly tensor: Tensor;
  readonly extents: readonly number[];
  readonly strides: readonly number[];
  /** What a reader sees: decoded values. */
  readonly data: Float64Array;
  /** 1 where a point is present; undefined where all always are. */
  readonly present: Uint8Array | undefined;
  /** Every point is present at the moment. */
  isComplete: boolean;
  /** An input that the caller has not brought. */
  isMissing: boolean;
  /** In a block format: which points depend on what was assigned. */
  touched: Uint8Array | undefined;
  /** Codes, when the tensor has a block format. */
  blocks: Blocks | undefined;
  /** What is read after `x` was stored. */
  readonly round: (x: number) => number;
}

/** The codes of a tensor in a block format; block-format.ts makes them. */
export interface Blocks {
  /** Encodes the blocks of the touched points (undefined: of all), and decodes into the slab. */
  readonly assign: (values: Float64Array, touched: Uint8Array | undefined) => void;
  /** The stores by name, `q`, `s`, `s.q`: those of every row one after the other. */
  readonly stores: () => readonly StoredCodes[];
  /** Takes the stores that `codes` knows by name and decodes; false when it lacks one. */
  readonly load: (codes: (name: string) => ArrayLike<number> | undefined) => boolean;
  /** Stores are counted from the beginning of a step: random rounding differs at each. */
  readonly beginStep: () => void;
  readonly save: () => Snapshots;
  readonly restore: (rows: Snapshots) => void;
}

export interface StoredCodes {
  readonly name: string;
  readonly format: Format;
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** For each row, what each store held. */
export type Snapshots = readonly ReadonlyMap<TensorId, Snapshot>[];

export interface Snapshot {
  readonly data: Float64Array;
  readonly inner: Snapshots | undefined;
}

export interface Context {
  readonly cascade: Cascade;
  readonly mode: Mode;
  readonly extents: ReadonlyMap<RankId, number>;
  readonly scalars: ReadonlyMap<string, Cell>;
  readonly slabs: Map<TensorId, Slab>;
  readonly variables: Map<VariableId, Cell>;
  readonly hostTensors: ReadonlySet<TensorId>;
  /** Raised at each evaluation of a statement: what was remembered for the last is void. */
  readonly epoch: Cell;
  /** In a block format: 1 once something that was assigned has been read. */
  readonly touch: Cell;
  readonly tracksTouch: boolean;
  /** 1: stores keep the points that do not depend on what was assigned. */
  readonly keepsUntouched: Cell;
  /** Of all parameters, by statement and place: what a reduction over `params` sums. */
  readonly members: Map<string, Member[]>;
}

/** One parameter's share of a reduction over `params`. */
export interface Member {
  readonly inputs: readonly Cell[];
  readonly variables: ReadonlyMap<VariableId, Cell>;
  /** Gives each of its points to `take`, the value in `inputs`. */
  readonly sweep: (take: () => void) => void;
}

export interface ContextOptions {
  readonly mode: Mode;
  readonly extents: ReadonlyMap<RankId, number>;
  readonly scalars: ReadonlyMap<string, number>;
  readonly tracksTouch?: boolean;
  /** Of the other parameters of the step. */
  readonly group?: Pick<Context, "epoch" | "members">;
}

export function newContext(cascade: Cascade, options: ContextOptions): Context {
  const scalars = [...options.scalars].map(([id, value]) => [id, newCell(value)] as const);
  return {
    cascade,
    mode: options.mode,
    extents: options.extents,
    scalars: new Map(scalars),
    slabs: new Map(),
    variables: new Map(),
    hostTensors: hostScalars(cascade),
    epoch: options.group?.epoch ?? newCell(0),
    touch: newCell(0),
    tracksTouch: options.tracksTouch ?? false,
    keepsUntouched: newCell(0),
    members: options.group?.members ?? new Map(),
  };
}

export function extentOf(context: Context, variable: VariableId): number {
  const { rank } = known(context.cascade.variables, variable, "variable");
  return known(context.extents, rank, "extent of");
}

/** The cell that holds a variable's value while a loop walks it. */
export function variableCell(context: Context, variable: VariableId): Cell {
  const found = context.variables.get(variable);
  if (found !== undefined) return found;
  const cell = newCell(0);
  context.variables.set(variable, cell);
  return cell;
}

export function slabOf(context: Context, id: TensorId): Slab {
  const found = context.slabs.get(id);
  if (found !== undefined) return found;
  const slab = newSlab(context, known(context.cascade.tensors, id, "tensor"));
  context.slabs.set(id, slab);
  return slab;
}

export function stridesOf(extents: readonly number[]): readonly number[] {
  return extents.map((_, d) => extents.slice(d + 1).reduce((size, extent) => size * extent, 1));
}

function newSlab(context: Context, tensor: Tensor): Slab {
  const extents = tensor.ranks.map((rank) => known(context.extents, rank, "extent of"));
  const size = extents.reduce((product, extent) => product * extent, 1);
  const isPartial = tensor.role === "let" || tensor.role === "out" || tensor.role === "store";
  const data = new Float64Array(size);
  if (isPartial) data.fill(absentValue(context, tensor.format)); // a state starts at 0
  return {
    tensor,
    extents,
    strides: stridesOf(extents),
    data,
    present: isPartial && tensor.format.kind !== "index" ? new Uint8Array(size) : undefined,
    isComplete: !isPartial || tensor.format.kind === "index",
    isMissing: false,
    touched: context.tracksTouch ? new Uint8Array(size) : undefined,
    blocks: undefined,
    round: roundingOf(context, tensor),
  };
}

/** What a point holds that is absent: 0, or for an index the extent, where nothing is. */
export function absentValue(context: Context, format: Format): number {
  return format.kind === "index" ? known(context.extents, format.rank, "extent of") : 0;
}

/** What storing does where it does nothing. */
export const asIs = (x: number): number => x;

function roundingOf(context: Context, tensor: Tensor): (x: number) => number {
  const { format } = tensor;
  if (format.kind === "block" || context.hostTensors.has(tensor.id)) return asIs;
  const isWide = format.kind === "float" && (format.name === "f32" || format.name === "f64");
  if (isWide) return context.mode === "f64" || format.name === "f64" ? asIs : Math.fround;
  return (x) => roundToFormat(format, x);
}
