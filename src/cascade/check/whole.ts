// Which values a tensor's format can hold.
//
// In:  a tensor and the value assigned to it.
// Out: the value, made an integer where it is a whole number in real arithmetic.
// Not here: how a format encodes (interpret/, runtime/).

import { i32, type Expr, type Tensor } from "../cascade.js";
import type { Context } from "./context.js";
import { canHold } from "./match.js";

/**
 * `value` as `tensor` takes it; undefined when its format cannot. A `let` that names no format
 * becomes real when a real is assigned to it: it is noted, and the definition is checked again.
 */
export function fitFormat(c: Context, tensor: Tensor, value: Expr): Expr | undefined {
  if (canHold(tensor.type, value.type)) return value;
  if (tensor.type !== "integer" || value.type !== "real") return undefined;
  if (isWhole(c, value)) {
    return { kind: "cast", type: "integer", format: i32, arg: value, at: value.at };
  }
  if (!c.draft.open.has(tensor.id) || c.draft.widened.has(tensor.at.start)) return undefined;
  c.draft.widened.add(tensor.at.start);
  return value;
}

const keepsWhole: ReadonlySet<string> = new Set([
  "add",
  "sub",
  "mul",
  "neg",
  "abs",
  "sign",
  "min",
  "max",
  "clamp",
]);

/** Provably a whole number, though the kind may be real: stored integers added, clamped … */
export function isWhole(c: Context, e: Expr): boolean {
  if (e.type === "integer") return true;
  switch (e.kind) {
    case "number":
      return Number.isInteger(e.value);
    case "read":
      return c.draft.whole.has(e.tensor);
    case "map":
      return keepsWhole.has(e.op) && e.args.every((arg) => isWhole(c, arg));
    case "where":
      return isWhole(c, e.value);
    case "else":
      return isWhole(c, e.first) && isWhole(c, e.second);
    case "reduce":
      return ["sum", "prod", "max", "min"].includes(e.op) && isWhole(c, e.body);
    default:
      return false;
  }
}
