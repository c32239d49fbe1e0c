// Cascades → Lowered: tile programs, and the host program that launches them.
//
// In:  the variants of a definition after the pipeline (src/transform), as orientVariants orders
//      them.
// Out: data for any code generator; or what cannot be lowered yet, with its place.
// Not here: kernels (codegen), fusion (src/schedule).

import type { Checked, Diagnostic } from "../../../grammar/diagnostic.js";
import type { Cascade, Expr, RankId } from "../../cascade/cascade.js";
import { rewrite, sizesOf } from "../../cascade/walk.js";
import type { Check, HostExpr, ScalarSpec, Variant } from "../../runtime/executable.js";
import { schedule } from "../../schedule/schedule.js";
import type { Lowered, TileProgram } from "../tile.js";
import { hostMap, toHost } from "./host.js";
import { hostProgram } from "./host-program.js";
import { findUnsupported } from "./unsupported.js";

/** The shape of OrientVariant in src/transform/orient.ts. */
export interface LowerVariant {
  readonly conditions: readonly { readonly condition: Expr; readonly holds: boolean }[];
  readonly cascade: Cascade;
}

export function lower(variants: readonly LowerVariant[]): Checked<Lowered> {
  const [first] = variants;
  if (first === undefined) throw new Error("internal: a definition without variants");
  const errors = distinct(variants.flatMap(({ cascade }) => findUnsupported(cascade)));
  const [error, ...more] = errors;
  if (error !== undefined) return { ok: false, errors: [error, ...more] };
  const lowered = variants.map((variant, n) => lowerVariant(variant, n, n === variants.length - 1));
  const { cascade } = first;
  const executable = {
    version: 1,
    name: cascade.name,
    kind: cascade.kind === "optimizer" ? "optimizer" : "cascade",
    doc: cascade.doc,
    scalars: scalarsOf(cascade),
    variants: lowered.map((one) => one.variant),
  } as const;
  const programs = lowered.map((one) => one.programs);
  return { ok: true, value: { executable, programs }, warnings: [] };
}

function lowerVariant(
  { conditions, cascade }: LowerVariant,
  n: number,
  isLast: boolean,
): { variant: Variant; programs: readonly TileProgram[] } {
  const name = n === 0 ? cascade.name : `${cascade.name}_turned${n === 1 ? "" : n}`;
  const { variant, programs } = hostProgram(schedule(cascade), name);
  const condition = isLast ? undefined : conditionOf(cascade, conditions);
  return { variant: { ...variant, condition, checks: checksOf(cascade), kernels: [] }, programs };
}

/** All conditions as this variant binds its ranks: where one fails, its two ranks are exchanged. */
function conditionOf(
  cascade: Cascade,
  conditions: LowerVariant["conditions"],
): HostExpr | undefined {
  const exchanged = conditions
    .filter(({ holds }) => !holds)
    .map(({ condition }) => [...sizesOf(condition)]);
  const terms = conditions.map(({ condition, holds }) => {
    const own = exchanged.reduce((e, ranks) => exchange(e, ranks), condition);
    const host = toHost(cascade, own);
    return holds ? host : hostMap("not", [host]);
  });
  const [first, ...rest] = terms;
  return first === undefined
    ? undefined
    : rest.reduce((all, term) => hostMap("and", [all, term]), first);
}

function exchange(e: Expr, [a, b]: readonly RankId[]): Expr {
  if (a === undefined || b === undefined) return e;
  return rewrite(e, (node) => {
    if (node.kind !== "size") return node;
    return node.rank === a ? { ...node, rank: b } : node.rank === b ? { ...node, rank: a } : node;
  });
}

function checksOf(cascade: Cascade): readonly Check[] {
  return cascade.contracts.flatMap(({ kind, value }): readonly Check[] => {
    if (kind !== "extents") return [];
    const { source, start, end } = value.at;
    const message = `\`${source.text.slice(start, end)}\``;
    return [{ condition: toHost(cascade, value), message }];
  });
}

function scalarsOf(cascade: Cascade): readonly ScalarSpec[] {
  return [...cascade.scalars.values()].flatMap((scalar): readonly ScalarSpec[] => {
    const { id, role, type, low, high } = scalar;
    if (role === "const") return [];
    const value = scalar.value === undefined ? undefined : toHost(cascade, scalar.value);
    return [{ name: id, role, type, value, low, high }];
  });
}

/** Variants repeat each other's mistakes. */
function distinct(all: readonly Diagnostic[]): readonly Diagnostic[] {
  const key = (d: Diagnostic): string => `${d.code} ${d.at.start} ${d.at.end} ${d.message}`;
  return all.filter((d, n) => all.findIndex((other) => key(other) === key(d)) === n);
}
