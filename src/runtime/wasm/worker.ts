// What runs in a worker, and the part of it that the main thread runs too.
//
// In:  words of the shared memory (layout below), kernels in the order they were loaded.
// Out: blocks of a launch carried out; every ticket counted as done exactly once.
// Not here: making workers, publishing launches (pool.ts).
//
// Both functions are sent to the worker as their own text. So they use nothing from outside, and
// hold no inner function with a name (some compilers would wrap it in a helper that is not there).
// Words, by index:
//   16 epoch, raised by each launch    32 sleepers    48 tickets done
//   64 mode: 0 run, 1 listen to messages
//   80 fault: 1 + index of the kernel that trapped; from word 2048 its text: length, characters
//   96 kernel, 97 entries, 98 word of the entry table
//      an entry: address of its arguments, end of its blocks
//   256 + 16·t for thread t: next ticket, limit, first ticket, first block, end block,
//      blocks per ticket, scratch
//
// A launch gives each thread a range of blocks, cut into tickets. Ticket numbers only go up, so a
// worker that wakes late finds nothing to take; who took one knows that the launch stands still
// until it is counted as done.

/** A kernel of a module: address of its arguments, first block, end block, address of scratch. */
export type Run = (args: number, begin: number, end: number, scratch: number) => void;

/** Takes tickets, its own first, until none is left. */
export function runTickets(
  words: Int32Array,
  kernels: readonly (Run | undefined)[],
  self: number,
  threads: number,
): void {
  const scratch = words[256 + 16 * self + 6] ?? 0;
  for (let turn = 0; turn < threads; turn++) {
    const line = 256 + 16 * ((self + turn) % threads);
    for (;;) {
      const ticket = Atomics.load(words, line);
      if (((Atomics.load(words, line + 1) - ticket) | 0) <= 0) break;
      if (Atomics.compareExchange(words, line, ticket, (ticket + 1) | 0) !== ticket) continue;
      const kernel = words[96] ?? 0;
      try {
        const each = words[line + 5] ?? 1;
        let block = (words[line + 3] ?? 0) + ((ticket - (words[line + 2] ?? 0)) | 0) * each;
        const stop = Math.min(block + each, words[line + 4] ?? 0);
        const table = words[98] ?? 0;
        let low = 0;
        for (let high = (words[97] ?? 1) - 1; low < high;) {
          const middle = (low + high) >> 1;
          if ((words[table + 2 * middle + 1] ?? 0) <= block) low = middle + 1;
          else high = middle;
        }
        for (; block < stop; low++) {
          const first = low === 0 ? 0 : (words[table + 2 * low - 1] ?? 0);
          const end = Math.min(words[table + 2 * low + 1] ?? 0, stop);
          if (end > block)
            kernels[kernel]?.(words[table + 2 * low] ?? 0, block - first, end - first, scratch);
          block = Math.max(block, end);
        }
      } catch (error) {
        if (Atomics.compareExchange(words, 80, 0, kernel + 1) === 0) {
          const text = String(error instanceof Error ? error.message : error).slice(0, 200);
          for (let n = 0; n < text.length; n++) words[2049 + n] = text.charCodeAt(n);
          words[2048] = text.length;
        }
      }
      Atomics.add(words, 48, 1);
    }
  }
}

/** What the main thread tells a worker. A worker in its loop hears nothing until the mode is 1. */
export type Message =
  | {
      readonly kind: "load";
      readonly memory: WebAssembly.Memory;
      readonly module: WebAssembly.Module;
      readonly names: readonly string[];
      /** Index of the module's first kernel. */
      readonly first: number;
    }
  | {
      readonly kind: "run";
      readonly memory: WebAssembly.Memory;
      readonly self: number;
      readonly threads: number;
      readonly spinMs: number;
    };

/** Handles one message; `kernels` is the worker's own list. Returns what to answer. */
export function workerTurn(
  message: Message,
  kernels: (Run | undefined)[],
  run: typeof runTickets,
): { readonly loaded: number } | undefined {
  if (message.kind === "load") {
    const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {};
    for (const { module, name } of WebAssembly.Module.imports(message.module)) {
      imports[module] = { [name]: message.memory };
    }
    const { exports } = new WebAssembly.Instance(message.module, imports);
    for (const [n, name] of message.names.entries())
      kernels[message.first + n] = exports[name] as Run;
    return { loaded: message.first };
  }
  const words = new Int32Array(message.memory.buffer);
  for (;;) {
    const seen = Atomics.load(words, 16);
    if (Atomics.load(words, 64) !== 0) return undefined;
    run(words, kernels, message.self, message.threads);
    const until = performance.now() + message.spinMs;
    for (let n = 1; Atomics.load(words, 16) === seen; n++) {
      if (n % 256 !== 0 || performance.now() < until) continue;
      Atomics.add(words, 32, 1);
      Atomics.wait(words, 16, seen);
      Atomics.sub(words, 32, 1);
    }
  }
}
