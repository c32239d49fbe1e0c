// Files on a disk, by Node.
//
// In:  paths.
// Out: what files.ts asks for.
// Not here: browsers; `einfall/runtime` does not load this file.

import { open, readFile, rename, rm, writeFile } from "node:fs/promises";
import type { Files } from "../files.js";

export const nodeFiles: Files = {
  async read(path) {
    try {
      return new Uint8Array(await readFile(path));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  },
  write: (path, bytes) => writeFile(path, bytes),
  async sync(path) {
    const handle = await open(path, "r");
    try {
      await handle.sync();
    } catch (error) {
      if (!isFolderOnWindows(error)) throw error;
    } finally {
      await handle.close();
    }
  },
  rename: (from, to) => rename(from, to),
  remove: (path) => rm(path, { force: true }),
};

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

/** Windows does not sync folders, nor files opened for reading; its renames are in its journal. */
function isFolderOnWindows(error: unknown): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    error.code === "EPERM" &&
    process.platform === "win32"
  );
}
