// Starts a worker, in a browser or in Node, from text: no file for a bundler to lose.
//
// In:  the two functions of worker.ts.
// Out: a Thread: post, listen, end.
// Not here: what is said (pool.ts). Node's modules are asked for by name at run time, so that a
// bundle for the browser holds none of them.

import { Unsupported } from "../errors.js";
import type { Message } from "./worker.js";
import { runTickets, workerTurn } from "./worker.js";

export interface Thread {
  post(message: Message): void;
  /** Keeps the process alive while it is awaited; afterwards it must not. */
  hold(isHeld: boolean): void;
  end(): void;
}

export interface ThreadEvents {
  readonly onMessage: (data: unknown) => void;
  readonly onEnd: (reason: string) => void;
}

interface NodeWorker {
  on(event: string, listener: (value: unknown) => void): void;
  postMessage(message: unknown): void;
  terminate(): Promise<number>;
  ref(): void;
  unref(): void;
}

interface WorkerThreads {
  readonly Worker: new (
    code: string,
    options: { readonly eval: true; readonly execArgv: readonly string[] },
  ) => NodeWorker;
}

interface Os {
  availableParallelism(): number;
}

function builtin(name: string): unknown {
  const host = (globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } })
    .process;
  return host?.getBuiltinModule?.(name);
}

/** Processors that this process may use. */
export function processors(): number {
  const os = builtin("node:os") as Os | undefined;
  if (os !== undefined) return os.availableParallelism();
  const count = (globalThis as { navigator?: { hardwareConcurrency?: number } }).navigator;
  return count?.hardwareConcurrency ?? 1;
}

const handle = `(${workerTurn.toString()})(data, kernels, ${runTickets.toString()})`;
const answer = (post: string) => `const answer = ${handle}; if (answer) ${post}(answer);`;
const nodeCode = `"use strict"; const kernels = [];
const { parentPort } = process.getBuiltinModule("node:worker_threads");
parentPort.on("message", (data) => { ${answer("parentPort.postMessage")} });`;
const browserCode = `"use strict"; const kernels = [];
self.onmessage = ({ data }) => { ${answer("self.postMessage")} };`;

/** @throws {Unsupported} where there are no workers. */
export function spawn(events: ThreadEvents): Thread {
  const threads = builtin("node:worker_threads") as WorkerThreads | undefined;
  if (threads !== undefined) return spawnInNode(threads, events);
  if (typeof Worker === "function") return spawnInBrowser(events);
  throw new Unsupported("this place has no workers; open the device with `threads: 1`");
}

function spawnInNode({ Worker: NodeThread }: WorkerThreads, events: ThreadEvents): Thread {
  // No loader of the parent: it starts sooner.
  const worker = new NodeThread(nodeCode, { eval: true, execArgv: [] });
  worker.on("message", events.onMessage);
  worker.on("error", (error) =>
    events.onEnd(error instanceof Error ? error.message : String(error)),
  );
  worker.on("exit", (code) => events.onEnd(`exit code ${String(code)}`));
  return {
    post: (message) => worker.postMessage(message),
    hold: (isHeld) => (isHeld ? worker.ref() : worker.unref()),
    end: () => void worker.terminate(),
  };
}

const forbidden =
  "it could not start; allow `worker-src blob:` on the page, or open the device with `threads: 1`";

function spawnInBrowser(events: ThreadEvents): Thread {
  const url = URL.createObjectURL(new Blob([browserCode], { type: "text/javascript" }));
  const worker = new Worker(url);
  worker.onmessage = ({ data }) => events.onMessage(data);
  // An event without a message: the page's policy does not let the worker start.
  worker.onerror = ({ message }) => events.onEnd(message || forbidden);
  return {
    post: (message) => worker.postMessage(message),
    hold: () => {},
    end: () => {
      worker.terminate();
      URL.revokeObjectURL(url);
    },
  };
}
