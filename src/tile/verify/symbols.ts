// Indices as polynomials, and what is known of their atoms.
//
// In:  integer expressions of a tile program, conditions that hold.
// Out: polynomials over extents, axes and atoms for `div`, `min`, `max`, `select` and data;
//      facts, each a polynomial that is not negative.
// Not here: proofs (prove.ts), which accesses there are (bounds.ts).

import { integerRange } from "../../runtime/formats.js";
import type { ElementFormat, HostExpr } from "../../runtime/executable.js";
import { printHost, printTileExpr } from "../print.js";
import type { TileExpr, TileProgram, TileSize } from "../tile.js";
import { typeOfTile } from "../types.js";
import {
  atom,
  constant,
  constantOf,
  keyOf,
  minus,
  one,
  plus,
  times,
  zero,
  type Polynomial,
} from "./polynomial.js";

/** What an atom stands for; plain ones have facts only. */
export type Meaning =
  | { readonly kind: "plain" }
  | { readonly kind: "floordiv"; readonly whole: Polynomial; readonly by: Polynomial }
  | { readonly kind: "min" | "max"; readonly args: readonly Polynomial[] }
  | {
      readonly kind: "select";
      readonly condition: TileExpr;
      readonly then: Polynomial;
      readonly otherwise: Polynomial;
    };

/** Lets in scope, by name. */
export type Lets = ReadonlyMap<string, TileExpr>;

/** Atoms and facts of one access. Facts only grow; `branch` copies them. */
export class Symbols {
  readonly facts: Polynomial[] = [];
  /** Each a choice of facts of which one list holds. */
  readonly choices: (readonly (readonly Polynomial[])[])[] = [];
  /** The facts contradict each other: nothing happens here. */
  isImpossible = false;
  private readonly program: TileProgram;
  private readonly lets: Lets;
  private readonly meanings: Map<string, Meaning>;
  private readonly names: Map<string, string>;
  private readonly extents: Set<string>;

  constructor(program: TileProgram, lets: Lets, like?: Symbols) {
    this.program = program;
    this.lets = lets;
    this.meanings = like?.meanings ?? new Map();
    this.names = like?.names ?? new Map();
    this.extents = like?.extents ?? new Set();
    if (like !== undefined) this.facts.push(...like.facts);
    this.isImpossible = like?.isImpossible ?? false;
  }

  /** The same atoms, the facts so far. */
  branch(): Symbols {
    return new Symbols(this.program, this.lets, this);
  }

  meaningOf(name: string): Meaning {
    return this.meanings.get(name) ?? { kind: "plain" };
  }

  /** Extents are not negative. */
  isExtent(name: string): boolean {
    return this.extents.has(name);
  }

  know(...facts: readonly Polynomial[]): void {
    for (const fact of facts) {
      const value = constantOf(fact);
      if (value !== undefined && value < 0) this.isImpossible = true;
      if (value !== undefined || this.facts.some((old) => keyOf(old) === keyOf(fact))) continue;
      this.facts.push(fact);
    }
  }

  size(size: TileSize): Polynomial {
    if (size.kind === "number") return constant(size.value);
    const spec = this.program.sizes.find(({ name }) => name === size.name);
    return spec === undefined ? this.extent(`size ${size.name}`) : this.host(spec.value);
  }

  private extent(name: string): Polynomial {
    this.extents.add(name);
    return atom(name);
  }

  private host(e: HostExpr): Polynomial {
    if (e.kind === "number" && Number.isInteger(e.value)) return constant(e.value);
    if (e.kind === "size") return this.extent(`size(${e.rank})`);
    if (e.kind !== "map") return this.extent(printHost(e));
    const args = e.args.map((arg) => this.host(arg));
    if (e.op === "ceildiv") {
      const [whole = zero, by = one] = args;
      return this.floordiv(minus(plus(whole, by), one), by);
    }
    return this.arithmetic(e.op, args) ?? this.extent(printHost(e).replaceAll("*", "·"));
  }

  /** An integer expression; data becomes an atom of its own. */
  polynomial(e: TileExpr): Polynomial {
    switch (e.kind) {
      case "const":
        return constant(e.value);
      case "size":
        return this.size(e.size);
      case "axis":
        return atom(e.axis);
      case "local": {
        const value = this.lets.get(e.name);
        if (value === undefined || value.kind === "load") return this.data(e, value);
        return this.polynomial(value);
      }
      case "map": {
        if (e.op === "select") return this.select(e.args);
        const known = typeOfTile(e) === "i32" && e.args.every((arg) => typeOfTile(arg) === "i32");
        const args = known ? e.args.map((arg) => this.polynomial(arg)) : [];
        return (known ? this.arithmetic(e.op, args) : undefined) ?? this.data(e, undefined);
      }
      default:
        return this.data(e, e);
    }
  }

  private arithmetic(
    op: string,
    [a = zero, b = zero]: readonly Polynomial[],
  ): Polynomial | undefined {
    switch (op) {
      case "add":
        return plus(a, b);
      case "sub":
        return minus(a, b);
      case "mul":
        return times(a, b);
      case "neg":
        return minus(zero, a);
      case "floordiv":
        return this.floordiv(a, b);
      case "mod":
        return minus(a, times(b, this.floordiv(a, b)));
      case "min":
      case "max":
        return this.named(`${op} ${keyOf(a)} ${keyOf(b)}`, { kind: op, args: [a, b] });
      default:
        return undefined;
    }
  }

  /** A divisor is at least 1: nothing is divided by less. */
  private floordiv(whole: Polynomial, by: Polynomial): Polynomial {
    const n = constantOf(whole);
    const d = constantOf(by);
    if (d === 1) return whole;
    if (n !== undefined && d !== undefined && d > 0) return constant(Math.floor(n / d));
    this.know(minus(by, one));
    return this.named(`div ${keyOf(whole)} ${keyOf(by)}`, { kind: "floordiv", whole, by });
  }

  private select([condition, then, otherwise]: readonly TileExpr[]): Polynomial {
    if (condition === undefined || then === undefined || otherwise === undefined) return zero;
    const [a, b] = [this.polynomial(then), this.polynomial(otherwise)];
    const key = `select ${printTileExpr(condition)} ${keyOf(a)} ${keyOf(b)}`;
    return this.named(key, { kind: "select", condition, then: a, otherwise: b });
  }

  private data(e: TileExpr, value: TileExpr | undefined): Polynomial {
    const name = this.named(`data ${printTileExpr(e)}`, { kind: "plain" });
    const range = value?.kind === "load" ? this.rangeOf(value.buffer, value.where) : undefined;
    if (range !== undefined) {
      this.know(minus(name, constant(range[0])), minus(constant(range[1]), name));
    }
    return name;
  }

  private rangeOf(
    buffer: string,
    where: TileExpr | undefined,
  ): readonly [number, number] | undefined {
    const format = this.program.buffers.find(({ name }) => name === buffer)?.format;
    if (format === undefined || format === "u32") return undefined; // u32 is read as i32
    const range: readonly [number, number] | undefined = rangeOfFormat(format);
    if (range === undefined || where === undefined) return range;
    return [Math.min(range[0], 0), Math.max(range[1], 0)]; // masked: 0
  }

  private named(key: string, meaning: Meaning): Polynomial {
    const known = this.names.get(key);
    if (known !== undefined) return atom(known);
    const name = `#${this.names.size}`;
    this.names.set(key, name);
    this.meanings.set(name, meaning);
    return atom(name);
  }

  /** Takes over what follows from a condition that holds (or, `holds` false, that fails). */
  assume(e: TileExpr, holds = true): void {
    if (e.kind === "local") {
      const value = this.lets.get(e.name);
      if (value !== undefined && value.kind !== "load") this.assume(value, holds);
      return;
    }
    if (e.kind !== "map") return;
    const [a, b] = e.args;
    if (a === undefined) return;
    if (e.op === "not") return this.assume(a, !holds);
    if (b === undefined) return;
    if (e.op === "and" || e.op === "or") {
      if ((e.op === "and") === holds) for (const part of e.args) this.assume(part, holds);
      else this.choose(e.args, holds);
      return;
    }
    if (typeOfTile(a) === "i32" && typeOfTile(b) === "i32") this.compare(e.op, a, b, holds);
  }

  /** One of `parts` holds (fails): a choice of the facts that each gives. */
  private choose(parts: readonly TileExpr[], holds: boolean): void {
    const alternatives = parts.flatMap((part) => {
      const other = this.branch();
      const before = other.facts.length;
      other.assume(part, holds);
      return other.isImpossible ? [] : [other.facts.slice(before)];
    });
    if (alternatives.every((facts) => facts.length > 0)) this.choices.push(alternatives);
  }

  private compare(op: string, a: TileExpr, b: TileExpr, holds: boolean): void {
    const x = this.polynomial(a);
    const y = this.polynomial(b);
    const [yx, xy] = [minus(y, x), minus(x, y)];
    const facts: Readonly<Record<string, readonly [readonly Polynomial[], readonly Polynomial[]]>> =
      {
        lt: [[minus(yx, one)], [xy]],
        le: [[yx], [minus(xy, one)]],
        gt: [[minus(xy, one)], [yx]],
        ge: [[xy], [minus(yx, one)]],
        eq: [[xy, yx], []],
        ne: [[], [xy, yx]],
      };
    this.know(...(facts[op]?.[holds ? 0 : 1] ?? []));
  }
}

function rangeOfFormat(format: ElementFormat): readonly [number, number] | undefined {
  return format === "bool" ? [0, 1] : integerRange(format);
}
