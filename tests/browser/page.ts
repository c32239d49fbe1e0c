// What the tests ask of a page: it opens the device as an application would.
//
// In:  the generated modules' functions, by name of the definition.
// Out: `globalThis.einfall`, plain data in and out, for the test that drives the browser.
// Not here: any module of Node.

import type { Device, OpenOptions, Prepared, Tensor } from "../../src/runtime/index.js";
import { open } from "../../src/runtime/index.js";
import type { Name, Bits } from "./cases.js";
import { largeStep, run } from "./cases.js";

export type Prepares = Readonly<Record<Name, (device: Device) => Promise<unknown>>>;

export interface Answer {
  readonly device: string;
  readonly threads: number;
  readonly results: Bits;
}

export interface Share {
  /** Blocks that the page's own thread ran, and all that the steps have. */
  readonly own: number;
  readonly all: number;
}

export interface Page {
  run(name: Name, options?: OpenOptions): Promise<Answer>;
  share(length: number): Promise<Share>;
}

export function page(prepares: Prepares): Page {
  const prepare = async (device: Device, name: Name) => (await prepares[name](device)) as Prepared;
  return {
    async run(name, options = {}) {
      const device = await open("auto", options);
      const results = await run(await prepare(device, name), name);
      device.close();
      return { device: device.name, threads: device.limits.threads, results };
    },
    share: (length) => share(prepare, length),
  };
}

/** Steps until another thread has run a block, at most for some seconds. */
async function share(
  prepare: (device: Device, name: Name) => Promise<Prepared>,
  length: number,
): Promise<Share> {
  const counted = countBlocks();
  const alone = await open("wasm", { threads: 1 });
  await (await prepare(alone, "adamw"))(largeStep(length));
  const perStep = counted.take();
  alone.close();

  const device = await open("wasm", { threads: 2 });
  const step = await prepare(device, "adamw");
  const { g, w } = largeStep(length);
  let state: Readonly<Record<string, Tensor>> = { w: w as Tensor };
  let [steps, own] = [0, 0];
  const start = performance.now();
  do {
    state = await step({ ...state, g, t: ++steps });
    own += counted.take();
  } while (own === steps * perStep && performance.now() - start < 5000);
  device.close();
  return { own, all: steps * perStep };
}

type Kernel = (args: number, begin: number, end: number, scratch: number) => void;

/** Counts what this thread runs itself, from now on; workers make their own instances. */
function countBlocks(): { take(): number } {
  let blocks = 0;
  const { instantiate } = WebAssembly;
  const counting = async (module: WebAssembly.Module, imports: WebAssembly.Imports) => {
    const { exports } = await instantiate(module, imports);
    const kernels = Object.entries(exports as Record<string, Kernel>).map(
      ([name, kernel]): [string, Kernel] => [
        name,
        (args, begin, end, scratch) => {
          blocks += end - begin;
          kernel(args, begin, end, scratch);
        },
      ],
    );
    return { exports: Object.fromEntries(kernels) };
  };
  WebAssembly.instantiate = counting as unknown as typeof WebAssembly.instantiate;
  const take = () => {
    const taken = blocks;
    blocks = 0;
    return taken;
  };
  return { take };
}
