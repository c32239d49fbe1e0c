// One call → the statements that it stands for.
//
// In:  a call statement, its callee without calls, the caller so far.
// Out: statements of the caller; its tables grow.
// Not here: names (binding.ts), expressions (equations.ts), whole cascades (inline.ts).

import type {
  CallStatement,
  Cascade,
  Expr,
  Orient,
  RankId,
  Statement,
  Tensor,
  TensorId,
  VariableId,
} from "../../cascade/cascade.js";
import {
  statementsDeep,
  targetsOf,
  tensorsReadBy,
  tensorsWrittenBy,
} from "../../cascade/statements.js";
import { readAt } from "../../cascade/walk.js";
import { withoutDead } from "../dead.js";
import { exchanged } from "../orient.js";
import { Binding } from "./binding.js";
import type { Caller } from "./caller.js";
import { dependence, namedWhole, type Dependence } from "./dependence.js";
import { translate, translateBody } from "./equations.js";
import { isPassedHalf } from "./oriented.js";

type Result = NonNullable<CallStatement["results"][number]>;

/** A result that is computed under a name of its own and then assigned. */
interface Pending {
  readonly result: Result;
  readonly made: Tensor;
  readonly variables: readonly VariableId[];
}

export type Expansion =
  | { readonly kind: "statements"; readonly body: readonly Statement[] }
  /** The parameter that has one of the two ranks that the callee's `orient` exchanges. */
  | { readonly kind: "half"; readonly tensor: TensorId; readonly ranks: readonly [RankId, RankId] };

/** `isDeclared`: the results are lets that stand before the call and hold nothing yet. */
export function expandCall(
  call: CallStatement,
  callee: Cascade,
  caller: Caller,
  loops: readonly VariableId[],
  isDeclared = false,
): Expansion {
  const [orient, ...rest] = callee.orients;
  if (orient !== undefined) {
    return expandOriented(call, { ...callee, orients: rest }, orient, caller, loops, isDeclared);
  }
  const binding = new Binding(call, callee, caller, loops);
  const outs = [...callee.tensors.values()].filter((t) => t.role === "out");
  const taken = outs.filter((_t, n) => call.results[n] !== undefined);
  const whole = new Set([...namedWhole(callee.body), ...taken.map((t) => t.id)]);
  const given = binding.given(whole);
  const dependent = dependence(callee, given);
  if (dependent.control.size > 0) return expandInLoops(call, callee, dependent, caller, loops);
  binding.bindArguments(whole, given);
  const pending = bindResults(binding, outs, isDeclared);
  bindLets(binding, dependent);
  const wanted = outs.flatMap((t, n) =>
    call.results[n] === undefined ? [] : [nameOf(binding, t.id)],
  );
  const opening = openings(callee, taken, isDeclared);
  const declared = opening.undeclared.map((t) => absentLet(binding, t));
  const equations = translateBody(callee.body, binding.meaning, (s) => opening.introduces.has(s));
  keepContracts(binding);
  const live = withoutDead([...binding.lets, ...declared, ...equations], wanted);
  const body = pending.reduce((before, one) => assignResult(before, one), live);
  return { kind: "statements", body };
}

function nameOf(binding: Binding, id: TensorId): TensorId {
  const standing = binding.meaning.tensor(id);
  if (standing.kind === "tensor") return standing.id;
  throw new Error(`internal: the result ${id} is an argument`);
}

/** Results go to their targets, or to a let first where the two differ or the target exists. */
function bindResults(
  binding: Binding,
  outs: readonly Tensor[],
  isDeclared: boolean,
): readonly Pending[] {
  const { call, caller } = binding;
  return outs.flatMap((t, n) => {
    const result = call.results[n];
    if (result === undefined) return [];
    const target = caller.tensors.get(result.target);
    const isSame =
      (result.isLet || isDeclared) &&
      target !== undefined &&
      JSON.stringify(target.format) === JSON.stringify(binding.meaning.format(t.format));
    if (isSame) {
      binding.stands(t.id, { kind: "tensor", id: result.target, mapped: call.mapped });
      return [];
    }
    const made = binding.newTensor(t, call.mapped);
    binding.stands(t.id, { kind: "tensor", id: made.id, mapped: call.mapped });
    return [{ result, made, variables: [...call.mapped, ...binding.walk(t)] }];
  });
}

/** Everything that the callee computes for itself gets the mapped ranks that it varies with. */
function bindLets(binding: Binding, dependent: Dependence): void {
  const { call, callee } = binding;
  const written = new Set([...statementsDeep(callee.body)].flatMap(targetsOf));
  for (const t of callee.tensors.values()) {
    const isResult = t.role === "out" && call.results[outIndex(callee, t.id)] !== undefined;
    if (!written.has(t.id) || isResult) continue;
    const of = dependent.of(t.id);
    const mapped = call.mapped.filter((v) => of.has(v));
    const made = binding.newTensor(t, mapped);
    binding.stands(t.id, { kind: "tensor", id: made.id, mapped });
  }
}

function outIndex(callee: Cascade, id: TensorId): number {
  return [...callee.tensors.values()].filter((t) => t.role === "out").findIndex((t) => t.id === id);
}

interface Openings {
  /** Assignments that become the `let` of a result. */
  readonly introduces: ReadonlySet<Statement>;
  /** Results that are first met in a loop, in a branch or before they are assigned. */
  readonly undeclared: readonly Tensor[];
}

function openings(callee: Cascade, taken: readonly Tensor[], isDeclared: boolean): Openings {
  const introduces = new Set<Statement>();
  const undeclared: Tensor[] = [];
  const others = [...callee.tensors.values()].filter(
    (t) => t.role === "out" && !taken.includes(t) && isWritten(callee, t.id),
  );
  for (const t of [...(isDeclared ? [] : taken), ...others]) {
    const first = callee.body.find(
      (s) => tensorsReadBy(s).has(t.id) || tensorsWrittenBy(s).has(t.id),
    );
    const isPlain =
      first?.kind === "assign" && first.target === t.id && !tensorsReadBy(first).has(t.id);
    if (first !== undefined && isPlain) introduces.add(first);
    else if (first?.kind !== "gradient" || !first.targets.includes(t.id)) undeclared.push(t);
  }
  return { introduces, undeclared };
}

function isWritten(callee: Cascade, id: TensorId): boolean {
  return callee.body.some((s) => tensorsWrittenBy(s).has(id));
}

/** `let X[i,j] = 0 where false`: nothing of it is present yet. */
function absentLet(binding: Binding, t: Tensor): Statement {
  const standing = binding.meaning.tensor(t.id);
  if (standing.kind !== "tensor") throw new Error(`internal: ${t.id} is an argument`);
  const indices = [...standing.mapped, ...binding.walk(t)];
  return absent(standing.id, indices, t.type, t.at);
}

function absent(
  target: TensorId,
  indices: readonly VariableId[],
  type: Expr["type"],
  at: Tensor["at"],
): Statement {
  const never: Expr = { kind: "boolean", value: false, type: "boolean", at };
  const nothing: Expr = type === "boolean" ? never : { kind: "number", value: 0, type, at };
  const value: Expr = { kind: "where", value: nothing, predicate: never, type, at };
  return { kind: "assign", target, indices, value, isLet: true, at };
}

/** `target[…] = made[…]`, or the one equation for `made` turned into that. */
function assignResult(body: readonly Statement[], one: Pending): readonly Statement[] {
  const { result, made, variables } = one;
  const at = body.findIndex((s) => tensorsWrittenBy(s).has(made.id));
  const only = body[at];
  const after = body.slice(at + 1);
  const isDirect =
    only?.kind === "assign" &&
    isWide(made) &&
    !body.some((s) => tensorsReadBy(s).has(made.id)) &&
    !after.some((s) => tensorsWrittenBy(s).has(made.id)) &&
    !after.some(
      (s) => tensorsReadBy(s).has(result.target) || tensorsWrittenBy(s).has(result.target),
    );
  if (only?.kind === "assign" && isDirect) {
    const indices = result.indices.map((v) => only.indices[variables.indexOf(v)] ?? v);
    const direct: Statement = { ...only, target: result.target, indices, isLet: result.isLet };
    return [...body.slice(0, at), direct, ...after];
  }
  const value = readAt(made, variables, made.at);
  const { target, indices, isLet } = result;
  return [...body, { kind: "assign", target, indices, value, isLet, at: made.at }];
}

/** Storing it rounds nothing that the target would not round too. */
function isWide(t: Tensor): boolean {
  if (t.format.kind === "float") return t.format.name === "f32";
  if (t.format.kind === "integer") return t.format.bits === 32;
  return t.format.kind === "bool";
}

function keepContracts({ callee, caller, meaning }: Binding): void {
  for (const contract of callee.contracts) {
    if (contract.kind !== "extents") continue;
    caller.contract({ ...contract, value: translate(contract.value, meaning) });
  }
  for (const { rank, axis, at } of callee.shards) caller.shard(meaning.rank(rank), axis, at);
  if (callee.deterministic) caller.isDeterministic = true;
}

/** The variables that decide which statements run become loops around the whole callee. */
function expandInLoops(
  call: CallStatement,
  callee: Cascade,
  { control }: Dependence,
  caller: Caller,
  loops: readonly VariableId[],
): Expansion {
  const over = call.mapped.filter((v) => control.has(v));
  const mapped = call.mapped.filter((v) => !control.has(v));
  const before: Statement[] = [];
  const results = call.results.map((result) => {
    const t = result === undefined ? undefined : caller.tensors.get(result.target);
    if (result === undefined || t === undefined) return undefined;
    if (result.isLet) before.push(absent(t.id, result.indices, t.type, call.at));
    const kept = result.indices.filter((v) => !over.includes(v));
    const made: Tensor = {
      ...t,
      id: caller.names.fresh(t.id),
      role: "let",
      variables: kept,
      ranks: kept.map((v) => caller.rankOf(v)),
      value: undefined,
      tier: undefined,
      format: t.format.kind === "block" ? { kind: "float", name: "f32" } : t.format,
    };
    caller.addTensor(made);
    return { made, outer: result, inner: { target: made.id, indices: kept, isLet: true } };
  });
  const inner = { ...call, mapped, results: results.map((r) => r?.inner) };
  const expansion = expandCall(inner, callee, caller, [...loops, ...over]);
  if (expansion.kind !== "statements") return expansion;
  const after = results.flatMap((r): readonly Statement[] => {
    if (r === undefined) return [];
    const { target, indices } = r.outer;
    const value = readAt(r.made, r.made.variables, call.at);
    return [{ kind: "assign", target, indices, value, isLet: false, at: call.at }];
  });
  let body: readonly Statement[] = [...expansion.body, ...after];
  for (const variable of over.toReversed()) {
    body = [{ kind: "scan", variable, backwards: false, body, at: call.at }];
  }
  return { kind: "statements", body: [...before, ...body] };
}

/** A static `when` over the callee as written and with its two ranks exchanged. */
function expandOriented(
  call: CallStatement,
  callee: Cascade,
  orient: Orient,
  caller: Caller,
  loops: readonly VariableId[],
  isDeclared: boolean,
): Expansion {
  const half = isPassedHalf(call, callee, orient.ranks);
  if (half !== undefined) return { kind: "half", tensor: half, ranks: orient.ranks };
  const before = call.results.flatMap((result) => {
    const t = result === undefined ? undefined : caller.tensors.get(result.target);
    return result?.isLet === true && t !== undefined
      ? [absent(t.id, result.indices, t.type, call.at)]
      : [];
  });
  const results = call.results.map((result) => result && { ...result, isLet: false });
  const inner = { ...call, results };
  const isNew = isDeclared || call.results.every((result) => result?.isLet !== false);
  const named = expandCall(inner, callee, caller, loops, isNew);
  if (named.kind !== "statements") return named;
  const [i, j] = orient.ranks;
  const [ofI, ofJ] = [call.ranks.get(i), call.ranks.get(j)];
  if (ofI === undefined || ofJ === undefined)
    throw new Error(`internal: orient over ${i} and ${j}`);
  const turned = {
    ...inner,
    ranks: new Map([...call.ranks, [i, ofJ] as const, [j, ofI] as const]),
  };
  const other = expandCall(turned, exchanged(callee, orient.ranks), caller, loops, isNew);
  if (other.kind !== "statements") return other;
  const binding = new Binding(call, callee, caller, loops);
  const condition = translate(orient.condition, binding.meaning);
  const choice: Statement = {
    kind: "when",
    condition,
    isStatic: true,
    then: named.body,
    otherwise: other.body,
    at: call.at,
  };
  return { kind: "statements", body: [...before, choice] };
}
