// A reduction that keeps nothing: partial results of chunks of fixed length, then one launch over
// them.
//
// In:  a sweep without kept axes.
// Out: two programs and the memory between them. Results do not depend on the number of threads.
// Not here: rows (sweep.ts).

import type { Axis, Plan, Segment, Sweep } from "../../schedule/plan.js";
import { tiles } from "../../schedule/tiles.js";
import type { ElementFormat, HostExpr } from "../../runtime/executable.js";
import type { TileExpr, TileProgram, TileType } from "../tile.js";
import { Builder } from "./builder.js";
import { hostCeilDiv, hostProduct } from "./host.js";
import type { Launch } from "./launch.js";
import { combining, partial } from "./monoids.js";
import { resultOf, type Opened } from "./reduction.js";
import { assign, lowerEquation } from "./store.js";
import { equationsOf, launchOf, openNest, textOf, type Nest, type Range } from "./nest.js";
import { constant, map, type Condition } from "./tile-expr.js";

/** Memory that lives from one program of a sweep to the next. */
export interface Temporary {
  readonly name: string;
  readonly format: ElementFormat;
  readonly dims: readonly HostExpr[];
}

export interface Piece {
  readonly program: TileProgram;
  readonly temporaries: readonly Temporary[];
}

interface Chunks {
  /** Of the sweep: no other one uses the memory between its programs. */
  readonly name: string;
  readonly axis: string;
  readonly count: HostExpr;
}

export function splitSweep(plan: Plan, sweep: Sweep, name: string): readonly Piece[] {
  const [first, ...rest] = sweep.segments;
  const [outer, ...inner] = first?.over ?? [];
  if (first === undefined || outer === undefined) throw new Error("internal: nothing to split");
  const length = inner.length === 0 ? tiles.chunk : 1;
  const whole = hostProduct(outer.ranks.map((rank) => ({ kind: "size", rank })));
  const chunks: Chunks = { name, axis: "chunk", count: hostCeilDiv(whole, length) };
  const parts = lowerParts(plan, sweep, first, { chunks, length, name: `${name}_parts` });
  const program = lowerWhole(plan, sweep, rest, { chunks, opened: parts.opened, name });
  return [
    { program: parts.program, temporaries: parts.temporaries },
    { program, temporaries: [] },
  ];
}

interface PartsSetting {
  readonly chunks: Chunks;
  readonly length: number;
  readonly name: string;
}

function lowerParts(
  plan: Plan,
  sweep: Sweep,
  segment: Segment,
  { chunks, length, name }: PartsSetting,
) {
  const builder = new Builder((b) => [
    { id: b.fresh(chunks.axis), end: b.size(chunks.count, "chunks"), tile: 1 },
  ]);
  const launch = launchOf(plan, builder, sweep);
  const loops = segment.over.map((axis, n): Range =>
    n === 0 ? chunkOf(launch, axis, length) : { axis, range: undefined },
  );
  const nest: Nest = { kept: builder.grid.map((axis) => axis.id), loops, lanes: tiles.lanes };
  const opened = openNest(launch, segment, nest, partial);
  const temporaries = opened.flatMap((one) => storeFields(launch, one, chunks));
  const program = builder.program(name, textOf(segment.equations));
  return { program, temporaries, opened };
}

/** The points of a chunk: from chunk * length, at most length of them. */
function chunkOf(launch: Launch, axis: Axis, length: number): Range {
  const [grid] = launch.builder.grid;
  if (grid === undefined) throw new Error("internal: no chunks");
  const chunk: TileExpr = { kind: "axis", axis: grid.id };
  const size: TileExpr = { kind: "size", size: launch.extent(axis.ranks) };
  const from = length === 1 ? chunk : map("mul", "i32", [chunk, constant("i32", length)]);
  const end = map("add", "i32", [from, constant("i32", length)]);
  return { axis, range: { from, to: length === 1 ? end : map("min", "i32", [end, size]) } };
}

function fieldName(chunks: Chunks, { equation }: Opened, field: string): string {
  return `${chunks.name}__${equation.target}_${field}`;
}

const formatOf = (type: TileType): ElementFormat => type;

/** Writes the state of a chunk field by field. */
function storeFields(launch: Launch, one: Opened, chunks: Chunks): readonly Temporary[] {
  const { builder } = launch;
  const [grid] = builder.grid;
  if (grid === undefined) throw new Error("internal: no chunks");
  const write = (name: string, type: TileType, value: TileExpr): Temporary => {
    const buffer = builder.buffer(name, formatOf(type), () => [grid.end], "write");
    const local = builder.bind(value, name);
    builder.emit({
      kind: "store",
      buffer,
      indices: [{ kind: "axis", axis: grid.id }],
      value: local,
      where: undefined,
    });
    return { name, format: formatOf(type), dims: [chunks.count] };
  };
  const { state, monoid, isTracked } = one;
  const fields = monoid.fields.map(({ name, type }, index) =>
    write(fieldName(chunks, one, name), type, { kind: "result", state, type, index }),
  );
  if (!isTracked) return fields;
  return [...fields, write(fieldName(chunks, one, "here"), "bool", { kind: "present", state })];
}

interface WholeSetting {
  readonly chunks: Chunks;
  readonly opened: readonly Opened[];
  readonly name: string;
}

/** Merges the parts in order, then carries out what follows at the one point. */
function lowerWhole(
  plan: Plan,
  sweep: Sweep,
  rest: readonly Segment[],
  setting: WholeSetting,
): TileProgram {
  const builder = new Builder(() => []);
  const launch = launchOf(plan, builder, sweep);
  const axis = builder.fresh(setting.chunks.axis);
  const end = builder.size(setting.chunks.count, "chunks");
  const states = setting.opened.map((one) => ({ ...one, state: builder.fresh(one.state) }));
  for (const { state, monoid, isTracked, isOrdered } of states) {
    builder.emitState(
      {
        kind: "state",
        name: state,
        axes: [],
        over: [axis],
        monoid: combining(monoid),
        lanes: isOrdered ? 1 : tiles.lanes,
        tracksPresence: isTracked,
      },
      0,
    );
  }
  builder.open(axis);
  for (const one of states) {
    const load = (field: string, type: TileType): TileExpr => {
      const buffer = builder.buffer(
        fieldName(setting.chunks, one, field),
        formatOf(type),
        () => [end],
        "read",
      );
      const indices: readonly TileExpr[] = [{ kind: "axis", axis }];
      return builder.bind(
        { kind: "load", buffer, type, indices, where: undefined },
        fieldName(setting.chunks, one, field),
      );
    };
    const args = one.monoid.fields.map((field) => load(field.name, field.type));
    const where: Condition = one.isTracked ? load("here", "bool") : undefined;
    builder.emit({ kind: "merge", state: one.state, args, where });
  }
  const body = builder.close();
  const to: TileExpr = { kind: "size", size: end };
  builder.emit({ kind: "loop", axis, from: constant("i32", 0), to, tile: tiles.sweep, body });
  for (const one of states) assign(launch, one.equation, resultOf(launch, one));
  for (const segment of rest) {
    if (segment.over.length > 0) throw new Error("internal: a second loop behind a split one");
    for (const eq of segment.equations) lowerEquation(launch, eq);
  }
  return builder.program(setting.name, textOf(equationsOf(sweep)));
}
