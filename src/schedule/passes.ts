// How often a cascade, as it is written, sweeps over each rank.
//
// In:  a cascade without calls and orients, with the values of its extents and statics.
// Out: for each rank its passes, and what must end before each further one begins. No schedule of
//      these equations sweeps less; other equations for the same values may.
// Not here: other equations (src/transform), launches (group.ts).
//
// Every tensor carries a bar: how many sweeps over the rank must have ended before its elements are
// known. An equation over the rank sweeps once more than the bar of what it reads; one that reduces
// the rank away raises the bar of its result to that sweep. A step is one on which no run-time
// `when` is taken; a loop with `until` makes all of its passes. What a scan over the rank carries
// is of the same sweep.
//
// @source Nayak et al. 2024, FuseMax, section 3: passes of a cascade of einsums.

import { unreachable, type Span } from "../../grammar/span.js";
import type { Cascade, Expr, RankId, Statement, TensorId, VariableId } from "../cascade/cascade.js";
import { paramsRank } from "../cascade/cascade.js";
import { statementsDeep, targetsOf } from "../cascade/statements.js";
import { binders, children, freeVariables, nodes } from "../cascade/walk.js";

export interface RankPasses {
  readonly rank: RankId;
  readonly passes: number;
  /** What ends each pass but the last: the reduction that the next one waits for. At most 16. */
  readonly barriers: readonly Span[];
}

/** The value of a host scalar; undefined where it is not known before the step. */
export type ValueOf = (e: Expr) => number | undefined;

/** Every rank that is swept, in the order of the cascade; `params` is none. */
export function passesOf(cascade: Cascade, valueOf: ValueOf): readonly RankPasses[] {
  const ranks = [...cascade.ranks.keys()].filter((rank) => rank !== paramsRank);
  const counted = ranks.map((rank) => {
    const labels = new Labels(cascade, rank, valueOf);
    labels.body(cascade.body, none);
    return { rank, passes: labels.last.level, barriers: labels.last.barriers.slice(0, -1) };
  });
  return counted.filter(({ passes }) => passes > 0);
}

/** Sweeps that must have ended, and what ended each. */
interface Bar {
  readonly level: number;
  readonly barriers: readonly Span[];
}

const none: Bar = { level: 0, barriers: [] };
const mostBarriers = 17;

function raised({ level, barriers }: Bar, at: Span): Bar {
  return { level: level + 1, barriers: level < mostBarriers ? [...barriers, at] : barriers };
}

function highest(bars: readonly Bar[]): Bar {
  return bars.reduce((most, bar) => (bar.level > most.level ? bar : most), none);
}

/** Passes of a loop that are followed one by one; labels then grow evenly over `period` passes. */
const followed = 64;
const period = 12;

class Labels {
  /** The highest label, as the bar of one who waits for its end. */
  last: Bar = none;
  private readonly cascade: Cascade;
  private readonly rank: RankId;
  private readonly valueOf: ValueOf;
  private readonly bars = new Map<TensorId, Bar>();

  constructor(cascade: Cascade, rank: RankId, valueOf: ValueOf) {
    this.cascade = cascade;
    this.rank = rank;
    this.valueOf = valueOf;
  }

  /** `after`: what decides whether the body is carried out. */
  body(body: readonly Statement[], after: Bar): void {
    for (const s of body) this.statement(s, after);
  }

  private statement(s: Statement, after: Bar): void {
    switch (s.kind) {
      case "assign": {
        const value = highest([after, this.expression(s.value)]);
        if (s.indices.some((v) => this.isOver(v))) this.sweep(value, s.at);
        const isWhole = s.isLet || s.value.kind !== "where";
        this.bars.set(s.target, isWhole ? value : highest([value, this.barOf(s.target)]));
        return;
      }
      case "repeat":
        return this.loop(this.valueOf(s.count) ?? 1, () => {
          const until = s.until === undefined ? none : this.expression(s.until);
          this.body(s.body, highest([after, until]));
        });
      case "scan":
        return this.scan(s, after);
      case "when": {
        const decided = s.isStatic ? this.valueOf(s.condition) : 0;
        const condition = s.isStatic ? none : this.expression(s.condition);
        return this.body(decided === 0 ? s.otherwise : s.then, highest([after, condition]));
      }
      case "await": // the caller brings it when everything above is done
        this.bars.set(s.target, this.last);
        return;
      case "gradient": // its equations are not there before it is derived
        for (const target of s.targets) {
          this.bars.set(target, s.from === undefined ? none : this.barOf(s.from));
        }
        return;
      case "call":
        throw new Error("internal: passes are counted after calls are inlined");
      default:
        unreachable(s);
    }
  }

  private scan(s: Extract<Statement, { readonly kind: "scan" }>, after: Bar): void {
    const over = this.rankOf(s.variable);
    if (over !== undefined && over !== this.rank) {
      const size: Expr = { kind: "size", rank: over, type: "integer", at: s.at };
      return this.loop(this.valueOf(size) ?? 1, () => this.body(s.body, after));
    }
    this.body(s.body, after);
    for (const inner of statementsDeep(s.body)) {
      for (const target of targetsOf(inner)) {
        const bar = this.barOf(target);
        this.sweep(bar, inner.at);
        const isKept = inner.kind === "assign" && inner.indices.includes(s.variable);
        if (!isKept) this.bars.set(target, raised(bar, inner.at));
      }
    }
  }

  /** `count` passes; what the last `period` of those followed added stands for the others. */
  private loop(count: number, pass: () => void): void {
    const jumps = Math.max(0, Math.floor((count - followed) / period));
    for (let n = 0; n < count - jumps * period - period; n++) pass();
    const before = new Map(this.bars);
    const levelBefore = this.last.level;
    for (let n = 0; n < Math.min(count, period); n++) pass();
    if (jumps === 0) return;
    for (const [tensor, { level, barriers }] of this.bars) {
      const growth = level - (before.get(tensor)?.level ?? level);
      this.bars.set(tensor, { level: level + jumps * growth, barriers });
    }
    const growth = this.last.level - levelBefore;
    this.last = { ...this.last, level: this.last.level + jumps * growth };
  }

  /** The bar of a value; sweeps and reductions inside it are counted. */
  private expression(e: Expr): Bar {
    const own = e.kind === "read" ? this.barOf(e.tensor) : none;
    const bar = highest([own, ...children(e).map((child) => this.expression(child))]);
    if (e.kind === "read" && this.isWalked(e)) this.sweep(bar, e.at);
    if (!binders(e).some((v) => this.isOver(v))) return bar;
    this.sweep(bar, e.at);
    return raised(bar, e.at);
  }

  /** Reads along the rank at places that move with a variable, as `x[256 * b + l]`; no gather. */
  private isWalked({ tensor, indices }: Extract<Expr, { readonly kind: "read" }>): boolean {
    const ranks = this.cascade.tensors.get(tensor)?.ranks ?? [];
    return indices.some((index, n) => {
      const isGather = [...nodes(index)].some((node) => node.kind === "read");
      return ranks[n] === this.rank && !isGather && freeVariables(index).size > 0;
    });
  }

  /** One sweep after `bar`. */
  private sweep(bar: Bar, at: Span): void {
    if (bar.level + 1 > this.last.level) this.last = raised(bar, at);
  }

  private isOver(variable: VariableId): boolean {
    return this.rankOf(variable) === this.rank;
  }

  private rankOf(variable: VariableId): RankId | undefined {
    return this.cascade.variables.get(variable)?.rank;
  }

  private barOf(tensor: TensorId): Bar {
    return this.bars.get(tensor) ?? none;
  }
}
