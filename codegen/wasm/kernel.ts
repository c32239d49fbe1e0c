// One tile program as a function of the module.
//
// In:  a tile program.
// Out: the function's text and the scratch memory that it wants.
// Not here: the module around it (module.ts).

import type { TileProgram } from "../../src/tile/tile.js";
import { tileOpsDeep } from "../../src/tile/walk.js";
import { emitBlocks, withLast } from "./blocks.js";
import { programInfo, type Context, type Simd } from "./context.js";
import { evaluate } from "./expr.js";
import type { Helpers } from "./helpers.js";
import { emitRegion } from "./region.js";
import { newFunction, rootScope } from "./scope.js";
import { layout } from "./text.js";
import { emitTiles } from "./tiles.js";
import { vectorAxis, wideLoops } from "./vectorize.js";

export interface KernelText {
  readonly text: string;
  readonly scratchBytes: number;
}

/** `isReadable`: instructions are broken into lines that fit; an assembler needs none of it. */
export function kernelText(
  program: TileProgram,
  simd: Simd,
  helpers: Helpers,
  isReadable: boolean,
): KernelText {
  const bare = programInfo(program, new Set());
  const wide = simd === "none" ? new Set<never>() : wideLoops(bare);
  const fn = newFunction(helpers);
  const scope = rootScope();
  const c: Context = {
    info: { ...bare, wideLoops: wide },
    simd,
    fn,
    scope,
    axes: new Map(),
    lanes: undefined,
    values: new Map(),
    states: new Map(),
    stages: new Map(),
    evaluate,
  };
  emitBody(c, program);
  const lines = [
    ...program.equations.flatMap((equation) => equation.split("\n")).map((line) => `  ;; ${line}`),
    ...argumentComments(program),
    `  (func $${program.name} (export "${program.name}")`,
    "    (param $args i32) (param $begin i32) (param $end i32) (param $scratch i32)",
    ...localLines(fn.locals),
    ...(isReadable ? scope.lines.map((line) => layout(line, "    ")) : scope.lines),
    "  )",
  ];
  return { text: lines.join("\n"), scratchBytes: fn.scratch.bytes };
}

function emitBody(c: Context, program: TileProgram): void {
  const isTiled = [...tileOpsDeep(program.body)].some(
    (op) => op.kind === "stage" || op.kind === "dot",
  );
  if (isTiled) {
    return emitBlocks(c, program.grid, false, (inner, axes) =>
      emitTiles(inner, axes, program.body),
    );
  }
  const candidates = program.grid.map(({ id, tile, end }) => ({
    id,
    tile,
    extent: end.kind === "number" ? end.value : undefined,
  }));
  const vector =
    c.simd === "none" ? undefined : vectorAxis(c.info, program.body, candidates, c.info.wideLoops);
  emitBlocks(c, program.grid, true, (inner, axes) =>
    emitRegion(inner, { axes: withLast(axes, vector), vector }, program.body),
  );
}

/** The words at `args`, in their order. */
function argumentComments(program: TileProgram): readonly string[] {
  const listed = (kind: string, list: readonly { readonly name: string }[]): readonly string[] =>
    list.length === 0 ? [] : [`${kind} ${list.map(({ name }) => name).join(" ")}`];
  const { buffers, sizes, scalars } = program;
  const kinds = [
    ...listed("buffers", buffers),
    ...listed("sizes", sizes),
    ...listed("scalars", scalars),
  ];
  return [`  ;; args: ${kinds.join("; ")}`];
}

/** Locals share lines of at most 96 columns. */
function localLines(locals: ReadonlyMap<string, string>): readonly string[] {
  const lines: string[] = [];
  let line = "   ";
  for (const [name, type] of locals) {
    const text = ` (local $${name} ${type})`;
    if (line.length + text.length > 96) {
      lines.push(line);
      line = "   ";
    }
    line += text;
  }
  return locals.size === 0 ? [] : [...lines, line];
}
