// Prints a cascade as a `.opt` file that holds all it needs.
//
// In:  a cascade, after any pass.
// Out: text; reading and checking it gives an equal cascade, up to spans, to the order of
//      independent declarations and to the names of bound variables.
// Not here: layout as a user likes it (grammar/format.ts).

import type { Cascade } from "./cascade.js";
import { definitionText, monoidText } from "./print/definition.js";

/** The file: the definition first, then the monoids, formats and cascades that it uses. */
export function print(cascade: Cascade): string {
  const file = new FilePrinter();
  file.add(cascade);
  return file.text();
}

class FilePrinter {
  /** Definitions by name, in the order in which they were first needed. */
  private readonly definitions = new Map<string, string>();

  text(): string {
    return [...this.definitions.values()].join("\n");
  }

  /** Adds a definition under its name, or under another one when a different one has it. */
  add(c: Cascade): string {
    return this.put(c.name, (name) => {
      const body = definitionText(c, name, (callee) => this.add(callee), undefined);
      return body;
    }, c);
  }

  private put(wanted: string, textAs: (name: string) => string, c: Cascade): string {
    const first = textAs(wanted);
    let name = wanted;
    let text = first;
    for (let n = 1; this.definitions.has(name) && this.definitions.get(name) !== text; n++) {
      name = `${wanted}_${n}`;
      text = textAs(name);
    }
    this.definitions.set(name, text);
    this.addParts(c);
    return name;
  }

  private addParts(c: Cascade): void {
    for (const [id, monoid] of c.monoids) this.definitions.set(id, monoidText(monoid, id, c));
    for (const format of c.formats.values()) {
      const name = format.id.replace(/\(.*$/, "");
      const calleeName = (callee: Cascade): string => this.add(callee);
      this.definitions.set(name, definitionText(format.encode, name, calleeName, format));
      this.addParts(format.encode);
    }
  }
}
