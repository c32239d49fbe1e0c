// Binds ranks and scalars from what a caller brings.
//
// In:  a cascade, and the caller's extents, scalars and tensors.
// Out: every extent and every scalar as a number; what disagrees is a `Fault` with both numbers.
// Not here: the tensors' values (load.ts).

import {
  paramsRank,
  type Cascade,
  type Expr,
  type Rank,
  type RankId,
  type Tensor,
} from "../cascade.js";
import { compileMap } from "./map.js";
import { constantNode, fault, known, newCell, node, type Node } from "./node.js";

export interface InputTensor {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

export interface Inputs {
  readonly extents?: Readonly<Record<string, number>>;
  /** By name; `t` and `key` too (else 1, and the key of the options). */
  readonly scalars?: Readonly<Record<string, number | boolean>>;
  /** By name; stores of a block format as `m.q`. */
  readonly tensors?: Readonly<Record<string, InputTensor>>;
}

export interface Bound {
  readonly extents: ReadonlyMap<RankId, number>;
  readonly scalars: ReadonlyMap<string, number>;
}

export function given<T>(
  record: Readonly<Record<string, T>> | undefined,
  name: string,
): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}

export function bind(cascade: Cascade, inputs: Inputs, key = 0): Bound {
  refuseUnknown(cascade, inputs);
  const fromTensors = extentsOfTensors(cascade, inputs);
  const binder = new Binder(cascade, inputs, fromTensors, key);
  const ranks = [...cascade.ranks.keys()].filter((id) => id !== paramsRank);
  const extents = new Map(ranks.map((id) => [id, binder.extent(id)]));
  const implied = { t: 1, key }; // a block format draws by them, named or not
  const scalars = new Map(
    Object.entries(implied).map(([id, value]) => [id, Number(given(inputs.scalars, id) ?? value)]),
  );
  for (const id of cascade.scalars.keys()) scalars.set(id, binder.scalar(id));
  for (const contract of cascade.contracts) {
    if (contract.kind !== "extents" || binder.value(contract.value) === 1) continue;
    const text = [...extents].map(([id, extent]) => `${id} = ${extent}`).join(", ");
    throw fault("E0803", contract.at, [cascade.name, text]);
  }
  return { extents, scalars };
}

function refuseUnknown(cascade: Cascade, inputs: Inputs): void {
  const kinds = [
    ["extent", inputs.extents, cascade.ranks],
    ["scalar", inputs.scalars, cascade.scalars],
    ["tensor", inputs.tensors, cascade.tensors],
  ] as const;
  for (const [kind, record, names] of kinds) {
    for (const name of Object.keys(record ?? {})) {
      const isStore = kind === "tensor" && names.has(name.split(".")[0] ?? "");
      const isImplied = kind === "scalar" && (name === "t" || name === "key");
      if (names.has(name) || isStore || isImplied) continue;
      throw fault("E0812", cascade.at, [kind, name, cascade.name]);
    }
  }
}

interface Claim {
  readonly extent: number;
  readonly from: string;
}

/**
 * The extents of a shape for the ranks of `tensor`: what is more is merged into the last. A tensor
 * without ranks is a vector of 1.
 */
export function extentsOfShape(tensor: Tensor, shape: readonly number[]): readonly number[] {
  const wanted = tensor.ranks.length;
  const size = shape.reduce((product, extent) => product * extent, 1);
  if (wanted === 0 && size === 1) return [];
  const isFew = shape.length < wanted && wanted !== 1;
  if (isFew || wanted === 0) {
    throw fault("E0805", tensor.at, [tensor.id, wanted, shape.length]);
  }
  const last = shape.slice(wanted - 1).reduce((product, extent) => product * extent, 1);
  return [...shape.slice(0, wanted - 1), last];
}

function extentsOfTensors(cascade: Cascade, inputs: Inputs): ReadonlyMap<RankId, Claim> {
  const claims = new Map<RankId, Claim>();
  for (const tensor of cascade.tensors.values()) {
    const brought = given(inputs.tensors, tensor.id);
    if (brought === undefined) continue;
    const extents = extentsOfShape(tensor, brought.shape);
    const size = extents.reduce((product, extent) => product * extent, 1);
    if (brought.data.length !== size) {
      const shape = `[${brought.shape.join(", ")}]`;
      throw fault("E0806", tensor.at, [tensor.id, shape, size, brought.data.length]);
    }
    tensor.ranks.forEach((rank, d) => {
      const claim = { extent: extents[d] ?? 0, from: `\`${tensor.id}\`` };
      const before = claims.get(rank);
      if (before === undefined) claims.set(rank, claim);
      else agree(rank, before, claim, tensor);
    });
  }
  return claims;
}

function agree(rank: RankId, a: Claim, b: Claim, where: { readonly at: Tensor["at"] }): void {
  if (a.extent === b.extent) return;
  throw fault("E0801", where.at, [rank, a.extent, a.from, b.extent, b.from]);
}

/** Finds extents and scalars on demand: each may be defined by others. */
class Binder {
  private readonly found = new Map<string, number>();
  private readonly open = new Set<string>();
  private readonly cascade: Cascade;
  private readonly inputs: Inputs;
  private readonly claims: ReadonlyMap<RankId, Claim>;
  private readonly key: number;

  constructor(cascade: Cascade, inputs: Inputs, claims: ReadonlyMap<RankId, Claim>, key: number) {
    this.cascade = cascade;
    this.inputs = inputs;
    this.claims = claims;
    this.key = key;
  }

  extent(id: RankId): number {
    const rank = known(this.cascade.ranks, id, "rank");
    return this.once(`rank ${id}`, id, rank.at, () => {
      const extent = this.findExtent(rank);
      if (!Number.isSafeInteger(extent) || extent < 0) throw fault("E0808", rank.at, [id, extent]);
      return extent;
    });
  }

  scalar(id: string): number {
    const scalar = known(this.cascade.scalars, id, "scalar");
    return this.once(`scalar ${id}`, id, scalar.at, () => {
      const brought = given(this.inputs.scalars, id);
      if (brought !== undefined) return Number(brought);
      if (scalar.role === "step") return 1;
      if (scalar.role === "key" && scalar.value === undefined) return this.key;
      if (scalar.value === undefined) throw fault("E0807", scalar.at, [id]);
      return this.value(scalar.value);
    });
  }

  /** NaN where the value is absent. */
  value(e: Expr): number {
    const made = this.evaluate(e);
    return made.run() ? made.cell.value : NaN;
  }

  private findExtent(rank: Rank): number {
    const { id } = rank;
    const explicit = given(this.inputs.extents, id);
    const claim = this.claims.get(id);
    const said =
      explicit === undefined ? undefined : { extent: explicit, from: "the extent given" };
    if (said !== undefined && claim !== undefined) agree(id, said, claim, rank);
    const bound = said ?? claim;
    if (rank.extent.kind === "derived") {
      const extent = this.value(rank.extent.value);
      if (bound !== undefined) agree(id, { extent, from: "its definition" }, bound, rank);
      return extent;
    }
    if (bound !== undefined) return bound.extent;
    const fallback = rank.extent.kind === "static" ? rank.extent.value : undefined;
    if (fallback === undefined) throw fault("E0802", rank.at, [id]);
    return this.value(fallback);
  }

  private once(key: string, name: string, at: Rank["at"], find: () => number): number {
    const found = this.found.get(key);
    if (found !== undefined) return found;
    if (this.open.has(key)) throw fault("E0809", at, [name]);
    this.open.add(key);
    const value = find();
    this.open.delete(key);
    this.found.set(key, value);
    return value;
  }

  private evaluate(e: Expr): Node {
    switch (e.kind) {
      case "number":
        return constantNode(e.value);
      case "boolean":
        return constantNode(e.value ? 1 : 0);
      case "size":
        return constantNode(this.extent(e.rank));
      case "scalar":
        return constantNode(this.scalar(e.scalar));
      case "map":
        return compileMap(
          e,
          e.args.map((arg) => this.evaluate(arg)),
          "exact",
        );
      case "cast":
        return this.evaluate(e.arg);
      case "where":
        return this.value(e.predicate) === 1 ? this.evaluate(e.value) : absent();
      case "else": {
        const first = this.evaluate(e.first);
        return first.run() ? first : this.evaluate(e.second);
      }
      default:
        throw new Error(`internal: ${e.kind} in the definition of an extent`);
    }
  }
}

function absent(): Node {
  return node(newCell(), () => false);
}
