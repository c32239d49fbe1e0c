// A launch that equations may still join.
//
// In:  equations in text order, as group.ts offers them.
// Out: segments over common axes, in which every value is ready where it is read.
// Not here: which launch an equation is offered to (group.ts); axes that are joined (flatten.ts).
//
// The law: blocks own kept points. What one block writes, no other reads; within a block a later
// segment may read what an earlier one wrote in the same row, and a segment what it wrote itself
// at the same point.

import type { VariableId } from "../cascade/cascade.js";
import { renameVariables } from "../cascade/walk.js";
import { accessesOf, align, readsOf, type Access, type RankOf } from "./align.js";
import { isAt } from "./hazards.js";
import type { Equation } from "./plan.js";

export interface OpenSegment {
  readonly over: readonly VariableId[];
  readonly equations: Equation[];
}

interface Placement {
  readonly kept: readonly VariableId[];
  readonly segments: readonly OpenSegment[];
  readonly segment: number;
  readonly equation: Equation;
}

export interface Space {
  readonly points: readonly VariableId[];
  readonly over: readonly VariableId[];
}

export class OpenGroup {
  kept: readonly VariableId[];
  segments: OpenSegment[];
  readonly rankOf: RankOf;

  constructor(eq: Equation, space: Space, rankOf: RankOf) {
    this.kept = space.points;
    this.segments = [{ over: space.over, equations: [eq] }];
    this.rankOf = rankOf;
  }

  get equations(): readonly Equation[] {
    return this.segments.flatMap((segment) => segment.equations);
  }

  /** Whether `eq` must stay behind this launch. */
  conflictsWith(eq: Equation): boolean {
    const reads = new Set(readsOf(eq.value).map((access) => access.tensor));
    return this.equations.some((mine) => {
      if (reads.has(mine.target) || mine.target === eq.target) return true;
      return readsOf(mine.value).some((access) => access.tensor === eq.target);
    });
  }

  /** Takes `eq` in, or changes nothing. */
  tryAdd(eq: Equation, space: Space): boolean {
    return this.take(
      this.asPoint(eq, space) ?? this.asSweep(eq, space) ?? this.asReduction(eq, space),
    );
  }

  /** Takes an elementwise `eq` in behind all others, or a sum into the first loop. */
  tryAddPoint(eq: Equation, space: Space): boolean {
    return this.take(this.asPoint(eq, space));
  }

  tryAddSum(eq: Equation, space: Space): boolean {
    return this.take(this.inSweep(eq, space));
  }

  private take(placement: Placement | undefined): boolean {
    if (placement === undefined) return false;
    this.kept = placement.kept;
    this.segments = placement.segments.map((segment, n) =>
      n === placement.segment
        ? { ...segment, equations: [...segment.equations, placement.equation] }
        : segment,
    );
    return true;
  }

  /** Elementwise over the kept points: into the last segment, or behind it. */
  private asPoint(eq: Equation, space: Space): Placement | undefined {
    if (space.over.length > 0 || space.points.length !== this.kept.length) return undefined;
    const equation = this.renamed(eq, space.points, this.kept);
    if (equation === undefined) return undefined;
    const isOpen = this.segments.at(-1)?.over.length === 0;
    const segments = isOpen ? this.segments : [...this.segments, { over: [], equations: [] }];
    const placement = { kept: this.kept, segments, segment: segments.length - 1, equation };
    return this.isSound(placement) ? placement : undefined;
  }

  /**
   * Over the kept points and a loop: into the earliest sweep over it that will do, or a new
   * one.
   */
  private asSweep(eq: Equation, space: Space): Placement | undefined {
    const isReduction = space.over.length > 0;
    if (isReduction && space.points.length !== this.kept.length) return undefined;
    if (!isReduction && space.points.length <= this.kept.length) return undefined;
    return this.inSweep(eq, space) ?? this.asNewSweep(eq, space);
  }

  private inSweep(eq: Equation, space: Space): Placement | undefined {
    const isReduction = space.over.length > 0;
    const all = [...space.points, ...space.over];
    for (const [n, { over }] of this.segments.entries()) {
      if (over.length === 0) continue;
      const equation = isReduction
        ? this.renamedBoth(eq, space, over)
        : this.renamed(eq, all, [...this.kept, ...over]);
      if (equation === undefined) continue;
      const placement = { kept: this.kept, segments: this.segments, segment: n, equation };
      if (this.isSound(placement)) return placement;
    }
    return undefined;
  }

  private asNewSweep(eq: Equation, space: Space): Placement | undefined {
    if (this.kept.length === 0 || !this.isRowWise()) return undefined;
    const fresh = space.over.length > 0 ? space.over : this.rest(eq, space);
    const before = this.segments.map((segment) => segment.over).filter((over) => over.length > 0);
    const same = before.find((over) => sameRanks(over, fresh, this.rankOf));
    const over = same ?? fresh;
    if (over.some((v) => this.kept.includes(v))) return undefined;
    const equation =
      space.over.length > 0
        ? this.renamedBoth(eq, space, over)
        : this.renamed(eq, space.points, [...this.kept, ...over]);
    if (equation === undefined) return undefined;
    const segments = [...this.segments, { over, equations: [] }];
    const placement = { kept: this.kept, segments, segment: segments.length - 1, equation };
    return this.isSound(placement) && isRowWise(equation, over) ? placement : undefined;
  }

  /** Variables of an elementwise `eq` that no kept axis takes. */
  private rest(eq: Equation, space: Space): readonly VariableId[] {
    const taken = new Set<VariableId>();
    const shared = this.accesses();
    for (const axis of this.kept) {
      const free = space.points.filter(
        (v) => !taken.has(v) && this.rankOf(v) === this.rankOf(axis),
      );
      const meets = free.find((v) => meetsAxis(eq, v, axis, shared));
      const found = meets ?? (free.includes(axis) ? axis : free[0]);
      if (found !== undefined) taken.add(found);
    }
    return space.points.filter((v) => !taken.has(v));
  }

  /** A reduction of what an elementwise launch computes turns its points into a sweep. */
  private asReduction(eq: Equation, space: Space): Placement | undefined {
    const [only] = this.segments;
    if (this.segments.length !== 1 || only === undefined || only.over.length > 0) return undefined;
    if (space.over.length === 0) return undefined;
    const all = [...space.points, ...space.over];
    const equation = this.renamed(eq, all, this.kept);
    if (equation === undefined) return undefined;
    const kept = this.kept.filter((v) => equation.indices.includes(v));
    if (kept.length !== space.points.length) return undefined;
    const over = this.kept.filter((v) => !kept.includes(v));
    const placement = { kept, segments: [{ ...only, over }], segment: 0, equation };
    return this.isSound(placement) ? placement : undefined;
  }

  private isRowWise(): boolean {
    return this.segments.every(
      (segment) =>
        segment.over.length === 0 || segment.equations.every((eq) => isRowWise(eq, segment.over)),
    );
  }

  private accesses(): readonly Access[] {
    const written = this.equations.flatMap((eq) => accessesOf(eq).slice(0, 1));
    return [...written, ...this.equations.flatMap((eq) => readsOf(eq.value))];
  }

  private renamed(
    eq: Equation,
    variables: readonly VariableId[],
    axes: readonly VariableId[],
  ): Equation | undefined {
    const map = align(variables, axes, accessesOf(eq), this.accesses(), this.rankOf);
    return map === undefined ? undefined : renameEquation(eq, map);
  }

  private renamedBoth(
    eq: Equation,
    space: Space,
    over: readonly VariableId[],
  ): Equation | undefined {
    const shared = this.accesses();
    const kept = align(space.points, this.kept, accessesOf(eq), shared, this.rankOf);
    const looped = align(space.over, over, accessesOf(eq), shared, this.rankOf);
    if (kept === undefined || looped === undefined) return undefined;
    return renameEquation(eq, new Map([...kept, ...looped]));
  }

  /**
   * Whether every value is ready where it is read, and nothing is overwritten that is still
   * read.
   */
  private isSound({ kept, segments, segment, equation }: Placement): boolean {
    const reads = readsOf(equation.value);
    return segments.every(({ equations }, n) =>
      equations.every((mine) => {
        const toMine = reads.filter((access) => access.tensor === mine.target);
        const fromMine = readsOf(mine.value).filter((access) => access.tensor === equation.target);
        const isSame = mine.target === equation.target;
        if (n > segment) return toMine.length === 0 && fromMine.length === 0 && !isSame;
        if (n < segment) {
          const isOwn = (access: Access, at: readonly VariableId[]): boolean =>
            isInRow(access, at, kept);
          return (
            toMine.every((access) => isOwn(access, mine.indices)) &&
            fromMine.every((access) => isOwn(access, equation.indices)) &&
            (!isSame ||
              mine.indices.every((v, k) => !kept.includes(v) || equation.indices[k] === v))
          );
        }
        if (toMine.length > 0 && isReduction(mine)) return false;
        const isHere = (access: Access, at: readonly VariableId[]): boolean =>
          isAt(access.indices, at);
        return (
          toMine.every((access) => isHere(access, mine.indices)) &&
          fromMine.every((access) => isHere(access, equation.indices)) &&
          (!isSame || sameList(mine.indices, equation.indices)) &&
          !(isReduction(equation) && (fromMine.length > 0 || isSame))
        );
      }),
    );
  }
}

export function isReduction(eq: Equation): boolean {
  return eq.value.kind === "reduce" || eq.value.kind === "fold";
}

/** Whether `access` stays within the kept point that `written` belongs to. */
function isInRow(
  access: Access,
  written: readonly VariableId[],
  kept: readonly VariableId[],
): boolean {
  return written.every((v, n) => {
    const index = access.indices[n];
    return !kept.includes(v) || (index?.kind === "index" && index.variable === v);
  });
}

/**
 * Whether every access that a loop moves ends in a variable of the loop: rows lie in memory as
 * read.
 */
function isRowWise(eq: Equation, over: readonly VariableId[]): boolean {
  return accessesOf(eq).every(({ indices }) => {
    const used = indices.flatMap((index) => (index.kind === "index" ? [index.variable] : []));
    const last = indices.at(-1);
    if (!used.some((v) => over.includes(v))) return true;
    return last?.kind !== "index" || over.includes(last.variable);
  });
}

function meetsAxis(
  eq: Equation,
  v: VariableId,
  axis: VariableId,
  shared: readonly Access[],
): boolean {
  return accessesOf(eq).some((mine) =>
    shared.some(
      (theirs) =>
        theirs.tensor === mine.tensor &&
        mine.indices.some((index, n) => {
          const other = theirs.indices[n];
          return (
            index.kind === "index" &&
            index.variable === v &&
            other?.kind === "index" &&
            other.variable === axis
          );
        }),
    ),
  );
}

function renameEquation(eq: Equation, map: ReadonlyMap<VariableId, VariableId>): Equation {
  const indices = eq.indices.map((v) => map.get(v) ?? v);
  return { ...eq, indices, value: renameVariables(eq.value, map) };
}

function sameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((one, n) => one === b[n]);
}

function sameRanks(a: readonly VariableId[], b: readonly VariableId[], rankOf: RankOf): boolean {
  return sameList(a.map(rankOf).toSorted(), b.map(rankOf).toSorted());
}
