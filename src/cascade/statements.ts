// Walks over statements and whole cascades.
//
// In:  a body, a statement or a cascade (cascade.ts).
// Out: its parts, or a new one. Nothing is mutated.
// Not here: expressions (walk.ts).

import { unreachable } from "../../grammar/span.js";
import type {
  Cascade,
  Expr,
  Monoid,
  MonoidFunction,
  Statement,
  Tensor,
  TensorId,
} from "./cascade.js";
import { tensorsRead } from "./walk.js";

/** The bodies directly below a statement. */
export function innerBodies(s: Statement): readonly (readonly Statement[])[] {
  switch (s.kind) {
    case "assign":
    case "call":
    case "await":
    case "gradient":
      return [];
    case "repeat":
    case "scan":
      return [s.body];
    case "when":
      return [s.then, s.otherwise];
    default:
      return unreachable(s);
  }
}

/** Every statement of a body, loops and branches opened, in text order, parents first. */
export function* statementsDeep(body: readonly Statement[]): Generator<Statement> {
  for (const s of body) {
    yield s;
    for (const inner of innerBodies(s)) yield* statementsDeep(inner);
  }
}

/**
 * Replaces each statement by those that `f` gives, innermost first: `f` sees a loop whose body is
 * replaced already. The same array comes back when nothing changed.
 */
export function mapStatements(
  body: readonly Statement[],
  f: (s: Statement) => readonly Statement[],
): readonly Statement[] {
  const mapped = body.flatMap((s) => f(withInner(s, (inner) => mapStatements(inner, f))));
  const isSame = mapped.length === body.length && mapped.every((s, n) => s === body[n]);
  return isSame ? body : mapped;
}

/** `s` with `f` applied to the bodies directly below it. */
export function withInner(
  s: Statement,
  f: (body: readonly Statement[]) => readonly Statement[],
): Statement {
  switch (s.kind) {
    case "assign":
    case "call":
    case "await":
    case "gradient":
      return s;
    case "repeat":
    case "scan": {
      const body = f(s.body);
      return body === s.body ? s : { ...s, body };
    }
    case "when": {
      const then = f(s.then);
      const otherwise = f(s.otherwise);
      return then === s.then && otherwise === s.otherwise ? s : { ...s, then, otherwise };
    }
    default:
      return unreachable(s);
  }
}

/** The expressions that stand in `s` itself, not in bodies below it. */
export function expressionsOf(s: Statement): readonly Expr[] {
  switch (s.kind) {
    case "assign":
      return [s.value];
    case "call":
      return [...s.scalars.values(), ...s.tensors.values()];
    case "repeat":
      return s.until === undefined ? [s.count] : [s.count, s.until];
    case "when":
      return [s.condition];
    case "scan":
    case "await":
    case "gradient":
      return [];
    default:
      return unreachable(s);
  }
}

/** `s` with `f` applied to the expressions that stand in it, not to those of bodies below it. */
export function mapExpressions(s: Statement, f: (e: Expr) => Expr): Statement {
  switch (s.kind) {
    case "assign": {
      const value = f(s.value);
      return value === s.value ? s : { ...s, value };
    }
    case "call": {
      const [scalars, tensors] = [mapValues(s.scalars, f), mapValues(s.tensors, f)];
      const isSame = hasSameValues(scalars, s.scalars) && hasSameValues(tensors, s.tensors);
      return isSame ? s : { ...s, scalars, tensors };
    }
    case "repeat": {
      const count = f(s.count);
      const until = s.until === undefined ? undefined : f(s.until);
      return count === s.count && until === s.until ? s : { ...s, count, until };
    }
    case "when": {
      const condition = f(s.condition);
      return condition === s.condition ? s : { ...s, condition };
    }
    case "scan":
    case "await":
    case "gradient":
      return s;
    default:
      return unreachable(s);
  }
}

/** A map with the same keys in the same order. */
export function mapValues<K, V, W>(map: ReadonlyMap<K, V>, f: (value: V) => W): ReadonlyMap<K, W> {
  return new Map([...map].map(([key, value]) => [key, f(value)]));
}

function hasSameValues<K, V>(a: ReadonlyMap<K, V>, b: ReadonlyMap<K, V>): boolean {
  return [...a].every(([key, value]) => b.get(key) === value);
}

/** Applies `f` to every expression of a cascade: statements, tables, defaults, contracts. */
export function mapCascade(c: Cascade, f: (e: Expr) => Expr): Cascade {
  const optional = (e: Expr | undefined): Expr | undefined => (e === undefined ? e : f(e));
  return {
    ...c,
    ranks: mapValues(c.ranks, (rank) =>
      rank.extent.kind === "derived"
        ? { ...rank, extent: { kind: "derived", value: f(rank.extent.value) } }
        : rank.extent.kind === "static"
          ? { ...rank, extent: { kind: "static", value: optional(rank.extent.value) } }
          : rank,
    ),
    tensors: mapValues(c.tensors, (t): Tensor => ({ ...t, value: optional(t.value) })),
    scalars: mapValues(c.scalars, (s) => ({ ...s, value: optional(s.value) })),
    body: mapStatements(c.body, (s) => [mapExpressions(s, f)]),
    contracts: c.contracts.map((contract) => ({ ...contract, value: f(contract.value) })),
    orients: c.orients.map((orient) => ({ ...orient, condition: f(orient.condition) })),
  };
}

/** Tensors that `s` reads, bodies below it included. */
export function tensorsReadBy(s: Statement): ReadonlySet<TensorId> {
  const read = new Set<TensorId>();
  for (const inner of statementsDeep([s])) {
    for (const e of expressionsOf(inner)) for (const id of tensorsRead(e)) read.add(id);
    if (inner.kind === "await") read.add(inner.input);
    if (inner.kind === "await" && inner.from !== undefined) read.add(inner.from);
    if (inner.kind !== "gradient") continue;
    for (const id of [inner.of, ...inner.wrt]) read.add(id);
    if (inner.from !== undefined) read.add(inner.from);
  }
  return read;
}

/** Tensors that `s` introduces or assigns, bodies below it included. */
export function tensorsWrittenBy(s: Statement): ReadonlySet<TensorId> {
  const written = new Set<TensorId>();
  for (const inner of statementsDeep([s])) for (const id of targetsOf(inner)) written.add(id);
  return written;
}

/** Tensors that `s` itself introduces or assigns. */
export function targetsOf(s: Statement): readonly TensorId[] {
  switch (s.kind) {
    case "assign":
    case "await":
      return [s.target];
    case "call":
      return s.results.flatMap((result) => (result === undefined ? [] : [result.target]));
    case "gradient":
      return s.targets;
    case "repeat":
    case "scan":
    case "when":
      return [];
    default:
      return unreachable(s);
  }
}

/** Every expression of a monoid. */
export function expressionsOfMonoid(m: Monoid): readonly Expr[] {
  const of = (f: MonoidFunction): readonly Expr[] => [...f.lets.map((l) => l.value), ...f.fields];
  return [...of(m.lift), ...of(m.merge), m.result];
}
