// What a definition declares anywhere in its body, found before any of it is checked.
//
// In:  the header and body as written.
// Out: its declarations by kind, and the names that each `let` will introduce.
// Not here: what they mean (declare.ts).

import type { Span } from "../../../grammar/span.js";
import type {
  Dimension,
  Expression,
  Name,
  Parameter,
  Statement,
  TensorDeclaration,
} from "../../../grammar/syntax.js";
import { unreachable } from "../../../grammar/span.js";
import type { Role } from "../cascade.js";

type Of<K extends Statement["kind"]> = Extract<Statement, { readonly kind: K }>;

/** A tensor of the header or of a declaration. */
export interface Declared {
  readonly tensor: TensorDeclaration;
  readonly role: Role;
  readonly isShared: boolean;
}

export interface Survey {
  readonly parameters: readonly Parameter[];
  readonly tensors: readonly Declared[];
  readonly ranks: readonly Of<"rank">[];
  readonly indices: readonly { readonly names: readonly Name[]; readonly within: Name }[];
  readonly splits: readonly Of<"split">[];
  readonly constants: readonly Constant[];
  readonly lets: ReadonlyMap<string, Span>;
}

export type Constant = Of<"const">["constants"][number];

export function survey(
  parameters: readonly Parameter[],
  results: readonly TensorDeclaration[],
  body: readonly Statement[],
): Survey {
  const all = [...statementsDeep(body)];
  const header = parameters.flatMap((p): Declared[] => {
    return p.kind === "tensor" ? [{ tensor: p.tensor, role: "in", isShared: false }] : [];
  });
  const declared = of(all, "declare").flatMap((s) =>
    s.tensors.map((tensor): Declared => {
      const role = s.role === "shared" ? "state" : s.role;
      return { tensor, role, isShared: s.role === "shared" };
    }),
  );
  const stores = of(all, "store").map((s): Declared => {
    return { tensor: s.tensor, role: "store", isShared: false };
  });
  const outs = results.map((tensor): Declared => ({ tensor, role: "out", isShared: false }));
  return {
    parameters,
    tensors: [...header, ...outs, ...declared, ...stores],
    ranks: of(all, "rank"),
    indices: of(all, "index").flatMap((s) => s.groups),
    splits: of(all, "split"),
    constants: of(all, "const").flatMap((s) => s.constants),
    lets: letNames(all),
  };
}

function of<K extends Statement["kind"]>(all: readonly Statement[], kind: K): readonly Of<K>[] {
  return all.filter((s): s is Of<K> => s.kind === kind);
}

function letNames(all: readonly Statement[]): ReadonlyMap<string, Span> {
  const names = new Map<string, Span>();
  for (const s of of(all, "assign")) {
    if (!s.isLet) continue;
    for (const { name } of s.targets) if (!names.has(name.text)) names.set(name.text, name.at);
  }
  return names;
}

/** Statements of a body, loops and branches opened, in text order. */
export function* statementsDeep(body: readonly Statement[]): Generator<Statement> {
  for (const s of body) {
    yield s;
    if (s.kind === "when") yield* statementsDeep([...s.then, ...s.otherwise]);
    if (s.kind === "repeat" || s.kind === "scan" || s.kind === "every")
      yield* statementsDeep(s.body);
  }
}

export interface Mentions {
  readonly names: Set<string>;
  /** Names that stand alone as an index. */
  readonly indexed: Set<string>;
}

/** Names that an expression mentions, those of its brackets included. */
export function collectMentions(e: Expression, into: Mentions): void {
  const visit = (inner: Expression): void => collectMentions(inner, into);
  const bracket = (d: Dimension): void => {
    into.names.add(d.name.text);
  };
  switch (e.kind) {
    case "name":
      into.names.add(e.name);
      return;
    case "access":
      for (const index of e.indices) {
        if (index.kind === "name") into.indexed.add(index.name);
        visit(index);
      }
      return;
    case "call":
      e.binds?.forEach((name) => into.names.add(name.text));
      e.arguments.forEach((argument) => visit(argument.value));
      return;
    case "reduce":
      e.over.forEach(bracket);
      if (e.into !== undefined) into.names.add(e.into.text);
      e.arguments.forEach(visit);
      return;
    case "unary":
    case "as":
    case "in":
      return visit(e.operand);
    case "group":
      return visit(e.inner);
    case "binary":
      visit(e.left);
      return visit(e.right);
    case "table":
      return e.entries.forEach(visit);
    case "number":
    case "boolean":
    case "field":
    case "await":
    case "gradient":
      return;
    default:
      return unreachable(e);
  }
}
