// Every access lies inside its buffer: proven from axes, extents and masks, or reported.
//
// In:  a tile program.
// Out: one record for each index of each load and store.
// Not here: whether names exist and types fit (names.ts, types.ts go first).

import { printTileExpr } from "../print.js";
import type { TileBuffer, TileExpr, TileOp, TileProgram } from "../tile.js";
import { tileExpressionsOf, tileNodes } from "../walk.js";
import { atom, constant, minus, type Polynomial } from "./polynomial.js";
import { isNonNegative } from "./prove.js";
import { visitOps, type VerifyScope } from "./scope.js";
import { Symbols } from "./symbols.js";

export interface AccessProof {
  /** `load x[j]`, the operation that a message names. */
  readonly access: string;
  readonly buffer: string;
  readonly dimension: number;
  /**
   * proven: for all extents. nonempty: when every extent is at least 1. unproven: it may lie
   * outside.
   */
  readonly status: "proven" | "nonempty" | "unproven";
  /** What could not be shown, as `0 <= j` or `j < n`. */
  readonly missing: readonly string[];
}

/** The proof of every index of every access. */
export function proveAccesses(program: TileProgram): readonly AccessProof[] {
  const proofs: AccessProof[] = [];
  const buffers = new Map(program.buffers.map((buffer) => [buffer.name, buffer]));
  visitOps(program, (op, scope) => {
    for (const access of accessesOf(op)) {
      const buffer = buffers.get(access.buffer);
      if (buffer !== undefined) proofs.push(...proveAccess(program, scope, buffer, access));
    }
  });
  return proofs;
}

interface Access {
  readonly text: string;
  readonly buffer: string;
  readonly indices: readonly TileExpr[];
  readonly where: TileExpr | undefined;
}

function accessesOf(op: TileOp): readonly Access[] {
  const expressions = [...tileExpressionsOf(op), ...monoidExpressions(op)];
  const loads = expressions.flatMap((e) =>
    [...tileNodes(e)].flatMap((node) =>
      node.kind === "load" ? [{ ...node, text: `load ${printTileExpr(node)}` }] : [],
    ),
  );
  if (op.kind !== "store") return loads;
  const text = `store ${op.buffer}[${op.indices.map(printTileExpr).join(", ")}]`;
  return [...loads, { text, buffer: op.buffer, indices: op.indices, where: op.where }];
}

function monoidExpressions(op: TileOp): readonly TileExpr[] {
  if (op.kind !== "state") return [];
  const { lift, merge, finish } = op.monoid;
  return [...lift, ...merge, ...finish.map((f) => f.value)];
}

function proveAccess(
  program: TileProgram,
  scope: VerifyScope,
  buffer: TileBuffer,
  access: Access,
): readonly AccessProof[] {
  const lets = new Map([...scope.lets].map(([name, op]) => [name, op.value]));
  const symbols = new Symbols(program, lets);
  knowAxes(symbols, scope);
  if (access.where !== undefined) symbols.assume(access.where);
  return access.indices.map((e, dimension) => {
    const index = symbols.polynomial(e);
    const dim = buffer.dims[dimension];
    const below: readonly [string, Polynomial] = [`0 <= ${printTileExpr(e)}`, index];
    const above: readonly [string, Polynomial][] =
      dim === undefined
        ? []
        : [
            [
              `${printTileExpr(e)} < ${dim.kind === "size" ? dim.name : dim.value}`,
              minus(minus(symbols.size(dim), constant(1)), index),
            ],
          ];
    const open = [below, ...above].filter(([, p]) => !isNonNegative(p, symbols));
    const missing = open.filter(([, p]) => !isNonNegative(p, symbols, 1)).map(([text]) => text);
    const status = open.length === 0 ? "proven" : missing.length === 0 ? "nonempty" : "unproven";
    return { access: access.text, buffer: buffer.name, dimension, status, missing };
  });
}

/** The points of an axis lie between its ends. */
function knowAxes(symbols: Symbols, scope: VerifyScope): void {
  for (const axis of scope.axes) {
    const index = atom(axis.id);
    const from = axis.kind === "grid" ? constant(0) : symbols.polynomial(axis.from);
    const to = axis.kind === "grid" ? symbols.size(axis.end) : symbols.polynomial(axis.to);
    symbols.know(minus(index, from), minus(minus(to, constant(1)), index));
  }
}
