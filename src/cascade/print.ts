// Prints a cascade as a `.opt` file that holds all it needs.
//
// In:  a cascade, after any pass.
// Out: text; reading and checking it gives an equal cascade, up to spans, to the order of
//      independent declarations and to the names of bound variables. Definitions of one name that
//      differ get names of their own.
// Not here: layout as a user likes it (grammar/format.ts).

import type { BlockFormat, Cascade, Expr, Scalar } from "./cascade.js";
import { definitionText, monoidText } from "./print/definition.js";
import type { Words } from "./print/text.js";
import { statementsDeep } from "./statements.js";

/** The file: the definition first, then the monoids, formats and cascades that it uses. */
export function print(cascade: Cascade): string {
  const file = new FilePrinter(cascade);
  const name = file.add(cascade);
  return file.text(name);
}

class FilePrinter {
  /** Definitions by name. */
  private readonly definitions = new Map<string, string>();
  /** Callees by object: the same one is printed once. */
  private readonly names = new Map<Cascade, string>();
  /** Format ids as they are printed. */
  private readonly formats = new Map<string, string>();
  private readonly words: Words = {
    callee: (callee) => this.add(callee),
    format: (id) => this.formats.get(id) ?? id,
  };

  constructor(cascade: Cascade) {
    const all = new Map<string, BlockFormat>();
    collectFormats(cascade, all, new Set());
    for (const variants of byName(all.values()).values()) {
      for (const format of variants) this.addFormat(format, sharedStatics(variants));
    }
  }

  /** All definitions, `first` first. */
  text(first: string): string {
    const others = [...this.definitions].filter(([name]) => name !== first);
    return [this.definitions.get(first), ...others.map(([, text]) => text)].join("\n");
  }

  /** Adds a definition under its name, or under another one when a different one has it. */
  add(c: Cascade): string {
    const known = this.names.get(c);
    if (known !== undefined) return known;
    for (const [id, monoid] of c.monoids) this.definitions.set(id, monoidText(monoid, id, c));
    const name = this.put(c.name, (as) => definitionText(c, as, this.words, undefined));
    this.names.set(c, name);
    return name;
  }

  private addFormat(format: BlockFormat, statics: ReadonlyMap<string, Expr>): void {
    const { encode, id } = format;
    for (const [m, monoid] of encode.monoids)
      this.definitions.set(m, monoidText(monoid, m, encode));
    const scalars = new Map(
      [...encode.scalars].map(([s, scalar]): [string, Scalar] => {
        return [s, { ...scalar, value: statics.get(s) ?? scalar.value }];
      }),
    );
    const shown = { ...encode, scalars };
    const name = this.put(nameOf(id), (as) => definitionText(shown, as, this.words, format));
    this.formats.set(id, name + id.slice(nameOf(id).length));
  }

  private put(wanted: string, textAs: (name: string) => string): string {
    let name = wanted;
    let text = textAs(wanted);
    for (let n = 1; this.definitions.has(name) && this.definitions.get(name) !== text; n++) {
      name = `${wanted}_${n}`;
      text = textAs(name);
    }
    this.definitions.set(name, text);
    return name;
  }
}

function nameOf(formatId: string): string {
  return formatId.replace(/\(.*$/, "");
}

function byName(formats: Iterable<BlockFormat>): ReadonlyMap<string, readonly BlockFormat[]> {
  const groups = new Map<string, BlockFormat[]>();
  for (const format of formats) {
    const group = groups.get(nameOf(format.id)) ?? [];
    groups.set(nameOf(format.id), [...group, format]);
  }
  return groups;
}

/** Formats of a cascade, of its callees and of its formats, the innermost first. */
function collectFormats(c: Cascade, into: Map<string, BlockFormat>, seen: Set<Cascade>): void {
  if (seen.has(c)) return;
  seen.add(c);
  for (const s of statementsDeep(c.body))
    if (s.kind === "call") collectFormats(s.callee, into, seen);
  for (const [id, format] of c.formats) {
    collectFormats(format.encode, into, seen);
    if (!into.has(id)) into.set(id, format);
  }
}

/** The default of each static: its value where a format does not mention it. */
function sharedStatics(variants: readonly BlockFormat[]): ReadonlyMap<string, Expr> {
  const values = new Map<string, Expr>();
  const isMentioned = (format: BlockFormat, id: string): boolean =>
    new RegExp(`[(, ]${id} = `).test(format.id);
  for (const format of variants) {
    for (const { id, role, value } of format.encode.scalars.values()) {
      if (role !== "static" || value === undefined) continue;
      if (!values.has(id) || !isMentioned(format, id)) values.set(id, value);
    }
  }
  return values;
}
