// A program for each code of calls, monoids and formats (E07xx).

import type { Sample } from "./samples-names.js";

const helpers = `
cascade matmul(A[i,k], B[k,j]) -> C[i,j] { C[i,j] = A[i,k] * B[k,j] }

cascade softmax(x[n]) -> y[n] {
  let a[n] = exp(x[n] - max[n] x[n])
  y[n] = a[n] / sum[n] a[n]
}

cascade scaled(x, factor = 2.0) -> y { y = factor * x }

cascade first(x[n], static rank r) -> y[r] { y[r] = x[n(r)] else 0 }

monoid total {
  lift (x) (s = x)
  merge (a, b) (s = a.s + b.s)
  result s
}
`;

const calling = (statement: string, more = ""): string =>
  `cascade f(X[i,k], Y[k,j], v[i]) -> C[i,j] {\n  ${statement.replaceAll("\n", "\n  ")}\n}\n` +
  `${helpers}${more}`;

const format = (body: string): string => `format blocks(static bits = 4) of x[n] {\n  ${body}\n}\n`;

export const callSamples: readonly Sample[] = [
  { code: "E0701", source: "cascade f(x[i] : bf61, w[i] : nf4) -> y[i] {\n  y[i] = x[i]\n}\n" },
  { code: "E0702", source: calling("let Z[i] = matmul(X, Y)\nC[i,j] = 0") },
  {
    code: "E0703",
    source: calling(
      "C[i,j] = step(X)",
      `
optimizer step(lr = 0.1) {
  param w[i]
  grad  g[i]
  w[i] = w[i] - lr * g[i]
}
`,
    ),
  },
  { code: "E0704", source: calling("let Z[i,j] = matmul(v, Y)\nC[i,j] = 0") },
  { code: "E0705", source: calling("let Z[i,k] = matmul(X, X)\nC[i,j] = 0") },
  { code: "E0706", source: calling("let Z[i,k] = softmax(2 * X[i,k])\nC[i,j] = 0") },
  { code: "E0707", source: calling("let Z = first(v)\nC[i,j] = 0") },
  { code: "E0708", source: calling("let Z, L = matmul(X, Y)\nC[i,j] = 0") },
  {
    code: "E0709",
    source: calling(`let Z[i] = scaled(v, facto = 3.0)
let U[i] = scaled(v, 1.0, 2.0)
C[i,j] = 0`),
  },
  { code: "E0710", source: calling("let Z[i] = scaled(v, x = v)\nC[i,j] = 0") },
  { code: "E0711", source: calling("C[i,j] = softmax[i,j] v[i]") },
  { code: "E0712", source: calling("let Z[i,j] = matmul(X)\nC[i,j] = 0") },
  { code: "E0713", source: calling("C[i,j] = scaled(Y[0,j], factor = v[i])") },
  { code: "E0714", source: calling("C[i,j] = softmax[k in i] v[k]") },
  { code: "E0715", source: calling("repeat 9 until scaled(v[0]) < 1 { C[i,j] = 0 }") },
  {
    code: "E0716",
    source: calling(
      "C[i,j] = 1 + nothing(v[i])",
      `
cascade nothing(x) {
  let y = x
}
`,
    ),
  },
  { code: "E0717", source: calling("C[i,j] = total(v)") },
  {
    code: "E0718",
    source: calling(
      "C[i,j] = v[i] as blocks",
      `\n${format("store q[n] : bf16 = x[n]\n  read q[n]")}`,
    ),
  },
  { code: "E0719", source: "cascade f(x[i] : i1, w[i] : u33) -> y[i] {\n  y[i] = x[i]\n}\n" },
  { code: "E0720", source: "cascade f(x[i] : bf16 along i) -> y[i] {\n  y[i] = x[i]\n}\n" },
  {
    code: "E0721",
    source: `cascade f(x[i] : u(bits), static bits = 4) -> y[i] {
  y[i] = x[i]
}
`,
  },
  {
    code: "E0722",
    source:
      "cascade f(x[i] : blocks along j) -> y[i] {\n  y[i] = x[i]\n}\n\n" +
      format("store q[n] : bf16 = x[n]\n  read q[n]"),
  },
  {
    code: "E0723",
    source: format(`let s = max[n] abs(x[n])
  store q[n] : i8 = round(127 * x[n] / s)
  read q[n] * s`),
  },
  { code: "E0724", source: calling("let Z[j,i] = softmax(X)\nC[i,j] = 0") },
  { code: "E0725", source: calling("C = softmax(X)") },
  {
    code: "E0726",
    source: `cascade f(Z[k,j]) -> C[k,j] {
  scan k { C[k,j] = softmax(Z) }
}
${helpers}`,
  },
  { code: "E0727", source: "format f of x[n,m] {\n  store q[n] : bf16 = x[n,0]\n  read q[n]\n}\n" },
  {
    code: "E0728",
    source: `format f(scale = 2.0) of x[n] {
  store q[n] : bf16 = scale * x[n]
  read q[n] / scale
}
`,
  },
  {
    code: "E0729",
    source: `monoid total {
  lift (x) (s = x)
  merge (a) (s = a.s)
  result s
}
`,
  },
  {
    code: "E0730",
    source: `monoid total {
  lift (x) (s = x)
  merge (a, b) (t = a.s + b.s)
  result s
}
`,
  },
  {
    code: "E0731",
    source: `monoid middle {
  lift (x) (s = x)
  merge (a, b) (s = (a.s + b.s) / 2)
  result s
}
`,
  },
];
