// Reductions and folds: loops around an accumulator, over one parameter or over all.
//
// In:  a reduce or fold node of a cascade.
// Out: a compiled node; absent where no point was present (any, all and count are not).
// Not here: topk (topk.ts); the order of products (product.ts).

import { paramsRank, type Expr } from "../cascade.js";
import { newAccumulator, type Accumulator, type ReduceExpr } from "./accumulator.js";
import { variableCell, type Member } from "./context.js";
import { compileDot } from "./dot.js";
import { foldAccumulator, type FoldExpr } from "./fold.js";
import { known, newCell, node, type Cell, type Node, type Run } from "./node.js";
import { reorderProduct } from "./product.js";
import { factsOf, loopsOver, sweep, within, type Compile, type Scope } from "./scope.js";

export function compileReduce(written: ReduceExpr, scope: Scope, compile: Compile): Node {
  const e = reorderProduct(written, scope);
  const { context } = scope;
  const dot = compileDot(e, scope, compile);
  if (dot !== undefined) return dot;
  const isWide = scope.arithmetic === "f32" && e.accumulate === "f64";
  const inner = within(scope, e.over);
  const body = compile(e.body, isWide ? { ...inner, arithmetic: "exact" } : inner);
  const position = e.over[0] === undefined ? undefined : variableCell(context, e.over[0]);
  const accumulate = (inputs: readonly Cell[]): Accumulator => {
    const [input] = inputs;
    if (input === undefined) throw new Error("internal: a reduction of nothing");
    return newAccumulator(e, input, position, {
      arithmetic: scope.arithmetic,
      mode: context.mode,
    });
  };
  return reduceOver(e, [body], accumulate, scope);
}

export function compileFold(e: FoldExpr, scope: Scope, compile: Compile): Node {
  const args = e.args.map((arg) => compile(arg, within(scope, e.over)));
  const accumulate = (inputs: readonly Cell[]): Accumulator =>
    foldAccumulator(e, inputs, scope, compile);
  return reduceOver(e, args, accumulate, scope);
}

function reduceOver(
  e: ReduceExpr | FoldExpr,
  args: readonly Node[],
  accumulate: (inputs: readonly Cell[]) => Accumulator,
  scope: Scope,
): Node {
  const { variables } = scope.context.cascade;
  const isParams = e.over.some((v) => known(variables, v, "variable").rank === paramsRank);
  if (isParams) return reduceOverParams(e, args, accumulate, scope);
  const { reset, take, finish } = accumulate(args.map((arg) => arg.cell));
  const points = sweep(loopsOver(scope.context, e.over), whenPresent(args, take));
  const out = newCell();
  return node(out, () => {
    reset();
    points();
    return finish(out);
  });
}

function whenPresent(args: readonly Node[], take: () => void): () => void {
  const [first, second] = args;
  if (first === undefined) throw new Error("internal: a reduction of nothing");
  const run: Run = first.run;
  if (second !== undefined) return () => args.every((arg) => arg.run()) && take();
  return () => {
    if (run()) take();
  };
}

/** Every parameter registers its own points; whoever asks goes over those of all, in order. */
function reduceOverParams(
  e: ReduceExpr | FoldExpr,
  args: readonly Node[],
  accumulate: (inputs: readonly Cell[]) => Accumulator,
  scope: Scope,
): Node {
  const { context, place } = scope;
  const key = `${place.path}#${place.reductions++}`;
  const member = memberOf(e, args, scope);
  const members = context.members.get(key) ?? [];
  members.push(member);
  context.members.set(key, members);
  const inputs = args.map(() => newCell());
  const { reset, take, finish } = accumulate(inputs);
  const out = newCell();
  return node(out, () => {
    reset();
    for (const other of members) {
      for (const [v, cell] of other.variables) cell.value = variableCell(context, v).value;
      other.sweep(() => {
        inputs.forEach((cell, n) => (cell.value = other.inputs[n]?.value ?? NaN));
        take();
      });
    }
    return finish(out);
  });
}

function memberOf(
  e: Expr & { readonly over: readonly string[] },
  args: readonly Node[],
  scope: Scope,
): Member {
  const { context } = scope;
  const own = e.over.filter((v) => context.cascade.variables.get(v)?.rank !== paramsRank);
  const loops = loopsOver(context, own);
  const free = [...factsOf(e).free].map((v) => [v, variableCell(context, v)] as const);
  return {
    inputs: args.map((arg) => arg.cell),
    variables: new Map(free),
    sweep: (take) => sweep(loops, () => args.every((arg) => arg.run()) && take())(),
  };
}
