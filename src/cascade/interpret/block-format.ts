// A tensor in a block format: its codes, row by row.
//
// In:  the slab that holds the decoded values, and the format's encoder, a cascade of its own.
// Out: `Blocks`. An assignment encodes again what depends on the assigned points, and keeps all
//      other codes; which those are is observed while the encoder runs.
// Not here: element formats (number-formats.ts). A row is the whole tensor, or one fiber `along`.

import type { BlockFormat, Cascade, Format, Statement, TensorId } from "../cascade.js";
import { expressionsOf, statementsDeep, tensorsReadBy, tensorsWrittenBy } from "../statements.js";
import { storeKey } from "../random.js";
import { nodes, scalarsOf, tensorsRead } from "../walk.js";
import { scopeOf } from "./assign.js";
import { bind } from "./bind.js";
import { newContext, slabOf, variableCell } from "./context.js";
import type { Blocks, Context, Slab, Snapshot, Snapshots, StoredCodes } from "./context.js";
import { compileExpr } from "./expression.js";
import { known, type Node } from "./node.js";
import { bodyOf, execute, type Body } from "./program.js";
import { fillTables } from "./tables.js";

/** Gives codes to every tensor of `context` that has a block format, starting at zero. */
export function attachBlocks(context: Context): void {
  for (const tensor of context.cascade.tensors.values()) {
    if (tensor.format.kind !== "block") continue;
    const slab = slabOf(context, tensor.id);
    if (slab.blocks === undefined) slab.blocks = newBlocks(context, slab, tensor.format);
  }
}

/** The encoder at work on one row. */
interface Coder {
  readonly context: Context;
  readonly format: BlockFormat;
  readonly subject: Slab;
  readonly stores: readonly Slab[];
  readonly encode: Body;
  /** What `read` needs beside the stores. */
  readonly decode: Body;
  readonly read: Node;
}

/** Where the elements of a row lie in the tensor. */
interface Rows {
  readonly bases: readonly number[];
  readonly length: number;
  readonly stride: number;
  readonly outer: readonly number[]; // extents of the other ranks
}

function newBlocks(
  parent: Context,
  slab: Slab,
  format: Extract<Format, { readonly kind: "block" }>,
): Blocks {
  const rows = rowsOf(slab, format.along);
  const coder = newCoder(parent, known(parent.cascade.formats, format.format, "format"), rows);
  const key = keyMaker(parent, slab.tensor.id);
  let saved: Snapshots = [];
  let count = 0;
  const run = (body: Body, row: number): void => {
    const cell = keyScalar(coder.format.encode);
    if (cell !== undefined) known(coder.context.scalars, cell, "scalar").value = key(count, row);
    for (const pause of execute([body])) throw new Error(`internal: await ${pause.input}`);
    decodeRow(coder, rows, row, slab);
  };
  const assign = (values: Float64Array, touched: Uint8Array | undefined): void => {
    saved = rows.bases.map((_, row) => {
      const before = saved[row];
      if (before !== undefined) restoreRow(coder, before);
      const mask = before === undefined ? undefined : touched;
      if (!loadRow(coder, rows, row, values, mask) && before !== undefined) return before;
      run(coder.encode, row);
      return saveRow(coder);
    });
    count++;
  };
  const load: Blocks["load"] = (codes) => {
    const loaded = loadCodes(coder, rows, codes);
    if (loaded === undefined) return false;
    saved = loaded;
    saved.forEach((row, n) => {
      restoreRow(coder, row);
      run(coder.decode, n);
    });
    return true;
  };
  const ensure = (): void => {
    if (saved.length < rows.bases.length) assign(slab.data.slice(), undefined);
  };
  return {
    assign,
    load,
    stores: () => {
      ensure();
      return coder.stores.flatMap((store) => storedCodes(store, saved, rows.outer));
    },
    beginStep: () => {
      ensure();
      count = 0;
    },
    save: () => saved,
    restore: (snapshots) => (saved = snapshots),
  };
}

function rowsOf(slab: Slab, along: number | undefined): Rows {
  const size = slab.data.length;
  if (along === undefined) return { bases: [0], length: size, stride: 1, outer: [] };
  const length = slab.extents[along] ?? 1;
  const stride = slab.strides[along] ?? 1;
  const bases = Array.from({ length: size }, (_, n) => n).filter(
    (n) => Math.floor(n / stride) % length === 0,
  );
  return { bases, length, stride, outer: slab.extents.filter((_, d) => d !== along) };
}

function newCoder(parent: Context, format: BlockFormat, rows: Rows): Coder {
  const { encode: cascade } = format;
  const { rank } = known(cascade.variables, format.variable, "variable");
  const bound = bind(cascade, { extents: { [rank]: rows.length } });
  const context = newContext(cascade, { mode: parent.mode, ...bound, tracksTouch: true });
  fillTables(context);
  attachBlocks(context);
  const fixed = cascade.body.filter((s) => !varies(s, cascade, format));
  const varying = cascade.body.filter((s) => !fixed.includes(s));
  for (const pause of execute([bodyOf(fixed, context)])) {
    throw new Error(`internal: await ${pause.input}`);
  }
  return {
    context,
    format,
    subject: slabOf(context, format.subject),
    stores: format.stores.map((id) => slabOf(context, id)),
    encode: bodyOf(varying, context),
    decode: bodyOf(neededToRead(varying, format), context, new Set(), "d"),
    read: compileExpr(format.read, scopeOf(context, [format.variable], new Set(), "read")),
  };
}

/** Whether a statement of the encoder depends on the subject or on the key; else it runs once. */
function varies(s: Statement, cascade: Cascade, format: BlockFormat): boolean {
  const varying = new Set<TensorId>([format.subject, ...format.stores]);
  for (const other of cascade.body) {
    const reads = [...tensorsReadBy(other)].some((id) => varying.has(id));
    const writesStore = [...tensorsWrittenBy(other)].some((id) => varying.has(id));
    const drawn = [...statementsDeep([other])].flatMap(expressionsOf).some(isDrawn(cascade));
    const isVarying = reads || writesStore || drawn;
    if (isVarying) for (const id of tensorsWrittenBy(other)) varying.add(id);
    if (other === s) return isVarying;
  }
  return true;
}

function isDrawn(cascade: Cascade): (e: Parameters<typeof nodes>[0]) => boolean {
  const key = keyScalar(cascade);
  return (e) => key !== undefined && scalarsOf(e).has(key);
}

function keyScalar(cascade: Cascade): string | undefined {
  return [...cascade.scalars.values()].find((scalar) => scalar.role === "key")?.id;
}

function neededToRead(body: readonly Statement[], format: BlockFormat): readonly Statement[] {
  const needed = new Set(tensorsRead(format.read));
  const kept: Statement[] = [];
  for (const s of body.toReversed()) {
    const written = [...tensorsWrittenBy(s)];
    const isLet = written.some((id) => needed.has(id) && !format.stores.includes(id));
    if (!isLet) continue;
    kept.unshift(s);
    for (const id of tensorsReadBy(s)) needed.add(id);
  }
  return kept;
}

/** The key of each store event, from the key and the step of the cascade around. */
function keyMaker(parent: Context, id: TensorId): (count: number, row: number) => number {
  const scalars = [...parent.cascade.scalars.values()];
  const value = (role: "key" | "step"): number => {
    const id = scalars.find((s) => s.role === role)?.id ?? (role === "key" ? "key" : "t");
    return known(parent.scalars, id, "scalar").value;
  };
  const tensor = [...parent.cascade.tensors.keys()].indexOf(id);
  return (count, row) => storeKey(value("key"), { step: value("step"), tensor, count, row });
}

/** Puts a row into the subject; false when none of it was touched. */
function loadRow(
  coder: Coder,
  rows: Rows,
  row: number,
  values: Float64Array,
  touched: Uint8Array | undefined,
): boolean {
  const { subject, context } = coder;
  const base = rows.bases[row] ?? 0;
  let isTouched = touched === undefined;
  for (let n = 0; n < rows.length; n++) {
    const at = base + n * rows.stride;
    subject.data[n] = values[at] as number;
    const mark = touched === undefined ? 1 : (touched[at] as number);
    if (subject.touched !== undefined) subject.touched[n] = mark;
    isTouched ||= mark === 1;
  }
  context.keepsUntouched.value = touched === undefined ? 0 : 1;
  return isTouched;
}

function decodeRow(coder: Coder, rows: Rows, row: number, slab: Slab): void {
  const { context, format, read } = coder;
  const cell = variableCell(context, format.variable);
  const base = rows.bases[row] ?? 0;
  context.epoch.value++;
  for (let n = 0; n < rows.length; n++) {
    cell.value = n;
    slab.data[base + n * rows.stride] = read.run() ? read.cell.value : 0;
  }
}

function saveRow(coder: Coder): ReadonlyMap<TensorId, Snapshot> {
  return new Map(
    coder.stores.map((store) => [
      store.tensor.id,
      { data: store.data.slice(), inner: store.blocks?.save() },
    ]),
  );
}

function restoreRow(coder: Coder, row: ReadonlyMap<TensorId, Snapshot>): void {
  for (const store of coder.stores) {
    const snapshot = known(row, store.tensor.id, "store");
    store.data.set(snapshot.data);
    store.present?.fill(1);
    store.isComplete = true;
    if (snapshot.inner !== undefined) store.blocks?.restore(snapshot.inner);
  }
}

function storedCodes(store: Slab, saved: Snapshots, outer: readonly number[]): StoredCodes[] {
  const { id, format } = store.tensor;
  const snapshots = saved.map((row) => known(row, id, "store"));
  const shape = [...outer, ...store.extents];
  const data = joined(snapshots.map((s) => s.data));
  const own = { name: id, format, shape, data };
  const nested = snapshots.map((s) => {
    if (store.blocks === undefined || s.inner === undefined) return [];
    store.blocks.restore(s.inner);
    return store.blocks.stores();
  });
  const inner = (nested[0] ?? []).map((first, n) => ({
    ...first,
    name: `${id}.${first.name}`,
    shape: [...outer, ...first.shape],
    data: joined(nested.map((codes) => codes[n]?.data ?? new Float64Array())),
  }));
  return [own, ...inner];
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The snapshots of all rows from codes by name; undefined when a store is not there. */
function loadCodes(
  coder: Coder,
  rows: Rows,
  codes: (name: string) => ArrayLike<number> | undefined,
): Snapshots | undefined {
  const loaded = rows.bases.map(() => new Map<TensorId, Snapshot>());
  for (const store of coder.stores) {
    const { id } = store.tensor;
    const size = store.data.length;
    for (const [row, into] of loaded.entries()) {
      const part = (name: string, length: number): ArrayLike<number> | undefined => {
        const all = codes(name);
        const isWhole = all !== undefined && all.length === length * rows.bases.length;
        return isWhole ? Array.from(all).slice(row * length, (row + 1) * length) : undefined;
      };
      const own = loadStore(store, (name) => part(name, sizeOf(store, name)), size, id);
      if (own === undefined) return undefined;
      into.set(id, own);
    }
  }
  return loaded;
}

/** Elements of one row of a store, or of a store of its own format. */
function sizeOf(store: Slab, name: string): number {
  const rest = name.slice(store.tensor.id.length + 1);
  if (rest === "") return store.data.length;
  return store.blocks?.stores().find((inner) => inner.name === rest)?.data.length ?? 0;
}

function loadStore(
  store: Slab,
  codes: (name: string) => ArrayLike<number> | undefined,
  size: number,
  id: TensorId,
): Snapshot | undefined {
  if (store.blocks !== undefined) {
    const isLoaded = store.blocks.load((name) => codes(`${id}.${name}`));
    return isLoaded ? { data: store.data.slice(0, size), inner: store.blocks.save() } : undefined;
  }
  const own = codes(id);
  if (own === undefined) return undefined;
  return { data: Float64Array.from(own, store.round), inner: undefined };
}
