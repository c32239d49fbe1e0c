import { afterEach, describe, expect, it, vi } from "vitest";
import { tensor } from "../../../src/runtime/tensor.js";
import { openWasm } from "../../../src/runtime/wasm/device.js";
import { availableSimd, canShare, unshare } from "../../../src/runtime/wasm/module.js";
import { assemble, sgd, sgdText } from "../fixtures.js";

afterEach(() => vi.unstubAllGlobals());

describe("unshare", () => {
  const code = assemble(sgdText(16));
  const accepts = (bytes: Uint8Array, shared: boolean) => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 65_536, shared });
    const module = new WebAssembly.Module(new Uint8Array(bytes));
    try {
      return new WebAssembly.Instance(module, { env: { memory } }) instanceof WebAssembly.Instance;
    } catch {
      return false;
    }
  };

  it("makes the module take a memory of its own, and changes nothing else", () => {
    expect([accepts(code, true), accepts(code, false)]).toEqual([true, false]);
    const own = unshare(code);
    expect([accepts(own, true), accepts(own, false)]).toEqual([false, true]);
    expect(own.filter((byte, n) => byte !== code[n]).length).toBe(1);
  });
});

describe("where threads cannot share memory", () => {
  it("the device runs on one thread, and says so", async () => {
    vi.stubGlobal("crossOriginIsolated", false);
    expect(canShare()).toBe(false);
    const device = await openWasm({ threads: 4 });
    expect(device.name).toMatch(/^wasm, 1 thread, /);
    const step = await device.prepare(sgd());
    const x = Float32Array.from({ length: 700_000 }, (_, n) => n % 64);
    const { w } = await step({ w: tensor(x), g: tensor(x) });
    const stepped = await w?.data();
    expect(stepped?.length).toBe(x.length);
    expect(x.findIndex((value, n) => stepped?.[n] !== value / 2)).toBe(-1);
    device.close();
  });
});

describe("availableSimd", () => {
  it("asks the machine", () => {
    expect(availableSimd()).toMatch(/^(relaxed|simd128)$/);
    vi.stubGlobal("WebAssembly", { ...WebAssembly, validate: () => true });
    expect(availableSimd()).toBe("relaxed");
    vi.stubGlobal("WebAssembly", { ...WebAssembly, validate: () => false });
    expect(availableSimd()).toBe("none");
  });
});
