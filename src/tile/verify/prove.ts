// Proofs that a polynomial is not negative, by taking away facts until nothing negative is left.
//
// In:  a polynomial, symbols with their facts.
// Out: true when it is proven; false says nothing.
// Not here: what the facts are (symbols.ts).
//
// One atom is eliminated at a time: by a fact that bounds it on the side that matters, by what
// `div`, `min`, `max` or `select` means. Extents are not negative; an atom without a fact has no
// sign.

import {
  atomsOf,
  constant,
  constantOf,
  keyOf,
  linearIn,
  minus,
  plus,
  times,
  zero,
  type Polynomial,
} from "./polynomial.js";
import type { Symbols } from "./symbols.js";

const maxDepth = 12;
const maxSteps = 3000;

interface Search {
  readonly symbols: Symbols;
  readonly failed: Map<string, number>;
  /** Extents are at least this: 0, or 1 when a proof may lean on it. */
  readonly leastExtent: number;
  steps: number;
}

/** Whether `p` ≥ 0 wherever the facts hold and extents are at least `leastExtent`. */
export function isNonNegative(p: Polynomial, symbols: Symbols, leastExtent = 0): boolean {
  return overChoices(symbols, symbols.choices, (chosen) =>
    prove(p, { symbols: chosen, failed: new Map(), leastExtent, steps: 0 }, maxDepth),
  );
}

function overChoices(
  symbols: Symbols,
  choices: Symbols["choices"],
  goal: (symbols: Symbols) => boolean,
): boolean {
  const [first, ...rest] = choices;
  if (first === undefined || goal(symbols)) return goal(symbols);
  return first.every((facts) => {
    const branch = symbols.branch();
    branch.know(...facts);
    return overChoices(branch, rest, goal);
  });
}

function prove(p: Polynomial, search: Search, depth: number): boolean {
  if (search.symbols.isImpossible || isPlainlyNonNegative(p, search)) return true;
  const key = keyOf(p);
  search.steps += 1;
  if (depth === 0 || search.steps > maxSteps) return false;
  if ((search.failed.get(key) ?? -1) >= depth) return false;
  search.failed.set(key, depth);
  return atomsInOrder(p, search).some((x) => {
    const parts = linearIn(p, x);
    return parts !== undefined && eliminate(p, x, parts.slope, parts.rest, search, depth - 1);
  });
}

/** Every term is a product of extents with a positive coefficient. */
function isPlainlyNonNegative(p: Polynomial, { symbols, leastExtent }: Search): boolean {
  let total = 0;
  for (const [monomial, coefficient] of p) {
    if (monomial === "") {
      total += coefficient;
      continue;
    }
    if (coefficient < 0) return false;
    if (!monomial.split("*").every((name) => symbols.isExtent(name))) return false;
    total += coefficient * leastExtent;
  }
  return total >= 0;
}

/** Atoms with a meaning first, then axes and data, extents last. */
function atomsInOrder(p: Polynomial, { symbols }: Search): readonly string[] {
  const order = (name: string): number =>
    symbols.meaningOf(name).kind !== "plain" ? 0 : symbols.isExtent(name) ? 2 : 1;
  return [...atomsOf(p)].sort((a, b) => order(a) - order(b));
}

/** 1 or -1 when the polynomial's sign is known. */
function signOf(p: Polynomial, search: Search, depth: number): number {
  const value = constantOf(p);
  if (value !== undefined) return Math.sign(value);
  if (isPlainlyNonNegative(p, search)) return 1;
  if (isPlainlyNonNegative(minus(zero, p), search)) return -1;
  if (depth < 2) return 0;
  const small = Math.min(depth - 1, 3);
  if (prove(p, search, small)) return 1;
  return prove(minus(zero, p), search, small) ? -1 : 0;
}

function eliminate(
  p: Polynomial,
  x: string,
  slope: Polynomial,
  rest: Polynomial,
  search: Search,
  depth: number,
): boolean {
  const sign = signOf(slope, search, depth);
  if (sign === 0) return false;
  if (byMeaning(x, slope, sign, rest, search, depth)) return true;
  return factsAbout(x, search.symbols).some((fact) => {
    const left = without(p, slope, sign, fact, x, search, depth);
    return left !== undefined && prove(left, search, depth);
  });
}

/** What is known of x, the two sides of a `div` included. */
function factsAbout(x: string, symbols: Symbols): readonly Polynomial[] {
  const about = symbols.facts.filter((fact) => linearIn(fact, x)?.slope.size);
  const meaning = symbols.meaningOf(x);
  const self: Polynomial = new Map([[x, 1]]);
  switch (meaning.kind) {
    case "plain":
    case "select":
      return about;
    case "floordiv": {
      const rest = minus(meaning.whole, times(meaning.by, self));
      return [...about, rest, minus(minus(meaning.by, constant(1)), rest)];
    }
    case "min":
      return [...about, ...meaning.args.map((arg) => minus(arg, self))];
    case "max":
      return [...about, ...meaning.args.map((arg) => minus(self, arg))];
  }
}

/**
 * λ p' where p = λ' fact + p' and x is gone from p'; undefined when the fact bounds the other
 * side.
 */
function without(
  p: Polynomial,
  slope: Polynomial,
  sign: number,
  fact: Polynomial,
  x: string,
  search: Search,
  depth: number,
): Polynomial | undefined {
  const inFact = linearIn(fact, x)?.slope;
  if (inFact === undefined || signOf(inFact, search, depth) !== sign) return undefined;
  const [a, b] = [constantOf(slope), constantOf(inFact)];
  if (b === 1 || b === -1) return minus(p, times(magnitude(slope, sign), fact));
  if (keyOf(slope) === keyOf(inFact)) return minus(p, fact);
  if (a !== undefined && b !== undefined) {
    return minus(times(constant(Math.abs(b)), p), times(constant(Math.abs(a)), fact));
  }
  const ratio = quotient(slope, inFact);
  return ratio === undefined ? undefined : minus(p, times(ratio, fact));
}

function magnitude(p: Polynomial, sign: number): Polynomial {
  return sign < 0 ? minus(zero, p) : p;
}

/** a / b when b is one monomial that divides every term of a, with a positive ratio of extents. */
function quotient(a: Polynomial, b: Polynomial): Polynomial | undefined {
  const [term, more] = [...b];
  if (term === undefined || more !== undefined) return undefined;
  const result = new Map<string, number>();
  for (const [monomial, coefficient] of a) {
    const atoms = monomial.split("*");
    for (const name of term[0].split("*")) {
      const at = atoms.indexOf(name);
      if (at < 0) return undefined;
      atoms.splice(at, 1);
    }
    if (coefficient % term[1] !== 0) return undefined;
    result.set(atoms.join("*"), coefficient / term[1]);
  }
  return result;
}

function byMeaning(
  x: string,
  slope: Polynomial,
  sign: number,
  rest: Polynomial,
  search: Search,
  depth: number,
): boolean {
  const meaning = search.symbols.meaningOf(x);
  const at = (value: Polynomial): Polynomial => plus(rest, times(slope, value));
  switch (meaning.kind) {
    case "plain":
      return false;
    case "floordiv": {
      const { whole, by } = meaning;
      const unit = constantOf(slope);
      // q ≥ -rest when whole ≥ by * -rest; q ≤ rest when whole < by * (rest + 1).
      if (unit === 1) return prove(plus(whole, times(by, rest)), search, depth);
      if (unit !== -1) return false;
      const above = minus(plus(times(by, rest), by), constant(1));
      return prove(minus(above, whole), search, depth);
    }
    case "min":
    case "max": {
      const isEvery = (meaning.kind === "min") === sign > 0;
      const goal = (arg: Polynomial): boolean => prove(at(arg), search, depth + 1);
      return isEvery ? meaning.args.every(goal) : meaning.args.some(goal);
    }
    case "select":
      return [true, false].every((holds) => {
        const symbols = search.symbols.branch();
        symbols.assume(meaning.condition, holds);
        const value = holds ? meaning.then : meaning.otherwise;
        const inner: Search = { ...search, symbols, failed: new Map() };
        return prove(at(value), inner, depth + 1);
      });
  }
}
