import { describe, expect, it } from "vitest";
import { parse } from "../../grammar/parser.js";
import type { Statement } from "../../grammar/syntax.js";
import { examples, examplesPath, snippets, stdlib } from "./corpus.js";
import { show } from "./show.js";

function messages(text: string): readonly string[] {
  return parse({ name: "test.opt", text }).errors.map((error) => `${error.code} ${error.message}`);
}

function bodyOf(lines: string): readonly Statement[] {
  const text = `cascade f(x) -> y {\n${lines}\n}`;
  const { file, errors } = parse({ name: "test.opt", text });
  expect(errors).toEqual([]);
  const [definition] = file.definitions;
  return definition === undefined || definition.kind === "monoid" ? [] : definition.body;
}

function read(expression: string): string {
  const [statement] = bodyOf(`  y = ${expression}`);
  return statement?.kind === "assign" ? show(statement.value) : "";
}

describe("parse", () => {
  it.each(snippets)("reads $name", ({ name, text }) => {
    expect(parse({ name, text }).errors).toEqual([]);
  });

  it.skipIf(stdlib.length === 0)("reads the library", () => {
    expect(stdlib.flatMap((source) => parse(source).errors)).toEqual([]);
  });

  it.skipIf(examples.length === 0)(`reads the examples (skipped without ${examplesPath})`, () => {
    expect(examples.flatMap((source) => parse(source).errors)).toEqual([]);
  });
});

describe("precedence", () => {
  it.each([
    ["a + b * c", "(a + (b * c))"],
    ["a - b - c", "((a - b) - c)"],
    ["a / b * c", "((a / b) * c)"],
    ["h * size(g) div size(h)", "((h * size(g)) div size(h))"],
    ["2^3^4", "(2 ^ (3 ^ 4))"],
    ["2^-3 * y", "((2 ^ (- 3)) * y)"],
    ["t^-decay", "(t ^ (- decay))"],
    ["-x^2", "(- (x ^ 2))"],
    ["-x * y", "((- x) * y)"],
    ["a - -b", "(a - (- b))"],
    ["x as bf16^2", "((x as bf16) ^ 2)"],
    ["-x as bf16", "(- (x as bf16))"],
    ["sum[k] x[k]^2 * y", "((sum[k] (x[k] ^ 2)) * y)"],
    ["sum[k] x[k] / n + 1", "(((sum[k] x[k]) / n) + 1)"],
    ["mean[q,o] mean[t] (a - b)", "(mean[q, o] (mean[t] <(a - b)>))"],
    ["sum[i] (a - b)^2 / n", "((sum[i] (<(a - b)> ^ 2)) / n)"],
    ["topk[i; c] -abs(w[i])", "(topk[i; c] (- abs(w[i])))"],
    ["a[i] - b[i]", "(a[i] - b[i])"],
    ["not a == b and c or d", "(((not (a == b)) and c) or d)"],
    ["a * b in f64 + c", "(((a * b) in f64) + c)"],
    ["a where p where q", "((a where p) where q)"],
    ["a else b else c", "(a else (b else c))"],
    ["u where s > 0 else d where s < 0 else 1",
      "((u where (s > 0)) else ((d where (s < 0)) else 1))"],
  ])("reads %s", (written, meant) => expect(read(written)).toBe(meant));
});

describe("names before brackets", () => {
  it.each([
    ["logsumexp[v] Z[t,v]", "(logsumexp[v] Z[t, v])"],
    ["weighted_mean[m] (S[m], V[m,f])", "weighted_mean[m](S[m], V[m, f])"],
    ["mix[m,f](S[m], V[m,f])", "mix[m, f](S[m], V[m, f])"],
    ["max[k] (a, b)", "(max[k] …a, b)"],
    ["max(a, b)", "max(a, b)"],
    ["x[i(k)]", "x[i(k)]"],
    ["z[i] in f64", "(z[i] in f64)"],
    ["await Hz[i] from z[i]", "(await Hz[i] from z[i])"],
    ["wta_weights(X, size0, key = key)", "wta_weights(X, size0, key = key)"],
  ])("reads %s", (written, meant) => expect(read(written)).toBe(meant));
});

describe("statement ends", () => {
  it("goes on where the next line begins with an operator", () => {
    expect(bodyOf("  y = a\n    - b\n    where c\n    else d")).toHaveLength(1);
  });

  it("goes on in an open bracket", () => {
    expect(bodyOf("  y = max(a,\n\n    b\n  )")).toHaveLength(1);
  });

  it("goes on after a comma", () => expect(bodyOf("  state a,\n    b")).toHaveLength(1));

  it("ends at a brace", () => expect(bodyOf("  repeat 3 { y = 1 }")).toHaveLength(1));

  it("ends with its line", () => expect(bodyOf("  y = a\n  z = b")).toHaveLength(2));

  it("puts the else of a block on any line", () => {
    const [when] = bodyOf("  when a { y = 1 }\n  else { y = 2 }");
    expect(when).toMatchObject({ kind: "when", then: [{}], otherwise: [{}] });
  });
});

describe("words of the language", () => {
  it.each(["state", "read", "store", "rank", "index", "in", "from", "await", "until", "high"])(
    "%s may be a name",
    (word) => {
      const lines = `  state ${word}[i]\n  ${word}[i] = ${word}[i] + ${word}\n  ${word} = 1`;
      const kinds = bodyOf(lines).map((statement) => statement.kind);
      expect(kinds).toEqual(["declare", "assign", "assign"]);
    },
  );

  it("__proto__ is a name like any other", () => {
    expect(read("__proto__ + constructor[i]")).toBe("(__proto__ + constructor[i])");
  });
});

describe("definitions", () => {
  it("takes the lines above as documentation", () => {
    const text = "/// not this\n\n/// One.\n/// Two.\ncascade f(x) -> y { y = x }";
    expect(parse({ name: "t", text }).file.definitions[0]?.doc).toBe("One.\nTwo.");
  });

  it("reads a monoid on one line", () => {
    const merge = "merge (a, b) { let t = a.s  (s = t + b.s) }";
    const text = `monoid m { lift (x) (s = x)\n ${merge}\n result s }`;
    const [monoid] = parse({ name: "t", text }).file.definitions;
    expect(monoid).toMatchObject({ kind: "monoid", merge: { lets: [{}], fields: [{}] } });
  });

  it("tells scalars, tensors and ranks of a header apart", () => {
    const text = "cascade f(a, b[i], c = 1, static rank r, static s, k : u32, d[i] = 0) { x = 1 }";
    const [cascade] = parse({ name: "t", text }).file.definitions;
    const kinds = cascade?.kind === "cascade" ? cascade.parameters.map(({ kind }) => kind) : [];
    expect(kinds).toEqual(["tensor", "tensor", "scalar", "rank", "scalar", "tensor", "tensor"]);
  });
});

describe("recovery", () => {
  it("keeps what stands around a broken statement", () => {
    const f = "cascade f(x) -> y {\n  let a = 1\n  let b = = 2\n  y = a\n}";
    const text = `${f}\ncascade g(x) { y = x }`;
    const { file, errors } = parse({ name: "t", text });
    expect(errors).toHaveLength(1);
    expect(file.definitions).toMatchObject([{ body: [{}, {}] }, { body: [{}] }]);
  });

  it("reports each broken statement once", () => {
    const text = "cascade f(x) {\n  a = \n  b = 1 2\n  c[ = 3\n  d = 4\n}";
    expect(messages(text)).toHaveLength(3);
  });

  it("finds the next definition behind an open brace", () => {
    const text = "cascade f(x) {\n  a = 1\ncascade g(x) {\n  b = 2\n}";
    expect(parse({ name: "t", text }).file.definitions).toHaveLength(2);
    expect(messages(text)).toEqual(["E0111 `{` is never closed"]);
  });
});
