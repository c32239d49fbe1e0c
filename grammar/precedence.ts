// A flat list of values and operators → the tree that the precedences make of it.
//
// Tightest first: `as`; `^` (right); unary `-` and reductions; `* / div mod`; `in`; `+ -`;
// comparisons (never chained); `not`; `and`; `or`; `where`; `else` (right).
// Recursion is bounded: the caller refuses a list with more than `maxOperators`.

import { diagnose } from "./codes.js";
import type { Diagnostic } from "./diagnostic.js";
import { join, unreachable, type Span } from "./span.js";
import type {
  BinaryOperator, Dimension, Expression, FormatReference, Name, UnaryOperator,
} from "./syntax.js";

export interface ReduceHead {
  readonly name: Name;
  readonly over: readonly Dimension[];
  readonly into?: Name;
}

export type Piece =
  | { readonly kind: "value"; readonly value: Expression; readonly at: Span }
  /** `(a, b)`, after a reduction only. */
  | { readonly kind: "values"; readonly values: readonly Expression[]; readonly at: Span }
  | { readonly kind: "prefix"; readonly operator: UnaryOperator; readonly at: Span }
  | { readonly kind: "reduce"; readonly head: ReduceHead; readonly at: Span }
  | { readonly kind: "infix"; readonly operator: BinaryOperator; readonly at: Span }
  | { readonly kind: "as"; readonly format: FormatReference; readonly at: Span }
  | { readonly kind: "in"; readonly format: Name; readonly at: Span };

const comparison = 6;
const power: Readonly<Record<BinaryOperator, number>> = {
  "else": 1, "where": 2, "or": 3, "and": 4,
  "==": comparison, "!=": comparison, "<": comparison, "<=": comparison,
  ">": comparison, ">=": comparison,
  "+": 7, "-": 7, "*": 9, "/": 9, "div": 9, "mod": 9, "^": 11,
};
const negation = 5;
const accumulation = 8;
const reduction = 10;
const conversion = 12;

const rightward: ReadonlySet<BinaryOperator> = new Set(["else", "^"]);

/** What the pieces mean; `undefined` when they end too early, which the parser has reported. */
export function resolve(
  pieces: readonly Piece[], errors: Diagnostic[],
): Expression | undefined {
  return new Resolver(pieces, errors).expression(0);
}

class Resolver {
  private readonly pieces: readonly Piece[];
  private readonly errors: Diagnostic[];
  private next = 0;

  constructor(pieces: readonly Piece[], errors: Diagnostic[]) {
    this.pieces = pieces;
    this.errors = errors;
  }

  expression(least: number): Expression | undefined {
    let left = this.operand();
    for (;;) {
      const piece = this.pieces[this.next];
      if (left === undefined || piece === undefined || strength(piece) < least) return left;
      this.next += 1;
      left = this.extend(left, piece);
    }
  }

  private operand(): Expression | undefined {
    const piece = this.pieces[this.next];
    this.next += 1;
    if (piece === undefined) return undefined;
    switch (piece.kind) {
      case "value":  return piece.value;
      case "values": return this.several(piece.values, piece.at);
      case "reduce": return this.reduce(piece.head);
      case "prefix": {
        const operand = this.expression(piece.operator === "not" ? negation : reduction);
        if (operand === undefined) return undefined;
        const at = join(piece.at, operand.at);
        return { kind: "unary", operator: piece.operator, operand, at };
      }
      case "infix":
      case "as":
      case "in":     return undefined;
      default:       return unreachable(piece);
    }
  }

  private several(values: readonly Expression[], at: Span): Expression | undefined {
    this.errors.push(diagnose("E0123", at, []));
    return values[0];
  }

  private reduce(head: ReduceHead): Expression | undefined {
    const piece = this.pieces[this.next];
    if (piece?.kind === "values") {
      this.next += 1;
      return { kind: "reduce", ...head, arguments: piece.values, at: join(head.name.at, piece.at) };
    }
    const argument = this.expression(reduction);
    if (argument === undefined) return undefined;
    const at = join(head.name.at, argument.at);
    return { kind: "reduce", ...head, arguments: [argument], at };
  }

  private extend(left: Expression, piece: Piece): Expression | undefined {
    const at = join(left.at, piece.at);
    this.refuseAmbiguous(left, piece);
    if (piece.kind === "as") return { kind: "as", operand: left, format: piece.format, at };
    if (piece.kind === "in") return { kind: "in", operand: left, format: piece.format, at };
    if (piece.kind !== "infix") return undefined;
    const { operator } = piece;
    const least = power[operator] + (rightward.has(operator) ? 0 : 1);
    const right = this.expression(least);
    if (right === undefined) return undefined;
    this.refuseChain(operator);
    return { kind: "binary", operator, left, right, at: join(left.at, right.at) };
  }

  private refuseChain(operator: BinaryOperator): void {
    const next = this.pieces[this.next];
    if (next?.kind !== "infix" || power[operator] !== comparison) return;
    if (power[next.operator] !== comparison) return;
    this.errors.push(diagnose("E0115", next.at, [operator, next.operator]));
  }

  /** `f[m] (x)^2`: as a call it squares the value, as a reduction the argument. */
  private refuseAmbiguous(left: Expression, piece: Piece): void {
    if (left.kind !== "call" || left.binds === undefined) return;
    if (strength(piece) <= reduction) return;
    this.errors.push(diagnose("E0116", piece.at, [left.name.text]));
  }
}

/** How tightly a piece holds what stands before it. */
function strength(piece: Piece): number {
  switch (piece.kind) {
    case "infix": return power[piece.operator];
    case "as":    return conversion;
    case "in":    return accumulation;
    default:      return -1;
  }
}
