// When two cascades are the same: up to spans, to the names of lets and of bound variables, and to
// the order of declarations. A literal with a sign is a literal.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type {
  BlockFormat,
  Cascade,
  Expr,
  Format,
  Statement,
  Tensor,
  VariableId,
} from "../../src/cascade/cascade.js";
import { loadModule, type Host, type Module } from "../../src/cascade/load.js";
import {
  expressionsOf,
  innerBodies,
  mapCascade,
  mapStatements,
  statementsDeep,
  targetsOf,
} from "../../src/cascade/statements.js";
import { boundVariables, exprKey, renameVariables, rewrite } from "../../src/cascade/walk.js";

/** A text that two cascades share when they are the same. */
export function normal(c: Cascade): string {
  return JSON.stringify(cascade(withNumberedLets(c)), undefined, 1);
}

/** Lets are called after the place at which they are introduced. */
function withNumberedLets(c: Cascade): Cascade {
  const order = [...statementsDeep(c.body)].flatMap(targetsOf);
  const lets = [...new Set(order)].filter((id) => c.tensors.get(id)?.role === "let");
  const names = new Map(lets.map((id, n) => [id, `let ${n}`]));
  const name = (id: string): string => names.get(id) ?? id;
  const renamed = mapCascade(c, (e) =>
    rewrite(e, (node) => (node.kind === "read" ? { ...node, tensor: name(node.tensor) } : node)),
  );
  const tensors = [...renamed.tensors].map(
    ([id, t]) => [name(id), { ...t, id: name(id) }] as const,
  );
  return {
    ...renamed,
    tensors: new Map(tensors),
    body: mapStatements(renamed.body, (s) => [withTargets(s, name)]),
  };
}

function withTargets(s: Statement, name: (id: string) => string): Statement {
  switch (s.kind) {
    case "assign":
      return { ...s, target: name(s.target) };
    case "call":
      return { ...s, results: s.results.map((r) => r && { ...r, target: name(r.target) }) };
    case "await":
      return { ...s, target: name(s.target), from: s.from && name(s.from) };
    case "gradient":
      return {
        ...s,
        of: name(s.of),
        from: s.from && name(s.from),
        wrt: s.wrt.map(name),
        targets: s.targets.map(name),
      };
    default:
      return s;
  }
}

function cascade(c: Cascade): unknown {
  return {
    kind: c.kind,
    ranks: sorted(c.ranks, ({ extent }) => [
      extent.kind,
      extent.kind === "free" || extent.value === undefined ? "" : expr(extent.value, []),
    ]),
    tensors: sorted(c.tensors, (t) => tensor(t)),
    scalars: sorted(c.scalars, (s) => [
      s.role,
      s.type,
      s.low ?? "",
      s.high ?? "",
      s.value === undefined ? "" : expr(s.value, []),
    ]),
    formats: [...c.formats.values()].map(blockFormat).sort(),
    monoids: [...c.monoids.keys()].sort(),
    contracts: [
      ...new Set(c.contracts.map((k) => `${k.kind} ${k.subject ?? ""} ${expr(k.value, [])}`)),
    ].sort(),
    orients: c.orients.map((o) => [expr(o.condition, []), o.ranks.join()]),
    shards: c.shards.map((s) => [s.rank, s.axis]),
    flags: [c.reassociate, c.deterministic],
    body: c.body.map(statement),
  };
}

function sorted<V>(map: ReadonlyMap<string, V>, show: (value: V) => unknown): unknown {
  return [...map]
    .map(([id, value]) => [id, show(value)])
    .sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));
}

function tensor(t: Tensor): unknown {
  const value = t.value === undefined ? "" : expr(t.value, t.variables);
  return [t.role, t.ranks.join(), format(t.format), t.type, value, t.shared, t.tier ?? ""];
}

function format(f: Format): string {
  return f.kind === "block" ? `${plain(f.format)} ${f.along ?? ""}` : JSON.stringify(f);
}

/** Printing numbers definitions that share a name. */
function plain(id: string): string {
  return id.replace(/_\d+(?=\(|$)/, "");
}

function blockFormat(f: BlockFormat): string {
  const stores = f.stores.join();
  return JSON.stringify([
    plain(f.id),
    f.subject,
    stores,
    expr(f.read, [f.variable]),
    cascade(f.encode),
  ]);
}

function statement(s: Statement): unknown {
  const left = s.kind === "assign" ? s.indices : s.kind === "scan" ? [s.variable] : [];
  const own = [s.kind, targetsOf(s).join(), expressionsOf(s).map((e) => expr(e, []))];
  const bodies = innerBodies(s).map((body) => body.map(statement));
  if (s.kind === "assign") return [...own, left.join(), s.isLet];
  if (s.kind === "call") return [...own, plain(s.callee.name), normal(s.callee), calls(s)];
  if (s.kind === "when") return [...own, s.isStatic, bodies];
  if (s.kind === "scan") return [...own, left.join(), s.backwards, bodies];
  if (s.kind === "gradient") return [...own, s.of, s.wrt.join(), s.from];
  return [...own, bodies];
}

function calls(s: Extract<Statement, { kind: "call" }>): unknown {
  const ranks = [...s.ranks].map(([v, { rank, variable }]) => `${v}=${rank}:${variable}`).sort();
  const results = s.results.map((r) => (r === undefined ? "_" : `${r.indices.join()} ${r.isLet}`));
  return [
    [...s.mapped].sort(),
    ranks,
    results,
    [...s.tensors.keys()].sort(),
    [...s.scalars.keys()].sort(),
  ];
}

function expr(e: Expr, left: readonly VariableId[]): string {
  const names = new Map([
    ...left.map((v, n) => [v, `left ${n}`] as const),
    ...boundVariables(e).map((v, n) => [v, `bound ${n}`] as const),
  ]);
  return exprKey(
    rewrite(renameVariables(e, names), (node) => {
      if (node.kind !== "map" || node.op !== "neg") return node;
      const [arg] = node.args;
      return arg?.kind === "number" ? { ...arg, value: -arg.value } : node;
    }),
  );
}

export const examplesPath = fileURLToPath(new URL("../../../shared/examples", import.meta.url));
export const hasExamples = existsSync(examplesPath);
const libraryPath = fileURLToPath(new URL("../../stdlib", import.meta.url));

const host: Host = {
  read: (path) => (existsSync(path) ? readFileSync(path, "utf8") : undefined),
  list: (folder) => (existsSync(folder) ? readdirSync(folder) : undefined),
  root: examplesPath,
  library: libraryPath,
};

/** Checks a file; what is wrong with it is thrown with the text that it points at. */
export function load(text: string, name: string): Module {
  const module = loadModule({ name, text }, host);
  if (module.ok) return module.value;
  const shown = module.errors
    .slice(0, 3)
    .map(
      ({ code, message, at }) => `${code} ${message}: ${at.source.text.slice(at.start, at.end)}`,
    );
  throw new Error(`${name}: ${shown.join("; ")}\n${text}`);
}

/** The cascades of a text. */
export function cascadesIn(
  text: string,
  name = `${examplesPath}/text.opt`,
): ReadonlyMap<string, Cascade> {
  return new Map(
    [...load(text, name).definitions].flatMap(([id, d]) =>
      d.kind === "cascade" ? [[id, d.cascade] as const] : [],
    ),
  );
}

/** The first cascade of a text. */
export function cascadeOf(text: string): Cascade {
  const [first] = cascadesIn(text).values();
  if (first === undefined) throw new Error("the text has no cascade");
  return first;
}

/** Every definition of the examples: `nn/rope_half rope_half` and its cascade. */
export function exampleCascades(): readonly (readonly [string, Cascade])[] {
  const files = readdirSync(examplesPath, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => path.endsWith(".opt"))
    .sort();
  return files.flatMap((path) => {
    const name = `${examplesPath}/${path}`;
    return [...cascadesIn(readFileSync(name, "utf8"), name)].map(
      ([id, c]) => [`${path.replace(/\.opt$/, "")} ${id}`, c] as const,
    );
  });
}
