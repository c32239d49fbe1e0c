// Leaves out declarations that nothing names any more.
//
// In:  a cascade whose body has become smaller.
// Out: the same without lets that no statement introduces, and without tables, constants, monoids,
//      formats and derived ranks that are used nowhere. What a caller sees stays.

import type { Cascade, Expr, Format, Tensor } from "../cascade/cascade.js";
import { expressionsOf, statementsDeep, targetsOf, tensorsReadBy } from "../cascade/statements.js";
import { nodes } from "../cascade/walk.js";

/** `except`: a cascade whose declarations stay, used or not. */
export function withoutUnused(c: Cascade, except?: Cascade): Cascade {
  let current = c;
  for (let before = Infinity, after = size(c); after < before;) {
    before = after;
    current = sweep(current, except);
    after = size(current);
  }
  return current;
}

function size(c: Cascade): number {
  return c.ranks.size + c.tensors.size + c.scalars.size + c.monoids.size + c.formats.size;
}

interface Uses {
  readonly tensors: Set<string>;
  readonly scalars: Set<string>;
  readonly ranks: Set<string>;
  readonly monoids: Set<string>;
  readonly formats: Set<string>;
}

function sweep(c: Cascade, except: Cascade | undefined): Cascade {
  const uses = usesOf(c);
  const isOpen = (t: Tensor): boolean => t.role === "let" || t.role === "const";
  const ranks = keep(
    c.ranks,
    except?.ranks,
    (r) => r.extent.kind !== "derived" || uses.ranks.has(r.id),
  );
  return {
    ...c,
    ranks,
    variables: keep(c.variables, undefined, (v) => ranks.has(v.rank) || !c.ranks.has(v.rank)),
    tensors: keep(c.tensors, except?.tensors, (t) => !isOpen(t) || uses.tensors.has(t.id)),
    scalars: keep(c.scalars, except?.scalars, (s) => s.role !== "const" || uses.scalars.has(s.id)),
    monoids: keep(c.monoids, except?.monoids, (m) => uses.monoids.has(m.id)),
    formats: keep(c.formats, except?.formats, (f) => uses.formats.has(f.id)),
  };
}

function keep<V>(
  map: ReadonlyMap<string, V>,
  except: ReadonlyMap<string, unknown> | undefined,
  isKept: (value: V) => boolean,
): ReadonlyMap<string, V> {
  return new Map([...map].filter(([id, value]) => except?.has(id) === true || isKept(value)));
}

function usesOf(c: Cascade): Uses {
  const uses: Uses = {
    tensors: new Set(),
    scalars: new Set(),
    ranks: new Set(),
    monoids: new Set(),
    formats: new Set(),
  };
  const see = (e: Expr | undefined): void => seeExpr(e, c, uses);
  for (const rank of c.ranks.values()) if (rank.extent.kind !== "free") see(rank.extent.value);
  for (const t of c.tensors.values()) {
    for (const rank of t.ranks) uses.ranks.add(rank);
    seeFormat(t.format, uses);
    see(t.value);
    t.table?.forEach(see);
  }
  for (const s of c.scalars.values()) see(s.value);
  for (const contract of c.contracts) {
    see(contract.value);
    if (contract.subject !== undefined) uses.ranks.add(contract.subject);
  }
  for (const o of c.orients) {
    see(o.condition);
    for (const rank of o.ranks) uses.ranks.add(rank);
  }
  for (const shard of c.shards) uses.ranks.add(shard.rank);
  for (const f of c.formats.values()) see(f.read);
  for (const s of statementsDeep(c.body)) seeStatement(s, c, uses, see);
  if (c.kind === "format") for (const t of c.tensors.values()) seeTensorOfFormat(t, uses);
  return uses;
}

/** What a format reads back may be anything that it declares. */
function seeTensorOfFormat(t: Tensor, uses: Uses): void {
  if (t.role === "const") uses.tensors.add(t.id);
}

function seeStatement(
  s: Cascade["body"][number],
  c: Cascade,
  uses: Uses,
  see: (e: Expr | undefined) => void,
): void {
  for (const id of [...targetsOf(s), ...tensorsReadBy(s)]) uses.tensors.add(id);
  expressionsOf(s).forEach(see);
  if (s.kind === "scan") seeVariable(s.variable, c, uses);
  if (s.kind !== "call") return;
  for (const { rank } of s.ranks.values()) uses.ranks.add(rank);
  for (const v of s.mapped) seeVariable(v, c, uses);
}

function seeVariable(v: string, c: Cascade, uses: Uses): void {
  const rank = c.variables.get(v)?.rank;
  if (rank !== undefined) uses.ranks.add(rank);
}

function seeFormat(format: Format, uses: Uses): void {
  if (format.kind === "index") uses.ranks.add(format.rank);
  if (format.kind === "block") uses.formats.add(format.format);
}

function seeExpr(e: Expr | undefined, c: Cascade, uses: Uses): void {
  if (e === undefined) return;
  for (const node of nodes(e)) {
    if (node.kind === "size") uses.ranks.add(node.rank);
    if (node.kind === "scalar") uses.scalars.add(node.scalar);
    if (node.kind === "read") uses.tensors.add(node.tensor);
    if (node.kind === "cast") seeFormat(node.format, uses);
    if (node.kind === "fold") uses.monoids.add(node.monoid);
    if (node.kind === "index") seeVariable(node.variable, c, uses);
    if (node.kind === "reduce" || node.kind === "fold") {
      for (const v of node.over) seeVariable(v, c, uses);
    }
    if (node.kind === "topk") for (const v of [node.over, node.into]) seeVariable(v, c, uses);
  }
}
