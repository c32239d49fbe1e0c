// Launches and bytes of a step, kernel by kernel.
//
// In:  a lowered definition, the variant to count, extents and scalars by name.
// Out: what the tile interpreter would count (src/tile/count.ts); equations and buffers by kernel.
// Not here: time, and what a cache would save.

import type { Executable } from "../../runtime/executable.js";
import { countStep } from "../../tile/count.js";
import type { TileCounters, Traffic } from "../../tile/counters.js";
import { printSize } from "../../tile/print.js";
import type { Lowered, TileProgram } from "../../tile/tile.js";

export interface CostReport {
  readonly launches: number;
  /** Bytes by tier. */
  readonly bytes: { readonly device: Traffic; readonly workgroup: Traffic };
  /**
   * False where a mask depends on data: it is taken to hold, so bytes are never less than moved.
   */
  readonly isExact: boolean;
  readonly operations: TileCounters["operations"];
  /** Bytes that the host program copies and fills, `bytes.device` included. */
  readonly moves: Traffic;
  readonly kernels: readonly KernelReport[];
}

export interface KernelReport {
  readonly name: string;
  readonly equations: readonly string[];
  readonly launches: number;
  readonly blocks: number;
  /** Points of a tile along each axis of the grid, outermost first. */
  readonly grid: readonly { readonly axis: string; readonly end: string; readonly tile: number }[];
  readonly buffers: readonly {
    readonly name: string;
    readonly tensor: string;
    readonly format: string;
    readonly dims: readonly string[];
    readonly access: "read" | "write" | "update";
  }[];
  readonly bytes: CostReport["bytes"];
}

export function costOf(
  lowered: Lowered,
  index: number,
  numbers: ReadonlyMap<string, number>,
): CostReport {
  const programs = lowered.programs[index] ?? [];
  const alone = { executable: oneVariant(lowered.executable, index), programs: [programs] };
  const { kernels, moves, total, isExact } = countStep(alone, taken(alone.executable, numbers));
  return {
    launches: total.launches,
    bytes: bytesOf(total),
    isExact,
    operations: total.operations,
    moves,
    kernels: kernels.flatMap(({ name, counters }) =>
      programs.flatMap((program) =>
        program.name === name ? [kernelReport(program, counters)] : [],
      ),
    ),
  };
}

function oneVariant(executable: Executable, index: number): Executable {
  const variants = executable.variants.filter((_, n) => n === index);
  return {
    ...executable,
    variants: variants.map((variant) => ({ ...variant, condition: undefined })),
  };
}

/** Without what follows from the others. */
function taken(
  executable: Executable,
  numbers: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const derived = new Set(
    executable.variants.flatMap(({ ranks }) =>
      ranks
        .filter(({ isStatic, value }) => !isStatic && value !== undefined)
        .map(({ name }) => name),
    ),
  );
  return new Map([...numbers].filter(([name]) => !derived.has(name)));
}

function kernelReport(program: TileProgram, counters: TileCounters): KernelReport {
  return {
    name: program.name,
    equations: program.equations,
    launches: counters.launches,
    blocks: counters.blocks,
    grid: program.grid.map(({ id, end, tile }) => ({ axis: id, end: printSize(end), tile })),
    buffers: program.buffers.map(({ name, tensor, format, dims, access }) => ({
      name,
      tensor,
      format,
      dims: dims.map(printSize),
      access,
    })),
    bytes: bytesOf(counters),
  };
}

function bytesOf({ device, workgroup }: TileCounters): CostReport["bytes"] {
  return { device: { ...device }, workgroup: { ...workgroup } };
}
