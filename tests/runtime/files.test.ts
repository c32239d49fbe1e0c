import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { commitFile, folderOf } from "../../src/runtime/files.js";
import { nodeFiles } from "../../src/runtime/node/files.js";
import { MemoryFiles } from "./memory-files.js";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (found: Uint8Array | undefined) => new TextDecoder().decode(found);

type Trouble = { readonly fault?: MemoryFiles["fault"]; readonly stopAfter?: number };

async function commitWith(files: MemoryFiles, { fault, stopAfter = Infinity }: Trouble = {}) {
  await files.write("states/a", bytes("old"));
  await files.sync("states/a");
  await files.sync("states");
  Object.assign(files, { calls: 0, fault, stopAfter });
  return commitFile(files, "states/a", bytes("new bytes"));
}

describe("commitFile", () => {
  it("syncs the bytes, renames, then syncs the name", async () => {
    const files = new MemoryFiles();
    await commitWith(files);
    expect(files.log.slice(-4)).toEqual([
      "write states/a.next",
      "sync states/a.next",
      "rename states/a.next states/a",
      "sync states",
    ]);
  });

  it.each(["throws", "writes half, then throws"] as const)(
    "leaves the old bytes or the new when the n-th operation %s, for every n",
    async (how) => {
      for (let n = 1; n <= 4; n++) {
        const files = new MemoryFiles();
        await expect(commitWith(files, { fault: { at: n, how } })).rejects.toThrow("ENOSPC");
        expect(["old", "new bytes"]).toContain(text(await files.read("states/a")));
        files.fault = undefined;
        await commitFile(files, "states/a", bytes("again"));
        expect(text(await files.read("states/a"))).toBe("again");
        expect([...files.names()]).toEqual(["states/a"]);
      }
    },
  );

  it("survives the power going off after every operation", async () => {
    for (let n = 0; n <= 4; n++) {
      const files = new MemoryFiles();
      await commitWith(files, { stopAfter: n }).catch(() => {});
      for (const disk of files.disksAfterPowerLoss()) {
        expect(n === 4 ? ["new bytes"] : ["old", "new bytes"]).toContain(
          text(disk.get("states/a")),
        );
      }
    }
  });
});

describe("nodeFiles", () => {
  const folder = mkdtempSync(join(tmpdir(), "einfall-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  it("commit to a disk", async () => {
    const path = join(folder, "a.safetensors");
    expect(await nodeFiles.read(path)).toBeUndefined();
    await commitFile(nodeFiles, path, bytes("one"));
    await commitFile(nodeFiles, path, bytes("two"));
    expect(text(await nodeFiles.read(path))).toBe("two");
    expect(readdirSync(folder)).toEqual(["a.safetensors"]);
  });

  it("knows the folder of a path", () => {
    expect(["a/b/c", "c", "/c", "a\\c"].map(folderOf)).toEqual(["a/b", ".", "/", "a"]);
  });
});
