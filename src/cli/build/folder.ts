// A folder that files are written into, and nowhere else.
//
// In:  a folder, which may be made here; names of files and their bytes.
// Out: files directly in it. A link is refused, not followed; a reader sees old bytes or new.
// Not here: what is written (files.ts).

import { lstatSync, mkdirSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { BadInput } from "../../runtime/errors.js";

export class OutputFolder {
  private readonly shown: string;
  private readonly real: string;

  constructor(path: string) {
    mkdirSync(path, { recursive: true });
    this.shown = path;
    this.real = realpathSync(path);
  }

  /** @throws {BadInput} when a name is taken by a link or a folder; nothing is written yet. */
  refuseTaken(names: readonly string[]): void {
    for (const name of names) this.refuseOdd(name);
  }

  /** Writes one file and gives its path. @throws {BadInput} as `refuseTaken`. */
  write(name: string, content: Uint8Array): string {
    if (name !== basename(name) || name === ".." || name === ".") {
      throw new Error(`internal: ${name} is no name of a file`);
    }
    this.refuseOdd(name);
    const next = join(this.real, `${name}.next`);
    rmSync(next, { force: true }); // of a run that was stopped; a link itself, not what it leads to
    writeFileSync(next, content, { flag: "wx" }); // never through a link
    renameSync(next, join(this.real, name));
    return join(this.shown, name);
  }

  private refuseOdd(name: string): void {
    const found = lstatSync(join(this.real, name), { throwIfNoEntry: false });
    if (found === undefined || found.isFile()) return;
    const what = found.isSymbolicLink() ? "a link" : "no file";
    const path = join(this.shown, name);
    throw new BadInput(
      `\`${path}\` is ${what} and is not written over; remove it or choose another folder`,
    );
  }
}
