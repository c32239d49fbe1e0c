// Random statements: equations, contractions, scans, repeats, branches, updates in place, calls.

import { integer, predicate, real, summable, tamed, type Real } from "./expressions.js";
import { access } from "./indices.js";
import { newInput } from "./inputs.js";
import { multiplied, summed, type Range } from "./range.js";
import {
  fits,
  fresh,
  pointsOf,
  readable,
  type Draft,
  type FuzzRank,
  type FuzzTensor,
  type Scope,
  type Walk,
} from "./scope.js";
import { shape } from "./shapes.js";
import type { Tape } from "./tape.js";

/** Appends one statement (with what it needs) to the draft. */
export function statement(draft: Draft, tape: Tape): void {
  switch (tape.below(20)) {
    case 4:
      return contraction(draft, tape);
    case 5:
      return integerLet(draft, tape);
    case 6:
      return scan(draft, tape);
    case 7:
      return repeat(draft, tape);
    case 8:
      return branch(draft, tape);
    case 9:
    case 10:
      return update(draft, tape);
    case 11:
      return call(draft, tape);
    case 12:
      return twoVariables(draft, tape);
    case 13:
      return topk(draft, tape);
    case 14:
    case 15:
    case 16:
    case 17:
    case 18:
    case 19:
      return shape(draft, tape);
    default:
      return realLet(draft, tape);
  }
}

/** One to three ranks to assign over. */
export function walksFor(draft: Draft, tape: Tape, most = 3): readonly Walk[] {
  const walks: Walk[] = [];
  const count = 1 + tape.below(most);
  for (let n = 0; n < count; n++) {
    const rank = tape.of(draft.ranks);
    if (walks.some((walk) => walk.rank === rank) || !fits(walks, rank)) continue;
    walks.push({ variable: rank.name, rank });
  }
  return walks;
}

const scopeOf = (draft: Draft, tape: Tape, walks: readonly Walk[]): Scope => ({
  draft,
  tape,
  walks,
  depth: 1 + tape.below(4),
});

const list = (walks: readonly Walk[]): string => walks.map(({ variable }) => variable).join(", ");

function left(name: string, walks: readonly Walk[]): string {
  return walks.length === 0 ? name : `${name}[${list(walks)}]`;
}

function defined(
  draft: Draft,
  name: string,
  walks: readonly Walk[],
  range: Range,
  more: Partial<FuzzTensor> = {},
): FuzzTensor {
  const ranks = walks.map(({ rank }) => rank);
  const tensor: FuzzTensor = {
    name,
    kind: "real",
    ranks,
    format: undefined,
    range,
    indexOf: undefined,
    ...more,
  };
  draft.lets.push(tensor);
  return tensor;
}

function realLet(draft: Draft, tape: Tape): void {
  const walks = walksFor(draft, tape);
  const x = real(scopeOf(draft, tape, walks));
  const name = fresh(draft, "T");
  const isNarrow = tape.oneIn(8);
  draft.lines.push(`let ${left(name, walks)}${isNarrow ? " : bf16" : ""} = ${x.text}`);
  defined(draft, name, walks, isNarrow ? { max: 2 * x.range.max, grain: x.range.grain } : x.range);
}

function integerLet(draft: Draft, tape: Tape): void {
  const walks = walksFor(draft, tape, 2);
  const text = integer(scopeOf(draft, tape, walks));
  const name = fresh(draft, "n");
  draft.lines.push(`let ${left(name, walks)} = clamp(${text}, -40, 40)`);
  defined(draft, name, walks, { max: 40, grain: 1 }, { kind: "integer" });
}

/** A product that sums over the ranks its two sides share. */
function contraction(draft: Draft, tape: Tape): void {
  const all = walksFor(draft, tape);
  const rank = draft.ranks.find((one) => !all.some((walk) => walk.rank === one));
  if (rank === undefined || !fits(all, rank)) return realLet(draft, tape);
  const over: Walk = { variable: rank.name, rank };
  const half = Math.ceil(all.length / 2);
  const sides = [
    [...all.slice(0, half), over],
    [over, ...all.slice(half)],
  ];
  const factors = sides.map((walks) => factor(draft, tape, walks, over));
  const [a, b] = factors;
  if (a === undefined || b === undefined) return;
  const points = pointsOf([over]);
  const scale = tape.oneIn(3) ? "0.5 * " : "";
  const product = multiplied(a.range, b.range);
  const name = fresh(draft, "C");
  const mask = tape.oneIn(4) ? ` where ${predicate({ draft, tape, walks: all, depth: 1 })}` : "";
  draft.lines.push(`let ${left(name, all)} = ${scale}${a.text} * ${b.text}${mask}`);
  const range = summed(product, points);
  defined(draft, name, all, { max: range.max, grain: range.grain / 2 });
}

/** A factor that uses `over` and is small enough for its products to add up exactly. */
function factor(draft: Draft, tape: Tape, walks: readonly Walk[], over: Walk): Real {
  const known = readable(draft).filter(
    (tensor) =>
      tensor.kind === "real" &&
      tensor.ranks.includes(over.rank) &&
      tensor.ranks.every((rank) => walks.some((walk) => walk.rank === rank)),
  );
  const tensor =
    known.length > 0 && !tape.oneIn(3)
      ? tape.of(known)
      : newInput(
          draft,
          tape,
          walks.map(({ rank }) => rank),
          "real",
        );
  const plain = tensor.ranks.map((rank) => rank.name).join(", ");
  const x: Real = { text: `${tensor.name}[${plain}]`, range: tensor.range };
  const small = summable(x, 8 * over.rank.extent * over.rank.extent);
  return small === x && x.range.max <= 64 ? x : tamed(x);
}

/** h carried along a rank, and its history. */
function scan(draft: Draft, tape: Tape): void {
  const rank = tape.of(draft.ranks);
  const walk: Walk = { variable: rank.name, rank };
  const kept = walksFor(draft, tape, 2).filter((one) => one.rank !== rank);
  if (!fits(kept, rank)) return realLet(draft, tape);
  const first = tamed(real({ draft, tape, walks: kept, depth: 1 }), 16);
  const name = fresh(draft, "h");
  const carried = defined(draft, name, kept, { max: 16, grain: 1 });
  const inner: Scope = { draft, tape, walks: [...kept, walk], depth: 2 };
  const next = tamed(
    {
      text: `(${left(name, kept)} + ${real(inner).text})`,
      range: carried.range,
    },
    16,
  );
  const history = fresh(draft, "H");
  const backwards = tape.oneIn(3) ? " backwards" : "";
  const guard = tape.oneIn(2) ? ` where ${predicate({ ...inner, depth: 1 })}` : "";
  draft.lines.push(
    `let ${left(name, kept)} = ${first.text} else 0`,
    `let ${left(history, [...kept, walk])} = 0.0`,
    `scan ${walk.variable}${backwards} {`,
    `  ${left(name, kept)} = ${next.text}${guard}`,
    `  ${left(history, [...kept, walk])} = ${left(name, kept)}`,
    "}",
  );
  defined(draft, history, [...kept, walk], { max: 16, grain: 1 });
}

function repeat(draft: Draft, tape: Tape): void {
  const walks = walksFor(draft, tape, 2);
  const first = tamed(real({ draft, tape, walks, depth: 1 }), 16);
  const name = fresh(draft, "X");
  const carried = defined(draft, name, walks, { max: 16, grain: 1 });
  const scope: Scope = { draft, tape, walks, depth: 2 };
  const self = access(scope, carried);
  const next = tamed({ text: `(${self} + ${real(scope).text})`, range: carried.range }, 16);
  const until = tape.oneIn(3) ? ` until any[${list(walks)}] (${left(name, walks)} > 3.0)` : "";
  draft.lines.push(
    `let ${left(name, walks)} = ${first.text} else 1`,
    `repeat ${tape.of([2, 1, 3, 0])}${until} {`,
    `  ${left(name, walks)} = ${next.text}${tape.oneIn(3) ? " else 0" : ""}`,
    "}",
  );
}

/** A branch of extents, or one that data decides. */
function branch(draft: Draft, tape: Tape): void {
  const walks = walksFor(draft, tape, 2);
  const name = fresh(draft, "Y");
  const scope = scopeOf(draft, tape, walks);
  const [before, then, otherwise] = [0, 1, 2].map(() => tamed(real(scope)).text);
  const rank = tape.of(draft.ranks);
  const isStatic = tape.oneIn(2);
  const decider = fresh(draft, "d");
  if (!isStatic) {
    const test = real({ draft, tape, walks: [], depth: 2 });
    draft.lines.push(`let ${decider} = ${tamed(test).text} else 0`);
  }
  const condition = isStatic ? `size(${rank.name}) > 4` : `${decider} > 0`;
  draft.lines.push(`let ${left(name, walks)} = ${before} else 0`, `when ${condition} {`);
  draft.lines.push(`  ${left(name, walks)} = ${then}`, "}");
  if (tape.oneIn(2)) {
    draft.lines[draft.lines.length - 1] = "} else {";
    draft.lines.push(`  ${left(name, walks)} = ${otherwise}`, "}");
  }
  defined(draft, name, walks, { max: 8, grain: 1 });
}

/**
 * A parameter or state changed in place, perhaps at some points only, perhaps from its neighbours.
 */
function update(draft: Draft, tape: Tape): void {
  const walks = walksFor(draft, tape, 2);
  const ranks = walks.map(({ rank }) => rank);
  const owned = draft.inputs.filter(
    ({ role, tensor }) =>
      role !== "in" &&
      tensor.ranks.length === ranks.length &&
      tensor.ranks.every((rank, n) => rank === ranks[n]),
  );
  const tensor =
    owned[0]?.tensor ?? newInput(draft, tape, ranks, "real", tape.of(["param", "state"]));
  const scope = scopeOf(draft, tape, walks);
  const next = tamed({
    text: `(${access(scope, tensor)} + ${real(scope).text})`,
    range: tensor.range,
  });
  const mask = tape.oneIn(3) ? ` where ${predicate(scope)}` : "";
  draft.lines.push(`${left(tensor.name, walks)} = ${next.text}${mask}`);
}

const helper = `cascade centred(X[r, c], s = 2.0) -> Y[r, c], B[r] {
  let M[r] = max[c] X[r, c]
  Y[r, c] = s * (X[r, c] - M[r]) else 0
  B[r] = M[r] else 0
}`;

function call(draft: Draft, tape: Tape): void {
  const pairs = readable(draft).filter(({ kind, ranks }) => kind === "real" && ranks.length >= 2);
  const [tensor] = pairs.length === 0 ? [] : [tape.of(pairs)];
  if (tensor === undefined || new Set(tensor.ranks).size < tensor.ranks.length) {
    return realLet(draft, tape);
  }
  draft.helpers.set("centred", helper);
  const name = fresh(draft, "Z");
  const walks = tensor.ranks.map((rank) => ({ variable: rank.name, rank }));
  const argument = tamed({ text: left(tensor.name, walks), range: tensor.range });
  const outer = walks
    .slice(-2)
    .map(({ variable }) => variable)
    .join(", ");
  draft.lines.push(`let ${left(name, walks)} = centred[${outer}](${argument.text}, s = 0.5)`);
  defined(draft, name, walks, { max: 8, grain: 0.5 });
}

/** A square: two variables of one rank. */
function twoVariables(draft: Draft, tape: Tape): void {
  const rank = tape.of(draft.ranks);
  const walk: Walk = { variable: rank.name, rank };
  if (!fits([walk], rank)) return realLet(draft, tape);
  draft.seconds.add(rank);
  const walks = [walk, { variable: rank.second, rank }];
  const x = real({ draft, tape, walks, depth: 2 });
  const name = fresh(draft, "S");
  draft.lines.push(`let ${left(name, walks)} = ${x.text}`);
  defined(draft, name, walks, x.range);
}

/** The positions of the largest, and what stands there. */
function topk(draft: Draft, tape: Tape): void {
  const [into, along]: readonly (FuzzRank | undefined)[] = [...draft.ranks].sort(
    (a, b) => a.extent - b.extent,
  );
  if (into === undefined || along === undefined) return realLet(draft, tape);
  const kept = walksFor(draft, tape, 1).filter(({ rank }) => rank !== into && rank !== along);
  if (!fits(kept, along)) return realLet(draft, tape);
  const inner = [...kept, { variable: along.name, rank: along }];
  const key = tamed(real({ draft, tape, walks: inner, depth: 1 }));
  const name = fresh(draft, "k");
  const walks = [...kept, { variable: into.name, rank: into }];
  draft.lines.push(
    `let ${left(name, walks)} : ${along.name} = topk[${along.name}; ${into.name}] (${key.text})`,
  );
  defined(draft, name, walks, { max: 40, grain: 1 }, { kind: "integer", indexOf: along });
}
