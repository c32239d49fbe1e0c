// Statements in the shapes that an optimiser looks for: a normalised row, a causal or a banded sum,
// a convolution, blocks of a rank, a moving average with its bias taken out, products of three
// factors, random draws, tables.

import { predicate, real, summable, tamed, type Real } from "./expressions.js";
import { newInput } from "./inputs.js";
import { multiplied, summed } from "./range.js";
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
import type { Tape } from "./tape.js";

type Shape = (draft: Draft, tape: Tape) => void;

/** Appends one statement of a known shape. */
export function shape(draft: Draft, tape: Tape): void {
  tape.of<Shape>([
    softmax,
    causal,
    convolution,
    blocks,
    average,
    threeFactors,
    draws,
    table,
    recurrence,
    square,
  ])(draft, tape);
}

const walkOf = (rank: FuzzRank): Walk => ({ variable: rank.name, rank });

/** Two ranks, the second not the first where there are two. */
function twoRanks(draft: Draft, tape: Tape): readonly [FuzzRank, FuzzRank] {
  const first = tape.of(draft.ranks);
  const others = draft.ranks.filter((rank) => rank !== first && fits([walkOf(first)], rank));
  return [first, others.length === 0 ? first : tape.of(others)];
}

function define(
  draft: Draft,
  name: string,
  ranks: readonly FuzzRank[],
  range: FuzzTensor["range"],
): void {
  draft.lets.push({ name, kind: "real", ranks, format: undefined, range, indexOf: undefined });
}

/** A real tensor over exactly `ranks`. */
function over(draft: Draft, tape: Tape, ranks: readonly FuzzRank[]): FuzzTensor {
  const known = readable(draft).filter(
    (t) =>
      t.kind === "real" &&
      t.ranks.length === ranks.length &&
      t.ranks.every((r, n) => r === ranks[n]),
  );
  return known.length > 0 && !tape.oneIn(3) ? tape.of(known) : newInput(draft, tape, ranks, "real");
}

const text = (tensor: FuzzTensor): string =>
  `${tensor.name}[${tensor.ranks.map((rank) => rank.name).join(", ")}]`;

function softmax(draft: Draft, tape: Tape): void {
  const [p, k] = twoRanks(draft, tape);
  const own = p === k ? [k] : [p, k];
  const rows = own
    .filter((rank) => rank !== k)
    .map((rank) => rank.name)
    .join(", ");
  const at = (name: string): string => (rows === "" ? name : `${name}[${rows}]`);
  const [s, m, a, d, y] = ["s", "m", "a", "d", "y"].map((base) => fresh(draft, base));
  const scope: Scope = { draft, tape, walks: own.map(walkOf), depth: 1 };
  const mask = tape.oneIn(2) ? ` where ${predicate(scope)}` : "";
  const all = own.map((rank) => rank.name).join(", ");
  const x = tamed({ text: text(over(draft, tape, own)), range: { max: 8, grain: 0 } });
  draft.lines.push(
    `let ${s}[${all}] = ${x.text}${mask}`,
    `let ${at(m ?? "")} = max[${k.name}] ${s}[${all}]`,
    `let ${a}[${all}] = round(4096 * exp(${s}[${all}] - ${at(m ?? "")})) / 4096`,
    `let ${at(d ?? "")} = sum[${k.name}] ${a}[${all}]`,
    `let ${y}[${all}] = ${a}[${all}] / ${at(d ?? "")}`,
  );
  define(draft, y ?? "", own, { max: 1, grain: 0 });
}

/** A sum over one rank up to a bound that another one sets. */
function causal(draft: Draft, tape: Tape): void {
  const [p, k] = twoRanks(draft, tape);
  if (p === k) return square(draft, tape);
  const x = summable(
    { text: text(over(draft, tape, tape.oneIn(2) ? [k] : [p, k])), range: { max: 8, grain: 0.25 } },
    k.extent,
  );
  const bound = tape.of([
    `${k.name} <= ${p.name}`,
    `${k.name} <= ${p.name} + size(${k.name}) - size(${p.name})`,
    `${p.name} < ${k.name}`,
    `${k.name} <= ${p.name} and ${p.name} - ${k.name} < 3`,
    `2 * ${k.name} < ${p.name}`,
    `${p.name} + ${k.name} >= 4`,
    `${k.name} >= ${p.name} div 2`,
    `(${k.name} <= ${p.name} or ${k.name} == 5)`,
  ]);
  const name = fresh(draft, "V");
  const kind = tape.of(["sum", "max", "min", "sum"]);
  draft.lines.push(`let ${name}[${p.name}] = ${kind}[${k.name}] (${x.text} where ${bound})`);
  define(
    draft,
    name,
    [p],
    kind === "sum" ? summed({ max: 8, grain: 0.25 }, k.extent) : { max: 8, grain: 0.25 },
  );
}

function convolution(draft: Draft, tape: Tape): void {
  const [i, k] = twoRanks(draft, tape);
  if (i === k) return square(draft, tape);
  const [x, w] = [over(draft, tape, [i]), over(draft, tape, [k])];
  const step = tape.of([
    `${i.name} + ${k.name}`,
    `${i.name} - ${k.name}`,
    `2 * ${i.name} + ${k.name} - 1`,
  ]);
  const [a, b] = [
    tamed({ text: `${x.name}[${step}]`, range: x.range }),
    tamed({ text: text(w), range: w.range }),
  ];
  const name = fresh(draft, "V");
  draft.lines.push(`let ${name}[${i.name}] = sum[${k.name}] (${a.text} * ${b.text})`);
  define(draft, name, [i], summed({ max: 64, grain: 1 }, k.extent));
}

/** A rank in blocks: the largest of each, and each element against it. */
function blocks(draft: Draft, tape: Tape): void {
  const rank = tape.of(draft.ranks);
  const x = over(draft, tape, [rank]);
  const [b, l, s, q] = ["b", "l", "s", "q"].map((base) => fresh(draft, `${base}_`));
  const i = rank.name;
  const kind = tape.of(["max", "sum", "mean"]);
  const term = tamed({ text: `abs(${x.name}[${i}])`, range: x.range });
  draft.lines.push(
    `split ${i} = ${tape.of([4, 3, 8, 1])} * ${b} + ${l}`,
    `let ${s}[${b}] = ${kind}[${l}] ${term.text}`,
    `let ${q}[${i}] = ${x.name}[${i}] where ${s}[${b}] > 2.0 else ${s}[${b}]`,
  );
  define(draft, q ?? "", [rank], { max: 512, grain: 0 });
}

/** A state and its bias: host scalars beside tensors. */
function average(draft: Draft, tape: Tape): void {
  const rank = tape.of(draft.ranks);
  const state = newInput(draft, tape, [rank], "real", "state");
  const x = over(draft, tape, [rank]);
  const at = draft.inputs.findIndex(({ tensor }) => tensor === state);
  const input = draft.inputs[at];
  if (input !== undefined) {
    draft.inputs[at] = { ...input, tensor: { ...state, range: { max: 512, grain: 0 } } };
  }
  const [beta, hat] = [fresh(draft, "beta"), fresh(draft, "hat")];
  const i = rank.name;
  const power = tape.of(["3", "0.5", "size(" + i + ")"]);
  draft.lines.push(
    `let ${beta} = ${tape.of(["0.75", "0.9", "1 / size(" + i + ")"])}`,
    `${state.name}[${i}] = ${beta} * ${state.name}[${i}] + (1 - ${beta}) * ${x.name}[${i}]`,
    `let ${hat}[${i}] = ${state.name}[${i}] / (1.5 - ${beta}^${power})`,
  );
  define(draft, hat, [rank], { max: 512, grain: 0 });
}

/** The compiler chooses the order of a product of three. */
function threeFactors(draft: Draft, tape: Tape): void {
  const [i, k] = twoRanks(draft, tape);
  const j = draft.ranks.find(
    (rank) => rank !== i && rank !== k && fits([walkOf(i), walkOf(k)], rank),
  );
  if (i === k || j === undefined) return causal(draft, tape);
  const factors = [
    [i, k],
    [k, j],
    [i, j],
  ].map((ranks) => over(draft, tape, ranks));
  const small = factors.map((tensor) => tamed({ text: text(tensor), range: tensor.range }));
  const name = fresh(draft, "V");
  const kept = tape.of([[i], [i, j], [j, k]]);
  const open = [i, j, k].filter((rank) => !kept.includes(rank));
  const product = small.map((x) => x.text).join(" * ");
  draft.lines.push(`let ${name}[${kept.map((rank) => rank.name).join(", ")}] = ${product}`);
  const range = multiplied({ max: 512, grain: 1 }, { max: pointsOf(open.map(walkOf)), grain: 1 });
  define(draft, name, kept, range);
}

function draws(draft: Draft, tape: Tape): void {
  const rank = tape.of(draft.ranks);
  const name = fresh(draft, "U");
  const i = rank.name;
  const counters = tape.of([i, `${i}, 7`, `size(${i}) - ${i}, 1, 2, 3`]);
  const kind = tape.of(["rademacher", "uniform", "normal"]);
  draft.lines.push(`let ${name}[${i}] = ${kind}(${tape.of([0, 1, 4096])}, ${counters})`);
  define(draft, name, [rank], kind === "rademacher" ? { max: 1, grain: 1 } : { max: 8, grain: 0 });
}

function table(draft: Draft, tape: Tape): void {
  const rank = tape.of(draft.ranks);
  const x = over(draft, tape, [rank]);
  const [t, c, name] = [fresh(draft, "W"), fresh(draft, "c"), fresh(draft, "V")];
  const i = rank.name;
  draft.lines.push(
    `const ${t}[${c}] = [-2.0, -0.5, 0.0, 1.0, 4.0]`,
    `let ${name}[${i}] = ${t}[argmin[${c}] abs(${t}[${c}] - ${x.name}[${i}])]`,
  );
  define(draft, name, [rank], { max: 4, grain: 0.5 });
}

/** Reads the element before: a scan in place. */
function recurrence(draft: Draft, tape: Tape): void {
  const rank = tape.of(draft.ranks);
  const x = over(draft, tape, [rank]);
  const name = fresh(draft, "r");
  const i = rank.name;
  const from: Real = tamed({
    text: `((${name}[${i} - 1] else 1.0) + ${x.name}[${i}])`,
    range: x.range,
  });
  draft.lines.push(`let ${name}[${i}] = 0.0`, `scan ${i} {`, `  ${name}[${i}] = ${from.text}`, "}");
  define(draft, name, [rank], { max: 8, grain: 1 });
}

/** A square of one rank, summed along one of its sides. */
function square(draft: Draft, tape: Tape): void {
  const rank = tape.of(draft.ranks);
  if (!fits([walkOf(rank)], rank)) return draws(draft, tape);
  draft.seconds.add(rank);
  const [i, ii] = [rank.name, rank.second];
  const scope: Scope = { draft, tape, walks: [walkOf(rank), { variable: ii, rank }], depth: 2 };
  const x = summable(real(scope), rank.extent);
  const name = fresh(draft, "V");
  const mask = tape.of([
    "",
    ` where ${ii} <= ${i}`,
    ` where ${i} != ${ii}`,
    ` where ${ii} < ${i} - 2`,
  ]);
  draft.lines.push(`let ${name}[${i}] = sum[${ii}] (${x.text}${mask})`);
  define(draft, name, [rank], summed(x.range, rank.extent));
}
