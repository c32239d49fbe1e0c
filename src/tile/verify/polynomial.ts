// Polynomials with integer coefficients over named atoms: the normal form of an index.
//
// In:  atoms and numbers.
// Out: sums, products, the part that is linear in an atom. Immutable.
// Not here: what an atom stands for (symbols.ts), inequalities (prove.ts).

/**
 * Monomial → coefficient, none of them 0. A monomial is its atoms in order, joined by `*`; 1 is
 * "".
 */
export type Polynomial = ReadonlyMap<string, number>;

export const zero: Polynomial = new Map();
export const one: Polynomial = new Map([["", 1]]);

export function constant(value: number): Polynomial {
  return value === 0 ? zero : new Map([["", value]]);
}

/** An atom's name must not contain `*`. */
export function atom(name: string): Polynomial {
  return new Map([[name, 1]]);
}

export function plus(a: Polynomial, b: Polynomial, times = 1): Polynomial {
  const sum = new Map(a);
  for (const [monomial, coefficient] of b) {
    const next = (sum.get(monomial) ?? 0) + times * coefficient;
    if (next === 0) sum.delete(monomial);
    else sum.set(monomial, next);
  }
  return sum;
}

export function minus(a: Polynomial, b: Polynomial): Polynomial {
  return plus(a, b, -1);
}

export function times(a: Polynomial, b: Polynomial): Polynomial {
  let product = zero;
  for (const [m, x] of a) {
    const row = new Map([...b].map(([n, y]) => [joinMonomials(m, n), x * y]));
    product = plus(product, row);
  }
  return product;
}

function joinMonomials(a: string, b: string): string {
  if (a === "") return b;
  if (b === "") return a;
  return [...a.split("*"), ...b.split("*")].sort().join("*");
}

/** Its value when it has no atoms. */
export function constantOf(p: Polynomial): number | undefined {
  if (p.size === 0) return 0;
  return p.size === 1 ? p.get("") : undefined;
}

export function atomsOf(p: Polynomial): ReadonlySet<string> {
  return new Set([...p.keys()].flatMap((monomial) => (monomial === "" ? [] : monomial.split("*"))));
}

/** p = slope * x + rest; undefined when x occurs in a square. */
export function linearIn(
  p: Polynomial,
  x: string,
): { readonly slope: Polynomial; readonly rest: Polynomial } | undefined {
  const slope = new Map<string, number>();
  const rest = new Map<string, number>();
  for (const [monomial, coefficient] of p) {
    const atoms = monomial.split("*");
    const where = atoms.indexOf(x);
    if (where < 0) {
      rest.set(monomial, coefficient);
      continue;
    }
    atoms.splice(where, 1);
    if (atoms.includes(x)) return undefined;
    slope.set(atoms.join("*"), coefficient);
  }
  return { slope, rest };
}

/** A text that two polynomials share when they are equal. */
export function keyOf(p: Polynomial): string {
  return [...p]
    .map(([monomial, coefficient]) => `${coefficient}*${monomial}`)
    .sort()
    .join("+");
}

/** For messages: `16*b + k + -1`. */
export function show(p: Polynomial): string {
  if (p.size === 0) return "0";
  return [...p].map(([m, x]) => (m === "" ? String(x) : x === 1 ? m : `${x}*${m}`)).join(" + ");
}
