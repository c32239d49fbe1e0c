// Words and numbers of the printed language.
//
// In:  numbers, formats, lists of words.
// Out: text as a user would write it.
// Not here: expressions (expression.ts), statements (statement.ts).

import { unreachable } from "../../../grammar/span.js";
import type { Cascade, Format, RankId, ValueType } from "../cascade.js";

/** What other definitions are called in the file. */
export interface Words {
  readonly callee: (callee: Cascade) => string;
  /** A block format, with its statics. */
  readonly format: (id: string) => string;
}

/** A literal of its kind: `2`, `2.0`, `1e-8`, `inf`. */
export function numberText(value: number, type: ValueType): string {
  if (value === Infinity) return "inf";
  if (value === -Infinity) return "-inf";
  const isSmall = type === "real" && value !== 0 && Math.abs(value) <= 1e-3;
  const text = (isSmall ? value.toExponential() : String(value)).replace("e+", "e");
  const signed = Object.is(value, -0) ? `-${text}` : text;
  return type === "real" && !/[.e]/.test(signed) ? `${signed}.0` : signed;
}

/** `i,j`, and `b, m - n` where an entry has a space. */
export function listText(entries: readonly string[]): string {
  return entries.join(entries.some((entry) => entry.includes(" ")) ? ", " : ",");
}

/** `bf16`, `u4 high first`, `nf4 along k`; `ranks` are those of the tensor that has the format. */
export function formatText(
  format: Format,
  ranks: readonly RankId[],
  words: Pick<Words, "format">,
): string {
  switch (format.kind) {
    case "float":
      return format.name;
    case "integer":
      return `${format.signed ? "i" : "u"}${format.bits}${format.highFirst ? " high first" : ""}`;
    case "bool":
      return "bool";
    case "index":
      return format.rank;
    case "block": {
      const rank = format.along === undefined ? undefined : ranks[format.along];
      const name = words.format(format.format);
      return rank === undefined ? name : `${name} along ${rank}`;
    }
    default:
      return unreachable(format);
  }
}

/** Whether a `let` whose value is of `type` has `format` when none is written. */
export function isUsual(format: Format, type: ValueType): boolean {
  switch (type) {
    case "real":
      return format.kind === "float" && format.name === "f32";
    case "integer":
      return format.kind === "integer" && format.bits === 32 && format.signed;
    case "boolean":
      return format.kind === "bool";
    default:
      return unreachable(type);
  }
}

/** The name without the number that makes it unlike others: `k_1` is a `k`. */
export function stemOf(name: string): string {
  return name.replace(/_\d+$/, "");
}
