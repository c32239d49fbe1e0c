// Pieces of TypeScript text: names, comments, literals.
//
// In:  names and texts of a user, plain data.
// Out: text that cannot end a comment, a string or a name early.
// Not here: the module as a whole (module.ts).

import { unreachable } from "../../grammar/span.js";
import type { HostExpr } from "../../src/runtime/executable.js";

/** What a module may import from the runtime to write host expressions. */
export const hostFunctions = ["element", "local", "number", "op", "scalar", "size"] as const;

/** Words that cannot name a constant of a module. */
const reserved = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum " +
    "eval export extends false finally for function if implements import in instanceof " +
    "interface let new null package private protected public return static super switch this throw true try " +
    "typeof undefined var void while with yield async of NaN Infinity " +
    "embeddedProgram prepareTyped element local number op scalar size"
  ).split(" "),
);

/** A name for a constant; `new_` for `new`. */
export function constantName(name: string): string {
  const safe = name.replace(/[^A-Za-z0-9_]/g, "_").replace(/^(?=[0-9])/, "_");
  return reserved.has(safe) ? `${safe}_` : safe;
}

/** `AdamwClipped` of `adamw_clipped`. */
export function typeName(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  const joined = words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join("");
  return joined.replace(/^(?=[0-9])/, "_");
}

/** A key of an object or an interface: quoted where it must be. */
export function keyText(name: string): string {
  return /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(name) ? name : JSON.stringify(name);
}

/** Text inside a doc comment: it cannot end it. */
export function docText(text: string): string {
  return singleLines(text).replaceAll("*/", "*\u2215").replaceAll("@", "\uff20");
}

/** Every line as a `//` comment. */
export function lineComments(text: string): string {
  return singleLines(text)
    .split("\n")
    .map((line) => `// ${line}`.trimEnd())
    .join("\n");
}

/** No character but `\n` begins a new line. */
function singleLines(text: string): string {
  return text.replace(/\r\n?|[\u2028\u2029\u0085\v\f]/g, "\n");
}

/**
 * Plain data as an expression. `undefined` stays where a field has it; -0 and infinity keep their
 * sense.
 */
export function literal(value: unknown): string {
  if (isHostExpr(value)) return hostText(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value).map(
      ([key, field]) => `${keyText(key)}: ${literal(field)}`,
    );
    return `{ ${fields.join(", ")} }`;
  }
  if (typeof value === "number") return numberText(value);
  return typeof value === "string" ? stringText(value) : String(value);
}

const hostKinds: ReadonlySet<unknown> = new Set([
  "number",
  "size",
  "scalar",
  "local",
  "element",
  "map",
]);

function isHostExpr(value: unknown): value is HostExpr {
  return (
    typeof value === "object" && value !== null && "kind" in value && hostKinds.has(value.kind)
  );
}

/** `op("sub", 1, scalar("lr"))`: src/runtime/host-text.ts. */
function hostText(e: HostExpr, isArgument = false): string {
  switch (e.kind) {
    case "number":
      return isArgument ? numberText(e.value) : `number(${numberText(e.value)})`;
    case "size":
      return `size(${stringText(e.rank)})`;
    case "scalar":
    case "local":
      return `${e.kind}(${stringText(e.name)})`;
    case "element":
      return `element(${stringText(e.tensor)})`;
    case "map":
      return `op(${[stringText(e.op), ...e.args.map((arg) => hostText(arg, true))].join(", ")})`;
    default:
      return unreachable(e);
  }
}

function numberText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

function stringText(value: string): string {
  return JSON.stringify(value).replace(
    /[\u2028\u2029]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16)}`,
  );
}
