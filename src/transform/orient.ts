// `orient size(i) <= size(j)`: the same equations, i and j exchanged where the condition fails.
//
// In:  a checked cascade.
// Out: one cascade for each way its conditions may turn out, without `orient`.
// Not here: `orient` in a callee (inline.ts), the choice among the variants (the host program).
//
// What the caller passes keeps its memory layout: in the exchanged variant `W[i,j]` is declared
// `W[j,i]` and each `W[a,b]` reads `W[b,a]`. States and lets are over i and j as the text has them.

import type {
  Cascade,
  Expr,
  Orient,
  RankId,
  Statement,
  Tensor,
  TensorId,
} from "../cascade/cascade.js";
import { Names } from "../cascade/names.js";
import { mapCascade, mapStatements, mapValues, statementsDeep } from "../cascade/statements.js";
import { readAt, rewrite } from "../cascade/walk.js";
import { verify } from "../cascade/verify.js";

export interface OrientVariant {
  /** Conditions over the ranks as the source names them: as the first variant binds them. */
  readonly conditions: readonly { readonly condition: Expr; readonly holds: boolean }[];
  readonly cascade: Cascade;
}

/** Every variant, the one as written first. A cascade without `orient` is its only variant. */
export function orientVariants(cascade: Cascade): readonly OrientVariant[] {
  let variants: readonly OrientVariant[] = [
    { conditions: [], cascade: { ...cascade, orients: [] } },
  ];
  for (const orient of cascade.orients) {
    const { condition } = orient;
    variants = variants.flatMap((variant) => [
      { ...variant, conditions: [...variant.conditions, { condition, holds: true }] },
      {
        conditions: [...variant.conditions, { condition, holds: false }],
        cascade: exchanged(variant.cascade, orient.ranks),
      },
    ]);
  }
  for (const variant of variants) verify(variant.cascade, "orient");
  return variants;
}

/** Roles of tensors that the caller lays out. */
const passed: ReadonlySet<Tensor["role"]> = new Set(["in", "out", "param", "grad", "input"]);

/** Position → the position that it changes places with. */
type Exchange = readonly number[];

/** `c` with the two ranks exchanged. */
export function exchanged(c: Cascade, ranks: Orient["ranks"]): Cascade {
  const exchanges = new Map<TensorId, Exchange>();
  for (const id of turnedTensors(c, ranks)) {
    exchanges.set(id, exchangeOf(c.tensors.get(id)?.ranks ?? [], ranks));
  }
  const names = new Names(c);
  const temporaries = new Map<TensorId, Tensor>();
  const turned = mapCascade(c, (e) =>
    rewrite(e, (node) => {
      const exchange = node.kind === "read" ? exchanges.get(node.tensor) : undefined;
      if (node.kind !== "read" || exchange === undefined) return node;
      return { ...node, indices: permuted(node.indices, exchange) };
    }),
  );
  const body = mapStatements(turned.body, (s) =>
    turnTargets(s, exchanges, (like) => {
      const known = c.tensors.get(like);
      if (known === undefined) throw new Error(`internal: no tensor ${like}`);
      const t: Tensor = {
        ...known,
        id: names.fresh(like),
        role: "let",
        value: undefined,
        tier: undefined,
      };
      temporaries.set(t.id, t);
      return t;
    }),
  );
  const tensors = mapValues(turned.tensors, (t) => {
    const exchange = exchanges.get(t.id);
    if (exchange === undefined) return t;
    return {
      ...t,
      ranks: permuted(t.ranks, exchange),
      variables: permuted(t.variables, exchange),
    };
  });
  return { ...turned, tensors: new Map([...tensors, ...temporaries]), body };
}

/** Tensors that are turned: those passed with both ranks, and those that stand for one of them. */
function turnedTensors(c: Cascade, [i, j]: Orient["ranks"]): ReadonlySet<TensorId> {
  const hasBoth = (t: Tensor | undefined): boolean =>
    t !== undefined && t.ranks.includes(i) && t.ranks.includes(j);
  const all = [...c.tensors.values()];
  const turned = new Set(all.filter((t) => passed.has(t.role) && hasBoth(t)).map((t) => t.id));
  const pairs = [...statementsDeep(c.body)].flatMap(twins);
  for (let size = -1; size < turned.size;) {
    size = turned.size;
    for (const [a, b] of pairs) {
      if (turned.has(a) && hasBoth(c.tensors.get(b))) turned.add(b);
      if (turned.has(b) && hasBoth(c.tensors.get(a))) turned.add(a);
    }
  }
  return turned;
}

/** Tensors that a statement sets against each other element by element. */
function twins(s: Statement): readonly (readonly [TensorId, TensorId])[] {
  if (s.kind === "await") {
    return s.from === undefined
      ? [[s.target, s.input]]
      : [
          [s.target, s.input],
          [s.from, s.input],
        ];
  }
  if (s.kind !== "gradient") return [];
  const pairs = s.targets.map((target, n): readonly [TensorId, TensorId] => [
    target,
    s.wrt[n] ?? target,
  ]);
  return s.from === undefined ? pairs : [...pairs, [s.from, s.of]];
}

/** The first position of i changes places with the first of j, the second with the second. */
function exchangeOf(ranks: readonly RankId[], [i, j]: Orient["ranks"]): Exchange {
  const at = (rank: RankId): readonly number[] => ranks.flatMap((r, n) => (r === rank ? [n] : []));
  const [ofI, ofJ] = [at(i), at(j)];
  return ranks.map((rank, n) => {
    if (rank === i) return ofJ[ofI.indexOf(n)] ?? n;
    return rank === j ? (ofI[ofJ.indexOf(n)] ?? n) : n;
  });
}

function permuted<T>(list: readonly T[], exchange: Exchange): readonly T[] {
  return list.map((entry, n) => list[exchange[n] ?? n] ?? entry);
}

/** A statement whose targets are turned. The results of a call are turned behind it. */
function turnTargets(
  s: Statement,
  exchanges: ReadonlyMap<TensorId, Exchange>,
  temporary: (like: TensorId) => Tensor,
): readonly Statement[] {
  if (s.kind === "assign") {
    const exchange = exchanges.get(s.target);
    return exchange === undefined ? [s] : [{ ...s, indices: permuted(s.indices, exchange) }];
  }
  if (s.kind !== "call") return [s];
  const after: Statement[] = [];
  const results = s.results.map((result) => {
    const exchange = result === undefined ? undefined : exchanges.get(result.target);
    if (result === undefined || exchange === undefined) return result;
    const t = temporary(result.target);
    const indices = permuted(result.indices, exchange);
    const value = readAt(t, result.indices, s.at);
    after.push({
      kind: "assign",
      target: result.target,
      indices,
      value,
      isLet: result.isLet,
      at: s.at,
    });
    return { ...result, target: t.id, isLet: true };
  });
  return after.length === 0 ? [s] : [{ ...s, results }, ...after];
}
