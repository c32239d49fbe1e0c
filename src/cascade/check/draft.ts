// A cascade while it is being checked: its tables, filled name by name, and what was found wrong.
//
// In:  what declare.ts and the statements introduce.
// Out: the tables of a Cascade; ids that are unique in it; diagnostics.
// Not here: what names mean in a block (scope.ts).

import { diagnose, type Code, type texts } from "../../../grammar/codes.js";
import type { Diagnostic } from "../../../grammar/diagnostic.js";
import type { Span } from "../../../grammar/span.js";
import type { Name } from "../../../grammar/syntax.js";
import {
  paramsRank,
  type BlockFormat,
  type Cascade,
  type Contract,
  type Expr,
  type Monoid,
  type Orient,
  type Rank,
  type RankId,
  type Scalar,
  type ScalarId,
  type Statement,
  type Tensor,
  type TensorId,
  type Variable,
  type VariableId,
} from "../cascade.js";
import type { Library } from "./definition.js";
import { meaningOf, openScope, type Meaning, type Scope } from "./scope.js";

/** `split n = factor * b + l` */
export interface Split {
  readonly whole: RankId;
  readonly factor: Expr;
  readonly outer: RankId;
  readonly inner: RankId;
}

export interface Draft {
  readonly kind: Cascade["kind"];
  readonly name: string;
  readonly library: Library;
  /** Of the definition's body. */
  readonly scope: Scope;
  readonly ranks: Map<RankId, Rank>;
  readonly variables: Map<VariableId, Variable>;
  readonly tensors: Map<TensorId, Tensor>;
  readonly scalars: Map<ScalarId, Scalar>;
  readonly monoids: Map<string, Monoid>;
  readonly formats: Map<string, BlockFormat>;
  readonly contracts: Contract[];
  readonly orients: Orient[];
  readonly shards: { readonly rank: RankId; readonly axis: string; readonly at: Span }[];
  /** By each of their three ranks. */
  readonly splits: Map<RankId, Split[]>;
  /** Calls that compute `const` tables; they come before the body. */
  readonly prelude: Statement[];
  /** Tensors whose value did not check: reading one says nothing more. */
  readonly poisoned: Set<TensorId>;
  /** Values of the statics where they are fixed: in a format. */
  readonly fixed: Map<ScalarId, number | boolean>;
  /** Names that some `let` below introduces, with the first place. */
  readonly later: Map<string, Span>;
  /** Stored tensors that hold whole numbers in a format of reals. */
  readonly whole: Set<TensorId>;
  /** `let`s whose text names no format. */
  readonly open: Set<TensorId>;
  /** Where the `let`s stand that begin with an integer and are given a real later. */
  readonly widened: Set<number>;
  /** A definition that this one names did not check. */
  isBroken: boolean;
  reassociate: boolean;
  deterministic: boolean;
  /** Of a format: its subject, and what `read` gives. */
  subject: TensorId | undefined;
  read: Expr | undefined;
  readonly problems: Diagnostic[];
}

export function openDraft(
  kind: Cascade["kind"],
  name: string,
  definitions: Library,
  widened: ReadonlySet<number>,
): Draft {
  const library: Library = {
    find: (text, at) => {
      const found = definitions.find(text, at);
      if (found === "failed") draft.isBroken = true;
      return found;
    },
    names: definitions.names,
  };
  const draft: Draft = {
    kind,
    name,
    library,
    whole: new Set(),
    open: new Set(),
    widened: new Set(widened),
    isBroken: false,
    scope: openScope(undefined),
    ranks: new Map(),
    variables: new Map(),
    tensors: new Map(),
    scalars: new Map(),
    monoids: new Map(),
    formats: new Map(),
    contracts: [],
    orients: [],
    shards: [],
    splits: new Map(),
    prelude: [],
    poisoned: new Set(),
    fixed: new Map(),
    later: new Map(),
    reassociate: false,
    deterministic: false,
    subject: undefined,
    read: undefined,
    problems: [],
  };
  return draft;
}

/** Records a diagnostic. It returns undefined: the value of what could not be checked. */
export function report<C extends Code>(
  draft: Draft,
  code: C,
  at: Span,
  facts: Parameters<(typeof texts)[C]>,
  notes: Diagnostic["notes"] = [],
): undefined {
  draft.problems.push(diagnose(code, at, facts, notes));
  return undefined;
}

/** Gives `name` a meaning in `scope`; a second meaning in one scope is an error. */
export function introduce(draft: Draft, scope: Scope, name: Name, meaning: Meaning): boolean {
  const own = scope.names.get(name.text) ?? reserved(draft, name);
  if (own !== undefined) {
    if (own.kind !== "poison") {
      const notes = own.at === name.at ? [] : [{ text: "introduced here", at: own.at }];
      report(draft, "E0203", name.at, [name.text], notes);
    }
    return false;
  }
  const hidden = scope.outer === undefined ? undefined : meaningOf(scope.outer, name.text);
  if (hidden !== undefined && hidden.kind !== "poison") {
    report(draft, "W0201", name.at, [name.text], [{ text: "the other one", at: hidden.at }]);
  }
  scope.names.set(name.text, meaning);
  return true;
}

/** `t` and `key` belong to an optimizer, `key` to a format. */
function reserved(draft: Draft, name: Name): Meaning | undefined {
  const isOurs =
    (draft.kind === "optimizer" && ["t", "key", paramsRank].includes(name.text)) ||
    (draft.kind === "format" && name.text === "key");
  return isOurs ? { kind: "scalar", id: name.text, at: name.at } : undefined;
}

/** An id of no rank, variable, tensor or scalar: `base`, or `base_1`, `base_2` … */
export function freshId(draft: Draft, base: string): string {
  let id = base;
  for (let n = 1; isTaken(draft, id); n++) id = `${base}_${n}`;
  return id;
}

function isTaken(draft: Draft, id: string): boolean {
  return (
    draft.ranks.has(id) ||
    draft.variables.has(id) ||
    draft.tensors.has(id) ||
    draft.scalars.has(id) ||
    id === "pi" ||
    id === "inf" ||
    id === paramsRank ||
    (draft.kind !== "cascade" && (id === "t" || id === "key"))
  );
}

export function addRank(draft: Draft, id: RankId, extent: Rank["extent"], at: Span): void {
  draft.ranks.set(id, { id, extent, at });
  draft.variables.set(id, { id, rank: id });
}

/** A variable of `rank` that none of `taken` is: `base` itself, or one made for this earlier. */
export function variableBeside(
  draft: Draft,
  base: VariableId,
  taken: { has(variable: VariableId): boolean },
): VariableId {
  const rank = rankOf(draft, base);
  if (!taken.has(base)) return base;
  const stem = base.replace(/_\d+$/, "");
  for (let n = 1; ; n++) {
    const id = `${stem}_${n}`;
    if (taken.has(id)) continue;
    const known = draft.variables.get(id);
    if (known?.rank === rank && !draft.ranks.has(id)) return id;
    if (known !== undefined || isTaken(draft, id)) continue;
    draft.variables.set(id, { id, rank });
    return id;
  }
}

export function addSplit(draft: Draft, split: Split): void {
  for (const rank of [split.whole, split.outer, split.inner]) {
    draft.splits.set(rank, [...(draft.splits.get(rank) ?? []), split]);
  }
}

export function rankOf(draft: Draft, variable: VariableId): RankId {
  const found = draft.variables.get(variable);
  if (found === undefined) throw new Error(`internal: no variable ${variable}`);
  return found.rank;
}

export function tensorOf(draft: Draft, id: TensorId): Tensor {
  const found = draft.tensors.get(id);
  if (found === undefined) throw new Error(`internal: no tensor ${id}`);
  return found;
}

/** The cascade that the draft has become. */
export function finish(draft: Draft, doc: string, at: Span, body: readonly Statement[]): Cascade {
  const { kind, name, ranks, variables, tensors, scalars, monoids, formats } = draft;
  const { contracts, orients, shards, reassociate, deterministic } = draft;
  return {
    kind,
    name,
    doc,
    ranks,
    variables,
    tensors,
    scalars,
    monoids,
    formats,
    body: [...draft.prelude, ...body],
    contracts,
    orients,
    shards,
    reassociate,
    deterministic,
    at,
  };
}

export function hasErrors(problems: readonly Diagnostic[]): boolean {
  return problems.some((problem) => problem.severity === "error");
}
