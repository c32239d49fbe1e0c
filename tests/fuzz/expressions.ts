// Random expressions, type-directed: every one is accepted by the checker and free of NaN and
// infinity.

import { access, pickTensor } from "./indices.js";
import { added, inexact, isExact, joined, multiplied, summed, type Range } from "./range.js";
import {
  deeper,
  fits,
  pointsOf,
  readable,
  type Draft,
  type FuzzRank,
  type Scope,
  type Walk,
} from "./scope.js";

export interface Real {
  readonly text: string;
  readonly range: Range;
}

/**
 * A real value at the variables in scope; every text is closed: it may stand beside any operator.
 */
export function real(scope: Scope): Real {
  const { tape, depth } = scope;
  if (depth <= 0 || tape.isOver) return realLeaf(scope);
  const inner = deeper(scope);
  switch (tape.below(16)) {
    case 0:
    case 1:
      return realLeaf(scope);
    case 2:
    case 3:
      return sumOf(real(inner), real(inner), tape.of(["+", "-"]));
    case 4:
    case 5:
      return productOf(inner);
    case 6:
      return unary(inner);
    case 7: {
      const [a, b] = [real(inner), real(inner)];
      return {
        text: `${tape.of(["min", "max"])}(${a.text}, ${b.text})`,
        range: joined(a.range, b.range),
      };
    }
    case 8:
    case 9: {
      const x = real(inner);
      return { text: `(${x.text} where ${predicate(inner)})`, range: x.range };
    }
    case 10: {
      const [a, b] = [real(inner), real(inner)];
      return { text: `(${a.text} else ${b.text})`, range: joined(a.range, b.range) };
    }
    case 11: {
      const [a, b] = [real(inner), real(inner)];
      const text = `(${a.text} where ${predicate(inner)} else ${b.text})`;
      return { text, range: joined(a.range, b.range) };
    }
    case 12:
    case 13:
      return reduction(inner);
    case 14: {
      const n = integer(inner);
      return { text: `(${n} * 1.0)`, range: { max: 4096, grain: 1 } };
    }
    default:
      return inexactMap(inner);
  }
}

function realLeaf(scope: Scope): Real {
  const { tape } = scope;
  if (tape.below(5) === 4) {
    const value = tape.of([1, 2, 0.5, -1, 3, 0]);
    const text = Number.isInteger(value) ? value.toFixed(1) : String(value);
    return { text: value < 0 ? `(${text})` : text, range: { max: Math.abs(value), grain: 0.5 } };
  }
  const tensor = pickTensor(scope, "real");
  return { text: access(scope, tensor), range: tensor.range };
}

function sumOf(a: Real, b: Real, sign: string): Real {
  return { text: `(${a.text} ${sign} ${b.text})`, range: added(a.range, b.range) };
}

function productOf(scope: Scope): Real {
  const [a, b] = [real(scope), real(scope)];
  if (scope.tape.oneIn(4)) return { text: `(${a.text})^2`, range: multiplied(a.range, a.range) };
  return { text: `(${a.text} * ${b.text})`, range: multiplied(a.range, b.range) };
}

function unary(scope: Scope): Real {
  const x = real(scope);
  const same = { text: `abs(${x.text})`, range: x.range };
  switch (scope.tape.below(7)) {
    case 0:
      return same;
    case 1:
      return { text: `(-${x.text})`, range: x.range };
    case 2:
      return tamed(x);
    case 3:
      return { text: `sign(${x.text})`, range: { max: 1, grain: 1 } };
    case 4:
      return { text: `(${x.text} / 4)`, range: multiplied(x.range, { max: 0.25, grain: 0.25 }) };
    case 5: // bf16 keeps 8 bits: coarser multiples of the same grain
      return { text: `(${x.text} as bf16)`, range: added(x.range, x.range) };
    default:
      return x.range.max <= 1024
        ? { text: `(${x.text} as f16)`, range: isExact(x.range) ? x.range : inexactBy(x) }
        : same;
  }
}

const inexactBy = (x: Real): Range => ({ max: x.range.max, grain: 0 });

/** A small multiple of 1, whatever x was; real, though `round` makes an integer. */
export function tamed(x: Real, max = 8): Real {
  const inside = `clamp(${x.text}, -${max}.0, ${max}.0)`;
  return { text: `(1.0 * round(${inside}))`, range: { max, grain: 1 } };
}

/** Something with the same sum in any order. */
export function summable(x: Real, count: number): Real {
  return isExact(summed(x.range, count)) ? x : tamed(x);
}

function inexactMap(scope: Scope): Real {
  const x = real(scope);
  const small = `clamp(${x.text}, -4.0, 4.0)`;
  switch (scope.tape.below(9)) {
    case 0:
      return { text: `exp(${small})`, range: { max: 55, grain: 0 } };
    case 1:
      return { text: `sqrt(abs(${small}))`, range: { max: 2, grain: 0 } };
    case 2:
      return { text: `tanh(${x.text})`, range: { max: 1, grain: 0 } };
    case 3:
      return { text: `log(1.0 + abs(${small}))`, range: { max: 2, grain: 0 } };
    case 4:
      return { text: `sigmoid(${small})`, range: { max: 1, grain: 0 } };
    case 5:
      return { text: `silu(${small})`, range: { max: 4, grain: 0 } };
    case 6:
      return {
        text: `(${x.text} / (1.0 + abs(${small})))`,
        range: { ...inexact, max: x.range.max },
      };
    case 7:
      return { text: `gelu(${small})`, range: { max: 4, grain: 0 } };
    default:
      return { text: `(${small} / 3.0)`, range: { max: 2, grain: 0 } };
  }
}

/** A reduction over one or two ranks that the scope does not walk yet, or walks again. */
export function reduction(scope: Scope): Real {
  const { draft, tape } = scope;
  const over = openWalks(scope);
  if (over.length === 0) return realLeaf(scope);
  const walked = scope.walks.filter(
    ({ variable }) => !over.some((walk) => walk.variable === variable),
  );
  const inner: Scope = { ...scope, walks: [...walked, ...over] };
  const list = over.map(({ variable }) => variable).join(", ");
  const x = real(inner);
  const points = pointsOf(over);
  switch (tape.below(8)) {
    case 0:
    case 1:
    case 2: {
      const term = summable(x, points);
      return { text: `(sum[${list}] (${term.text}))`, range: summed(term.range, points) };
    }
    case 3:
      return { text: `(max[${list}] (${x.text}))`, range: x.range };
    case 4:
      return { text: `(min[${list}] (${x.text}))`, range: x.range };
    case 5: {
      const term = summable(x, points);
      return { text: `(mean[${list}] (${term.text}))`, range: { max: term.range.max, grain: 0 } };
    }
    case 6: {
      const unit = `(round(clamp(${x.text}, -1.0, 1.0)))`;
      return { text: `(prod[${list}] ${unit})`, range: { max: 1, grain: 1 } };
    }
    default:
      return folded(draft, scope, list, tamed(x), points);
  }
}

/** Monoids whose laws hold exactly for small integers. */
const monoids: readonly {
  readonly name: string;
  readonly text: string;
  readonly growth: "one" | "sum";
}[] = [
  {
    name: "spread",
    growth: "one",
    text: `monoid spread {
  lift (x) (lo = x, hi = x)
  merge (a, b) (lo = min(a.lo, b.lo), hi = max(a.hi, b.hi))
  result hi - lo
}`,
  },
  {
    name: "total_and_peak",
    growth: "sum",
    text: `monoid total_and_peak {
  lift (x) (s = x, m = abs(x))
  merge (a, b) {
    let s = a.s + b.s
    (s = s, m = max(a.m, b.m))
  }
  result s + m
}`,
  },
];

function folded(draft: Draft, scope: Scope, list: string, x: Real, points: number): Real {
  const { name, text, growth } = scope.tape.of(monoids);
  draft.helpers.set(name, text);
  const once = added(x.range, x.range);
  return {
    text: `(${name}[${list}] (${x.text}))`,
    range: growth === "one" ? once : added(summed(x.range, points), once),
  };
}

/** Variables for a reduction to bind: of ranks that are small enough. */
function openWalks(scope: Scope): readonly Walk[] {
  const { draft, tape, walks } = scope;
  const isFree = (rank: FuzzRank): boolean =>
    !walks.some((walk) => walk.variable === rank.name) && fits(walks, rank);
  const free = draft.ranks.filter(isFree).map((rank) => ({ variable: rank.name, rank }));
  const again = walks.filter(({ rank }) => !draft.seconds.has(rank) && fits(walks, rank));
  if (free.length === 0 || (again.length > 0 && tape.oneIn(10))) {
    return again.length === 0 ? [] : [tape.of(again)];
  }
  const first = tape.of(free);
  const others = free.filter((walk) => walk !== first && fits([...walks, first], walk.rank));
  return others.length > 0 && tape.oneIn(4) ? [first, tape.of(others)] : [first];
}

/** An integer, in text that is closed; small enough to stay exact. */
export function integer(scope: Scope): string {
  const { tape, walks, draft } = scope;
  const leaf = (): string => {
    const choice = tape.below(4);
    if (choice === 0 && walks.length > 0) return tape.of(walks).variable;
    if (choice === 1) return `size(${tape.of(draft.ranks).name})`;
    if (choice === 2 && readable(draft).some(({ kind }) => kind === "integer")) {
      return access(scope, pickTensor(scope, "integer"));
    }
    return String(tape.of([1, 2, 0, 3, 5]));
  };
  if (scope.depth <= 0) return leaf();
  const inner: Scope = { ...scope, depth: 0 };
  switch (tape.below(8)) {
    case 4:
      return `(${integer(inner)} + ${integer(inner)})`;
    case 5:
      return `(${integer(inner)} - ${integer(inner)})`;
    case 6:
      return `(${integer(inner)} ${tape.of(["mod", "div"])} ${tape.of([2, 3, 4])})`;
    case 7: {
      const over = openWalks(scope);
      const [walk] = over;
      if (walk === undefined || walks.includes(walk)) return leaf();
      const within: Scope = { ...inner, walks: [...walks, walk] };
      const body = real({ ...within, depth: 1 });
      return tape.oneIn(2)
        ? `(count[${walk.variable}] (${predicate(within)}))`
        : `(${tape.of(["argmax", "argmin"])}[${walk.variable}] (${body.text}))`;
    }
    default:
      return leaf();
  }
}

/** A condition, closed. */
export function predicate(scope: Scope): string {
  const { tape, walks, draft } = scope;
  const compare = tape.of(["<", "<=", ">", ">=", "==", "!="]);
  const inner = { ...scope, depth: Math.min(scope.depth - 1, 1) };
  switch (tape.below(9)) {
    case 0:
    case 1:
    case 2:
      return `(${integer({ ...scope, depth: 0 })} ${compare} ${integer(inner)})`;
    case 3:
    case 4:
      return `(${real(inner).text} ${compare} ${real({ ...inner, depth: 0 }).text})`;
    case 5:
      return `(${predicate(inner)} and ${predicate(inner)})`;
    case 6:
      return tape.oneIn(2)
        ? `(not ${predicate(inner)})`
        : `(${predicate(inner)} or ${predicate(inner)})`;
    case 7:
      return access(scope, pickTensor(scope, "boolean"));
    default: {
      const [walk] = scope.depth > 0 ? openWalks(scope) : [];
      if (walk === undefined || walks.includes(walk)) return `(${integer(inner)} ${compare} 2)`;
      const within: Scope = { draft, tape, walks: [...walks, walk], depth: 0 };
      return `(${tape.of(["any", "all"])}[${walk.variable}] ${predicate(within)})`;
    }
  }
}
