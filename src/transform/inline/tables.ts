// Tables that a call computes become constants with a value each.
//
// In:  a cascade whose leading equations compute its `const` tables.
// Out: the same with these equations as values of constants. What needs a loop stays a statement.
// Not here: their evaluation (when the cascade is compiled).

import type {
  Assign,
  Cascade,
  Scalar,
  Statement,
  Tensor,
  TensorId,
} from "../../cascade/cascade.js";
import { mapCascade, statementsDeep, targetsOf } from "../../cascade/statements.js";
import { rewrite, tensorsRead } from "../../cascade/walk.js";
import { isHost } from "./argument.js";

export function constantTables(c: Cascade): Cascade {
  const open = [...c.tensors.values()].filter((t) => t.role === "const" && t.value === undefined);
  if (open.length === 0) return c;
  const counts = new Map<TensorId, number>();
  for (const s of statementsDeep(c.body)) {
    for (const id of targetsOf(s)) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  const values = new Map<TensorId, Assign>();
  for (const s of c.body) {
    if (s.kind === "assign" && counts.get(s.target) === 1) values.set(s.target, s);
  }
  const wanted = neededValues(open, values, c);
  if (wanted === undefined) return c;
  const tensors = new Map<TensorId, Tensor>();
  const later = [...c.tensors.values()].filter((t) => !wanted.has(t.id));
  const given = later.filter((t) => t.role === "const" && t.value !== undefined);
  for (const t of given) tensors.set(t.id, t);
  for (const [id, s] of values) {
    const t = c.tensors.get(id);
    if (t === undefined || !wanted.has(id)) continue;
    tensors.set(id, { ...t, role: "const", variables: s.indices, value: s.value });
  }
  const others = later.filter((t) => !given.includes(t));
  const ordered = new Map([...others.map((t) => [t.id, t] as const), ...tensors]);
  const made = { ...c, tensors: ordered, body: c.body.filter((s) => !isValue(s, wanted)) };
  return [...wanted].reduce(constantScalar, made);
}

/** A table without a rank is a constant like `const top = 2^bits - 1`, if it reads no table. */
function constantScalar(c: Cascade, id: TensorId): Cascade {
  const t = c.tensors.get(id);
  if (t?.value === undefined || t.ranks.length > 0 || !isHost(t.value)) return c;
  const { type, value, at } = t;
  const scalar: Scalar = { id, role: "const", type, value, low: undefined, high: undefined, at };
  const tensors = new Map([...c.tensors].filter(([other]) => other !== id));
  const scalars = new Map([...c.scalars, [id, scalar] as const]);
  return mapCascade({ ...c, tensors, scalars }, (e) =>
    rewrite(e, (node) =>
      node.kind === "read" && node.tensor === id ? { kind: "scalar", scalar: id, type, at } : node,
    ),
  );
}

function isValue(s: Statement, wanted: ReadonlySet<TensorId>): boolean {
  return s.kind === "assign" && wanted.has(s.target);
}

/** The tables and what they read; undefined when something of it is no plain equation. */
function neededValues(
  open: readonly Tensor[],
  values: ReadonlyMap<TensorId, Assign>,
  c: Cascade,
): ReadonlySet<TensorId> | undefined {
  const wanted = new Set<TensorId>();
  const queue = open.map((t) => t.id);
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    const t = c.tensors.get(id);
    if (wanted.has(id) || (t?.role === "const" && t.value !== undefined)) continue;
    const s = values.get(id);
    if (s === undefined || (t?.role !== "let" && t?.role !== "const")) return undefined;
    wanted.add(id);
    queue.push(...tensorsRead(s.value));
  }
  return wanted;
}
