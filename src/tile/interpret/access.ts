// Loads and stores of one launch: where an element lies, whether it may be touched, what it costs.
//
// In:  the buffers of a program and their memory; indices as closures.
// Out: closures that load or store; bytes in the counters.
// Throws `internal:` when an index is outside, when nobody wrote what is read, and, in strict mode,
// when two blocks touch one element and one of them stores it.
// Not here: masks (expressions.ts, body.ts ask them first).

import { elementBytes } from "../../runtime/formats.js";
import type { TileBuffer, TileProgram } from "../tile.js";
import type { TileCounters } from "../counters.js";
import { extentOf } from "./machine.js";
import type { Eval } from "./maps.js";
import { reader, writer, type TileMemory } from "./memory.js";

export interface Accesses {
  load(buffer: string, indices: readonly Eval[]): Eval;
  store(buffer: string, indices: readonly Eval[]): (value: number) => void;
  /** Accesses from now on are those of block n. */
  enter(block: number): void;
}

/** A buffer with its memory. */
interface Bound {
  readonly buffer: TileBuffer;
  readonly memory: TileMemory;
  readonly dims: readonly number[];
  readonly bytes: number;
  readonly owners: Owners | undefined;
}

/** Which block read and which stored each element: its number + 1, 0 for none, -1 for several. */
interface Owners {
  readonly readers: Int32Array;
  readonly writers: Int32Array;
}

export function newAccesses(
  program: TileProgram,
  memories: readonly TileMemory[],
  sizes: ReadonlyMap<string, number>,
  counters: TileCounters,
  isStrict: boolean,
): Accesses {
  const owners = isStrict ? ownersOf(memories) : undefined;
  const bound = new Map(
    program.buffers.map((buffer, n) => [
      buffer.name,
      bind(program, buffer, memories[n], sizes, owners),
    ]),
  );
  const here = { block: 0 };
  const find = (name: string): Bound => {
    const found = bound.get(name);
    if (found === undefined) throw new Error(`internal: ${program.name}: no buffer ${name}`);
    return found;
  };
  return {
    load: (name, indices) => compileLoad(program, find(name), indices, counters, here),
    store: (name, indices) => compileStore(program, find(name), indices, counters, here),
    enter: (block) => {
      here.block = block;
    },
  };
}

/** One record for each memory, though two buffers may share it. */
function ownersOf(memories: readonly TileMemory[]): ReadonlyMap<Values, Owners> {
  return new Map(
    memories.map(({ data }) => [
      data,
      { readers: new Int32Array(data.length), writers: new Int32Array(data.length) },
    ]),
  );
}

type Values = TileMemory["data"];

function bind(
  program: TileProgram,
  buffer: TileBuffer,
  memory: TileMemory | undefined,
  sizes: ReadonlyMap<string, number>,
  owners: ReadonlyMap<Values, Owners> | undefined,
): Bound {
  const place = `internal: ${program.name}: buffer ${buffer.name}`;
  if (memory === undefined) throw new Error(`${place} is not bound`);
  if (memory.format !== buffer.format) throw new Error(`${place} is bound to ${memory.format}`);
  const dims = buffer.dims.map((dim) => extentOf(dim, sizes));
  const elements = dims.reduce((product, dim) => product * dim, 1);
  if (memory.data.length < elements) {
    throw new Error(`${place} has ${elements} elements and is bound to ${memory.data.length}`);
  }
  const bytes = elementBytes(buffer.format);
  return { buffer, memory, dims, bytes, owners: owners?.get(memory.data) };
}

/** The element's number, every index checked against its extent. */
function flatIndex(program: TileProgram, bound: Bound, indices: readonly Eval[]): Eval {
  const { buffer, dims } = bound;
  const fail = (index: number, dim: number): never => {
    throw new Error(
      `internal: ${program.name}: ${buffer.name} has no ${index}, only 0 to ${dim - 1}`,
    );
  };
  if (indices.length !== dims.length) {
    throw new Error(`internal: ${program.name}: ${buffer.name} takes ${dims.length} indices`);
  }
  const check = (e: Eval, n: number): Eval => {
    const dim = dims[n] ?? 0;
    return () => {
      const index = e();
      return index >= 0 && index < dim ? index : fail(index, dim);
    };
  };
  const checked = indices.map(check);
  const [a, b] = checked;
  if (a === undefined) return () => 0;
  if (b === undefined) return a;
  const inner = dims[1] ?? 0;
  if (checked.length === 2) return () => a() * inner + b();
  return () => {
    let flat = 0;
    for (let n = 0; n < checked.length; n++) flat = flat * (dims[n] ?? 0) + (checked[n] ?? a)();
    return flat;
  };
}

interface Here {
  block: number;
}

function compileLoad(
  program: TileProgram,
  bound: Bound,
  indices: readonly Eval[],
  { device }: TileCounters,
  here: Here,
): Eval {
  const flat = flatIndex(program, bound, indices);
  const { bytes, memory, owners } = bound;
  const { written } = memory;
  const read = reader(memory);
  const where = `internal: ${program.name}: ${bound.buffer.name}`;
  if (written === undefined && owners === undefined) {
    return () => {
      device.read += bytes;
      return read(flat());
    };
  }
  return () => {
    const n = flat();
    if (written?.[n * bytes] === 0) throw new Error(`${where}, element ${n}: read, never written`);
    if (owners !== undefined) noteRead(owners, n, here.block + 1, where);
    device.read += bytes;
    return read(n);
  };
}

function compileStore(
  program: TileProgram,
  bound: Bound,
  indices: readonly Eval[],
  { device }: TileCounters,
  here: Here,
): (value: number) => void {
  const flat = flatIndex(program, bound, indices);
  const { bytes, memory, owners } = bound;
  const { written } = memory;
  const write = writer(memory);
  const where = `internal: ${program.name}: ${bound.buffer.name}`;
  return (value) => {
    const n = flat();
    written?.fill(1, n * bytes, (n + 1) * bytes);
    if (owners !== undefined) noteWrite(owners, n, here.block + 1, where);
    device.written += bytes;
    write(n, value);
  };
}

function noteRead({ readers, writers }: Owners, n: number, block: number, where: string): void {
  const writer = writers[n] ?? 0;
  if (writer !== 0 && writer !== block) {
    throw new Error(
      `${where}, element ${n}: block ${block - 1} reads what block ${writer - 1} stored`,
    );
  }
  const reader = readers[n] ?? 0;
  if (reader !== block) readers[n] = reader === 0 ? block : -1;
}

function noteWrite({ readers, writers }: Owners, n: number, block: number, where: string): void {
  const writer = writers[n] ?? 0;
  if (writer !== 0 && writer !== block) {
    throw new Error(`${where}, element ${n}: blocks ${writer - 1} and ${block - 1} both store it`);
  }
  const reader = readers[n] ?? 0;
  if (reader !== 0 && reader !== block) {
    throw new Error(`${where}, element ${n}: block ${block - 1} stores what another block reads`);
  }
  writers[n] = block;
}
