// Formats as they are named: `bf16`, `u4 high first`, `m` (indices of a rank), `nf4 along k`.
//
// In:  a reference to a format.
// Out: a Format; a block format with its statics stands in the draft's table.
// Not here: the definition of a block format (blocks.ts).

import type { FormatReference } from "../../../grammar/syntax.js";
import type { FloatName, Format, VariableId } from "../cascade.js";
import type { Context } from "./context.js";
import type { FormatMaker, Statics } from "./definition.js";
import { rankOf, report } from "./draft.js";
import { meaningOf, nearest, visibleNames } from "./scope.js";
import { evaluate, isStatic } from "./static.js";

const floats: ReadonlySet<string> = new Set(["f32", "f16", "bf16", "f8e4m3", "f8e5m2"]);

function isFloat(name: string): name is FloatName {
  return floats.has(name);
}

/** The format of a declared tensor; `variables` are those of its positions. */
export function declaredFormat(
  c: Context,
  ref: FormatReference,
  variables: readonly VariableId[],
): Format | undefined {
  const format = elementFormat(c, ref) ?? rankFormat(c, ref);
  if (format === "wrong") return undefined;
  if (format !== undefined) {
    return ref.along === undefined
      ? format
      : report(c.draft, "E0720", ref.along.at, [ref.name.text]);
  }
  return blockFormat(c, ref, variables);
}

/** The format after `as`. */
export function castFormat(c: Context, ref: FormatReference): Format | undefined {
  const format = elementFormat(c, ref) ?? rankFormat(c, ref);
  if (format === "wrong") return undefined;
  if (format !== undefined) return format;
  const definition = c.draft.library.find(ref.name.text, ref.name.at);
  if (definition === "failed") return undefined;
  if (definition?.kind === "format") return report(c.draft, "E0718", ref.at, [ref.name.text]);
  return unknownFormat(c, ref);
}

function elementFormat(c: Context, ref: FormatReference): Format | "wrong" | undefined {
  const name = ref.name.text;
  if (isFloat(name)) return { kind: "float", name };
  if (name === "bool") return { kind: "bool" };
  const fixed = /^([iu])(\d+)$/.exec(name);
  const isOpen = (name === "i" || name === "u") && ref.arguments.length === 1;
  if (fixed === null && !isOpen) return undefined;
  const bits = fixed === null ? widthOf(c, ref) : Number(fixed[2]);
  if (bits === undefined) return "wrong";
  const signed = name.startsWith("i");
  if (!Number.isInteger(bits) || bits < (signed ? 2 : 1) || bits > 32) {
    report(c.draft, "E0719", ref.at, [signed, bits]);
    return "wrong";
  }
  return { kind: "integer", bits, signed, highFirst: ref.highFirst };
}

/** `u(bits)`: of numbers, and in a format of its statics. */
function widthOf(c: Context, ref: FormatReference): number | undefined {
  const argument = ref.arguments[0];
  const checked = argument === undefined ? undefined : c.check(c, argument.value);
  if (checked === undefined || argument === undefined) return undefined;
  const value = staticValue(c, checked.expr);
  return typeof value === "number" ? value : report(c.draft, "E0721", argument.at, [ref.name.text]);
}

/** The value of a static expression whose scalars are all fixed. */
export function staticValue(
  c: Context,
  e: Parameters<typeof evaluate>[0],
): number | boolean | undefined {
  const { scalars, fixed } = c.draft;
  if (!isStatic(scalars, e)) return undefined;
  const scalar = (id: string): number | boolean | undefined => {
    const found = scalars.get(id);
    if (found?.role === "static") return fixed.get(id);
    return found?.value === undefined ? undefined : evaluate(found.value, scalar);
  };
  return evaluate(e, scalar);
}

function rankFormat(c: Context, ref: FormatReference): Format | undefined {
  const meaning = meaningOf(c.scope, ref.name.text);
  if (meaning?.kind === "rank") return { kind: "index", rank: meaning.id };
  if (meaning?.kind === "variable") return { kind: "index", rank: rankOf(c.draft, meaning.id) };
  return undefined;
}

function blockFormat(
  c: Context,
  ref: FormatReference,
  variables: readonly VariableId[],
): Format | undefined {
  const found = c.draft.library.find(ref.name.text, ref.name.at);
  if (found === "failed") return undefined;
  if (found?.kind !== "format") return unknownFormat(c, ref);
  const given = staticArguments(c, ref, found.format);
  const along = ref.along === undefined ? undefined : variables.indexOf(ref.along.text);
  if (along === -1 && ref.along !== undefined) {
    return report(c.draft, "E0722", ref.along.at, [ref.along.text, variables.join(", ")]);
  }
  const format = given === undefined ? undefined : found.format.make(given);
  if (format === undefined) return undefined;
  c.draft.formats.set(format.id, format);
  return { kind: "block", format: format.id, along };
}

function staticArguments(
  c: Context,
  ref: FormatReference,
  maker: FormatMaker,
): Statics | undefined {
  const given = new Map<string, number | boolean>();
  let isGood = true;
  ref.arguments.forEach((argument, n) => {
    const name = argument.name?.text ?? maker.statics[n];
    if (name === undefined || !maker.statics.includes(name) || given.has(name)) {
      const facts = [maker.name, argument.name?.text, maker.statics.join(", ")] as const;
      report(c.draft, "E0709", argument.at, [...facts, nearest(name ?? "", maker.statics)]);
      isGood = false;
      return;
    }
    const checked = c.check(c, argument.value);
    const value = checked === undefined ? undefined : staticValue(c, checked.expr);
    if (value !== undefined) given.set(name, value);
    else isGood = false;
    if (checked !== undefined && value === undefined) {
      report(c.draft, "E0721", argument.at, [maker.name]);
    }
  });
  return isGood ? given : undefined;
}

function unknownFormat(c: Context, ref: FormatReference): undefined {
  const elements = [...floats, "bool", "u8", "i8", "u4", "i4", "i32", "u32", "i16", "u16"];
  const known = [...elements, ...visibleNames(c.scope), ...c.draft.library.names()];
  return report(c.draft, "E0701", ref.name.at, [ref.name.text, nearest(ref.name.text, known)]);
}
