// A call's arguments against its callee's header: which parameter takes what, over which ranks.
//
// In:  `f(A, B, p = 4)`, `f[m,f](S[b,h,p,m], V[b,m,f])`.
// Out: a Match: an expression for each parameter, the caller's rank for each rank it fixes.
// Not here: results, ranks that only they or a default fix (result.ts), the statement (call.ts).

import type { Span } from "../../../grammar/span.js";
import type { Argument, Expression, Name } from "../../../grammar/syntax.js";
import type {
  Cascade,
  Expr,
  RankId,
  ScalarId,
  Tensor,
  TensorId,
  ValueType,
  VariableId,
} from "../cascade.js";
import { freeVariables } from "../walk.js";
import { lookUp } from "./access.js";
import { binding, kindNames, textOf, type Context } from "./context.js";
import type { Definition, Signature } from "./definition.js";
import { rankOf, report, tensorOf, variableBeside } from "./draft.js";
import { nearest, meaningOf } from "./scope.js";
import { isStatic } from "./static.js";

export type Callable = Extract<Definition, { kind: "cascade" }>;

export interface Match {
  readonly callee: Cascade;
  readonly signature: Signature;
  readonly at: Span;
  /** The variables of the callee's ranks are named at the call: `f[m,f](…)`. */
  readonly isNamed: boolean;
  /** Callee's variable → the caller's, as the text of the call shows it. */
  readonly shown: Map<VariableId, VariableId>;
  readonly ranks: Map<RankId, RankId>;
  /** Static ranks given by a value: `r = 16`. */
  readonly extents: Map<RankId, Expr>;
  /** Further variables of the arguments, which the results keep. */
  readonly mapped: VariableId[];
  readonly scalars: Map<ScalarId, Expr>;
  readonly tensors: Map<TensorId, Given>;
}

/** An argument, and its variable for each position of the parameter. */
export interface Given {
  readonly expr: Expr;
  readonly own: readonly VariableId[];
}

/** Finds the callee of a nested call, and makes a tensor of its first result. */
export type Nested = (c: Context, e: Expression) => Tensor | undefined | "not a call";

export function matchCall(
  c: Context,
  callable: Callable,
  name: Name,
  binds: readonly Name[] | undefined,
  args: readonly Argument[],
  at: Span,
  nested: Nested,
): Match | undefined {
  const { cascade: callee, signature } = callable;
  const kept = [...callee.tensors.values()].find((tensor) => {
    return ["param", "grad", "input", "state"].includes(tensor.role);
  });
  if (kept !== undefined || callee.kind === "optimizer") {
    const why = kept === undefined ? "an optimizer" : `${kept.role} \`${kept.id}\``;
    return report(c.draft, "E0703", name.at, [name.text, why]);
  }
  const match: Match = {
    callee,
    signature,
    at,
    isNamed: binds !== undefined,
    shown: new Map(),
    ranks: new Map(),
    extents: new Map(),
    mapped: [],
    scalars: new Map(),
    tensors: new Map(),
  };
  if (binds !== undefined && !bindNames(c, match, binds)) return undefined;
  const assigned = assignArguments(c, match, name, args);
  if (assigned === undefined) return undefined;
  let isGood = true;
  for (const [entry, argument] of assigned) {
    if (!take(c, match, entry, argument, nested)) isGood = false;
  }
  return isGood && allGiven(c, match, name) ? match : undefined;
}

/** The callee's variables in the order in which its header first shows them. */
function signatureVariables({
  cascade,
  signature,
}: Pick<Callable, "cascade" | "signature">): readonly VariableId[] {
  const order = new Set<VariableId>();
  const show = (tensor: Tensor | undefined): void => tensor?.variables.forEach((v) => order.add(v));
  for (const entry of signature) {
    if (entry.kind === "tensor") show(cascade.tensors.get(entry.id));
    if (entry.kind === "rank") order.add(entry.id);
  }
  for (const tensor of cascade.tensors.values()) if (tensor.role === "out") show(tensor);
  return [...order];
}

function bindNames(c: Context, match: Match, binds: readonly Name[]): boolean {
  const variables = signatureVariables({
    cascade: match.callee,
    signature: match.signature,
  });
  let isGood = true;
  binds.forEach((name, n) => {
    const theirs = variables[n];
    if (theirs === undefined) {
      report(c.draft, "E0711", name.at, [match.callee.name, variables.join(","), binds.length]);
      isGood = false;
      return;
    }
    const meaning = lookUp(c, name);
    if (meaning?.kind !== "rank" && meaning?.kind !== "variable") {
      if (meaning !== undefined) {
        report(c.draft, "E0209", name.at, [name.text, meaning.kind, "a rank or an index"]);
      }
      isGood = false;
      return;
    }
    const rank = calleeRank(match, theirs);
    match.shown.set(theirs, meaning.id);
    if (!bindRank(c, match, rank, rankOf(c.draft, meaning.id), name.at)) isGood = false;
  });
  return isGood;
}

export function calleeRank(match: Match, variable: VariableId): RankId {
  return match.callee.variables.get(variable)?.rank ?? variable;
}

/** One rank of the callee stands for one of the caller, never for two. */
export function bindRank(
  c: Context,
  match: Match,
  theirs: RankId,
  ours: RankId,
  at: Span,
): boolean {
  const before = match.ranks.get(theirs);
  if (before === undefined) match.ranks.set(theirs, ours);
  if (before === undefined || before === ours) return true;
  report(c.draft, "E0705", at, [theirs, match.callee.name, before, ours]);
  return false;
}

type Entry = Signature[number];

/** Positions go to tensors and scalars in the header's order, names to their owners. */
function assignArguments(
  c: Context,
  match: Match,
  name: Name,
  args: readonly Argument[],
): ReadonlyMap<Entry, Argument> | undefined {
  const byPosition = match.signature.filter((entry) => entry.kind !== "rank");
  const assigned = new Map<Entry, Argument>();
  let isGood = true;
  args.forEach((argument, n) => {
    const label = argument.name?.text;
    const entry =
      label === undefined ? byPosition[n] : match.signature.find(({ id }) => id === label);
    if (entry === undefined) {
      const known = match.signature.map(({ id }) => id);
      const meant = label === undefined ? undefined : nearest(label, known);
      report(c.draft, "E0709", argument.at, [name.text, label, known.join(", "), meant]);
    } else if (assigned.has(entry)) {
      report(c.draft, "E0710", argument.at, [name.text, entry.id]);
    } else {
      assigned.set(entry, argument);
      return;
    }
    isGood = false;
  });
  return isGood ? assigned : undefined;
}

function allGiven(c: Context, match: Match, name: Name): boolean {
  const missing = match.signature.filter(({ kind, id }) => {
    const tensor = kind === "tensor" ? match.callee.tensors.get(id) : undefined;
    if (tensor !== undefined) return tensor.value === undefined && !match.tensors.has(id);
    const scalar = kind === "scalar" ? match.callee.scalars.get(id) : undefined;
    return scalar !== undefined && scalar.value === undefined && !match.scalars.has(id);
  });
  if (missing.length === 0) return true;
  const names = missing.map(({ id }) => `\`${id}\``).join(", ");
  report(c.draft, "E0712", match.at, [name.text, names]);
  return false;
}

function take(c: Context, match: Match, entry: Entry, argument: Argument, nested: Nested): boolean {
  if (entry.kind === "rank") return takeRank(c, match, entry.id, argument);
  if (entry.kind === "scalar") return takeScalar(c, match, entry.id, argument);
  const parameter = match.callee.tensors.get(entry.id);
  if (parameter === undefined) throw new Error(`internal: no parameter ${entry.id}`);
  const whole = wholeTensor(c, argument.value, nested);
  if (whole === undefined) return false;
  return whole === "not a call"
    ? takeExpression(c, match, parameter, argument)
    : takeWhole(c, match, parameter, whole, argument.at);
}

/** `r = 16`, or `r = q` for a rank q of the caller. */
function takeRank(c: Context, match: Match, id: RankId, argument: Argument): boolean {
  const { value } = argument;
  const named = value.kind === "name" ? meaningOf(c.scope, value.name) : undefined;
  if (named?.kind === "rank") return bindRank(c, match, id, named.id, argument.at);
  const extent = c.check({ ...c, bound: new Set() }, value);
  if (extent === undefined) return false;
  if (extent.expr.type === "integer" && isStatic(c.draft.scalars, extent.expr)) {
    match.extents.set(id, extent.expr);
    return true;
  }
  report(c.draft, "E0825", argument.at, [`rank \`${id}\` of \`${match.callee.name}\``]);
  return false;
}

function takeScalar(c: Context, match: Match, id: ScalarId, argument: Argument): boolean {
  const scalar = match.callee.scalars.get(id);
  const value = c.check(c, argument.value);
  if (value === undefined || scalar === undefined) return false;
  if (freeVariables(value.expr).size > 0) {
    report(c.draft, "E0713", argument.at, [id, match.callee.name]);
    return false;
  }
  if (scalar.role === "static" && !isStatic(c.draft.scalars, value.expr)) {
    report(c.draft, "E0825", argument.at, [`\`${id}\` of \`${match.callee.name}\``]);
    return false;
  }
  match.scalars.set(id, value.expr);
  return holds(c, id, scalar.type, value.expr);
}

/** Whether a value of this kind may go where one of `wanted` is asked for. */
export function canHold(wanted: ValueType, given: ValueType): boolean {
  return wanted === given || (wanted === "real" && given === "integer");
}

function holds(c: Context, name: string, wanted: ValueType, given: Expr): boolean {
  if (canHold(wanted, given.type)) return true;
  report(c.draft, "E0304", given.at, [name, kindNames[wanted], kindNames[given.type]]);
  return false;
}

/** The tensor that a bare name or a nested call means with its own ranks. */
function wholeTensor(c: Context, e: Expression, nested: Nested): ReturnType<Nested> {
  if (e.kind === "group") return wholeTensor(c, e.inner, nested);
  if (e.kind !== "name") return nested(c, e);
  const meaning = meaningOf(c.scope, e.name);
  if (meaning?.kind !== "tensor") return "not a call";
  const tensor = tensorOf(c.draft, meaning.id);
  return c.draft.poisoned.has(tensor.id) ? undefined : tensor;
}

function takeWhole(c: Context, match: Match, parameter: Tensor, tensor: Tensor, at: Span): boolean {
  if (!holdsTensor(c, parameter, tensor, at)) return false;
  const { draft } = c;
  const lead = tensor.ranks.length - parameter.ranks.length;
  if (match.isNamed) {
    const indices = tensor.variables;
    return takeNamed(c, match, parameter, readAt(tensor, indices, at));
  }
  if (lead < 0) {
    const wanted = `${parameter.id}[${parameter.variables.join(",")}]`;
    report(draft, "E0704", at, [tensor.id, tensor.ranks.length, match.callee.name, wanted]);
    return false;
  }
  const taken = new Set(c.statement.loops);
  const beside = (v: VariableId): VariableId => {
    const chosen = variableBeside(draft, v, taken);
    taken.add(chosen);
    return chosen;
  };
  const own = tensor.variables.slice(lead).map(beside);
  const leading = tensor.ranks.slice(0, lead).map(beside);
  for (const v of leading) if (!match.mapped.includes(v)) match.mapped.push(v);
  match.tensors.set(parameter.id, { expr: readAt(tensor, [...leading, ...own], at), own });
  let isGood = true;
  parameter.variables.forEach((theirs, p) => {
    const ours = tensor.variables[lead + p] ?? "";
    if (!match.shown.has(theirs)) match.shown.set(theirs, ours);
    const rank = calleeRank(match, theirs);
    if (!bindRank(c, match, rank, tensor.ranks[lead + p] ?? "", at)) isGood = false;
  });
  return isGood;
}

function holdsTensor(c: Context, parameter: Tensor, tensor: Tensor, at: Span): boolean {
  if (canHold(parameter.type, tensor.type)) return true;
  const facts = [kindNames[parameter.type], kindNames[tensor.type]] as const;
  report(c.draft, "E0304", at, [parameter.id, ...facts]);
  return false;
}

function readAt(tensor: Tensor, variables: readonly VariableId[], at: Span): Expr {
  const indices = variables.map((variable): Expr => {
    return { kind: "index", type: "integer", variable, at };
  });
  return { kind: "read", type: tensor.type, tensor: tensor.id, indices, at };
}

/** An expression over named variables. */
function takeExpression(c: Context, match: Match, parameter: Tensor, argument: Argument): boolean {
  if (!match.isNamed && parameter.ranks.length > 0) {
    const binds = parameter.variables.join(",");
    report(c.draft, "E0706", argument.at, [textOf(argument.at), match.callee.name, binds]);
    return false;
  }
  const value = c.check(binding(c, [...match.shown.values()]), argument.value);
  if (value === undefined || !holds(c, parameter.id, parameter.type, value.expr)) return false;
  return takeNamed(c, match, parameter, value.expr);
}

function takeNamed(c: Context, match: Match, parameter: Tensor, expr: Expr): boolean {
  const named = new Set(match.shown.values());
  for (const v of freeVariables(expr)) {
    const isKnown = named.has(v) || c.statement.loops.has(v) || match.mapped.includes(v);
    if (!isKnown) match.mapped.push(v);
  }
  const own = parameter.variables.map((theirs) => match.shown.get(theirs) ?? "");
  const missing = own.indexOf("");
  if (missing >= 0) {
    const theirs = parameter.variables[missing] ?? "";
    report(c.draft, "E0707", expr.at, [theirs, match.callee.name]);
    return false;
  }
  match.tensors.set(parameter.id, { expr, own });
  return true;
}
