import { describe, expect, it } from "vitest";
import { codesOf, equations } from "./programs.js";

const library = `
cascade softmax(x[n]) -> y[n] {
  let a[n] = exp(x[n] - max[n] x[n])
  y[n] = a[n] / sum[n] a[n]
}

cascade qr(A[i,j]) -> Q[i,j], R[j, l in j] {
  Q[i,j] = A[i,j]
  R[j,l] = 1 where j == l else 0
}

cascade leading(A[i,j], static rank r = 4) -> U[i,r] { U[i,r] = A[i,j(r)] else 0 }

cascade halves(x[n]) -> y[c] {
  rank c = size(n) div 2
  y[c] = x[n(c)]
}

cascade mix(S[m], V[m,f]) -> O[f] { O[f] = S[m] * V[m,f] }

cascade basis(static rank n) -> Q[n, k in n] { Q[n,k] = 1 where n == k else 0 }
`;

const calling = (header: string, body: string): readonly string[] =>
  equations(`cascade main(${header}) {\n  ${body}\n}\n${library}`, "main");

describe("calls", () => {
  it("map over leading ranks", () => {
    expect(calling("x[b,n]", "let y[b,n] = softmax(x)")).toEqual([
      "let y[b,n] = softmax[n](x[b,n])",
    ]);
  });

  it("are named like reductions", () => {
    expect(calling("x[l,k]", "let y[l,k] = softmax[l] x[l,k]")).toEqual([
      "let softmax[k,l] = softmax[l](x[l,k])",
      "let y[l,k] = softmax[k,l]",
    ]);
  });

  it("stand before the statement that uses them", () => {
    expect(calling("x[n]", "let y[n] = 2 * softmax(x)")).toEqual([
      "let softmax[n] = softmax[n](x[n])",
      "let y[n] = 2 * softmax[n]",
    ]);
  });

  it("are carried out inside first", () => {
    expect(calling("x[n]", "let y[n] = softmax(softmax(x))")).toEqual([
      "let softmax[n] = softmax[n](x[n])",
      "let y[n] = softmax[n](softmax[n])",
    ]);
  });

  it("give several results, of which some are not taken", () => {
    expect(calling("A[i,j]", "index s in j\n  let _, R[j,s] = qr(A)")).toEqual([
      "index s in j",
      "let _, R[j,s] = qr[i,j,s](A[i,j])",
    ]);
  });

  it("bind a static rank by the index list on the left", () => {
    expect(calling("A[i,j], v[q]", "let U[i,q] = leading(A)")).toEqual([
      "let U[i,q] = leading[i,j,q](A[i,j])",
    ]);
  });

  it("make a rank of a default", () => {
    expect(calling("A[i,j]", "let U = leading(A)")).toEqual([
      "rank r = 4",
      "let U[i,r] = leading[i,j,r](A[i,j])",
    ]);
  });

  it("make a rank of a value given by name", () => {
    expect(calling("A[i,j]", "let U = leading(A, r = 2 * size(i))")).toEqual([
      "rank r = 2 * size(i)",
      "let U[i,r] = leading[i,j,r](A[i,j])",
    ]);
  });

  it("introduce the rank that a result derives", () => {
    expect(calling("x[b,n]", "let y[b,h] = halves(x)")).toEqual([
      "rank h = size(n) div 2",
      "let y[b,h] = halves[n,h](x[b,n])",
    ]);
  });

  it("take one rank of the caller for two of the callee", () => {
    expect(calling("S[t], V[t, u in t]", "let O = mix(S, V)")).toEqual([
      "let O[u] = mix[t,u](S[t], V[t,u])",
    ]);
  });

  it("mix over named variables and map over the rest, in the order of the left side", () => {
    expect(
      calling("S[b,h,p,m], V[b,m,f]", "let O[h,b,p,f] = mix[m,f](S[b,h,p,m], V[b,m,f])"),
    ).toEqual(["let O[h,b,p,f] = mix[m,f](S[b,h,p,m], V[b,m,f])"]);
  });

  it("fix a square from the left side alone", () => {
    expect(calling("x[i]", "index k in i\n  let Q[i,k] = basis()")).toEqual([
      "index k in i",
      "let Q[i,k] = basis[i,k]()",
    ]);
  });

  it("stay inside the branch that they stand in", () => {
    expect(
      calling(
        "x[n]",
        `let y[n] = x[n]
  when size(n) > 4 { y[n] = 2 * softmax(x) }`,
      ),
    ).toEqual([
      "let y[n] = x[n]",
      "when size(n) > 4 {",
      "let softmax[n] = softmax[n](x[n])",
      "y[n] = 2 * softmax[n]",
      "}",
    ]);
  });

  it("refuse what keeps state", () => {
    const source = `cascade f(x[i]) -> y[i] { y[i] = g(x) }
cascade g(x[i]) -> y[i] {
  state s[i]
  s[i] = x[i]
  y[i] = s[i]
}
`;
    expect(codesOf(source)).toEqual(["E0703"]);
  });

  it("say once that a callee is wrong", () => {
    const source = `cascade f(x[i]) -> y[i] { y[i] = g(x) + g(x) }
cascade g(x[i]) -> y[i] { y[i] = z[i] }
`;
    expect(codesOf(source)).toEqual(["E0201"]);
  });
});
