// A program for each code of names and kinds (E02xx, E03xx): the smallest mistake of its kind.

export interface Sample {
  readonly code: string;
  readonly source: string;
  /** Other files, by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Definition that is asked for; "" is the first. */
  readonly entry?: string;
}

const inBody = (statement: string, header = "f(x[i], n[i] : i32) -> y[i]"): string =>
  `cascade ${header} {\n  ${statement.split("\n").join("\n  ")}\n}\n`;

export const nameSamples: readonly Sample[] = [
  {
    code: "E0201",
    source: inBody(`let rate = 0.5
y[i] = rat * x[i] + softmax(x)
let z[i] = rat`),
  },
  { code: "E0202", source: inBody("y[i] = z[i]\nlet z[i] = x[i]") },
  { code: "E0203", source: inBody("let z[i] = x[i]\nlet z[i] = 2 * z[i]\ny[i] = z[i]") },
  { code: "E0204", source: inBody("let z[j] = x[j]\ny[i] = x[i]") },
  { code: "E0205", source: 'use "linalg/nrom" (norm)\n' + inBody("y[i] = x[i] / norm[i] x[i]") },
  { code: "E0206", source: 'use "../../../etc/passwd" (root)\n' + inBody("y[i] = root(x)") },
  {
    code: "E0207",
    source: 'use "norms" (nrom)\n' + inBody("y[i] = x[i] / nrom[i] x[i]"),
    files: {
      "norms.opt": `monoid norm {
  lift (x) (s = x^2)
  merge (a, b) (s = a.s + b.s)
  result sqrt(s)
}
`,
    },
  },
  {
    code: "E0208",
    source: "cascade even(x) -> y { y = odd(x - 1) }\n\ncascade odd(x) -> y { y = even(x - 1) }\n",
  },
  {
    code: "E0209",
    source: inBody("y[i] = twice[i] + i[n] + size(x)") + "\ncascade twice(x) -> y { y = 2 * x }\n",
  },
  {
    code: "E0210",
    entry: "adam",
    source: `optimizer adamw(lr = 1e-3) {
  param w[i]
  grad  g[i]
  w[i] = w[i] - lr * g[i]
}
`,
  },
  { code: "E0211", source: inBody("y[i] = x[i] / t + uniform(key, i)") },
  { code: "E0212", source: inBody("y[i] = x[i] / size(x[i])") },
  {
    code: "E0214",
    source: "monoid total {\n  lift (x) (s = x)\n  merge (a, b) (s = a.s + b.t)\n  result s\n}\n",
  },
  { code: "E0215", source: inBody("y[i] = x(i) + i(2)") },
  {
    code: "E0216",
    source: 'use "other" (g)\n' + inBody("y[i] = g(x[i])"),
    files: { "other.opt": 'use "sample" (f)\n\ncascade g(x) -> y { y = x }\n' },
  },
  {
    code: "W0201",
    source: inBody(`let z[i] = x[i]
repeat 2 { let z[i] = 3 * x[i] }
y[i] = z[i]`),
  },
];

export const kindSamples: readonly Sample[] = [
  { code: "E0301", source: inBody("y[i] = x[i] div 2 + sqrt(x[i] > 0)") },
  { code: "E0302", source: inBody("y[i] = x[0.5 * i]") },
  { code: "E0303", source: inBody("y[i] = x[i] * 10^-2") },
  {
    code: "E0304",
    source:
      inBody("y[i] = scaled(x[i], k = 0.5)") +
      `
cascade scaled(x, k = 2) -> y { y = k * x }
`,
  },
  { code: "E0305", source: inBody("y[i] = x[i] where n[i] else 0") },
  { code: "E0306", source: inBody("y[i] = max[i] x[i] else -inf") },
  { code: "E0307", source: inBody("y[i] = clamp(x[i], 0) + sqrt(x[i], 2)") },
  { code: "E0308", source: inBody("y[i] = sum[i] x[i]^2 in u8") },
  { code: "E0309", source: inBody("y[i] = x[i] + 1 in f64") },
  { code: "E0310", source: inBody("y[i] = clamp(x[i], low = 0, 1)") },
  { code: "E0311", source: inBody("y[i] = (x[i] > 0) as f32") },
  { code: "E0312", source: inBody("rank c = 0.25 * size(i)\ny[i] = x[i]") },
  { code: "E0313", source: inBody("let q[i] : i8 = x[i] / 2\nlet b : bool = 1\ny[i] = q[i]") },
];
