// Files in memory whose n-th operation fails, and that know what a disk may hold after the power
// went off.
//
// The model: bytes that were not synced are there in full, in half or not at all; a name that was
// not synced (its folder) is the old one or the new.

import type { Files } from "../../src/runtime/files.js";
import { folderOf } from "../../src/runtime/files.js";

interface Inode {
  bytes: Uint8Array;
  isSynced: boolean;
}

export class MemoryFiles implements Files {
  readonly log: string[] = [];
  calls = 0;
  fault: { readonly at: number; readonly how: "throws" | "writes half, then throws" } | undefined;
  /** The machine stops after so many operations of a commit. */
  stopAfter = Infinity;
  private readonly visible = new Map<string, Inode>();
  private readonly durable = new Map<string, Inode>();

  async read(path: string): Promise<Uint8Array | undefined> {
    return this.visible.get(path)?.bytes;
  }

  async write(path: string, bytes: Uint8Array): Promise<void> {
    const isHalf =
      this.fault?.how === "writes half, then throws" && this.calls + 1 === this.fault.at;
    if (isHalf)
      this.visible.set(path, { bytes: bytes.slice(0, bytes.length / 2), isSynced: false });
    this.begin(`write ${path}`);
    this.visible.set(path, { bytes, isSynced: false });
  }

  async sync(path: string): Promise<void> {
    this.begin(`sync ${path}`);
    const file = this.visible.get(path);
    if (file !== undefined) file.isSynced = true;
    else this.syncNames(path);
  }

  async rename(from: string, to: string): Promise<void> {
    this.begin(`rename ${from} ${to}`);
    const file = this.visible.get(from);
    if (file === undefined) throw new Error(`ENOENT ${from}`);
    this.visible.delete(from);
    this.visible.set(to, file);
  }

  async remove(path: string): Promise<void> {
    this.begin(`remove ${path}`);
    this.visible.delete(path);
  }

  names(): Iterable<string> {
    return this.visible.keys();
  }

  /** Every disk that may be found: names old or new, unsynced bytes in full, half or none. */
  disksAfterPowerLoss(): readonly ReadonlyMap<string, Uint8Array>[] {
    const disks: Map<string, Uint8Array>[] = [];
    for (const names of [this.visible, this.durable]) {
      for (const part of [1, 0.5, 0]) {
        const kept = [...names].map(([path, { bytes, isSynced }]): [string, Uint8Array] => [
          path,
          isSynced ? bytes : bytes.slice(0, bytes.length * part),
        ]);
        disks.push(new Map(kept));
      }
    }
    return disks;
  }

  private syncNames(folder: string): void {
    for (const path of [...this.durable.keys()]) {
      if (folderOf(path) === folder && !this.visible.has(path)) this.durable.delete(path);
    }
    for (const [path, file] of this.visible)
      if (folderOf(path) === folder) this.durable.set(path, file);
  }

  private begin(what: string): void {
    this.calls += 1;
    if (this.calls > this.stopAfter) throw new Error("the machine stopped");
    this.log.push(what);
    if (this.calls === this.fault?.at) throw new Error("ENOSPC: no space left on device");
  }
}
