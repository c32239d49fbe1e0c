// Which values are host scalars: numbers that need no tensor (ARCHITECTURE.md, the meaning of
// numbers).
//
// In:  a cascade, inlined.
// Out: the rank-0 lets that are host scalars, and a test of an expression.
// Not here: their evaluation (interpret/ in the reference; the host program elsewhere).
//
// A let qualifies when it has no rank, is never assigned again, is stored as it is (f32, f64, i32
// or bool) and its value is made of numbers, scalars, extents, variables of enclosing scans and
// other such lets. A state, a result, a reduction and a random draw are tensor values.

import type { Cascade, Expr, Format, Statement, TensorId, VariableId } from "./cascade.js";
import { innerBodies, targetsOf } from "./statements.js";
import { children } from "./walk.js";

export function hostScalars(cascade: Cascade): ReadonlySet<TensorId> {
  const assigned = new Map<TensorId, number>();
  countTargets(cascade.body, assigned);
  const found = new Set<TensorId>();
  collect(cascade, cascade.body, new Set(), assigned, found);
  return found;
}

/**
 * Whether `e` is evaluated on the host.
 *
 * @param tensors - Of `hostScalars`.
 * @param loops - Variables of the scans around `e`; any other variable is a point of a tensor.
 */
export function isHostScalar(
  e: Expr,
  tensors: ReadonlySet<TensorId>,
  loops: ReadonlySet<VariableId>,
): boolean {
  switch (e.kind) {
    case "number":
    case "boolean":
    case "size":
    case "scalar":
      return true;
    case "index":
      return loops.has(e.variable);
    case "read":
      return e.indices.length === 0 && tensors.has(e.tensor);
    case "map":
    case "where":
    case "else":
      return children(e).every((child) => isHostScalar(child, tensors, loops));
    case "cast":
      return isPlain(e.format) && isHostScalar(e.arg, tensors, loops);
    default:
      return false;
  }
}

/**
 * A real tensor value over a host scalar is the value times the reciprocal, which the host computes
 * once in
 * float64: one rounding more than a division, and no division for each point. Integers are divided,
 * so that
 * `6 / 3` stays 2. Undefined: does not apply.
 */
export function byReciprocal(e: Expr, isHost: (e: Expr) => boolean): Expr | undefined {
  if (e.kind !== "map" || e.op !== "div") return undefined;
  const [value, divisor] = e.args;
  if (value === undefined || divisor === undefined || value.type !== "real") return undefined;
  if (isHost(value) || !isHost(divisor)) return undefined;
  const { at } = divisor;
  const one: Expr = { kind: "number", value: 1, type: "real", at };
  const reciprocal: Expr = { kind: "map", op: "div", args: [one, divisor], type: "real", at };
  return { ...e, op: "mul", args: [value, reciprocal] };
}

/** Stored as it is computed: no narrowing that a target would have to repeat. */
function isPlain(format: Format): boolean {
  if (format.kind === "float") return format.name === "f32" || format.name === "f64";
  if (format.kind === "integer") return format.bits === 32 && format.signed;
  return format.kind === "bool";
}

function countTargets(body: readonly Statement[], counts: Map<TensorId, number>): void {
  for (const s of body) {
    for (const id of targetsOf(s)) counts.set(id, (counts.get(id) ?? 0) + 1);
    for (const inner of innerBodies(s)) countTargets(inner, counts);
  }
}

function collect(
  cascade: Cascade,
  body: readonly Statement[],
  loops: ReadonlySet<VariableId>,
  assigned: ReadonlyMap<TensorId, number>,
  found: Set<TensorId>,
): void {
  for (const s of body) {
    const inner = s.kind === "scan" ? new Set([...loops, s.variable]) : loops;
    for (const below of innerBodies(s)) collect(cascade, below, inner, assigned, found);
    if (s.kind !== "assign" || !s.isLet || s.indices.length > 0) continue;
    const tensor = cascade.tensors.get(s.target);
    if (tensor === undefined || tensor.role !== "let" || !isPlain(tensor.format)) continue;
    if (assigned.get(s.target) === 1 && isHostScalar(s.value, found, loops)) found.add(s.target);
  }
}
