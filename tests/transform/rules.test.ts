// Each rule is tested by its own law: both sides are read as `.opt`, the left one is rewritten to
// the right one, and both are run on values some of which are absent, -0 or subnormal.

import { describe, expect, it } from "vitest";
import type { Cascade, Expr } from "../../src/cascade/cascade.js";
import type { Inputs } from "../../src/cascade/interpret/index.js";
import { exprKey, nodeCount, rewrite } from "../../src/cascade/walk.js";
import { exactRules } from "../../src/transform/simplify.js";
import type { Rule } from "../../src/transform/rules/rule.js";
import { cascadeOf } from "../cascade/same.js";
import { expectSameValues, run } from "./run.js";

const names = {
  x: "real",
  y: "real",
  m: "integer",
  n: "integer",
  p: "boolean",
  q: "boolean",
} as const;

/** One side of a law over tensors whose points are all combinations of some values. */
function sideOf(text: string, type: Expr["type"]): Cascade {
  const indexed = text.replace(/\b[xymnpq]\b/g, (name) => `${name}[i]`);
  const lets = Object.keys(names).map((name) => `let ${name}[i] = ${name}s[i] where ${name}t[i]`);
  const fallback = { real: "7.5", integer: "7", boolean: "true" }[type];
  const truth = type === "boolean" ? " : bool" : type === "integer" ? " : i32" : "";
  return cascadeOf(`
    cascade law(xs[i], ys[i], ms[i] : i32, ns[i] : i32, ps[i] : bool, qs[i] : bool,
                xt[i] : bool, yt[i] : bool, mt[i] : bool, nt[i] : bool, pt[i] : bool, qt[i] : bool)
        -> value[i]${truth}, there[i] : bool {
      ${lets.join("\n")}
      let side[i] = ${indexed}
      value[i] = side[i] else ${fallback}
      there[i] = ${type === "boolean" ? "side[i] or not side[i]" : "side[i] == side[i]"} else false
    }`);
}

const points = 64;
const reals = [0, -0, 1.5, -2.75, 1 / 3, 1e-40, 3e38, -1];
const integers = [0, 1, -7, 2147483647, -2147483648, 12, 3, -1];

function inputs(): Inputs {
  const column = (make: (n: number) => number): { shape: number[]; data: number[] } => ({
    shape: [points],
    data: Array.from({ length: points }, (_, n) => make(n)),
  });
  const bit = (k: number) => (n: number) => ((n * 2654435761) >>> (7 + k)) & 1;
  return {
    tensors: {
      xs: column((n) => reals[n % 8] ?? 0),
      ys: column((n) => reals[(n >> 3) % 8] ?? 0),
      ms: column((n) => integers[n % 8] ?? 0),
      ns: column((n) => integers[(n >> 3) % 8] ?? 0),
      ps: column((n) => n & 1),
      qs: column((n) => (n >> 1) & 1),
      xt: column(bit(0)),
      yt: column(bit(1)),
      mt: column(bit(2)),
      nt: column(bit(3)),
      pt: column((n) => (n >> 2) & 1),
      qt: column((n) => (n >> 3) & 1),
    },
  };
}

function side(c: Cascade): Expr {
  for (const s of c.body) if (s.kind === "assign" && s.target === "side") return s.value;
  throw new Error("no side");
}

/** `e` with its signed literals as literals, for comparison only. */
const literal = (e: Expr): string =>
  exprKey(
    rewrite(e, (node) => {
      const arg = node.kind === "map" && node.op === "neg" ? node.args[0] : undefined;
      return arg?.kind === "number" ? { ...arg, value: -arg.value } : node;
    }),
  );

function typeOf(law: string): Expr["type"] {
  const names = new Set(law.match(/\b[xymnpq]\b/g) ?? []);
  if (names.has("x") || names.has("y")) return "real";
  if (names.has("p") || names.has("q") || /true|false/.test(law)) return "boolean";
  return /\.\d/.test(law) ? "real" : "integer";
}

const laws = exactRules.flatMap((rule) =>
  rule.law.split("; ").map((law): readonly [string, string, Rule] => [rule.name, law, rule]),
);

describe("exact rules", () => {
  it("are all called exact and named once", () => {
    expect(exactRules.every((rule) => rule.numerics === "exact")).toBe(true);
    expect(new Set(exactRules.map((rule) => rule.name)).size).toBe(exactRules.length);
  });

  it.each(laws)("%s: %s", (_name, law, rule) => {
    const [left = "", right = ""] = law.split(/(?<![=<>!]) = /);
    const [before, after] = [left, right].map((text) => sideOf(text, typeOf(law)));
    if (before === undefined || after === undefined) throw new Error(`no law: ${law}`);
    const made = rewrite(side(before), (node) => rule.apply(node) ?? node);
    expect(literal(made)).toBe(literal(side(after)));
    expect(nodeCount(made)).toBeLessThan(nodeCount(side(before)));
    expectSameValues(before, after, inputs());
  });

  it("run on values that tell zeros apart and are sometimes absent", () => {
    const { value = [], there = [] } = run(sideOf("x", "real"), inputs());
    expect(value.some((v) => Object.is(v, -0))).toBe(true);
    expect(there.some((v) => v === 0) && there.some((v) => v === 1)).toBe(true);
  });

  it("would notice x + 0 = x, which is none of them", () => {
    const [wrong, x] = [sideOf("x + 0", "real"), sideOf("x", "real")];
    expect(() => expectSameValues(wrong, x, inputs())).toThrow();
  });

  it("make every node that they change smaller", () => {
    for (const [, law, rule] of laws) {
      const [left = ""] = law.split(/(?<![=<>!]) = /);
      rewrite(side(sideOf(left, typeOf(law))), (node) => {
        const made = rule.apply(node);
        if (made !== undefined) expect(nodeCount(made)).toBeLessThan(nodeCount(node));
        return made ?? node;
      });
    }
  });
});
