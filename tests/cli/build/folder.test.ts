// Files are written into one folder, and nowhere else.

import { mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { OutputFolder } from "../../../src/cli/build/folder.js";
import { BadInput } from "../../../src/runtime/errors.js";
import { temporaryFolder } from "../cli.js";

const bytes = new TextEncoder().encode("new");

describe("OutputFolder", () => {
  it("makes the folder, and replaces a file", () => {
    const path = join(temporaryFolder(), "a", "b");
    const folder = new OutputFolder(path);
    folder.write("x.txt", new TextEncoder().encode("old"));
    expect(folder.write("x.txt", bytes)).toBe(join(path, "x.txt"));
    expect(readFileSync(join(path, "x.txt"), "utf8")).toBe("new");
    expect(readdirSync(path)).toEqual(["x.txt"]);
  });

  it("refuses a link, and a folder of that name", () => {
    const [path, other] = [temporaryFolder(), temporaryFolder()];
    writeFileSync(join(other, "kept.txt"), "kept");
    symlinkSync(join(other, "kept.txt"), join(path, "link.txt"));
    symlinkSync(join(other, "none.txt"), join(path, "dangling.txt"));
    mkdirSync(join(path, "folder.txt"));
    const folder = new OutputFolder(path);
    for (const name of ["link.txt", "dangling.txt", "folder.txt"]) {
      expect(() => folder.write(name, bytes)).toThrow(BadInput);
      expect(() => folder.refuseTaken(["free.txt", name])).toThrow(BadInput);
    }
    expect(readdirSync(other)).toEqual(["kept.txt"]);
    expect(readFileSync(join(other, "kept.txt"), "utf8")).toBe("kept");
  });

  it("does not write through a link that lies where the bytes wait", () => {
    const [path, other] = [temporaryFolder(), temporaryFolder()];
    writeFileSync(join(other, "kept.txt"), "kept");
    symlinkSync(join(other, "kept.txt"), join(path, "x.txt.next"));
    new OutputFolder(path).write("x.txt", bytes);
    expect(readFileSync(join(other, "kept.txt"), "utf8")).toBe("kept");
    expect(readFileSync(join(path, "x.txt"), "utf8")).toBe("new");
  });

  it.each(["../x.txt", "a/x.txt", "..", "."])("takes no path for a name: %s", (name) => {
    const folder = new OutputFolder(temporaryFolder());
    expect(() => folder.write(name, bytes)).toThrow("no name of a file");
  });
});
