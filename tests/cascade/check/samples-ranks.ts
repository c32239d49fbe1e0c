// A program for each code of ranks, presence, roles and bodies (E04xx to E06xx, E082x).

import type { Sample } from "./samples-names.js";

const inBody = (statement: string, header = "f(A[i,k], B[k,j], n[i] : i32) -> C[i,j]"): string =>
  `cascade ${header} {\n  ${statement.split("\n").join("\n  ")}\n}\n`;

const inOptimizer = (statement: string): string => {
  const lines = ["param w[i]", "grad  g[i]", ...statement.split("\n")];
  return `optimizer f(lr = 1e-3) {\n  ${lines.join("\n  ")}\n}\n`;
};

export const rankSamples: readonly Sample[] = [
  { code: "E0401", source: inBody("index l in i\nC[i,j] = A[k,i] * B[l,j]") },
  {
    code: "E0402",
    source: inBody(`let best[i] : k = argmax[k] A[i,k]
let near[i] : j = best[i]
C[i,j] = B[best[i],best[i]]`),
  },
  { code: "E0403", source: inBody("C[i,j] = A[i] * B[i,j,k]\nC[i] = 0") },
  { code: "E0404", source: inBody("C[i,j] = A + B[0,j]") },
  { code: "E0405", source: inBody("C[n[i],j] = A[i,j]\nC[i + 1,j] = 0") },
  { code: "E0406", source: inBody("C[i,j] = sum[k,k] A[i,k]") },
  { code: "E0408", source: inOptimizer("w[i] = w[i] - lr * g[i] * params") },
  { code: "E0409", source: inBody("scan k { let s[i,k] = A[i,k] }\nC[i,j] = 0") },
  { code: "E0410", source: inBody("C[i,j] = max[k; j] A[i,k]") },
  { code: "E0411", source: inBody("let best = argmax[i,k] A[i,k]\nC[i,j] = best") },
  {
    code: "E0412",
    source: `cascade rowsum(x[i,k], b[i]) -> y[i] {
  let scaled[i] = 2 * x[i,k]
  y[i] = x[i,k] + b[i]
}
`,
  },
  {
    code: "E0413",
    source: inBody(`C[i,j] = A[i,k] * B[k,j] + B[k,j]
C[i,j] = (A[i,k] * B[k,j]) * B[k,j]`),
  },
  { code: "E0414", source: inBody("let best[i] : k = topk[k] A[i,k]\nC[i,j] = B[best[i],j]") },
  {
    code: "E0420",
    source: `cascade f(x[n]) -> y[n] {
  split n = 4 * b + l
  y[n] = x[n] - (mean[l] x[n])
}
`,
  },
  { code: "E0419", source: inBody("index a in b\nindex b in a\nC[i,j] = 0") },
  {
    code: "E0415",
    source: "cascade f(x[n]) -> y[n] {\n  split n = 4 * b + l\n  y[n] = topk[b; l] x[4 * b]\n}\n",
  },
  { code: "E0416", source: "cascade f(x) -> y[n] {\n  split n = 4 * b + l\n  y[n] = x\n}\n" },
  { code: "E0417", source: inBody("let D[i,i] = 1\nC[i,j] = 0") },
  { code: "E0418", source: inBody("const T[u,v] = [1, 2, 3]\nC[i,j] = T[0,0]") },
];

export const presenceSamples: readonly Sample[] = [
  {
    code: "E0501",
    entry: "",
    source: inBody(
      `T[p,m] = S[p,m] where m <= p
D[m] = x[m] - x[m - 1]
y[p] = max[m] (S[p,m] where idx[p] == m)`,
      "causal(S[p,m], x[m], idx[p] : m) -> T[p,m], D[m], y[p]",
    ),
  },
  { code: "E0502", source: inBody("let D[i,j] = A[i,k] * B[k,j]") },
];

export const roleSamples: readonly Sample[] = [
  { code: "E0601", source: inBody("const a = 2\nA[i,k] = 0\na = 3\nC[i,j] = a") },
  { code: "E0602", source: inBody("every 10 { C[i,j] = 0 }") },
  {
    code: "E0603",
    source: `format f of x[n] {
  state s
  store q[n] : bf16 = x[n] + s
  read q[n]
}
`,
  },
  { code: "E0604", source: inOptimizer("input x[i] = 0\nw[i] = w[i] - lr * x[i]") },
  { code: "E0605", source: inOptimizer("let h[i] = await w[i]\nw[i] = h[i]") },
  { code: "E0606", source: inOptimizer("let h[i] = await g[0]\nw[i] = h[i]") },
  { code: "E0607", source: inOptimizer("w[i] = w[i] - lr * (await g[i])") },
  { code: "E0608", source: inBody("let a, b = A[0,0]\nC[i,j] = a") },
  { code: "E0609", source: inBody("scan k { scan k { C[i,j] = A[i,k] } }") },
  { code: "E0610", source: inBody("C[i,j] : bf16 = 0") },
  {
    code: "E0611",
    source: inOptimizer(`index j in i
let h = await g[i]
let s[i,j] = await g[i]
w[i] = h[i]`),
  },
  {
    code: "E0612",
    source: `cascade f(x[i]) -> dx[i] {
  let k = argmax[i] x[i]
  dx = gradient k wrt x
}
`,
  },
  {
    code: "E0613",
    source: `cascade f(x[i], w[i]) -> dx[i] {
  let y = x[i] * w[i]
  dx = gradient y wrt x, w
}
`,
  },
  {
    code: "E0614",
    source: `cascade f(x[i]) -> dx[i] {
  let y[i] = x[i]^2
  dx = gradient y wrt x
}
`,
  },
  {
    code: "E0615",
    source: `format f of x[n] {
  store q[n] : bf16 = x[n]
  read q[n]
  read 2 * q[n]
}
`,
  },
  { code: "E0616", source: "format f of x[n] {\n  store q[n] : bf16 = x[n]\n}\n" },
];

export const bodySamples: readonly Sample[] = [
  { code: "E0821", source: inBody("expect passes(A) <= 1, traffic(cache) <= 4\nC[i,j] = 0") },
  { code: "E0822", source: inBody("expect A[0,0] > 0\nC[i,j] = 0") },
  { code: "E0824", source: inBody("orient size(i) <= 4\nC[i,j] = 0") },
  {
    code: "E0825",
    source: inBody(
      `rank c = floor(density * size(k))
C[i,j] = 0`,
      "f(A[i,k], B[k,j], density = 0.25) -> C[i,j]",
    ),
  },
  { code: "E0826", source: inBody("rank a = size(b) + 1\nrank b = size(a) - 1\nC[i,j] = 0") },
  { code: "E0827", source: inOptimizer("state m[i] @ disk\nw[i] = w[i] - lr * g[i]") },
  { code: "E0828", source: inBody("numerics fast\nC[i,j] = 0") },
];
