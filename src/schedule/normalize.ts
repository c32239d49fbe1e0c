// Brings a cascade into equations with at most one reduction each, at the root.
//
// In:  a cascade without calls and orients.
// Out: regions of equations; the lets that this made are in the cascade that comes back.
// Not here: which equations share a launch (group.ts). Values do not change.

import { unreachable } from "../../grammar/span.js";
import type { Span } from "../../grammar/span.js";
import { f32, i32, paramsRank } from "../cascade/cascade.js";
import type {
  Assign,
  BinaryOp,
  Cascade,
  Expr,
  Format,
  Statement,
  Tensor,
  TensorId,
  ValueType,
  VariableId,
} from "../cascade/cascade.js";
import type { Names } from "../cascade/names.js";
import { isPresent } from "../cascade/presence.js";
import { byReciprocal } from "../cascade/scalars.js";
import { mapExpressions, mapStatements } from "../cascade/statements.js";
import {
  exprKey,
  freeVariables,
  mapChildren,
  renameVariables,
  rewrite,
  substitute,
} from "../cascade/walk.js";
import { hostLets, isHost, loopVariables, withHostLets } from "./hosts.js";
import type { Equation, Region, Step } from "./plan.js";
import { splitProduct } from "./product.js";

export interface Normal {
  readonly cascade: Cascade;
  readonly steps: Region<Equation>;
  readonly initial: readonly { readonly tensor: TensorId; readonly steps: Region<Equation> }[];
  /** Variables of scans and repeats. */
  readonly loops: ReadonlySet<VariableId>;
}

/** Hoists reductions, conditions and phases over parameters out of expressions. */
export function normalize(source: Cascade, names: Names): Normal {
  const cascade = renameScans(source, names);
  const normalizer = new Normalizer(cascade, names);
  const tables = [...cascade.tensors.values()].flatMap((t) => normalizer.table(t));
  const steps = [...tables, ...normalizer.region(cascade.body)];
  const initial = [...cascade.tensors.values()].flatMap((t) => {
    if (t.role !== "state" || t.value === undefined) return [];
    const start = { target: t.id, indices: t.variables, value: t.value, isLet: true, at: t.at };
    return [{ tensor: t.id, steps: [...tables, ...normalizer.equation(start)] }];
  });
  return { cascade: normalizer.cascade(), steps, initial, loops: normalizer.loops };
}

/** Gives each scan a variable of its own, which no other statement binds. */
function renameScans(cascade: Cascade, names: Names): Cascade {
  const body = mapStatements(cascade.body, (s) => {
    if (s.kind !== "scan") return [s];
    const variable = names.variableLike(s.variable);
    const by = new Map([[s.variable, variable]]);
    const inside = mapStatements(s.body, (inner) => [renameIn(inner, by)]);
    return [{ ...s, variable, body: inside }];
  });
  return { ...cascade, body, variables: names.variables };
}

function renameIn(s: Statement, by: ReadonlyMap<VariableId, VariableId>): Statement {
  const renamed = mapExpressions(s, (e) => renameVariables(e, by));
  if (renamed.kind !== "assign") return renamed;
  return { ...renamed, indices: renamed.indices.map((v) => by.get(v) ?? v) };
}

/** What an equation is made for. */
type Plain = Omit<Assign, "kind">;
type Topk = Extract<Expr, { readonly kind: "topk" }>;

/** Keeps the names and tensors made so far. */
class Normalizer {
  readonly loops: Set<VariableId>;
  private readonly names: Names;
  private readonly lets: ReadonlyMap<TensorId, Expr>;
  private readonly tensors: Map<TensorId, Tensor>;
  private readonly source: Cascade;

  constructor(source: Cascade, names: Names) {
    this.source = source;
    this.names = names;
    this.lets = hostLets(source);
    this.loops = new Set(loopVariables(source.body));
    this.tensors = new Map([...source.tensors].filter(([id]) => !this.lets.has(id)));
  }

  cascade(): Cascade {
    return { ...this.source, tensors: this.tensors, variables: this.names.variables };
  }

  region(body: readonly Statement[]): Region<Equation> {
    return body.flatMap((s) => this.statement(s));
  }

  /** A `const` is a let at the start of every step. */
  table(t: Tensor): Region<Equation> {
    if (t.role !== "const" || t.value === undefined) return [];
    return this.equation({
      target: t.id,
      indices: t.variables,
      value: t.value,
      isLet: true,
      at: t.at,
    });
  }

  private statement(s: Statement): Region<Equation> {
    switch (s.kind) {
      case "assign":
        return this.lets.has(s.target) ? [] : this.equation(s);
      case "repeat": {
        const variable = this.names.fresh("pass");
        this.loops.add(variable);
        const count = withHostLets(s.count, this.lets);
        const until = s.until === undefined ? undefined : this.condition(s.until, s.at);
        return [{ kind: "repeat", variable, count, until, body: this.region(s.body) }];
      }
      case "scan": {
        const { variable, backwards } = s;
        return [{ kind: "scan", variable, backwards, body: this.region(s.body) }];
      }
      case "when": {
        const { before, condition } = this.condition(s.condition, s.at);
        const then = this.region(s.then);
        const otherwise = this.region(s.otherwise);
        return [...before, { kind: "when", condition, then, otherwise }];
      }
      case "call":
      case "await":
      case "gradient":
        throw new Error(`internal: ${s.kind} reached the scheduler`);
      default:
        return unreachable(s);
    }
  }

  /** A condition that the host can test: its own, or a boolean that a launch computes before. */
  private condition(e: Expr, at: Span): { before: Region<Equation>; condition: Expr } {
    const value = withHostLets(e, this.lets);
    if (isHost(value, this.loops)) return { before: [], condition: value };
    const isFalse: Expr = { kind: "boolean", value: false, type: "boolean", at };
    const total: Expr = { kind: "else", first: value, second: isFalse, type: "boolean", at };
    const target = this.makeLet("condition", [], "boolean", at);
    const before = this.equation({ target, indices: [], value: total, isLet: true, at });
    return {
      before,
      condition: { kind: "read", tensor: target, indices: [], type: "boolean", at },
    };
  }

  /** The equation itself behind those of the reductions inside it. */
  equation(s: Omit<Assign, "kind">): Region<Equation> {
    const before: Step<Equation>[] = [];
    const memo = new Map<string, Expr>();
    const hoist = (e: Expr): Expr => {
      const inner = mapChildren(pairwise(e.kind === "topk" ? this.best(e, s, before) : e), hoist);
      if (inner.kind !== "reduce" && inner.kind !== "fold") return inner;
      const whole = this.withoutParams(inner, before, s, e);
      const key = exprKey(whole);
      const read = memo.get(key) ?? this.materialise(whole, s, before);
      memo.set(key, read);
      return read;
    };
    const isOnHost = (e: Expr) => isHost(e, this.loops);
    const value = rewrite(
      withHostLets(s.value, this.lets),
      (e) => byReciprocal(e, isOnHost) ?? e,
    );
    const top = value.kind === "topk" ? this.best(value, s, before) : value;
    const isRoot = top.kind === "reduce" || top.kind === "fold";
    const rooted = isRoot ? mapChildren(pairwise(top), hoist) : hoist(top);
    const last = this.withoutParams(rooted, before, s, value);
    const { target, indices, isLet, at } = s;
    return [...before, leaf({ kind: "equation", target, indices, value: last, isLet, at })];
  }

  /**
   * A reduction over `params` is one of each parameter's own reduction. `source`: as it was before
   * what is in it got names.
   */
  private withoutParams(e: Expr, before: Step<Equation>[], s: Plain, source: Expr): Expr {
    if (e.kind !== "reduce") return e;
    const isParams = (v: VariableId): boolean =>
      this.names.variables.get(v)?.rank === paramsRank || v === paramsRank;
    const outer = e.over.filter(isParams);
    const inner = e.over.filter((v) => !isParams(v));
    if (outer.length === 0) return e;
    if (e.op === "mean") {
      const sum = this.withoutParams({ ...e, op: "sum" }, before, s, source);
      const counted = { ...e, op: "count", body: presentOf(e.body), type: "integer" } as const;
      const number = this.withoutParams(counted, before, s, source);
      const args = [this.materialise(sum, s, before), this.materialise(number, s, before)];
      return { kind: "map", op: "div", args, type: "real", at: e.at };
    }
    const part = inner.length === 0 ? e.body : this.materialise({ ...e, over: inner }, s, before);
    const whole: Expr = { kind: "else", first: part, second: neutralOf(e), type: e.type, at: e.at };
    const own = this.materialise(whole, s, before);
    const all = { ...e, op: e.op === "count" ? "sum" : e.op, over: outer, body: own } as const;
    const isSure = ["any", "all", "count"].includes(e.op) || isPresent(this.source, source);
    if (isSure) return all;
    const is = { type: "boolean", at: e.at } as const;
    const no: Expr = { kind: "boolean", value: false, ...is };
    const found: Expr = { kind: "else", first: presentOf(part), second: no, ...is };
    const here = this.materialise(found, s, before);
    const predicate = this.materialise({ ...all, ...is, op: "any", body: here }, s, before);
    const value = this.materialise(all, s, before);
    return { kind: "where", value, predicate, type: e.type, at: e.at };
  }

  /**
   * The n-th best is the point that n others are better than; of equals, the lower index is. The
   * number of
   * better ones is counted for every point.
   */
  private best(e: Topk, s: Omit<Assign, "kind">, before: Step<Equation>[]): Expr {
    const { at } = e;
    const number = (variable: VariableId): Expr => ({
      kind: "index",
      variable,
      type: "integer",
      at,
    });
    const test = (op: BinaryOp, a: Expr, b: Expr): Expr => ({
      kind: "map",
      op,
      args: [a, b],
      type: "boolean",
      at,
    });
    const own = e.keys.map((key) => this.named(key, s, before));
    const other = this.names.variableLike(e.over);
    const by = new Map([[e.over, number(other)]]);
    const others = own.map((key) => substitute(key, by, (like) => this.names.variableLike(like)));
    const isBetter = own.reduceRight<Expr>(
      (tie, key, n) => {
        const theirs = others[n] ?? key;
        return test("or", test("gt", theirs, key), test("and", test("eq", theirs, key), tie));
      },
      test("lt", number(other), number(e.over)),
    );
    const counted = { kind: "reduce", op: "count", over: [other], body: isBetter } as const;
    const plain = { contraction: false, accumulate: undefined, type: "integer", at } as const;
    const place = this.materialise({ ...counted, ...plain }, s, before);
    const isHere = own.map((key) => test("eq", key, key)).reduce((a, b) => test("and", a, b));
    const predicate = test("and", test("eq", place, number(e.into)), isHere);
    const body: Expr = { kind: "where", value: number(e.over), predicate, type: "integer", at };
    return { kind: "reduce", op: "min", over: [e.over], body, ...plain };
  }

  /** A let for `e`, behind those of the reductions in it. */
  private named(e: Expr, s: Omit<Assign, "kind">, before: Step<Equation>[]): Expr {
    if (e.kind === "read") return e;
    const read = this.materialise(e, s, []);
    if (read.kind !== "read") throw new Error("internal: a let that is not read");
    const indices = read.indices.flatMap((index) =>
      index.kind === "index" ? [index.variable] : [],
    );
    before.push(
      ...this.equation({ target: read.tensor, indices, value: e, isLet: true, at: e.at }),
    );
    return read;
  }

  /** Names `e`: a let over its free variables, those of the statement's left side first. */
  private materialise(e: Expr, s: Omit<Assign, "kind">, before: Step<Equation>[]): Expr {
    const free = [...freeVariables(e)].filter((v) => !this.loops.has(v));
    const first = s.indices.filter((v) => free.includes(v));
    const indices = [...first, ...free.filter((v) => !first.includes(v))];
    const base = e.kind === "reduce" ? e.op : e.kind === "fold" ? e.monoid : "part";
    const target = this.makeLet(`${s.target}_${base}`, indices, e.type, e.at);
    before.push(leaf({ kind: "equation", target, indices, value: e, isLet: true, at: e.at }));
    const reads = indices.map((variable): Expr => ({
      kind: "index",
      variable,
      type: "integer",
      at: e.at,
    }));
    return { kind: "read", tensor: target, indices: reads, type: e.type, at: e.at };
  }

  private makeLet(
    base: string,
    variables: readonly VariableId[],
    type: ValueType,
    at: Span,
  ): TensorId {
    const id = this.names.fresh(base);
    const rankOf = (v: VariableId): string => this.names.variables.get(v)?.rank ?? v;
    const tensor = { id, role: "let", variables, type, at, ranks: variables.map(rankOf) } as const;
    const rest = { value: undefined, shared: false, tier: undefined, doc: undefined };
    this.tensors.set(id, { ...tensor, ...rest, format: formatOf(type) });
    return id;
  }
}

const leaf = (equation: Equation): Step<Equation> => ({ kind: "leaf", leaf: equation });

/** What a parameter without a present point contributes. */
function neutralOf({ op, type, at }: Extract<Expr, { readonly kind: "reduce" }>): Expr {
  if (type === "boolean") return { kind: "boolean", value: op === "all", type, at };
  const largest = type === "integer" ? 2 ** 31 - 1 : (2 - 2 ** -23) * 2 ** 127;
  const value = op === "prod" ? 1 : op === "max" ? -largest : op === "min" ? largest : 0;
  return { kind: "number", value, type, at };
}

const pairwise = (e: Expr): Expr => (e.kind === "reduce" ? splitProduct(e) : e);

/** True where `e` is present, absent elsewhere. */
function presentOf(e: Expr): Expr {
  const yes: Expr = { kind: "map", op: "eq", args: [e, e], type: "boolean", at: e.at };
  return yes;
}

/** The format in which a let of this kind is kept. */
export function formatOf(type: ValueType): Format {
  if (type === "real") return f32;
  return type === "integer" ? i32 : { kind: "bool" };
}
