// Assignments: `let T[i,j] = …`, `O[i,j] = …`, with calls, gradients and awaits on the right.
//
// In:  one assignment as written, in the context of its block.
// Out: statements of the cascade; new names in the block.
// Not here: matching a call (match.ts, results.ts), control (statement.ts).

import type { Expression, Name, Statement as Written, Target } from "../../../grammar/syntax.js";
import type { Expr, Format, Statement, Tensor, VariableId } from "../cascade.js";
import { indexRank, lookUp } from "./access.js";
import { renameApart } from "./apart.js";
import { writtenCall } from "./call.js";
import { binding, kindNames, textOf, type Context } from "./context.js";
import { dimensionsOf, formatFor } from "./declare.js";
import { freshId, introduce, rankOf, report } from "./draft.js";
import { declaredFormat } from "./formats.js";
import { reportFree } from "./free.js";
import { assignable, leftName } from "./left.js";
import { fitFormat } from "./whole.js";
import { assignCall, poisonTargets } from "./results.js";
import { nameOfFormat, typeOfFormat } from "./scalars.js";
import { awaitInput, gradientOf } from "./host.js";
import { meaningOf } from "./scope.js";

export type Assignment = Extract<Written, { kind: "assign" }>;

/** Appends what the assignment becomes to the block's statements. */
export function assign(c: Context, s: Assignment): void {
  if (s.value.kind === "gradient" || s.value.kind === "await") {
    const done =
      s.value.kind === "gradient" ? gradientOf(c, s, s.value) : awaitInput(c, s, s.value);
    if (!done) poisonTargets(c, s.targets);
    return;
  }
  const [target, second] = s.targets;
  if (target === undefined) return;
  const inner = onLeft(c, s);
  const call = writtenCall(inner, s.value);
  if (call === "failed") return poisonTargets(c, s.targets);
  const isNamed = call?.binds !== undefined;
  if (call !== undefined && (second !== undefined || !isNamed)) {
    if (!assignCall(inner, s.targets, s.isLet, call, s.value.at)) poisonTargets(c, s.targets);
    return;
  }
  if (second !== undefined) {
    report(c.draft, "E0608", second.at, [s.targets.length]);
    return poisonTargets(c, s.targets);
  }
  if (!assignOne(inner, target, s)) poisonTargets(c, s.targets);
}

/** The context of the right side: what the left side names is bound in it. */
function onLeft(c: Context, s: Assignment): Context {
  const names = s.targets.flatMap((target) => target.indices);
  const left = names.flatMap((index) => {
    const meaning = index.kind === "name" ? meaningOf(c.scope, index.name) : undefined;
    return meaning?.kind === "rank" || meaning?.kind === "variable" ? [meaning.id] : [];
  });
  const own = left.filter((v) => !c.statement.loops.has(v));
  return { ...binding(c, left), statement: { ...c.statement, left: own } };
}

function assignOne(c: Context, target: Target, s: Assignment): boolean {
  const names = target.indices.map((index) => leftName(c, index));
  const known = names.filter((name) => name !== undefined);
  const variables = s.isLet && known.length === names.length ? dimensionsOf(c, known) : undefined;
  const value = c.check(c, s.value);
  if (known.length < names.length || (s.isLet && variables === undefined)) return false;
  const isBound = value !== undefined && reportFree(c, value);
  const tensor =
    variables !== undefined
      ? newTensor(c, target, variables, isBound ? value.expr : undefined)
      : oldTensor(c, target, known);
  if (tensor === undefined || !isBound) return false;
  const fitted = fitKind(c, tensor.tensor, value.expr, s.value);
  if (fitted === undefined) return false;
  emit(c, tensor.tensor, tensor.indices, fitted, s);
  return true;
}

interface Left {
  readonly tensor: Tensor;
  readonly indices: readonly VariableId[];
}

/** `let T[i,j] : f = …`; without a format, that of the value's kind. */
function newTensor(
  c: Context,
  target: Target,
  variables: readonly VariableId[],
  value: Expr | undefined,
): Left | undefined {
  const { draft } = c;
  const looped = variables.find((v) => c.statement.loops.has(v));
  if (looped !== undefined) return report(draft, "E0409", target.at, [looped, target.name.text]);
  const format: Format | undefined =
    target.format === undefined
      ? formatFor(draft.widened.has(target.at.start) ? "real" : (value?.type ?? "real"))
      : declaredFormat(c, target.format, variables);
  if (format === undefined) return undefined;
  const id = freshId(draft, target.name.text);
  const meaning = { kind: "tensor", id, at: target.name.at } as const;
  if (!introduce(draft, c.scope, target.name, meaning)) return undefined;
  const tensor: Tensor = {
    id,
    role: "let",
    variables,
    ranks: variables.map((v) => rankOf(draft, v)),
    format,
    type: typeOfFormat(format),
    value: undefined,
    shared: false,
    tier: undefined,
    doc: undefined,
    at: target.at,
  };
  draft.tensors.set(id, tensor);
  if (target.format === undefined) draft.open.add(id);
  if (value === undefined) draft.poisoned.add(id);
  return value === undefined ? undefined : { tensor, indices: variables };
}

function oldTensor(c: Context, target: Target, names: readonly Name[]): Left | undefined {
  const { draft } = c;
  const tensor = assignable(c, target.name);
  if (tensor === undefined || draft.poisoned.has(tensor.id)) return undefined;
  if (target.format !== undefined) {
    return report(draft, "E0610", target.format.at, [target.name.text]);
  }
  if (names.length !== tensor.ranks.length) {
    const wanted = `${target.name.text}[${tensor.variables.join(",")}]`;
    return report(draft, "E0403", target.at, [wanted, tensor.ranks.length, names.length]);
  }
  const indices = names.map((name, n) => position(c, tensor, n, name));
  const known = indices.filter((v) => v !== undefined);
  if (known.length < names.length) return undefined;
  const twice = names.find((_, n) => known.indexOf(known[n] ?? "") < n);
  if (twice !== undefined) {
    return report(draft, "E0417", twice.at, [twice.text, rankOf(draft, twice.text)]);
  }
  return { tensor, indices: known };
}

function position(c: Context, tensor: Tensor, n: number, name: Name): VariableId | undefined {
  const meaning = lookUp(c, name);
  if (meaning === undefined) return undefined;
  if (meaning.kind !== "rank" && meaning.kind !== "variable") {
    return report(c.draft, "E0405", name.at, [name.text]);
  }
  const rank = rankOf(c.draft, meaning.id);
  const wanted = tensor.ranks[n] ?? "";
  if (rank === wanted) return meaning.id;
  return report(
    c.draft,
    "E0401",
    name.at,
    [name.text, rank, wanted, tensor.id],
    [{ text: `\`${tensor.id}\` has its ranks here`, at: tensor.at }],
  );
}

/** `value` as the tensor can hold it; undefined, and reported, where it cannot. */
function fitKind(c: Context, tensor: Tensor, value: Expr, e: Expression): Expr | undefined {
  const fitted = fitFormat(c, tensor, value);
  if (fitted === undefined) {
    const kinds = [kindNames[tensor.type], kindNames[value.type]] as const;
    return report(c.draft, "E0313", e.at, [tensor.id, nameOfFormat(tensor.format), ...kinds]);
  }
  if (tensor.format.kind !== "index") return fitted;
  const held = indexRank(c, value) ?? plainRank(c, value);
  if (held === undefined || held === tensor.format.rank) return fitted;
  return report(c.draft, "E0402", e.at, [textOf(e.at), held, tensor.format.rank, tensor.id]);
}

function plainRank(c: Context, e: Expr): string | undefined {
  return e.kind === "index" ? rankOf(c.draft, e.variable) : undefined;
}

function emit(
  c: Context,
  tensor: Tensor,
  indices: readonly VariableId[],
  value: Expr,
  s: Assignment,
): void {
  const hoisted = c.statement.hoisted;
  if (hoisted === undefined) throw new Error("internal: an assignment where none can stand");
  if (retarget(c, hoisted, tensor, indices, value, s.isLet)) return;
  const taken = new Set([...indices, ...c.statement.loops]);
  const expr = renameApart(c.draft, value, taken);
  hoisted.push({
    kind: "assign",
    target: tensor.id,
    indices,
    value: expr,
    isLet: s.isLet,
    at: s.at,
  });
}

/** `let P[t,x] = softmax[x] Z[t,x]`: the call writes P itself, in no other order. */
function retarget(
  c: Context,
  hoisted: Statement[],
  tensor: Tensor,
  indices: readonly VariableId[],
  expr: Expr,
  isLet: boolean,
): boolean {
  const last = hoisted.at(-1);
  if (last?.kind !== "call" || expr.kind !== "read") return false;
  const [first, ...others] = last.results;
  const isWhole = first?.target === expr.tensor && others.every((other) => other === undefined);
  const isInOrder =
    expr.indices.length === indices.length &&
    expr.indices.every((index, n) => index.kind === "index" && index.variable === indices[n]);
  const isLooped = indices.some((v) => c.statement.loops.has(v));
  if (!isWhole || !isInOrder || isLooped || first === undefined) return false;
  c.draft.tensors.delete(first.target);
  hoisted[hoisted.length - 1] = {
    ...last,
    results: [{ ...first, target: tensor.id, isLet }, ...others],
  };
  return true;
}
