// What the names of a callee stand for at one call.
//
// In:  a call, its callee (without calls itself), the caller so far.
// Out: the meaning of each rank, variable, scalar and tensor; lets for arguments that are shared.
// Not here: the callee's equations (equations.ts), results (call.ts).

import type {
  CallStatement,
  Cascade,
  Expr,
  Format,
  RankId,
  ScalarId,
  Statement,
  Tensor,
  TensorId,
  VariableId,
} from "../../cascade/cascade.js";
import { freeVariables, readAt } from "../../cascade/walk.js";
import { accessesOf, isHost, isPlainRead, mayStandInPlace } from "./argument.js";
import type { Caller } from "./caller.js";
import type { Given } from "./dependence.js";
import { translate, type Meaning, type Standing } from "./equations.js";

export class Binding {
  readonly call: CallStatement;
  readonly callee: Cascade;
  readonly caller: Caller;
  readonly meaning: Meaning;
  /** Lets for arguments, to stand before the callee's equations. */
  readonly lets: Statement[] = [];
  private readonly ranks = new Map<RankId, RankId>();
  private readonly variables = new Map<VariableId, VariableId>();
  private readonly scalars = new Map<ScalarId, Expr>();
  private readonly tensors = new Map<TensorId, Standing>();
  private readonly used: Set<VariableId>;

  constructor(call: CallStatement, callee: Cascade, caller: Caller, loops: readonly VariableId[]) {
    this.call = call;
    this.callee = callee;
    this.caller = caller;
    const walked = [...call.ranks.values()].map(({ variable }) => variable);
    this.used = new Set([...call.mapped, ...loops, ...walked]);
    for (const [v, { rank, variable }] of call.ranks) {
      this.ranks.set(this.calleeRank(v), rank);
      this.variables.set(v, variable);
    }
    this.meaning = {
      rank: (r) => this.rank(r),
      variable: (v) => this.variable(v),
      scalar: (s) => this.scalar(s),
      tensor: (t) => this.tensor(t),
      format: (f) => this.format(f),
      monoid: (id) => this.monoid(id),
      fresh: (like) => caller.names.variableLike(like),
    };
  }

  /** Variables of the caller that walk a tensor of the callee as it is declared. */
  walk(t: Tensor): readonly VariableId[] {
    return t.variables.map((v) => this.variable(v));
  }

  stands(id: TensorId, standing: Standing): void {
    this.tensors.set(id, standing);
  }

  /** Mapped variables that each argument varies with. */
  given(whole: ReadonlySet<TensorId>): Given {
    const { mapped } = this.call;
    const among = (e: Expr): ReadonlySet<VariableId> => {
      const free = freeVariables(e);
      return new Set(mapped.filter((v) => free.has(v)));
    };
    const tensors = new Map([...this.call.tensors].map(([id, e]) => [id, among(e)]));
    const scalars = new Map([...this.call.scalars].map(([id, e]) => [id, among(e)]));
    return { tensors, scalars, whole, mapped };
  }

  /** Binds what the call gives; `whole` parameters become tensors of the caller. */
  bindArguments(whole: ReadonlySet<TensorId>, given: Given): void {
    for (const [id, e] of this.call.scalars) this.bindScalar(id, e, given);
    for (const t of this.callee.tensors.values()) {
      if (t.role !== "in" && t.role !== "input") continue;
      const value = this.call.tensors.get(t.id) ?? this.defaultOf(t);
      const accesses = accessesOf(t.id, this.callee);
      if (accesses.count === 0 && !whole.has(t.id)) continue;
      const parameter = { tensor: t, format: this.format(t.format), walked: this.walk(t) };
      if (
        !whole.has(t.id) &&
        mayStandInPlace(value, parameter, accesses, this.callee, this.caller)
      ) {
        this.stands(t.id, {
          kind: "argument",
          value: typed(value, t.type),
          walked: parameter.walked,
        });
      } else {
        const mapped = whole.has(t.id) ? this.call.mapped : [...(given.tensors.get(t.id) ?? [])];
        this.stands(t.id, this.letFor(t, value, mapped));
      }
    }
  }

  private defaultOf(t: Tensor): Expr {
    if (t.value !== undefined) return translate(t.value, this.meaning);
    throw new Error(`internal: ${this.callee.name} is called without ${t.id}`);
  }

  private letFor(t: Tensor, value: Expr, mapped: readonly VariableId[]): Standing {
    const made = this.newTensor(t, mapped);
    const indices = made.variables;
    this.lets.push({ kind: "assign", target: made.id, indices, value, isLet: true, at: value.at });
    return { kind: "tensor", id: made.id, mapped };
  }

  /** A let of the caller for a tensor of the callee, with leading ranks of `mapped`. */
  newTensor(t: Tensor, mapped: readonly VariableId[]): Tensor {
    const variables = [...mapped, ...this.walk(t)];
    const format = this.format(t.format);
    const shifted =
      format.kind === "block" && format.along !== undefined
        ? { ...format, along: format.along + mapped.length }
        : format;
    const made: Tensor = {
      id: this.caller.name(t.id, this.callee.name),
      role: "let",
      variables,
      ranks: variables.map((v) => this.caller.rankOf(v)),
      format: shifted,
      type: t.type,
      value: undefined,
      shared: false,
      tier: undefined,
      doc: undefined,
      at: t.at,
    };
    this.caller.addTensor(made);
    return made;
  }

  private bindScalar(id: ScalarId, value: Expr, given: Given): void {
    const type = this.callee.scalars.get(id)?.type ?? value.type;
    if (isHost(value) || isPlainRead(value)) {
      this.scalars.set(id, typed(value, type));
      return;
    }
    const mapped = [...(given.scalars.get(id) ?? [])];
    const t: Tensor = {
      id,
      role: "let",
      ranks: [],
      variables: [],
      format: usual(type),
      type,
      value: undefined,
      shared: false,
      tier: undefined,
      doc: undefined,
      at: value.at,
    };
    const made = this.newTensor(t, mapped);
    this.lets.push({
      kind: "assign",
      target: made.id,
      indices: mapped,
      value,
      isLet: true,
      at: value.at,
    });
    this.scalars.set(id, readAt(made, mapped, value.at));
  }

  private calleeRank(v: VariableId): RankId {
    const rank = this.callee.variables.get(v)?.rank;
    if (rank === undefined) throw new Error(`internal: ${this.callee.name} has no variable ${v}`);
    return rank;
  }

  private rank(r: RankId): RankId {
    const known = this.ranks.get(r);
    if (known !== undefined) return known;
    const rank = this.callee.ranks.get(r);
    const extent = rank?.extent;
    if (rank === undefined || extent === undefined || extent.kind === "free" || !extent.value) {
      throw new Error(`internal: ${this.callee.name} is called without the rank ${r}`);
    }
    const value = translate(extent.value, this.meaning);
    const made = this.caller.derivedRank(value, r, this.callee.name, rank.at);
    this.ranks.set(r, made);
    return made;
  }

  /** The caller's variable of the same name where that is free at this call, else a new one. */
  private variable(v: VariableId): VariableId {
    const known = this.variables.get(v);
    if (known !== undefined) return known;
    const own = this.calleeRank(v);
    const rank = this.rank(own);
    const { names } = this.caller;
    const wanted = v.replace(/_\d+$/, "") === own ? rank : v;
    const isOurs = names.variables.get(wanted)?.rank === rank;
    const made = isOurs ? names.variableBeside(wanted, this.used) : names.variable(wanted, rank);
    this.used.add(made);
    this.variables.set(v, made);
    return made;
  }

  private scalar(id: ScalarId): Expr {
    const known = this.scalars.get(id);
    if (known !== undefined) return known;
    const scalar = this.callee.scalars.get(id);
    if (scalar?.value === undefined) {
      throw new Error(`internal: ${this.callee.name} is called without ${id}`);
    }
    const value = typed(translate(scalar.value, this.meaning), scalar.type);
    this.scalars.set(id, value);
    return value;
  }

  private tensor(id: TensorId): Standing {
    const known = this.tensors.get(id);
    if (known !== undefined) return known;
    const t = this.callee.tensors.get(id);
    if (t?.role !== "const" || t.value === undefined) {
      throw new Error(`internal: ${id} of ${this.callee.name} stands for nothing`);
    }
    const variables = this.walk(t);
    const table = t.table?.map((e) => translate(e, this.meaning));
    const made = this.caller.table(
      {
        ...t,
        ranks: t.ranks.map((r) => this.rank(r)),
        variables,
        format: this.format(t.format),
        value: translate(t.value, this.meaning),
        ...(table === undefined ? {} : { table }),
      },
      this.callee.name,
    );
    const standing: Standing = { kind: "tensor", id: made, mapped: [] };
    this.tensors.set(id, standing);
    return standing;
  }

  private format(f: Format): Format {
    if (f.kind === "index") return { ...f, rank: this.rank(f.rank) };
    if (f.kind !== "block") return f;
    const block = this.callee.formats.get(f.format);
    if (block === undefined) throw new Error(`internal: no format ${f.format}`);
    return { ...f, format: this.caller.blockFormat(block) };
  }

  private monoid(id: string): string {
    const monoid = this.callee.monoids.get(id);
    if (monoid === undefined) throw new Error(`internal: no monoid ${id}`);
    return this.caller.monoid(monoid);
  }
}

/** A literal is written in the kind that is wanted; another integer becomes real as it is used. */
function typed(e: Expr, type: Expr["type"]): Expr {
  if (e.type === type || type !== "real") return e;
  if (e.kind === "number") return { ...e, type };
  return { kind: "cast", format: { kind: "float", name: "f64" }, arg: e, type, at: e.at };
}

function usual(type: Expr["type"]): Format {
  if (type === "real") return { kind: "float", name: "f32" };
  if (type === "boolean") return { kind: "bool" };
  return { kind: "integer", bits: 32, signed: true, highFirst: false };
}
