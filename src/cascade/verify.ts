// Checks that a cascade keeps the rules of cascade.ts. It runs after every pass.
//
// In:  a cascade, and the name of the pass that made it.
// Out: nothing, or an exception that names the pass and the node: a broken rule is our mistake.
// Not here: what a user may write (src/cascade/check), presence, bounds.

import type {
  BlockFormat,
  Cascade,
  Expr,
  Format,
  Monoid,
  RankId,
  Statement,
  Tensor,
  TensorId,
  VariableId,
} from "./cascade.js";
import { paramsRank } from "./cascade.js";
import { expressionsOfMonoid } from "./statements.js";
import { checkExpr, type Place } from "./verify/expression.js";

/** @throws {Error} `internal: after <pass>: …` when a rule is broken. */
export function verify(cascade: Cascade, passName: string): void {
  new Verifier(cascade, passName, new Set()).whole();
}

class Verifier {
  private readonly c: Cascade;
  private readonly pass: string;
  /** Callees that were verified already. */
  private readonly seen: Set<Cascade>;

  constructor(c: Cascade, pass: string, seen: Set<Cascade>) {
    this.c = c;
    this.pass = pass;
    this.seen = seen;
  }

  whole(): void {
    this.tables();
    for (const monoid of this.c.monoids.values()) this.monoid(monoid);
    for (const [id, format] of this.c.formats) this.blockFormat(id, format);
    for (const contract of this.c.contracts) this.host(contract.value, "a contract");
    for (const { condition, ranks } of this.c.orients) {
      this.host(condition, "an orient");
      for (const rank of ranks) this.rank(rank, "an orient");
    }
    for (const shard of this.c.shards) this.rank(shard.rank, "a shard");
    const tensors = [...this.c.tensors.values()];
    const given = tensors.filter((t) => t.role !== "let" && t.role !== "store");
    this.block(this.c.body, new Set(given.map((t) => t.id)), []);
  }

  private fail(what: string): never {
    throw new Error(`internal: after ${this.pass}: ${this.c.kind} ${this.c.name}: ${what}`);
  }

  private place(where: string, defined: ReadonlySet<TensorId>): Place {
    return {
      cascade: this.c,
      defined,
      where,
      isMonoid: false,
      fail: (what) => this.fail(`${where}: ${what}`),
    };
  }

  /** An expression over no variables. */
  private host(e: Expr, where: string): void {
    checkExpr(e, this.place(where, new Set(this.c.tensors.keys())), []);
  }

  private rank(id: RankId, where: string): void {
    if (id !== paramsRank && !this.c.ranks.has(id)) this.fail(`${where}: no rank ${id}`);
  }

  private tables(): void {
    const { ranks, variables, tensors, scalars } = this.c;
    for (const [id, variable] of variables) {
      if (variable.id !== id) this.fail(`variable ${id} is stored as ${variable.id}`);
      this.rank(variable.rank, `variable ${id}`);
    }
    for (const [id, rank] of ranks) {
      if (rank.id !== id) this.fail(`rank ${id} is stored as ${rank.id}`);
      if (variables.get(id)?.rank !== id) this.fail(`rank ${id} lacks its own variable`);
      if (rank.extent.kind !== "free" && rank.extent.value !== undefined) {
        this.host(rank.extent.value, `rank ${id}`);
      }
    }
    for (const [id, tensor] of tensors) this.tensor(id, tensor);
    for (const [id, scalar] of scalars) {
      if (scalar.id !== id) this.fail(`scalar ${id} is stored as ${scalar.id}`);
      if (scalar.value !== undefined) this.host(scalar.value, `scalar ${id}`);
    }
    for (const id of [...tensors.keys(), ...scalars.keys()]) {
      const isTwo = ranks.has(id) || variables.has(id) || (tensors.has(id) && scalars.has(id));
      if (isTwo) this.fail(`${id} names two things`);
    }
  }

  private tensor(id: TensorId, t: Tensor): void {
    if (t.id !== id) this.fail(`tensor ${id} is stored as ${t.id}`);
    for (const rank of t.ranks) this.rank(rank, `tensor ${id}`);
    if (t.variables.length !== t.ranks.length) this.fail(`tensor ${id}: one variable per rank`);
    this.indices(t.variables, t.ranks, `tensor ${id}`);
    this.format(t.format, `tensor ${id}`);
    if (t.format.kind === "block" && t.format.along !== undefined) {
      if (t.ranks[t.format.along] === undefined) this.fail(`tensor ${id}: no such dimension`);
    }
    if (t.value === undefined) return;
    const all = new Set(this.c.tensors.keys());
    checkExpr(t.value, this.place(`value of ${id}`, all), t.variables);
  }

  /** Variables of a left side: distinct, each of its rank. */
  private indices(indices: readonly VariableId[], ranks: readonly RankId[], where: string): void {
    if (indices.length !== ranks.length) this.fail(`${where}: ${indices.length} indices`);
    if (new Set(indices).size !== indices.length) this.fail(`${where}: an index comes twice`);
    for (const [n, v] of indices.entries()) {
      const rank = this.c.variables.get(v)?.rank;
      if (rank === undefined) this.fail(`${where}: no variable ${v}`);
      if (rank !== ranks[n]) this.fail(`${where}: ${v} is of rank ${rank}, not ${ranks[n] ?? ""}`);
    }
  }

  private format(format: Format, where: string): void {
    if (format.kind === "index") this.rank(format.rank, where);
    if (format.kind === "block" && !this.c.formats.has(format.format)) {
      this.fail(`${where}: no format ${format.format}`);
    }
  }

  private monoid(m: Monoid): void {
    const where = `monoid ${m.id}`;
    for (const f of [m.lift, m.merge]) {
      if (f.fields.length !== m.fields.length) this.fail(`${where}: a field lacks its value`);
    }
    const place = { ...this.place(where, new Set<TensorId>()), isMonoid: true };
    for (const e of expressionsOfMonoid(m)) checkExpr(e, place, []);
  }

  private blockFormat(id: string, format: BlockFormat): void {
    if (format.id !== id) this.fail(`format ${id} is stored as ${format.id}`);
    const { encode } = format;
    if (encode.tensors.get(format.subject)?.role !== "in") this.fail(`format ${id}: its subject`);
    for (const store of format.stores) {
      if (encode.tensors.get(store)?.role !== "store") this.fail(`format ${id}: store ${store}`);
    }
    const inner = new Verifier(encode, this.pass, this.seen);
    inner.whole();
    const all = new Set(encode.tensors.keys());
    checkExpr(format.read, inner.place(`read of ${id}`, all), [format.variable]);
  }

  /** Verifies a block and adds what it introduces to `defined`. */
  private block(
    body: readonly Statement[],
    defined: Set<TensorId>,
    loops: readonly VariableId[],
  ): void {
    for (const s of body) this.statement(s, defined, loops);
  }

  private statement(s: Statement, defined: Set<TensorId>, loops: readonly VariableId[]): void {
    const check = (e: Expr, where: string, bound: readonly VariableId[] = []): void =>
      checkExpr(e, this.place(where, defined), [...new Set([...loops, ...bound])]);
    switch (s.kind) {
      case "assign":
        check(s.value, `assignment to ${s.target}`, s.indices);
        return this.target(s.target, s.indices, s.isLet, defined, loops);
      case "call":
        return this.call(s, defined, loops);
      case "repeat":
        check(s.count, "repeat");
        if (s.until !== undefined) check(s.until, "until");
        return this.block(s.body, new Set(defined), loops);
      case "scan":
        if (!this.c.variables.has(s.variable)) this.fail(`scan: no variable ${s.variable}`);
        if (loops.includes(s.variable)) this.fail(`scan: ${s.variable} is bound outside`);
        return this.block(s.body, new Set(defined), [...loops, s.variable]);
      case "when":
        check(s.condition, "when");
        this.block(s.then, new Set(defined), loops);
        return this.block(s.otherwise, new Set(defined), loops);
      case "await":
        for (const id of s.from === undefined ? [s.input] : [s.input, s.from])
          this.known(id, defined);
        defined.add(s.target);
        return this.paired(s.target, s.input, "await");
      case "gradient":
        return this.gradient(s, defined);
    }
  }

  private known(id: TensorId, defined: ReadonlySet<TensorId>): void {
    if (!this.c.tensors.has(id)) this.fail(`no tensor ${id}`);
    if (!defined.has(id)) this.fail(`${id} is used before it is introduced`);
  }

  private target(
    id: TensorId,
    indices: readonly VariableId[],
    isLet: boolean,
    defined: Set<TensorId>,
    loops: readonly VariableId[],
  ): void {
    const where = `assignment to ${id}`;
    const t = this.c.tensors.get(id);
    if (t === undefined) return this.fail(`no tensor ${id}`);
    this.indices(indices, t.ranks, where);
    if (isLet && t.role === "const") this.prelude(id, loops);
    else if (isLet) this.introduce(t, indices, defined, loops);
    else if (t.role === "in" || t.role === "const") this.fail(`${where}: it is ${t.role}`);
    else if (!defined.has(id)) this.fail(`${where}: it is not introduced`);
  }

  private prelude(id: TensorId, loops: readonly VariableId[]): void {
    if (loops.length > 0) this.fail(`table ${id} is computed in a loop`);
  }

  private introduce(
    t: Tensor,
    indices: readonly VariableId[],
    defined: Set<TensorId>,
    loops: readonly VariableId[],
  ): void {
    if (t.role !== "let" && t.role !== "store") this.fail(`let ${t.id}: it is ${t.role}`);
    if (defined.has(t.id)) this.fail(`${t.id} is introduced twice`);
    if (indices.some((v) => loops.includes(v))) this.fail(`let ${t.id}: a loop binds an index`);
    defined.add(t.id);
  }

  private paired(a: TensorId, b: TensorId, where: string): void {
    const [one, other] = [this.c.tensors.get(a), this.c.tensors.get(b)];
    if (one?.ranks.join() !== other?.ranks.join())
      this.fail(`${where}: ${a} and ${b} differ in ranks`);
  }

  private gradient(s: Extract<Statement, { kind: "gradient" }>, defined: Set<TensorId>): void {
    for (const id of [s.of, ...s.wrt, ...(s.from === undefined ? [] : [s.from])])
      this.known(id, defined);
    if (s.targets.length !== s.wrt.length) this.fail("gradient: one target for each tensor");
    for (const [n, target] of s.targets.entries()) {
      this.paired(target, s.wrt[n] ?? "", "gradient");
      defined.add(target);
    }
    if (s.from !== undefined) this.paired(s.from, s.of, "gradient");
  }

  private call(
    s: Extract<Statement, { kind: "call" }>,
    defined: Set<TensorId>,
    loops: readonly VariableId[],
  ): void {
    const where = `call of ${s.callee.name}`;
    const walked = [...s.ranks.values()].map(({ variable }) => variable);
    this.callRanks(s, where);
    const bound = [...new Set([...loops, ...s.mapped, ...walked])];
    for (const [id, e] of [...s.tensors, ...s.scalars]) {
      checkExpr(e, this.place(`${where}: ${id}`, defined), bound);
    }
    const outs = [...s.callee.tensors.values()].filter((t) => t.role === "out");
    if (s.results.length !== outs.length) this.fail(`${where}: ${s.results.length} results`);
    for (const result of s.results) {
      if (result !== undefined)
        this.target(result.target, result.indices, result.isLet, defined, loops);
    }
    if (this.seen.has(s.callee)) return;
    this.seen.add(s.callee);
    new Verifier(s.callee, this.pass, this.seen).whole();
  }

  private callRanks(s: Extract<Statement, { kind: "call" }>, where: string): void {
    const walked = [...s.ranks.values()].map(({ variable }) => variable);
    if (new Set([...walked, ...s.mapped]).size !== walked.length + s.mapped.length) {
      this.fail(`${where}: a variable walks two ranks`);
    }
    for (const [v, { rank, variable }] of s.ranks) {
      if (!s.callee.variables.has(v)) this.fail(`${where}: the callee has no variable ${v}`);
      if (this.c.variables.get(variable)?.rank !== rank) this.fail(`${where}: ${variable}`);
    }
    for (const id of s.tensors.keys()) {
      if (s.callee.tensors.get(id)?.role !== "in") this.fail(`${where}: ${id} is no parameter`);
    }
    for (const id of s.scalars.keys()) {
      if (!s.callee.scalars.has(id)) this.fail(`${where}: ${id} is no scalar`);
    }
  }
}
