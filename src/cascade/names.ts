// New names that clash with nothing in a cascade.
//
// In:  the cascade that a pass rewrites.
// Out: names for ranks, variables, tensors and scalars; `rope_1` when `rope` is taken.
// Not here: renaming what exists (walk.ts).

import { reductions, reservedWords } from "../../grammar/words.js";
import type { Cascade, RankId, Variable, VariableId } from "./cascade.js";

/** Words that mean something else, at least before a bracket or a parenthesis. */
const cannotName: readonly string[] = [...reservedWords, ...reductions, "pi", "inf", "size"];

/** The names in use and the variables made so far. A pass keeps one and hands its maps on. */
export class Names {
  private readonly taken: Set<string>;
  private readonly known: Map<VariableId, Variable>;
  /** The number that each stem was given last. */
  private readonly last = new Map<string, number>();

  constructor(cascade: Cascade) {
    this.known = new Map(cascade.variables);
    this.taken = new Set([
      ...cascade.ranks.keys(),
      ...cascade.variables.keys(),
      ...cascade.tensors.keys(),
      ...cascade.scalars.keys(),
      ...cascade.monoids.keys(),
      ...(cascade.kind === "cascade" ? [] : ["t", "key", "params"]),
      ...cannotName,
    ]);
  }

  /** Every variable: the cascade's and those made here. */
  get variables(): ReadonlyMap<VariableId, Variable> {
    return this.known;
  }

  isTaken(name: string): boolean {
    return this.taken.has(name);
  }

  /** `base`, or `base_1`, `base_2` …: the first that is free. It is taken from now on. */
  fresh(base: string): string {
    const stem = base.replace(/_\d+$/, "");
    let n = this.last.get(stem) ?? 0;
    let name = base;
    while (this.taken.has(name)) name = `${stem}_${(n += 1)}`;
    this.last.set(stem, n);
    this.taken.add(name);
    return name;
  }

  /** A new variable of `rank`, named after `base`. */
  variable(base: string, rank: RankId): VariableId {
    const id = this.fresh(base);
    this.known.set(id, { id, rank });
    return id;
  }

  /** A new rank, and the variable of the same name that walks it. */
  rank(base: string): RankId {
    const id = this.fresh(base);
    this.known.set(id, { id, rank: id });
    return id;
  }

  /** A variable of the rank of `like` that is none of `taken`: an existing one where possible. */
  variableBeside(like: VariableId, taken: ReadonlySet<VariableId>): VariableId {
    const rank = this.known.get(like)?.rank;
    const stem = like.replace(/_\d+$/, "");
    const base = this.known.get(stem)?.rank === rank ? stem : like;
    if (!taken.has(base)) return base;
    for (let n = 1; ; n++) {
      const id = `${stem}_${n}`;
      if (taken.has(id)) continue;
      if (this.known.get(id)?.rank === rank) return id;
      if (!this.taken.has(id)) return this.variableLike(like);
    }
  }

  /** A new variable of the same rank as `like`. */
  variableLike(like: VariableId): VariableId {
    const variable = this.known.get(like);
    if (variable === undefined) throw new Error(`internal: no variable ${like}`);
    return this.variable(like, variable.rank);
  }
}
