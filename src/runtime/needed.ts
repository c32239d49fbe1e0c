// Which tensors the operations of a step come to, given what the host knows before it begins.
//
// In:  operations; sizes and scalars.
// Out: whether a tensor may be touched. A branch that the host decides now is followed on one side.
// Not here: running them (execute.ts).

import type { HostExpr, HostOp } from "./executable.js";
import type { Names } from "./host-expr.js";
import { elementsOf, evaluate } from "./host-expr.js";

/** An input that only a branch reads which is not taken need not be brought. */
export function mayTouch(ops: readonly HostOp[], tensor: string, names: Names): boolean {
  const reads = (...list: readonly HostExpr[]): boolean =>
    list.flatMap(elementsOf).includes(tensor);
  return ops.some((op): boolean => {
    switch (op.kind) {
      case "let":
        return reads(op.value);
      case "launch":
        return op.buffers.includes(tensor) || reads(...op.sizes, ...op.scalars, ...op.grid);
      case "copy":
        return op.from === tensor || op.to === tensor;
      case "fill":
        return op.tensor === tensor;
      case "swap":
        return op.a === tensor || op.b === tensor;
      case "if": {
        if (reads(op.condition)) return true;
        const known = isKnown(op.condition) ? evaluate(op.condition, names) : undefined;
        const isThen = known !== 0 && mayTouch(op.then, tensor, names);
        return isThen || ((known ?? 0) === 0 && mayTouch(op.otherwise, tensor, names));
      }
      case "loop": {
        const until = op.until === undefined ? [] : [op.until.condition];
        if (reads(op.count, ...until)) return true;
        return mayTouch([...(op.until?.before ?? []), ...op.body], tensor, names);
      }
    }
  });
}

/** Made of sizes, scalars and numbers only. */
function isKnown(e: HostExpr): boolean {
  if (e.kind === "map") return e.args.every(isKnown);
  return e.kind !== "local" && e.kind !== "element";
}
