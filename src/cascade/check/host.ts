// Statements that ask something of the host or the compiler: `await`, `gradient`.
//
// In:  `let h[i] = await g[i]`, `dX, dW = gradient Y wrt X, W from dY`.
// Out: await and gradient statements.
// Not here: how a gradient is derived (src/transform).

import type { Expression, Name, Statement as Written, Target } from "../../../grammar/syntax.js";
import type { RankId, Tensor, TensorId } from "../cascade.js";
import { lookUp } from "./access.js";
import type { Context } from "./context.js";
import { freshId, introduce, report, tensorOf } from "./draft.js";
import { dimensionsOf } from "./declare.js";
import { leftName, assignable } from "./left.js";

type Assignment = Extract<Written, { kind: "assign" }>;

function tensorNamed(c: Context, name: Name): Tensor | undefined {
  const meaning = lookUp(c, name);
  if (meaning === undefined) return undefined;
  if (meaning.kind === "tensor") {
    return c.draft.poisoned.has(meaning.id) ? undefined : tensorOf(c.draft, meaning.id);
  }
  return report(c.draft, "E0209", name.at, [name.text, meaning.kind, "a tensor"]);
}

/** `await g[i]`: a tensor at its own variables. */
function wholeAccess(c: Context, e: Expression): Tensor | undefined {
  if (e.kind === "name") return tensorNamed(c, { text: e.name, at: e.at });
  if (e.kind !== "access") return report(c.draft, "E0606", e.at, []);
  const tensor = tensorNamed(c, e.name);
  if (tensor === undefined) return undefined;
  const isWhole =
    e.indices.length === tensor.variables.length &&
    e.indices.every((index, n) => index.kind === "name" && index.name === tensor.variables[n]);
  return isWhole ? tensor : report(c.draft, "E0606", e.at, []);
}

export function awaitInput(
  c: Context,
  s: Assignment,
  e: Extract<Expression, { kind: "await" }>,
): boolean {
  const input = wholeAccess(c, e.input);
  const from = e.from === undefined ? undefined : wholeAccess(c, e.from);
  if (input === undefined || (e.from !== undefined && from === undefined)) return false;
  if (input.role !== "input" && input.role !== "grad") {
    report(c.draft, "E0605", e.input.at, [input.id]);
    return false;
  }
  const target = takeTarget(c, s, input);
  if (target === undefined) return false;
  c.statement.hoisted?.push({
    kind: "await",
    target,
    input: input.id,
    from: from?.id,
    at: s.at,
  });
  return true;
}

function takeTarget(c: Context, s: Assignment, like: Tensor): TensorId | undefined {
  const [target, second] = s.targets;
  if (target === undefined || second !== undefined) {
    return report(c.draft, "E0608", s.at, [s.targets.length]);
  }
  return s.isLet ? newLike(c, target, like) : oldLike(c, target, like);
}

/** A `let` with the ranks of another tensor. */
function newLike(c: Context, target: Target, like: Tensor): TensorId | undefined {
  const { draft } = c;
  const variables = target.hasIndices ? namedVariables(c, target, like.ranks) : like.variables;
  if (variables === undefined) return undefined;
  const id = freshId(draft, target.name.text);
  const meaning = { kind: "tensor", id, at: target.name.at } as const;
  if (!introduce(draft, c.scope, target.name, meaning)) return undefined;
  const format =
    like.format.kind === "block" ? ({ kind: "float", name: "f32" } as const) : like.format;
  draft.tensors.set(id, {
    id,
    role: "let",
    ranks: like.ranks,
    variables,
    format,
    type: like.type,
    value: undefined,
    shared: false,
    tier: undefined,
    doc: undefined,
    at: target.at,
  });
  return id;
}

function namedVariables(
  c: Context,
  target: Target,
  ranks: readonly RankId[],
): readonly string[] | undefined {
  const names = target.indices.map((index) => leftName(c, index));
  const known = names.filter((name) => name !== undefined);
  const variables = known.length < names.length ? undefined : dimensionsOf(c, known);
  if (variables === undefined) return undefined;
  const own = variables.map((v) => c.draft.variables.get(v)?.rank);
  const isSame = own.length === ranks.length && own.every((rank, n) => rank === ranks[n]);
  return isSame
    ? variables
    : report(c.draft, "E0611", target.at, [target.name.text, ranks.join(",")]);
}

function oldLike(c: Context, target: Target, like: Tensor): TensorId | undefined {
  const tensor = assignable(c, target.name);
  if (tensor === undefined) return undefined;
  const isSame =
    tensor.ranks.length === like.ranks.length &&
    tensor.ranks.every((rank, n) => rank === like.ranks[n]);
  if (target.hasIndices && namedVariables(c, target, like.ranks) === undefined) return undefined;
  if (isSame) return tensor.id;
  return report(c.draft, "E0611", target.at, [target.name.text, like.ranks.join(",")]);
}

/** `gradient O wrt Q, K from dO`: one target for each tensor after `wrt`. */
export function gradientOf(
  c: Context,
  s: Assignment,
  e: Extract<Expression, { kind: "gradient" }>,
): boolean {
  const of = tensorNamed(c, e.of);
  const wrt = e.wrt.map((name) => tensorNamed(c, name));
  const from = e.from === undefined ? undefined : tensorNamed(c, e.from);
  const known = wrt.filter((tensor) => tensor !== undefined);
  if (of === undefined || known.length < wrt.length) return false;
  if (e.from !== undefined && from === undefined) return false;
  if (!seedFits(c, e, of, from)) return false;
  const discrete = [of, ...known].find((tensor) => tensor.type !== "real");
  if (discrete !== undefined) {
    report(c.draft, "E0612", e.at, [discrete.id]);
    return false;
  }
  if (s.targets.length !== known.length) {
    report(c.draft, "E0613", s.at, [known.length, s.targets.length]);
    return false;
  }
  const targets = known.map((like, n) => {
    const target = s.targets[n];
    if (target === undefined) return undefined;
    return s.isLet ? newLike(c, target, like) : oldLike(c, target, like);
  });
  const ids = targets.filter((id) => id !== undefined);
  if (ids.length < targets.length) return false;
  c.statement.hoisted?.push({
    kind: "gradient",
    of: of.id,
    wrt: known.map(({ id }) => id),
    from: from?.id,
    targets: ids,
    at: s.at,
  });
  return true;
}

function seedFits(
  c: Context,
  e: Extract<Expression, { kind: "gradient" }>,
  of: Tensor,
  from: Tensor | undefined,
): boolean {
  if (from === undefined && of.ranks.length === 0) return true;
  const isSame =
    from?.ranks.length === of.ranks.length && from.ranks.every((rank, n) => rank === of.ranks[n]);
  if (isSame) return true;
  report(c.draft, "E0614", (e.from ?? e.of).at, [of.id, of.ranks.join(","), from?.id]);
  return false;
}
