// Which sums of products are contractions: a left side, a right side, and what they share.
//
// In:  an equation.
// Out: its sides and the roles of its variables, or undefined: then it is a plain reduction.
// Not here: tiles (tiles.ts), the program (src/tile/lower/contract.ts).

import type { Cascade, Expr, VariableId } from "../cascade/cascade.js";
import { factorsOf, productOf, type Factor } from "../cascade/product.js";
import { freeVariables } from "../cascade/walk.js";
import { absenceOf, type Absences } from "./absence.js";
import type { Equation } from "./plan.js";

export interface Contraction {
  /** Their product is summed; each is taken as 0 where it is absent. */
  readonly left: Expr;
  readonly right: Expr;
  /** Factors that the sum does not touch. */
  readonly rest: readonly Factor[];
  readonly batch: readonly VariableId[];
  readonly rows: readonly VariableId[]; // of the left side only
  readonly columns: readonly VariableId[]; // of the right side only; the last point variable is one
  readonly over: readonly VariableId[];
}

/** `points`: the variables that the equation keeps. */
export function matchContraction(
  cascade: Cascade,
  absences: Absences,
  eq: Equation,
  points: readonly VariableId[],
): Contraction | undefined {
  const { value } = eq;
  if (value.kind !== "reduce" || value.op !== "sum" || value.body.type !== "real") return undefined;
  const { product, masks } = unmasked(value.body);
  const over = new Set(value.over);
  const split = factorsOf(product);
  const touched = split.filter((f) => [...freeVariables(f.e)].some((v) => over.has(v)));
  const rest = split.filter((f) => !touched.includes(f));
  const sides = findSides(touched, points);
  if (sides === undefined) return undefined;
  const [left, right] = inOrder(sides, points, eq);
  const masked = placeMasks({ left, right }, masks, value.over);
  if (masked === undefined) return undefined;
  const isGappy = (e: Expr): boolean => absenceOf(cascade, absences, e).pointwise;
  if (isGappy(masked.left) && isGappy(masked.right)) return undefined;
  const uses = (e: Expr, v: VariableId): boolean => freeVariables(e).has(v);
  const roles = (isLeft: boolean, isRight: boolean): readonly VariableId[] =>
    points.filter((v) => uses(masked.left, v) === isLeft && uses(masked.right, v) === isRight);
  if (roles(false, false).length > 0) return undefined;
  const [rows, columns] = [roles(true, false), roles(false, true)];
  return { ...masked, rest, batch: roles(true, true), rows, columns, over: value.over };
}

/** `x where p where q` as x, p and q. */
function unmasked(e: Expr): { readonly product: Expr; readonly masks: readonly Expr[] } {
  if (e.kind !== "where") return { product: e, masks: [] };
  const { product, masks } = unmasked(e.value);
  return { product, masks: [...masks, e.predicate] };
}

interface Sides {
  readonly left: readonly Factor[];
  readonly right: readonly Factor[];
}

/** The first pair of factors that each bring a variable of their own; all others join a side. */
function findSides(factors: readonly Factor[], points: readonly VariableId[]): Sides | undefined {
  const own = (f: Factor): readonly VariableId[] => points.filter((v) => freeVariables(f.e).has(v));
  const isWithin = (f: Factor, side: Factor): boolean => own(f).every((v) => own(side).includes(v));
  for (const left of factors) {
    const right = factors.find((f) => f !== left && !isWithin(f, left) && !isWithin(left, f));
    if (right === undefined) continue;
    const others = factors.filter((f) => f !== left && f !== right);
    const toLeft = others.filter((f) => isWithin(f, left));
    const toRight = others.filter((f) => !isWithin(f, left) && isWithin(f, right));
    if (toLeft.length + toRight.length < others.length) continue;
    const inPlace = (side: readonly Factor[]): readonly Factor[] =>
      factors.filter((f) => side.includes(f));
    return { left: inPlace([left, ...toLeft]), right: inPlace([right, ...toRight]) };
  }
  return undefined;
}

/** The side that walks the target's last index is the right one: its columns lie side by side. */
function inOrder(sides: Sides, points: readonly VariableId[], eq: Equation): readonly [Expr, Expr] {
  const left = productOf(sides.left, eq.at);
  const right = productOf(sides.right, eq.at);
  const leads = (e: Expr, other: Expr): readonly VariableId[] =>
    points.filter((v) => freeVariables(e).has(v) && !freeVariables(other).has(v));
  const last = (e: Expr, other: Expr): number =>
    Math.max(...leads(e, other).map((v) => eq.indices.indexOf(v)));
  return last(left, right) > last(right, left) ? [right, left] : [left, right];
}

/** Each mask goes to a side that knows all its variables. */
function placeMasks(
  { left, right }: { readonly left: Expr; readonly right: Expr },
  masks: readonly Expr[],
  over: readonly VariableId[],
): { readonly left: Expr; readonly right: Expr } | undefined {
  let sides: { left: Expr; right: Expr } | undefined = { left, right };
  for (const predicate of masks) {
    const needed = [...freeVariables(predicate)].filter((v) => !over.includes(v));
    const mask = (e: Expr): Expr => ({
      kind: "where",
      value: e,
      predicate,
      type: e.type,
      at: e.at,
    });
    const knows = (e: Expr): boolean => needed.every((v) => freeVariables(e).has(v));
    if (sides !== undefined && knows(sides.left)) sides = { ...sides, left: mask(sides.left) };
    else if (sides !== undefined && knows(sides.right))
      sides = { ...sides, right: mask(sides.right) };
    else sides = undefined;
  }
  return sides;
}
