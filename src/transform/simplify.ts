// Fewer nodes, the same bits.
//
// In:  any cascade; after inline it finds most.
// Out: an equal cascade, by exact rules (rules/), without equal lets, dead lets and unused tables.
// Not here: rules that may change the last bits.
//
// It ends: each rule gives an expression with fewer nodes, each other step drops a statement.

import type {
  BlockFormat,
  Cascade,
  Expr,
  Statement,
  Tensor,
  TensorId,
} from "../cascade/cascade.js";
import { mapExpressions, mapStatements } from "../cascade/statements.js";
import { rewrite, tensorsRead } from "../cascade/walk.js";
import { mergeEqualLets } from "./common.js";
import { withoutDead } from "./dead.js";
import { forwardCopies } from "./forward.js";
import { elseOfPresent, whereFalse, whereTrue } from "./rules/absence.js";
import { addedAndTaken, plusZero, powerOne, timesOne, twiceNegated } from "./rules/arithmetic.js";
import { foldConstants } from "./rules/constants.js";
import { andTrue, notNot, orFalse } from "./rules/logic.js";
import type { Rule } from "./rules/rule.js";
import { withoutUnusedVariables } from "./tidy.js";
import { withoutUnused } from "./unused.js";

/** In the order in which they are tried. Each makes its node smaller, so the order ends. */
export const exactRules: readonly Rule[] = [
  foldConstants, // 2 + 3
  timesOne, // x * 1
  plusZero, // x - 0
  addedAndTaken, // m + size(i) - size(i)
  powerOne, // x^1
  twiceNegated, // -(-x)
  notNot, // not (not p)
  andTrue, // p and true
  orFalse, // p or false
  whereTrue, // x where true
  whereFalse, // x where false else y
  elseOfPresent, // 1 else y
];

export function simplify(cascade: Cascade): Cascade {
  return simplifyFor(cascade, resultsOf(cascade));
}

/** A format is for what it stores, and for what its `read` reads. */
function simplifyFormat(f: BlockFormat): BlockFormat {
  const read = simplifyExpr(f.read);
  return {
    ...f,
    encode: simplifyFor(f.encode, [...resultsOf(f.encode), ...tensorsRead(read)]),
    read,
  };
}

function simplifyFor(cascade: Cascade, wanted: readonly TensorId[]): Cascade {
  const formats = new Map([...cascade.formats].map(([id, f]) => [id, simplifyFormat(f)]));
  const tensors = new Map([...cascade.tensors].map(([id, t]) => [id, simplifyTensor(t)]));
  let current: Cascade = { ...cascade, formats, tensors };
  for (let before: readonly Statement[] = []; before !== current.body;) {
    before = current.body;
    const rewritten = decided(mapStatements(before, (s) => [mapExpressions(s, simplifyExpr)]));
    const merged = forwardCopies(mergeEqualLets({ ...current, body: rewritten }));
    current = { ...merged, body: withoutDead(merged.body, wanted) };
  }
  return withoutUnusedVariables(withoutUnused(current));
}

/** What a definition is for: all that outlives it. */
function resultsOf(c: Cascade): readonly TensorId[] {
  const roles: ReadonlySet<Tensor["role"]> = new Set(["out", "param", "state", "store", "const"]);
  return [...c.tensors.values()].filter((t) => roles.has(t.role)).map((t) => t.id);
}

function simplifyTensor(t: Tensor): Tensor {
  return t.value === undefined || t.table !== undefined
    ? t
    : { ...t, value: simplifyExpr(t.value) };
}

/** Applies the exact rules wherever they apply, from the leaves up. */
export function simplifyExpr(e: Expr): Expr {
  return rewrite(e, (node) => {
    let current = node;
    for (let next: Expr | undefined = current; next !== undefined;) {
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
