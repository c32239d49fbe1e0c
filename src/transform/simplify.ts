// Fewer nodes, the same bits.
//
// In:  any cascade; after inline it finds most.
// Out: an equal cascade, by exact rules (rules/), without equal lets, dead lets and unused tables.
// Not here: rules that may change the last bits.
//
// It ends: each rule gives an expression with fewer nodes, each other step drops a statement.

import type { Cascade, Expr, Statement, Tensor } from "../cascade/cascade.js";
import { mapExpressions, mapStatements } from "../cascade/statements.js";
import { rewrite } from "../cascade/walk.js";
import { mergeEqualLets } from "./common.js";
import { withoutDead } from "./dead.js";
import { elseOfPresent, whereFalse, whereTrue } from "./rules/absence.js";
import { plusZero, powerOne, timesOne, twiceNegated } from "./rules/arithmetic.js";
import { foldConstants } from "./rules/constants.js";
import { andTrue, notNot, orFalse } from "./rules/logic.js";
import type { Rule } from "./rules/rule.js";
import { withoutUnusedVariables } from "./tidy.js";
import { withoutUnused } from "./unused.js";

/** In the order in which they are tried. Each makes its node smaller, so the order ends. */
export const exactRules: readonly Rule[] = [
  foldConstants, // 2 + 3
  timesOne,      // x * 1
  plusZero,      // x - 0
  powerOne,      // x^1
  twiceNegated,  // -(-x)
  notNot,        // not (not p)
  andTrue,       // p and true
  orFalse,       // p or false
  whereTrue,     // x where true
  whereFalse,    // x where false else y
  elseOfPresent, // 1 else y
];

export function simplify(cascade: Cascade): Cascade {
  const formats = new Map([...cascade.formats].map(([id, f]) => {
    return [id, { ...f, encode: simplify(f.encode), read: simplifyExpr(f.read) }];
  }));
  const tensors = new Map([...cascade.tensors].map(([id, t]) => [id, simplifyTensor(t)]));
  let current: Cascade = { ...cascade, formats, tensors };
  for (let before: readonly Statement[] = []; before !== current.body; ) {
    before = current.body;
    const rewritten = decided(mapStatements(before, (s) => [mapExpressions(s, simplifyExpr)]));
    const merged = mergeEqualLets({ ...current, body: rewritten });
    current = { ...merged, body: withoutDead(merged.body, resultsOf(current)) };
  }
  return withoutUnusedVariables(withoutUnused(current));
}

/** What a definition is for: all that outlives it. */
function resultsOf(c: Cascade): readonly string[] {
  const roles: ReadonlySet<Tensor["role"]> = new Set(["out", "param", "state", "store", "const"]);
  const kept = [...c.tensors.values()].filter((t) => roles.has(t.role)).map((t) => t.id);
  const read = [...c.formats.values()].map((f) => f.subject);
  return [...kept, ...read];
}

function simplifyTensor(t: Tensor): Tensor {
  return t.value === undefined || t.table !== undefined ? t : { ...t, value: simplifyExpr(t.value) };
}

/** Applies the exact rules wherever they apply, from the leaves up. */
export function simplifyExpr(e: Expr): Expr {
  return rewrite(e, (node) => {
    let current = node;
    for (let next: Expr | undefined = current; next !== undefined; ) {
      current = next;
      next = firstOf(exactRules, current);
    }
    return current;
  });
}

function firstOf(rules: readonly Rule[], e: Expr): Expr | undefined {
  for (const rule of rules) {
    const rewritten = rule.apply(e);
    if (rewritten !== undefined) return rewritten;
  }
  return undefined;
}

/** A branch whose condition is a literal is the branch taken. */
function decided(body: readonly Statement[]): readonly Statement[] {
  return mapStatements(body, (s) => {
    if (s.kind !== "when" || s.condition.kind !== "boolean") return [s];
    return s.condition.value ? s.then : s.otherwise;
  });
}
