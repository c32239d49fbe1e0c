// Statements in text order, for several parameters in step.
//
// In:  a body and a context for each parameter; the bodies are the same up to `orient`.
// Out: a generator that carries them out, and stops where the caller is asked for an input.
// Not here: equations (assign.ts).

import { unreachable, type Span } from "../../../grammar/span.js";
import {
  paramsRank,
  type Expr,
  type Statement,
  type TensorId,
  type VariableId,
} from "../cascade.js";
import { expressionsOf, statementsDeep, targetsOf } from "../statements.js";
import { boundVariables } from "../walk.js";
import { compileAssign, scopeOf, type CompiledAssign } from "./assign.js";
import { extentOf, variableCell, type Context } from "./context.js";
import { compileExpr } from "./expression.js";
import { fault, type Cell } from "./node.js";

/** A body in one context. A statement is compiled when it is first reached. */
export interface Body {
  readonly length: number;
  readonly at: (n: number) => Compiled;
  readonly context: Context;
  /** Has to do with other parameters: a sum over them, a state of all, a question to the caller. */
  readonly isJoint: boolean;
}

type Compiled =
  | CompiledAssign
  | {
      readonly kind: "repeat";
      readonly count: () => number;
      readonly until: () => boolean;
      readonly body: Body;
    }
  | {
      readonly kind: "scan";
      readonly cell: Cell;
      readonly extent: number;
      readonly backwards: boolean;
      readonly body: Body;
    }
  | {
      readonly kind: "when";
      readonly condition: () => boolean;
      readonly then: Body;
      readonly otherwise: Body;
    }
  | Pause;

/** Everything above is carried out: the caller brings `input` again, which becomes `target`. */
export interface Pause {
  readonly kind: "await";
  readonly target: TensorId;
  readonly input: TensorId;
  readonly from: TensorId | undefined;
  readonly at: Span;
}

export function bodyOf(
  statements: readonly Statement[],
  context: Context,
  scans: ReadonlySet<VariableId> = new Set(),
  path = "",
): Body {
  const compiled = new Map<number, Compiled>();
  const at = (n: number): Compiled => {
    const found = compiled.get(n);
    if (found !== undefined) return found;
    const s = statements[n];
    if (s === undefined) throw new Error(`internal: no statement ${n}`);
    const made = compileStatement(s, context, scans, `${path}${n}`);
    compiled.set(n, made);
    return made;
  };
  const isJoint = statements.some((s) => concernsOthers(s, context));
  return { length: statements.length, at, context, isJoint };
}

function concernsOthers(statement: Statement, { cascade }: Context): boolean {
  const isParams = (v: VariableId): boolean => cascade.variables.get(v)?.rank === paramsRank;
  return [...statementsDeep([statement])].some(
    (s) =>
      s.kind === "await" ||
      targetsOf(s).some((id) => cascade.tensors.get(id)?.shared === true) ||
      expressionsOf(s).some((e) => boundVariables(e).some(isParams)),
  );
}

function compileStatement(
  s: Statement,
  context: Context,
  scans: ReadonlySet<VariableId>,
  path: string,
): Compiled {
  const inner = (body: readonly Statement[], name: string, own = scans): Body =>
    bodyOf(body, context, own, `${path}.${name}`);
  const number = (e: Expr): (() => number) => evaluator(e, context, scans, path);
  const truth = (e: Expr): (() => boolean) => {
    const value = number(e);
    return () => value() === 1;
  };
  switch (s.kind) {
    case "assign":
      return compileAssign(s, context, scans, path);
    case "repeat": {
      const until = s.until === undefined ? (): boolean => false : truth(s.until);
      return { kind: "repeat", count: number(s.count), until, body: inner(s.body, "r") };
    }
    case "scan": {
      const body = inner(s.body, "s", new Set([...scans, s.variable]));
      const extent = extentOf(context, s.variable);
      const cell = variableCell(context, s.variable);
      return { kind: "scan", cell, extent, backwards: s.backwards, body };
    }
    case "when": {
      const [then, otherwise] = [inner(s.then, "t"), inner(s.otherwise, "o")];
      return { kind: "when", condition: truth(s.condition), then, otherwise };
    }
    case "await":
      return s;
    case "gradient":
      throw fault("E1001", s.at, [s.of]);
    case "call":
      throw new Error(`internal: a call of ${s.callee.name} is left; inline it first`);
    default:
      return unreachable(s);
  }
}

/** The value of a scalar expression, NaN where it is absent. */
export function evaluator(
  e: Expr,
  context: Context,
  scans: ReadonlySet<VariableId>,
  path: string,
): () => number {
  const { cell, run } = compileExpr(e, scopeOf(context, [], scans, path));
  return () => {
    context.epoch.value++;
    return run() ? cell.value : NaN;
  };
}

/**
 * Carries out one body for each parameter, a statement on all before the next; one after the other
 * where they have nothing to do with each other.
 */
export function* execute(bodies: readonly Body[]): Generator<Pause, void, void> {
  const length = bodies[0]?.length ?? 0;
  if (bodies.length > 1 && !bodies.some((body) => body.isJoint)) {
    for (const body of bodies) yield* execute([body]);
    return;
  }
  if (bodies.some((body) => body.length !== length)) {
    throw new Error("internal: the parameters of a step have unequal bodies");
  }
  for (let n = 0; n < length; n++) yield* executeStatement(bodies.map((body) => body.at(n)));
}

function* executeStatement(column: readonly Compiled[]): Generator<Pause, void, void> {
  const first = column[0];
  if (first === undefined) return;
  switch (first.kind) {
    case "assign": {
      const all = of(column, "assign");
      const once = first.isShared ? all.slice(0, 1) : all;
      for (const s of once) s.evaluate();
      for (const s of once) s.commit();
      return;
    }
    case "repeat":
      return yield* executeRepeat(of(column, "repeat"));
    case "scan":
      return yield* executeScan(of(column, "scan"));
    case "when": {
      const all = of(column, "when").map((s) => ({ s, holds: s.condition() }));
      yield* execute(all.filter(({ holds }) => holds).map(({ s }) => s.then));
      return yield* execute(all.filter(({ holds }) => !holds).map(({ s }) => s.otherwise));
    }
    case "await":
      yield first;
      return;
  }
}

type OfKind<K extends Compiled["kind"]> = Extract<Compiled, { readonly kind: K }>;

function of<K extends Compiled["kind"]>(column: readonly Compiled[], kind: K): OfKind<K>[] {
  return column.map((s) => {
    if (s.kind !== kind) throw new Error(`internal: ${s.kind} beside ${kind}`);
    return s as OfKind<K>;
  });
}

function* executeRepeat(column: readonly OfKind<"repeat">[]): Generator<Pause, void, void> {
  let active = column.map((s) => ({ s, count: s.count() }));
  for (let pass = 0; ; pass++) {
    active = active.filter(({ s, count }) => pass < count && !s.until());
    if (active.length === 0) return;
    yield* execute(active.map(({ s }) => s.body));
  }
}

function* executeScan(column: readonly OfKind<"scan">[]): Generator<Pause, void, void> {
  for (let pass = 0; ; pass++) {
    const active = column.filter((s) => pass < s.extent);
    if (active.length === 0) return;
    for (const s of active) s.cell.value = s.backwards ? s.extent - 1 - pass : pass;
    yield* execute(active.map((s) => s.body));
  }
}
