// A definition as text: header, declarations, statements, contracts.
//
// In:  a cascade, a monoid; the name under which it is to stand.
// Out: text that reads back as the same definition.
// Not here: which definitions a file needs (src/cascade/print.ts).

import type {
  BlockFormat,
  Cascade,
  Contract,
  MonoidFunction,
  Monoid,
  RankId,
  Scalar,
  Tensor,
} from "../cascade.js";
import { folded, StatementPrinter } from "./statement.js";
import { expressionText } from "./expression.js";
import { formatText, isUsual, listText, type Words } from "./text.js";

/** What is printed of a block format besides its encode cascade. */
export type Reading = Pick<BlockFormat, "read" | "variable" | "subject">;

/** The text of `c`, called `name`. `reading` is given for a format. */
export function definitionText(
  c: Cascade,
  name: string,
  words: Words,
  reading: Reading | undefined,
): string {
  return new DefinitionPrinter(c, words).text(name, reading);
}

class DefinitionPrinter {
  private readonly c: Cascade;
  private readonly words: Words;
  private readonly statements: StatementPrinter;
  /** Variables that are no rank's own, by the name that is shown. */
  private readonly variables = new Map<string, RankId>();
  private readonly inHeader = new Set<string>();

  constructor(c: Cascade, words: Words) {
    this.c = c;
    this.words = words;
    const shown = (name: string, rank: RankId): void => {
      if (name !== rank) this.variables.set(name, rank);
    };
    this.statements = new StatementPrinter(c, shown, words);
  }

  text(name: string, reading: Reading | undefined): string {
    const header = this.header(name, reading);
    const statements = this.statements.block(this.c.body, "  ", []);
    const read =
      reading === undefined
        ? []
        : folded("  ", `read ${this.statements.expression(reading.read, [reading.variable])}`);
    const contracts = this.contractLines();
    const declarations = this.declarations();
    const paragraphs = [declarations, [...statements, ...read], contracts];
    const body = paragraphs.filter((lines) => lines.length > 0).map((lines) => lines.join("\n"));
    return `${docText(this.c.doc)}${header} {\n${body.join("\n\n")}\n}\n`;
  }

  private tensorsOf(...roles: readonly Tensor["role"][]): readonly Tensor[] {
    return [...this.c.tensors.values()].filter((t) => roles.includes(t.role));
  }

  private header(name: string, reading: Reading | undefined): string {
    const ins = this.tensorsOf("in").filter((t) => t.id !== reading?.subject);
    const ranks = [...this.c.ranks.values()].flatMap(({ id, extent }) => {
      if (extent.kind !== "static") return [];
      const { value: given } = extent;
      const value = given === undefined ? "" : ` = ${this.statements.expression(given, [])}`;
      return [`static rank ${id}${value}`];
    });
    const scalars = [...this.c.scalars.values()].flatMap((scalar) => this.parameter(scalar));
    const parameters = [...ins.map((t) => this.introduced(t)), ...ranks, ...scalars];
    const list = parameters.length === 0 ? "" : `(${parameters.join(", ")})`;
    const subject = reading === undefined ? undefined : this.c.tensors.get(reading.subject);
    const of = subject === undefined ? "" : ` of ${this.introduced(subject)}`;
    const outs = this.tensorsOf("out")
      .map((t) => this.introduced(t))
      .join(", ");
    const results = outs === "" ? "" : ` -> ${outs}`;
    const start = `${this.c.kind} ${name}`;
    const line = `${start}${list}${of}${results}`;
    if (line.length <= 98) return line;
    return `${wrapped(start, parameters)}${of}${results === "" ? "" : `\n   ${results}`}`;
  }

  /** `static steps = 5`, `lr = 1e-3 in 0..1`; nothing for what a definition does not write. */
  private parameter(scalar: Scalar): string[] {
    const { id, role, value, low, high } = scalar;
    if (role === "step" || role === "const") return [];
    if (role === "key") return this.c.kind === "cascade" ? [`${id} : u32`] : [];
    const word = role === "static" ? "static " : "";
    const needsFormat = value !== undefined && scalar.type !== value.type;
    const format = needsFormat ? ` : ${scalar.type === "real" ? "f32" : "i32"}` : "";
    const given = value === undefined ? "" : ` = ${this.statements.expression(value, [])}`;
    const range = low === undefined || high === undefined ? "" : ` in ${low}..${high}`;
    return [`${word}${id}${format}${given}${range}`];
  }

  /** A tensor where the header introduces it: `A[i, k in i] : bf16 = 0`. */
  private introduced(t: Tensor): string {
    const dimensions = t.variables.map((v, n) => {
      const rank = t.ranks[n];
      if (rank === undefined || v === rank || this.inHeader.has(v)) return v;
      this.inHeader.add(v);
      return `${v} in ${rank}`;
    });
    return this.tensor(t, dimensions);
  }

  /** A tensor where the body declares it. */
  private declared(t: Tensor): string {
    for (const [n, v] of t.variables.entries()) {
      const rank = t.ranks[n];
      if (rank !== undefined && v !== rank) this.variables.set(v, rank);
    }
    return this.tensor(t, t.variables);
  }

  private tensor(t: Tensor, dimensions: readonly string[]): string {
    const access = dimensions.length === 0 ? t.id : `${t.id}[${listText(dimensions)}]`;
    const format = isUsual(t.format, t.role === "const" ? t.type : "real")
      ? ""
      : ` : ${formatText(t.format, t.ranks, this.words)}`;
    const tier = t.tier === undefined ? "" : ` @ ${t.tier}`;
    const value =
      t.value === undefined ? "" : ` = ${this.statements.expression(t.value, t.variables)}`;
    return `${access}${format}${tier}${value}`;
  }

  private declarations(): string[] {
    const lines = [
      ...this.expectations(),
      ...this.rankLines(),
      ...this.roleLines(),
      ...this.c.orients.map((o) => `orient ${this.statements.expression(o.condition, [])}`),
      ...this.constantLines(),
      ...this.c.shards.map((shard) => `shard ${shard.rank} over ${shard.axis}`),
      ...(this.c.reassociate ? ["numerics reassociate"] : []),
      ...(this.c.deterministic ? ["deterministic"] : []),
    ];
    return [...this.indexLines(), ...lines].flatMap((line) => folded("  ", line));
  }

  private expectations(): string[] {
    const conditions = this.c.contracts.filter((contract) => contract.kind === "extents");
    if (conditions.length === 0) return [];
    return [`expect ${conditions.map((k) => this.contract(k)).join(", ")}`];
  }

  private contractLines(): string[] {
    const costs = this.c.contracts.filter((contract) => contract.kind !== "extents");
    if (costs.length === 0) return [];
    return [`  expect ${costs.map((k) => this.contract(k)).join(", ")}`];
  }

  private contract(contract: Contract): string {
    const value = this.statements.expression(contract.value, []);
    if (contract.kind === "extents") return value;
    const subject = contract.subject === undefined ? "" : `(${contract.subject})`;
    return `${contract.kind}${subject} <= ${value}`;
  }

  private rankLines(): string[] {
    return [...this.c.ranks.values()].flatMap(({ id, extent }) => {
      const isTable = this.tables().some((t) => t.ranks[0] === id);
      if (extent.kind !== "derived" || isTable) return [];
      return [`rank ${id} = ${this.statements.expression(extent.value, [])}`];
    });
  }

  private roleLines(): string[] {
    const lines = this.tensorsOf("param", "grad", "input", "state").map((t) => {
      const word = t.shared ? "shared" : t.role;
      const doc = t.doc === undefined ? "" : ` // ${t.doc}`;
      return `${word} ${this.declared(t)}${doc}`;
    });
    return lines;
  }

  /** Tables written out: they bind their rank. */
  private tables(): readonly Tensor[] {
    return this.tensorsOf("const").filter((t) => t.table !== undefined);
  }

  private constantLines(): string[] {
    const scalars = [...this.c.scalars.values()].flatMap((scalar) =>
      scalar.role === "const" && scalar.value !== undefined
        ? [`const ${scalar.id} = ${this.statements.expression(scalar.value, [])}`]
        : [],
    );
    const tensors = this.tensorsOf("const").flatMap((t) => this.constant(t));
    return [...scalars, ...tensors];
  }

  private constant(t: Tensor): string[] {
    if (t.table === undefined) return t.value === undefined ? [] : [`const ${this.declared(t)}`];
    const entries = t.table.map((e) => this.statements.expression(e, []));
    return [`const ${t.id}[${listText(t.variables)}] = [${entries.join(", ")}]`];
  }

  private indexLines(): string[] {
    const groups = new Map<RankId, string[]>();
    for (const [name, rank] of this.variables) {
      if (this.inHeader.has(name)) continue;
      groups.set(rank, [...(groups.get(rank) ?? []), name]);
    }
    return [...groups].map(([rank, names]) => `index ${names.join(", ")} in ${rank}`);
  }
}

function docText(doc: string): string {
  if (doc === "") return "";
  return `${doc
    .split("\n")
    .map((line) => `/// ${line}`.trimEnd())
    .join("\n")}\n`;
}

/** `cascade f(a, b,` and what does not fit below, under the first parameter. */
function wrapped(start: string, parameters: readonly string[]): string {
  const indent = " ".repeat(start.length + 1);
  const lines = [`${start}(`];
  for (const [n, parameter] of parameters.entries()) {
    const piece = `${parameter}${n + 1 < parameters.length ? "," : ")"}`;
    const line = lines.at(-1) ?? "";
    const gap = line.endsWith("(") ? "" : " ";
    if (line.length + gap.length + piece.length <= 98) lines[lines.length - 1] = line + gap + piece;
    else lines.push(indent + piece);
  }
  return lines.join("\n");
}

/** The text of a monoid, called `name`. */
export function monoidText(m: Monoid, name: string, c: Cascade): string {
  const scope = { cascade: c, names: new Map(), left: new Set<string>(), shown: () => {} };
  const fields = (f: MonoidFunction): string =>
    f.fields.map((e, n) => `${m.fields[n] ?? "?"} = ${expressionText(e, scope)}`).join(", ");
  const body = (f: MonoidFunction): string => {
    if (f.lets.length === 0) return ` (${fields(f)})`;
    const lets = f.lets.map((l) => `    let ${l.name} = ${expressionText(l.value, scope)}\n`);
    return ` {\n${lets.join("")}    (${fields(f)})\n  }`;
  };
  return [
    `monoid ${name} {`,
    `  lift (${m.parameters.join(", ")})${body(m.lift)}`,
    `  merge (a, b)${body(m.merge)}`,
    `  result ${expressionText(m.result, scope)}`,
    "}\n",
  ].join("\n");
}
