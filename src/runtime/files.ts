// Files as far as a checkpoint needs them, and the one way to replace one.
//
// In:  an implementation of Files (node/files.ts; a test's own), bytes.
// Out: a file that holds the old bytes or the new, whenever the process or the machine stops.
// Not here: what the bytes mean (checkpoint.ts).

export interface Files {
  /** All bytes; undefined when there is no such file. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Creates or overwrites. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** What was written to a file, or the names in a folder, are on the disk. */
  sync(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
}

/** Replaces `path` in one step: a reader finds the old bytes or the new, never a mix. */
export async function commitFile(files: Files, path: string, bytes: Uint8Array): Promise<void> {
  const next = `${path}.next`;
  try {
    await files.write(next, bytes); // 1. the new bytes beside the old
    await files.sync(next); // 2. on the disk before they get the name
    await files.rename(next, path); // 3. the commit point
    await files.sync(folderOf(path)); // 4. the name is on the disk too
  } catch (error) {
    await files.remove(next).catch(() => {}); // what is left over is overwritten next time
    throw error;
  }
}

/** `a/b` of `a/b/c`; `.` of `c`. */
export function folderOf(path: string): string {
  const cut = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  return cut < 0 ? "." : path.slice(0, Math.max(cut, 1));
}
