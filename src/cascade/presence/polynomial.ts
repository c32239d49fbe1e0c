// Polynomials with number coefficients in extents, variables and other integers.
//
// In:  atoms by name.
// Out: sums and products in a normal form: one coefficient for each product of atoms.
// Not here: what an atom means (bounds.ts).

/** Product of atoms (sorted names, repeated) → coefficient. The empty product is the constant. */
export type Polynomial = ReadonlyMap<string, number>;

/** Between the atoms of a product; no name contains it. */
const times = "\u0001";

/** Products that one polynomial may have; beyond it nothing is proven. */
const maxTerms = 200;

export function constant(value: number): Polynomial {
  return new Map(value === 0 ? [] : [["", value]]);
}

export function atom(name: string): Polynomial {
  return new Map([[name, 1]]);
}

export function atomsOf(product: string): readonly string[] {
  return product === "" ? [] : product.split(times);
}

export function add(a: Polynomial, b: Polynomial, scale = 1): Polynomial {
  const sum = new Map(a);
  for (const [product, coefficient] of b) {
    const total = (sum.get(product) ?? 0) + scale * coefficient;
    if (total === 0) sum.delete(product);
    else sum.set(product, total);
  }
  return sum;
}

/** undefined when the product has too many terms. */
export function multiply(a: Polynomial, b: Polynomial): Polynomial | undefined {
  if (a.size * b.size > maxTerms) return undefined;
  let product: Polynomial = new Map();
  for (const [left, x] of a) {
    const row = [...b].map(([right, y]) => [join(left, right), x * y] as const);
    for (const [name, value] of row) product = add(product, new Map([[name, value]]));
  }
  return product;
}

function join(a: string, b: string): string {
  return [...atomsOf(a), ...atomsOf(b)].sort().join(times);
}

/** `p` without one atom of one product, in whose place `by` stands. */
export function replaceIn(
  p: Polynomial,
  product: string,
  name: string,
  by: Polynomial,
): Polynomial | undefined {
  const coefficient = p.get(product) ?? 0;
  const atoms = [...atomsOf(product)];
  atoms.splice(atoms.indexOf(name), 1);
  const rest = new Map([[atoms.join(times), coefficient]]);
  const replaced = multiply(rest, by);
  const others = new Map([...p].filter(([other]) => other !== product));
  return replaced === undefined ? undefined : add(others, replaced);
}

/** Whether `p` is at least 0 wherever every atom is at least 1. */
export function isNonNegativeFromOne(p: Polynomial): boolean {
  let shifted: Polynomial = new Map();
  for (const [product, coefficient] of p) {
    let term: Polynomial | undefined = constant(coefficient);
    for (const name of atomsOf(product)) {
      term = multiply(term, add(atom(name), constant(1)));
      if (term === undefined) return false;
    }
    shifted = add(shifted, term);
  }
  return [...shifted.values()].every((coefficient) => coefficient >= 0);
}
