// What holds for a whole body: `expect`, `orient`, `shard`, `numerics`, `deterministic`.
//
// In:  these statements, and the branches that they stand in.
// Out: contracts, orients and shards of the draft.
// Not here: whether a contract holds (the cost model; extents at the call).

import type { Expression, Statement as Written } from "../../../grammar/syntax.js";
import type { Contract, Expr } from "../cascade.js";
import { sizesOf } from "../walk.js";
import { lookUp } from "./access.js";
import { wantBoolean, wantNumber } from "./arithmetic.js";
import type { Context } from "./context.js";
import { rankOf, report } from "./draft.js";
import { reportFree } from "./free.js";
import { isStatic } from "./static.js";

type Note = Extract<
  Written,
  { kind: "expect" | "numerics" | "deterministic" | "orient" | "shard" }
>;

export function bodyNote(c: Context, s: Note, conditions: readonly Expr[]): void {
  switch (s.kind) {
    case "expect":
      for (const condition of s.conditions) expectation(c, condition, conditions);
      return;
    case "numerics":
      if (s.mode.text === "reassociate") c.draft.reassociate = true;
      else report(c.draft, "E0828", s.mode.at, [s.mode.text]);
      return;
    case "deterministic":
      c.draft.deterministic = true;
      return;
    case "orient":
      return orient(c, s);
    case "shard": {
      const meaning = lookUp(c, s.rank);
      if (meaning === undefined) return;
      if (meaning.kind === "rank") {
        c.draft.shards.push({ rank: meaning.id, axis: s.axis.text, at: s.at });
      } else {
        report(c.draft, "E0209", s.rank.at, [s.rank.text, meaning.kind, "a rank"]);
      }
    }
  }
}

const tiers = ["device", "host", "file"];

/** `passes(m) <= 1`, `traffic(device) <= …`, `launches <= 1`, or a condition on extents. */
function expectation(c: Context, e: Expression, conditions: readonly Expr[]): void {
  const cost = costOf(e);
  if (cost !== undefined) {
    const subject = subjectOf(c, cost);
    const value = c.check(c, cost.bound);
    if (value === undefined || subject === "wrong") return;
    if (!reportFree(c, value) || !wantNumber(c, value, "a bound")) return;
    c.draft.contracts.push({ kind: cost.kind, subject, value: value.expr, at: e.at });
    return;
  }
  const value = c.check(c, e);
  if (value === undefined || !reportFree(c, value)) return;
  if (!wantBoolean(c, value, "`expect`")) return;
  if (!isStatic(c.draft.scalars, value.expr)) {
    report(c.draft, "E0822", e.at, []);
    return;
  }
  const holds = conditions.filter((condition) => isStatic(c.draft.scalars, condition));
  const whole = holds.reduceRight((inner, condition) => unless(condition, inner), value.expr);
  c.draft.contracts.push({ kind: "extents", subject: undefined, value: whole, at: e.at });
}

/** `not condition or value`: what stands in a branch holds for the branch. */
function unless(condition: Expr, value: Expr): Expr {
  const { at } = value;
  const fails: Expr = { kind: "map", op: "not", type: "boolean", args: [condition], at };
  return { kind: "map", op: "or", type: "boolean", args: [fails, value], at };
}

interface Cost {
  readonly kind: Exclude<Contract["kind"], "extents">;
  readonly of: Expression;
  readonly bound: Expression;
}

const costs: ReadonlySet<string> = new Set(["passes", "traffic", "resident", "launches"]);

function isCost(name: string): name is Cost["kind"] {
  return costs.has(name);
}

function costOf(e: Expression): Cost | undefined {
  if (e.kind !== "binary" || e.operator !== "<=") return undefined;
  const name =
    e.left.kind === "call" ? e.left.name.text : e.left.kind === "name" ? e.left.name : "";
  return isCost(name) ? { kind: name, of: e.left, bound: e.right } : undefined;
}

function subjectOf(c: Context, { kind, of }: Cost): string | undefined | "wrong" {
  if (kind === "launches") return undefined;
  const argument = of.kind === "call" ? of.arguments[0]?.value : undefined;
  const name = argument?.kind === "name" ? { text: argument.name, at: argument.at } : undefined;
  if (name !== undefined && kind === "passes") {
    const meaning = lookUp(c, name);
    if (meaning === undefined) return "wrong";
    if (meaning.kind === "rank" || meaning.kind === "variable") return rankOf(c.draft, meaning.id);
  }
  if (name !== undefined && kind !== "passes" && tiers.includes(name.text)) return name.text;
  report(c.draft, "E0821", of.at, [kind, kind === "passes" ? "a rank" : tiers.join(", ")]);
  return "wrong";
}

/** `orient size(i) <= size(j)` */
function orient(c: Context, s: Extract<Note, { kind: "orient" }>): void {
  const value = c.check(c, s.condition);
  if (value === undefined || !reportFree(c, value)) return;
  const [first, second, third] = sizesOf(value.expr);
  const isCondition = value.expr.type === "boolean" && isStatic(c.draft.scalars, value.expr);
  if (!isCondition || first === undefined || second === undefined || third !== undefined) {
    report(c.draft, "E0824", s.condition.at, []);
    return;
  }
  c.draft.orients.push({ condition: value.expr, ranks: [first, second], at: s.at });
}
