import { gzipSync } from "node:zlib";
import type { Browser } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { open } from "../../src/index.js";
import { bundlePage, compileCase } from "./bundle.js";
import { floatsOf, names, run, type Name, type Bits } from "./cases.js";
import { chromiumPath, launchChromium } from "./chromium.js";
import { isolation, visit, type Visit } from "./visit.js";

if (chromiumPath === undefined) {
  console.warn("skips tests/browser: no Chromium; install Debian's or set EINFALL_CHROMIUM");
}

type Mode = "f64" | "f32" | "simd128";

const known = new Map<string, Promise<Bits>>();

/** In Node: the reference interpreter in either mode, or one thread without relaxed SIMD. */
function inNode(name: Name, mode: Mode): Promise<Bits> {
  const key = `${name} ${mode}`;
  const found = known.get(key) ?? inNodeNow(name, mode);
  known.set(key, found);
  return found;
}

async function inNodeNow(name: Name, mode: Mode): Promise<Bits> {
  const device =
    mode === "simd128"
      ? await open("wasm", { threads: 1, simd: mode })
      : await open("reference", { mode });
  const results = await run(await device.prepare(await compileCase(name)), name);
  device.close();
  return results;
}

/** Equal bits, told by the first element that differs. */
function expectSame(found: Bits, expected: Bits): void {
  expect(Object.keys(found).sort()).toEqual(Object.keys(expected).sort());
  for (const [key, bits] of Object.entries(expected)) {
    const [ours, theirs] = [floatsOf(bits), floatsOf(found[key])];
    const at = ours.findIndex((x, n) => !Object.is(x, theirs[n]));
    expect({ key, at, found: theirs[at] }).toEqual({ key, at: -1, found: ours[at] });
    expect(found[key]).toBe(bits);
  }
}

function largest(a: Float32Array, b?: Float32Array): number {
  return a.reduce((most, x, n) => Math.max(most, Math.abs(x - (b?.[n] ?? 0))), 0);
}

/** As far from float64 as float32 in the order of the text is, within a factor. */
async function expectClose(name: Name, found: Bits): Promise<void> {
  const [exact, rounded] = [await inNode(name, "f64"), await inNode(name, "f32")];
  expect(Object.keys(found).sort()).toEqual(Object.keys(rounded).sort());
  for (const key of Object.keys(rounded)) {
    const right = floatsOf(exact[key]);
    const bound = 8 * largest(floatsOf(rounded[key]), right) + 32 * 2 ** -24 * largest(right);
    const theirs = floatsOf(found[key]);
    expect(theirs.length).toBe(right.length);
    expect(largest(theirs, right)).toBeLessThanOrEqual(bound);
  }
}

describe.skipIf(chromiumPath === undefined)("a page in Chromium", () => {
  let browser: Browser;
  let script: Uint8Array;
  beforeAll(async () => {
    script = await bundlePage();
    browser = await launchChromium();
    const bytes = gzipSync(script, { level: 9 }).length;
    console.log(`bundle(three definitions + runtime): ${script.length} bytes, gzip ${bytes}`);
    return () => browser.close();
  }, 60_000);

  describe.each([
    ["isolated from other origins", isolation, true],
    ["without its headers", {}, false],
  ] as const)("%s", (_, headers, isIsolated) => {
    let page: Visit;
    beforeAll(async () => {
      page = await visit(browser, script, headers);
      return () => page.leave();
    });

    it("has as many threads as it may, and relaxed SIMD", async () => {
      const processors = Number(await page.tab.evaluate("navigator.hardwareConcurrency"));
      const { device, threads } = await page.ask("run", "adamw");
      expect(threads).toBe(isIsolated ? processors : 1);
      expect(device).toBe(`wasm, ${threads === 1 ? "1 thread" : `${threads} threads`}, relaxed`);
    });

    it("steps adamw with the bits of the reference", async () => {
      const { results } = await page.ask("run", "adamw");
      expectSame(results, await inNode("adamw", "f32"));
    });

    it.each(names)("comes as close as float32 does: %s", async (name) => {
      await expectClose(name, (await page.ask("run", name)).results);
    });

    it("gives softmax the bits of Node: it multiplies nothing that could be fused", async () => {
      const { results } = await page.ask("run", "softmax_rows");
      expectSame(results, await inNode("softmax_rows", "simd128"));
    });

    it("gives attention the bits of Node where multiply-adds are not fused", async () => {
      const { results } = await page.ask("run", "attention", { simd: "simd128" });
      expectSame(results, await inNode("attention", "simd128"));
    });

    it("asks for its own two files, and complains of nothing", () => {
      expect(page.requests).toEqual([`${page.origin}/`, `${page.origin}/page.js`]);
      expect(page.complaints).toEqual([]);
    });
  });

  it("has its workers run blocks", async () => {
    const page = await visit(browser, script, isolation);
    const { own, all } = await page.ask("share", 1 << 20);
    expect(own).toBeLessThan(all);
    await page.leave();
  });

  it("gives its workers back when the device is closed", async () => {
    const page = await visit(browser, script, isolation);
    let started = 0;
    page.tab.on("worker", () => (started += 1));
    const { threads } = await page.ask("run", "softmax_rows", { threads: 3 });
    expect([threads, started]).toEqual([3, 2]);
    await expect.poll(() => page.tab.workers().length).toBe(0);
    await page.leave();
  });

  it("says why there are no workers where its policy forbids them", async () => {
    const policy = "default-src 'self' data:; script-src 'self' 'wasm-unsafe-eval'";
    const page = await visit(browser, script, { ...isolation, "Content-Security-Policy": policy });
    const asked = page.ask("run", "adamw");
    await expect(asked).rejects.toThrow(/worker 1 ended: .* allow `worker-src blob:`/);
    await page.leave();
  });
});
