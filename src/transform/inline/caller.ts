// The cascade that calls are put into, while it grows.
//
// In:  the calling cascade.
// Out: its tables with what the callees brought: ranks, tensors, tables, monoids, formats.
// Not here: equations (equations.ts), what a call means (call.ts).

import type { Span } from "../../../grammar/span.js";
import type {
  BlockFormat,
  Cascade,
  Contract,
  Expr,
  Monoid,
  Rank,
  RankId,
  Scalar,
  ScalarId,
  Statement,
  Tensor,
  TensorId,
  VariableId,
} from "../../cascade/cascade.js";
import { Names } from "../../cascade/names.js";
import { exprKey, nodeCount } from "../../cascade/walk.js";
import {
  expressionsOf,
  expressionsOfMonoid,
  statementsDeep,
  targetsOf,
} from "../../cascade/statements.js";
import { maxInlinedNodes } from "../limits.js";

export class Caller {
  readonly names: Names;
  readonly ranks: Map<RankId, Rank>;
  readonly tensors: Map<TensorId, Tensor>;
  readonly scalars: Map<ScalarId, Scalar>;
  readonly monoids: Map<string, Monoid>;
  readonly formats: Map<string, BlockFormat>;
  readonly contracts: Contract[];
  readonly shards: Cascade["shards"][number][];
  isDeterministic: boolean;
  private readonly cascade: Cascade;
  private nodes = 0;

  constructor(cascade: Cascade) {
    this.cascade = cascade;
    this.names = new Names(cascade);
    this.ranks = new Map(cascade.ranks);
    this.tensors = new Map(cascade.tensors);
    this.scalars = new Map(cascade.scalars);
    this.monoids = new Map(cascade.monoids);
    this.formats = new Map(cascade.formats);
    this.contracts = [...cascade.contracts];
    this.shards = [...cascade.shards];
    this.isDeterministic = cascade.deterministic;
  }

  /** The cascade with a new body and everything added so far that the body introduces. */
  finished(body: readonly Statement[]): Cascade {
    const introduced = new Set([...statementsDeep(body)].flatMap(targetsOf));
    const isReal = (t: Tensor): boolean => t.role !== "let" || introduced.has(t.id);
    const tensors = new Map([...this.tensors].filter(([, t]) => isReal(t)));
    return {
      ...this.cascade,
      ranks: this.ranks,
      variables: this.names.variables,
      tensors,
      scalars: this.scalars,
      monoids: this.monoids,
      formats: this.formats,
      contracts: this.contracts,
      shards: this.shards,
      deterministic: this.isDeterministic,
      body,
    };
  }

  /** Counts the nodes of `body`; false when the limit is passed. */
  spend(body: readonly Statement[]): boolean {
    for (const s of statementsDeep(body)) {
      this.nodes += 1;
      for (const e of expressionsOf(s)) this.nodes += nodeCount(e);
    }
    return this.nodes <= maxInlinedNodes;
  }

  rankOf(v: VariableId): RankId {
    const rank = this.names.variables.get(v)?.rank;
    if (rank === undefined) throw new Error(`internal: no variable ${v}`);
    return rank;
  }

  /** A free name: `base` itself, `callee_base` when that is taken, or a numbered one. */
  name(base: string, callee: string): string {
    const qualified = `${callee}_${base}`;
    return this.names.isTaken(base) ? this.names.fresh(qualified) : this.names.fresh(base);
  }

  addTensor(t: Tensor): TensorId {
    this.tensors.set(t.id, t);
    return t.id;
  }

  /** A rank whose extent is `value`: one that has it already, or a new one. */
  derivedRank(value: Expr, base: RankId, callee: string, at: Span): RankId {
    const key = exprKey(value);
    for (const { id, extent } of this.ranks.values()) {
      if (extent.kind === "derived" && exprKey(extent.value) === key) return id;
    }
    const id = this.names.rank(this.freeName(base, callee));
    this.ranks.set(id, { id, extent: { kind: "derived", value }, at });
    return id;
  }

  private freeName(base: string, callee: string): string {
    return this.names.isTaken(base) ? `${callee}_${base}` : base;
  }

  /** The table `t`, or one that the caller has already and that is equal. */
  table(t: Tensor, callee: string): TensorId {
    const key = tableKey(t);
    for (const known of this.tensors.values()) {
      if (known.role === "const" && key !== undefined && tableKey(known) === key) return known.id;
    }
    return this.addTensor({ ...t, id: this.name(t.id, callee) });
  }

  monoid(m: Monoid): string {
    return kept(this.monoids, m.id, m, monoidKey, (id) => ({ ...m, id }), this.names);
  }

  blockFormat(f: BlockFormat): string {
    return kept(this.formats, f.id, f, formatKey, (id) => ({ ...f, id }), undefined);
  }

  contract(contract: Contract): void {
    const key = exprKey(contract.value);
    const isKnown = this.contracts.some(
      (k) => k.kind === contract.kind && exprKey(k.value) === key,
    );
    if (!isKnown) this.contracts.push(contract);
  }

  shard(rank: RankId, axis: string, at: Span): void {
    if (this.shards.some((s) => s.rank === rank && s.axis === axis)) return;
    this.shards.push({ rank, axis, at });
  }
}

/** Equal tables over the same ranks have the same text. Undefined: it is computed by statements. */
function tableKey(t: Tensor): string | undefined {
  if (t.value === undefined) return undefined;
  return `${t.ranks.join()}|${t.variables.join()}|${exprKey(t.value)}`;
}

function monoidKey(m: Monoid): string {
  return [m.fields.join(), m.parameters.join(), ...expressionsOfMonoid(m).map(exprKey)].join("|");
}

function formatKey(f: BlockFormat): string {
  const bodies = f.encode.body.flatMap((s) => expressionsOf(s).map(exprKey));
  return [f.subject, f.stores.join(), exprKey(f.read), ...bodies].join("|");
}

/** Puts `value` under `id`, or under a numbered id when another one has it. */
function kept<V>(
  map: Map<string, V>,
  id: string,
  value: V,
  key: (value: V) => string,
  renamed: (id: string) => V,
  names: Names | undefined,
): string {
  const known = map.get(id);
  if (known !== undefined && key(known) === key(value)) return id;
  if (known === undefined && names?.isTaken(id) !== true) {
    map.set(id, value);
    names?.fresh(id);
    return id;
  }
  for (let n = 1; ; n++) {
    const other = `${id}_${n}`;
    const there = map.get(other);
    if (there !== undefined && key(there) === key(value)) return other;
    if (there !== undefined || names?.isTaken(other) === true) continue;
    map.set(other, renamed(other));
    names?.fresh(other);
    return other;
  }
}
