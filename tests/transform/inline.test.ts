import { describe, expect, it } from "vitest";
import { inline } from "../../src/transform/inline.js";
import { orientVariants } from "../../src/transform/orient.js";
import { simplify } from "../../src/transform/simplify.js";
import { cascadeOf, cascadesIn, exampleCascades, hasExamples } from "../cascade/same.js";
import { after, inlined, run, shown, statementKinds } from "./run.js";

const scaled = "cascade scaled(x[n], c = 2.0) -> y[n] { y[n] = c * x[n] }";

describe("inline", () => {
  it("puts the equations where the call stands", () => {
    const text = `cascade f(a[i]) -> b[i] { let d[i] = scaled(a) \n b[i] = d[i] + 1 } ${scaled}`;
    expect(after(inlined, text)).toBe("let d[i] = 2.0 * a[i]\nb[i] = d[i] + 1");
  });

  it("writes a literal argument in the parameter's kind", () => {
    const text = `cascade f(a[i]) -> b[i] { b[i] = scaled(a, c = 3) } ${scaled}`;
    expect(after(inlined, text)).toBe("b[i] = 3.0 * a[i]");
  });

  it("gives a let the mapped ranks that it varies with, and no others", () => {
    const text = `
      cascade f(A[b,h,e], pos[b]) -> T[b,h,e] { T[b,h,e] = turn[e](A[b,h,e], pos[b]) }
      cascade turn(x[e], pos) -> y[e] {
        let half = size(e) / 2
        let angle[e] = pos * e / half
        let c[e] = cos(angle[e])
        y[e] = c[e] * x[e]
      }`;
    expect(after(inlined, text)).toBe(
      [
        "let half = size(e) / 2",
        "let angle[b,e] = pos[b] * e / half",
        "let c[b,e] = cos(angle[b,e])",
        "T[b,h,e] = c[b,e] * A[b,h,e]",
      ].join("\n"),
    );
  });

  it("names an argument that is used twice, and not one that is cheap and used once", () => {
    const text = `
      cascade f(A[b,m], p[b] : i32) -> o[b], q[b] {
        o[b] = total[m](exp(A[b,m]))
        q[b] = once[m](A[b, m + p[b]])
      }
      cascade total(x[m]) -> y { y = max[m] x[m] + sum[m] x[m] else 0 }
      cascade once(x[m]) -> y { y = sum[m] x[m] else 0 }`;
    expect(after(inlined, text)).toBe(
      [
        "let x[b,m] = exp(A[b,m])",
        "o[b] = max[m] x[b,m] + sum[m] x[b,m] else 0",
        "q[b] = sum[m] A[b, m + p[b]] else 0",
      ].join("\n"),
    );
  });

  it("keeps absent what lies outside of a parameter that is no tensor", () => {
    const text = `
      cascade f(s) -> o[m] { o[m] = shift[m](s * m) }
      cascade shift(x[m]) -> y[m] { y[m] = x[m + 1] else -1 }`;
    expect(
      run(inlined(cascadeOf(text)), { extents: { m: 3 }, tensors: { s: { shape: [], data: [5] } } })
        .o,
    ).toEqual([5, 10, -1]);
  });

  it("takes a transposed view without a copy", () => {
    const text = `
      cascade f(A[i,j]) -> B[j,i] { B[j,i] = rows[j,i](A[i,j]) }
      cascade rows(X[p,q]) -> Y[p,q] { let s[p] = sum[q] X[p,q] \n Y[p,q] = X[p,q] / s[p] }`;
    expect(after(inlined, text)).toBe("let s[j] = sum[i] A[i,j]\nB[j,i] = A[i,j] / s[j]");
  });

  it("reads an existing target as it was until the result is assigned", () => {
    const text = `
      cascade f(a[i]) -> x[i] { x[i] = a[i] \n x[i] = mix(x) }
      cascade mix(u[i]) -> v[i] {
        index k in i
        v[i] = 2 * u[i]
        v[i] = v[i] + u[i(0)] + sum[k] u[k]
      }`.replace("u[i(0)]", "u[0]");
    expect(
      run(inlined(cascadeOf(text)), { tensors: { a: { shape: [2], data: [1, 2] } } }).x,
    ).toEqual([2 + 1 + 3, 4 + 1 + 3]);
  });

  it("keeps what an absent result does not write", () => {
    const text = `
      cascade f(a[i]) -> x[i] { x[i] = a[i] \n x[i] = part(a) }
      cascade part(u[i]) -> v[i] { v[i] = 10 * u[i] where u[i] > 1 }`;
    expect(
      run(inlined(cascadeOf(text)), { tensors: { a: { shape: [2], data: [1, 2] } } }).x,
    ).toEqual([1, 20]);
  });

  it("computes only the results that are taken", () => {
    const text = `
      cascade f(a[i]) -> b { let _, m = two(a) \n b = m }
      cascade two(u[i]) -> s, m { let e[i] = exp(u[i]) \n s = sum[i] e[i] \n m = max[i] u[i] }`;
    expect(after(inlined, text)).toBe("let m = max[i] a[i]\nb = m");
  });

  it("inlines calls in callees, and names what clashes after them", () => {
    const text = `
      cascade f(a[i]) -> b[i] { let s[i] = 3 * a[i] \n b[i] = outer(s) }
      cascade outer(u[i]) -> v[i] { let s = inner(u) \n v[i] = u[i] / s }
      cascade inner(w[i]) -> r { let s[i] = w[i]^2 \n r = sum[i] s[i] }`;
    expect(after(inlined, text)).toBe(
      [
        "let s[i] = 3 * a[i]",
        "let inner_s[i] = s[i]^2",
        "let outer_s = sum[i] inner_s[i]",
        "b[i] = s[i] / outer_s",
      ].join("\n"),
    );
  });

  it("gives two ranks of the callee that are one here two variables", () => {
    const text = `
      cascade f(A[t,e]) -> S[t,e] { let G[t,e] = same(A, A) \n S[t,e] = G[t,e] }
      cascade same(Q[p,e], K[m,e]) -> O[p,e] {
        let s[p,m] = Q[p,e] * K[m,e]
        O[p,e] = s[p,m] * K[m,e]
      }`;
    expect(after(inlined, text)).toContain("let s[t,t_1] = A[t,e] * A[t_1,e]");
  });

  it("loops over what decides which statements run", () => {
    const text = `
      cascade f(a[b]) -> x[b] { x[b] = halve[](a[b]) }
      cascade halve(u) -> v { let w = u \n repeat 20 until w < 1 { w = w / 2 } \n v = w }`.replace(
      "halve[](a[b])",
      "halve(a)",
    );
    const c = inlined(cascadeOf(text));
    expect(statementKinds(c)).toContain("scan");
    expect(run(c, { tensors: { a: { shape: [3], data: [0.5, 3, 8] } } }).x).toEqual([
      0.5, 0.75, 0.5,
    ]);
  });

  it("repeats for all at once where the count is the same", () => {
    const text = `
      cascade f(a[b]) -> x[b] { x[b] = halve(a) }
      cascade halve(u) -> v { v = u \n repeat 2 { v = v / 2 } }`;
    expect(after(inlined, text)).toBe(
      ["let v[b] = a[b]", "repeat 2 {", "  v[b] = v[b] / 2", "}", "x[b] = v[b]"].join("\n"),
    );
  });

  it("decides the orient of a callee by the caller's extents", () => {
    const text = `
      cascade f(A[m,n]) -> B[m,n] { B[m,n] = centre(A) }
      cascade centre(W[i,j]) -> Y[i,j] {
        orient size(i) <= size(j)
        let s[i] = mean[j] W[i,j]
        Y[i,j] = W[i,j] - s[i]
      }`;
    const c = inlined(cascadeOf(text));
    expect(run(c, { tensors: { A: { shape: [1, 2], data: [1, 3] } } }).B).toEqual([-1, 1]);
    expect(run(c, { tensors: { A: { shape: [2, 1], data: [1, 3] } } }).B).toEqual([-1, 1]);
    expect(shown(c)).toContain("  when size(m) <= size(n) {\n");
  });

  it("says which argument a callee with orient cannot take", () => {
    const text = `
      cascade f(A[m,n], v[m]) -> B[m,n] { B[m,n] = add(A, v) }
      cascade add(W[i,j], v[i]) -> Y[i,j] { orient size(i) <= size(j) \n Y[i,j] = W[i,j] + v[i] }`;
    const result = inline(cascadeOf(text));
    expect(!result.ok && result.errors[0]).toMatchObject({
      code: "E0790",
      message: "`v` of `add` does not have both ranks that its `orient` exchanges",
    });
  });

  it("stops where calls would stand for too much", () => {
    const level = (n: number): string =>
      `cascade f${n}(x) -> y { let a = f${n - 1}(x) \n let b = f${n - 1}(a) \n y = f${n - 1}(b) }`;
    const levels = Array.from({ length: 12 }, (_, n) => level(n + 1)).reverse();
    const text = `${levels.join("\n")} cascade f0(x) -> y { y = x * x + 1 }`;
    const result = inline(cascadeOf(text));
    expect(!result.ok && result.errors[0].code).toBe("E0910");
  });

  it("keeps the conditions on extents in the caller's ranks, once", () => {
    const text = `
      cascade f(a[p], b[p]) -> x[p] {
        let u[p] = even(a) \n let v[p] = even(b) \n x[p] = u[p] + v[p]
      }
      cascade even(x[e]) -> y[e] { expect size(e) mod 2 == 0, passes(e) <= 1 \n y[e] = x[e] }`;
    expect(shown(inlined(cascadeOf(text)))).toContain("  expect size(p) mod 2 == 0\n");
  });

  it("makes one rank of equal extents that callees derive", () => {
    const text = `
      cascade f(a[p], b[p]) -> x { let u = half(a) \n let v = half(b) \n x = u + v }
      cascade half(x[e]) -> y { rank h = size(e) div 2 \n y = sum[h] x[2 * h] else 0 }`;
    const c = inlined(cascadeOf(text));
    expect([...c.ranks.keys()]).toEqual(["p", "h"]);
  });

  it("tells monoids of one name apart", () => {
    const monoid = (name: string, op: string): string =>
      `monoid ${name} { lift (x) (s = x) \n merge (a, b) (s = ${op}) \n result s }`;
    const files = `
      cascade f(a[i]) -> x, y { x = total[i] a[i] \n y = g(a) }
      cascade g(a[i]) -> y { y = most[i] a[i] }
      ${monoid("total", "a.s + b.s")} ${monoid("most", "max(a.s, b.s)")}`;
    const c = cascadeOf(files);
    const clash = cascadesIn(files).get("g");
    const most = clash?.monoids.get("most");
    if (clash === undefined || most === undefined) throw new Error("no monoid");
    const renamed = JSON.parse(JSON.stringify(clash.body).replaceAll("most", "total"));
    const callee = {
      ...clash,
      body: renamed,
      monoids: new Map([["total", { ...most, id: "total" }]]),
    };
    const body = c.body.map((s) => (s.kind === "call" ? { ...s, callee } : s));
    const made = inlined({ ...c, body });
    expect([...made.monoids.keys()]).toEqual(["total", "total_1"]);
    expect(run(made, { tensors: { a: { shape: [3], data: [1, 2, 3] } } })).toEqual({
      x: [6],
      y: [3],
    });
  });

  it("makes constants of the tables that a format computes", () => {
    const text = `
      optimizer f { param w[i] \n state m[i] : near \n m[i] = w[i] }
      format near of x[n] {
        const T[c] = steps(4) \n store q[n] : u8 = argmin[c] abs(T[c] - x[n]) \n read T[q[n]]
      }
      cascade steps(static n = 2) -> T[c] { rank c = 8 \n let u[c] = c + 1 \n T[c] = u[c] / n }`;
    const encode = inlined(cascadeOf(text)).formats.get("near")?.encode;
    expect(encode && statementKinds(encode)).toEqual(["assign"]);
    expect(encode && shown({ ...encode, kind: "cascade" })).toContain(
      "const u[c] = c + 1\n  const T[c] = u[c] / 4\n",
    );
  });
});

describe("inline against the callee alone", () => {
  it.each([
    [
      "softmax",
      "cascade g(x[n]) -> y[n] { let a[n] = exp(x[n] - max[n] x[n]) \n y[n] = a[n] / sum[n] a[n] }",
    ],
    [
      "a loop",
      "cascade g(x[n]) -> y[n] { y[n] = x[n] \n repeat 3 { y[n] = y[n] - mean[n] y[n]^2 } }",
    ],
    [
      "a scan",
      "cascade g(x[n]) -> y[n] { let s = 0.0 \n scan n { s = s / 2 + x[n] \n y[n] = s } }",
    ],
    [
      "a branch",
      "cascade g(x[n]) -> y[n] { y[n] = x[n] \n when max[n] x[n] > 0.5 { y[n] = 2 * x[n] } }",
    ],
    [
      "until",
      "cascade g(x[n]) -> y[n] { y[n] = x[n] \n repeat 9 until max[n] abs(y[n]) < 0.2 " +
        "{ y[n] = y[n] / 2 } }",
    ],
    [
      "absence",
      "cascade g(x[n]) -> y[n] { let u[n] = x[n] where x[n] > 0 \n y[n] = u[n - 1] + x[n] else n }",
    ],
    [
      "best",
      "cascade g(x[n]) -> y[n] { index k in n \n let o[n] : n = topk[k; n] x[k] \n " +
        "y[n] = x[o[n]] }",
    ],
    ["random", "cascade g(x[n]) -> y[n] { y[n] = x[n] + normal(3, n) }"],
  ])("%s, mapped over a rank, is it at each point", (_what, callee) => {
    const mapped = inlined(cascadeOf(`cascade f(A[b,n]) -> B[b,n] { B[b,n] = g(A) } ${callee}`));
    const alone = inlined(cascadeOf(callee));
    const rows = [
      [0.1, -0.9, 0.4],
      [0.7, 0.6, -0.2],
      [0.01, 0.02, 0.03],
      [-3, 5, 0.25],
    ];
    const A = { shape: [4, 3], data: rows.flat() };
    for (const mode of ["f64", "f32"] as const) {
      const each = rows.flatMap(
        (data) => run(alone, { tensors: { x: { shape: [3], data } } }, mode).y,
      );
      expect(run(mapped, { tensors: { A } }, mode).B).toEqual(each);
      expect(run(simplify(mapped), { tensors: { A } }, mode).B).toEqual(each);
    }
  });
});

describe.skipIf(!hasExamples)("inline, on every example", () => {
  // needs ../shared/examples
  const all = hasExamples ? exampleCascades() : [];

  it.each(all)("%s has no calls left", (_name, c) => {
    for (const { cascade } of orientVariants(c)) {
      const made = inlined(cascade);
      const bodies = [made, ...[...made.formats.values()].map((f) => f.encode)];
      expect(bodies.flatMap(statementKinds)).not.toContain("call");
    }
  });
});
