import { describe, expect, it } from "vitest";
import { loadCached } from "../src/module-cache.js";

const main = (text: string) => ({ name: "main.opt", text });
const text = 'use "part" (twice)\ncascade f(x[i]) -> y[i] { y[i] = twice(x) }\n';
const part = "cascade twice(x) -> y { y = 2 * x }\n";

/** Files by path, and how often one was read. */
function hostOf(files: Record<string, string>) {
  const reads: string[] = [];
  const read = (path: string) => {
    reads.push(path);
    return files[path];
  };
  return { host: { read, root: "." }, reads };
}

describe("loadCached", () => {
  it("gives the module of the same text again", () => {
    const { host } = hostOf({ "part.opt": part });
    expect(loadCached(main(text), host)).toBe(loadCached(main(text), host));
  });

  it("loads again when the text changed", () => {
    const { host } = hostOf({ "part.opt": part });
    const before = loadCached(main(text), host);
    const after = loadCached(main(text.replace("f(", "g(")), host);
    expect(before.ok && [...before.value.definitions.keys()]).toEqual(["f"]);
    expect(after.ok && [...after.value.definitions.keys()]).toEqual(["g"]);
  });

  it("loads again when an imported file changed", () => {
    const files: Record<string, string> = { "part.opt": part };
    const { host } = hostOf(files);
    expect(loadCached(main(text), host).ok).toBe(true);
    files["part.opt"] = "cascade thrice(x) -> y { y = 3 * x }\n";
    expect(loadCached(main(text), host).ok).toBe(false);
  });
});
