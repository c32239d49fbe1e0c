// Threads that share one memory and carry out a launch together. The caller's thread is thread 0.
//
// In:  modules to load, launches to run.
// Out: a launch done when `run` returns, or when its promise resolves if workers take long.
// Not here: where entries stand in memory (launcher.ts), the words' layout (worker.ts).

import { DeviceLost } from "../errors.js";
import type { Thread } from "./spawn.js";
import { spawn } from "./spawn.js";
import type { Message, Run } from "./worker.js";
import { runTickets } from "./worker.js";

/** Words of worker.ts. */
const word = {
  epoch: 16,
  sleepers: 32,
  done: 48,
  mode: 64,
  fault: 80,
  kernel: 96,
  line: 256,
  text: 2048,
};
/** A range is cut into so many tickets, so that a thread which is done early takes over some. */
const ticketsPerThread = 8;
/** How long a worker looks for the next launch before it sleeps; waking it costs about 0.3 ms. */
const spinMs = 1;
/** How long the caller's thread waits without letting anything else run. */
const blockMs = 50;

export interface Fault {
  readonly kernel: number;
  readonly text: string;
}

export class Pool {
  readonly threads: number;
  private readonly memory: WebAssembly.Memory;
  private readonly words: Int32Array;
  private readonly workers: readonly Thread[];
  private readonly waiting = new Map<number, () => void>();
  private readonly kernels: (Run | undefined)[] = [];
  private loading: Promise<unknown> = Promise.resolve();
  private awaited = 0;
  private lost: string | undefined;
  private onLost: ((error: DeviceLost) => void) | undefined;

  constructor(memory: WebAssembly.Memory, threads: number) {
    this.threads = threads;
    this.memory = memory;
    this.words = new Int32Array(memory.buffer);
    Atomics.store(this.words, word.mode, 1);
    this.workers = Array.from({ length: threads - 1 }, (_, n) => this.start(n + 1));
  }

  /** Makes a module's kernels known to every thread; returns the index of the first. */
  async load(module: WebAssembly.Module, names: readonly string[]): Promise<number> {
    const turn = this.loading.then(() => this.loadNow(module, names));
    this.loading = turn.catch(() => {});
    return turn;
  }

  /** Runs blocks 0 to `blocks` of the entry table at `table`, on all threads. */
  run(kernel: number, table: number, entries: number, blocks: number): Promise<void> | undefined {
    this.mustLive();
    const { words } = this;
    words[word.kernel] = kernel;
    words[word.kernel + 1] = entries;
    words[word.kernel + 2] = table;
    this.awaited = (this.awaited + this.deal(blocks)) | 0;
    Atomics.add(words, word.epoch, 1);
    if (Atomics.load(words, word.sleepers) > 0) Atomics.notify(words, word.epoch);
    runTickets(words, this.kernels, 0, this.threads);
    return this.isDoneWithin(blockMs) ? undefined : this.wait();
  }

  /** One call on this thread. */
  runAlone(kernel: number, args: number, blocks: number, scratch: number): void {
    this.mustLive();
    this.kernels[kernel]?.(args, 0, blocks, scratch);
  }

  setScratch(thread: number, address: number): void {
    this.words[word.line + 16 * thread + 6] = address;
  }

  /** The first kernel that trapped since the last time, if any. */
  takeFault(): Fault | undefined {
    const found = Atomics.exchange(this.words, word.fault, 0);
    if (found === 0) return undefined;
    const length = this.words[word.text] ?? 0;
    const codes = this.words.subarray(word.text + 1, word.text + 1 + length);
    return { kernel: found - 1, text: String.fromCharCode(...codes) };
  }

  close(): void {
    this.lost ??= "it was closed";
    // A browser takes seconds to end a worker that does not listen.
    if (this.workers.length > 0) this.callBack();
    for (const worker of this.workers) worker.end();
    this.fail();
  }

  private start(self: number): Thread {
    const thread = spawn({
      onMessage: () => this.waiting.get(self)?.(),
      onEnd: (reason) => {
        this.lost ??= `worker ${self} ended: ${reason}`;
        this.fail();
      },
    });
    thread.hold(false);
    return thread;
  }

  private fail(): void {
    this.onLost?.(this.lostError());
  }

  private lostError(): DeviceLost {
    return new DeviceLost(
      `the wasm device is gone, ${this.lost ?? "for an unknown reason"}; open it again and ` +
      "load the tensors",
    );
  }

  private mustLive(): void {
    if (this.lost !== undefined) throw this.lostError();
  }

  private async loadNow(module: WebAssembly.Module, names: readonly string[]): Promise<number> {
    this.mustLive();
    const first = this.kernels.length;
    const { exports } = await WebAssembly.instantiate(module, importsOf(module, this.memory));
    for (const name of names) this.kernels.push(exports[name] as Run);
    if (this.workers.length === 0) return first;
    this.mustLive(); // a worker may have ended meanwhile, and would never answer
    this.callBack();
    await this.tellAll({ kind: "load", memory: this.memory, module, names, first });
    Atomics.store(this.words, word.mode, 0);
    for (const [n, worker] of this.workers.entries()) {
      const { memory, threads } = this;
      worker.post({ kind: "run", memory, self: n + 1, threads, spinMs });
    }
    return first;
  }

  /** Workers leave their loop, and listen to messages. */
  private callBack(): void {
    Atomics.store(this.words, word.mode, 1);
    Atomics.add(this.words, word.epoch, 1);
    Atomics.notify(this.words, word.epoch);
  }

  /** Every worker has answered, or the device is lost. */
  private async tellAll(message: Message): Promise<void> {
    for (const worker of this.workers) worker.hold(true);
    const answers = this.workers.map(
      (worker, n) =>
        new Promise<void>((resolve) => {
          this.waiting.set(n + 1, resolve);
          worker.post(message);
        }),
    );
    try {
      await Promise.race([Promise.all(answers), this.untilLost()]);
    } finally {
      for (const worker of this.workers) worker.hold(false);
    }
  }

  private untilLost(): Promise<never> {
    return new Promise((_, reject) => {
      this.onLost = reject;
    });
  }

  /** Gives each thread its range of blocks; returns the number of tickets. */
  private deal(blocks: number): number {
    const { words, threads } = this;
    const each = Math.max(1, Math.ceil(blocks / (threads * ticketsPerThread)));
    let total = 0;
    for (let thread = 0; thread < threads; thread++) {
      const line = word.line + 16 * thread;
      const begin = Math.min(Math.ceil((blocks * thread) / threads), blocks);
      const end = Math.min(Math.ceil((blocks * (thread + 1)) / threads), blocks);
      const tickets = Math.ceil((end - begin) / each);
      const next = Atomics.load(words, line);
      words.set([next, begin, end, each], line + 2);
      Atomics.store(words, line + 1, (next + tickets) | 0);
      total += tickets;
    }
    return total;
  }

  private isDoneWithin(ms: number): boolean {
    const until = performance.now() + ms;
    for (let n = 1; Atomics.load(this.words, word.done) !== this.awaited; n++) {
      if (n % 1024 === 0 && performance.now() > until) return false;
    }
    return true;
  }

  private async wait(): Promise<void> {
    while (!this.isDoneWithin(1)) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      this.mustLive();
    }
  }
}

export function importsOf(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): WebAssembly.Imports {
  const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] = { [name]: memory };
  }
  return imports;
}
