// Leaves out statements that compute what nobody asks for.
//
// In:  a body, and the tensors that are wanted after it.
// Out: the body without lets (and assignments to them) that nothing wanted depends on.
// Not here: what is wanted; an `await` always is, for the caller sees it.

import type { Statement, TensorId } from "../cascade/cascade.js";
import {
  expressionsOf,
  mapStatements,
  statementsDeep,
  targetsOf,
  tensorsReadBy,
} from "../cascade/statements.js";
import { tensorsRead } from "../cascade/walk.js";

/** `body` without what `wanted` does not depend on; the order of the text plays no part. */
export function withoutDead(
  body: readonly Statement[],
  wanted: Iterable<TensorId>,
): readonly Statement[] {
  const needed = neededTensors(body, new Set(wanted));
  return mapStatements(body, (s) => (isNeeded(s, needed) ? [s] : []));
}

function isNeeded(s: Statement, needed: ReadonlySet<TensorId>): boolean {
  switch (s.kind) {
    case "assign":
    case "call":
    case "gradient":
      return targetsOf(s).some((id) => needed.has(id));
    case "await":
      return true;
    case "repeat":
    case "scan":
      return s.body.length > 0;
    case "when":
      return s.then.length + s.otherwise.length > 0;
  }
}

/** Everything that the wanted tensors depend on, loops and branches included. */
function neededTensors(body: readonly Statement[], needed: Set<TensorId>): ReadonlySet<TensorId> {
  const backwards = [...statementsDeep(body)].reverse();
  for (let size = -1; size < needed.size;) {
    size = needed.size;
    for (const s of backwards) addReads(s, needed);
  }
  return needed;
}

function addReads(s: Statement, needed: Set<TensorId>): void {
  const isLeaf = targetsOf(s).length > 0;
  if (isLeaf) {
    if (!isNeeded(s, needed)) return;
    for (const id of tensorsReadBy(s)) needed.add(id);
    if (s.kind === "await") needed.add(s.target);
    return;
  }
  const isAlive = [...statementsDeep([s])].some(
    (inner) => targetsOf(inner).length > 0 && isNeeded(inner, needed),
  );
  if (!isAlive) return;
  for (const e of expressionsOf(s)) for (const id of tensorsRead(e)) needed.add(id);
}
