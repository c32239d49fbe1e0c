// Programs that parse, and are written to hurt what comes after the parser.

export interface HostileProgram {
  readonly name: string;
  readonly text: string;
  /** Other files, by path. */
  readonly files?: (path: string) => string | undefined;
  /** Ask for the first definition too. */
  readonly isEntry?: boolean;
}

function lines(count: number, line: (n: number) => string): string {
  return Array.from({ length: count }, (_, n) => line(n)).join("\n");
}

/** Names of ranks that are nowhere else. */
function row(count: number, n: number): string {
  return Array.from({ length: count }, (_, k) => `r${n}_${k}`).join(",");
}

function body(text: string, header = "x[i], n : i32"): string {
  return `cascade f(${header}) -> y[i] {\n${text}\n  y[i] = x[i]\n}\n`;
}

/** A function of each from the one before. */
function chain(count: number, first: string, one: (n: number) => string): string {
  return `${lines(count, one)}\n${first}\n`;
}

const tower = (depth: number): string =>
  chain(
    depth,
    `cascade g${depth}(x) -> y { y = x }`,
    (n) => `cascade g${n}(x) -> y { y = g${n + 1}(x) + g${n + 1}(2 * x) }`,
  );

const circle = (length: number): string =>
  lines(length, (n) => `cascade g${n}(x) -> y { y = g${(n + 1) % length}(x) }`);

/** A file for every number: each imports the next. */
function endless(path: string): string | undefined {
  const n = Number(/^m(\d+)\.opt$/.exec(path)?.[1]);
  return Number.isNaN(n)
    ? undefined
    : `use "m${n + 1}" (g${n + 1})
cascade g${n}(x) -> y { y = g${n + 1}(x) }
`;
}

export const hostilePrograms: readonly HostileProgram[] = [
  { name: "recursion", text: "cascade f(x) -> y { y = f(x - 1) }\n" },
  { name: "recursion-of-three", text: circle(3) },
  { name: "recursion-of-5000", text: circle(5_000) },
  {
    name: "recursion-of-formats",
    text: `format f of x[n] {
  store s[n] : g = x[n]
  read s[n]
}

format g of x[n] {
  store s[n] : f = x[n]
  read s[n]
}
`,
  },
  { name: "calls-100-deep", text: tower(99), isEntry: true },
  { name: "calls-3000-deep", text: tower(3_000) },
  { name: "import-of-itself", text: 'use "main" (f)\n', files: () => undefined },
  {
    name: "import-in-a-circle",
    text: 'use "other" (g)\n',
    files: (path) =>
      path === "other.opt" ? 'use "main" (f)\ncascade g(x) -> y { y = x }\n' : undefined,
  },
  { name: "import-without-end", text: 'use "m0" (g0)\n', files: endless },
  { name: "import-of-a-password", text: 'use "../../../etc/passwd" (root)\n' },
  {
    name: "ranks-10000",
    text: `cascade f(${lines(500, (n) => `x${n}[${row(20, n)}],`)} z) -> y { y = 1 }`,
    isEntry: true,
  },
  {
    name: "ranks-one-from-the-other",
    text: body(lines(5_000, (n) => `  rank r${n} = size(${n === 0 ? "i" : `r${n - 1}`}) + 1`)),
    isEntry: true,
  },
  {
    name: "ranks-in-a-circle-of-5000",
    text: body(lines(5_000, (n) => `  rank r${n} = size(r${(n + 1) % 5_000}) + 1`)),
  },
  {
    name: "indices-one-in-the-other",
    text: body(lines(5_000, (n) => `  index k${n} in ${n === 0 ? "i" : `k${n - 1}`}`)),
    isEntry: true,
  },
  { name: "indices-in-a-circle", text: body("  index a in b\n  index b in a") },
  {
    name: "splits-2000",
    text: body(
      lines(
        2_000,
        (n) => `  split i = 4 * b${n} + l${n}
  let s${n}[b${n}] = max[l${n}] x[i]`,
      ),
    ),
    isEntry: true,
  },
  { name: "unknown-names-5000", text: body(lines(5_000, (n) => `  let a${n} = b${n} + 1`)) },
  {
    name: "names-alike-5000",
    text: body(`${lines(5_000, (n) => `  let value${n} = 1`)}\n  let z = valeu1`),
  },
  {
    name: "names-hidden-3000",
    text: body(lines(3_000, () => "  when n > 0 { let a = n }")),
    isEntry: true,
  },
  {
    name: "integers-doubled-2000-times",
    text: body(
      `  let a0 = n\n${lines(2_000, (n) => `  let a${n + 1} = a${n} + a${n}`)}\n` +
        "  let z = x[a2000] else 0",
    ),
    isEntry: true,
  },
  {
    name: "absence-doubled-60-times",
    text:
      "cascade f(x[i], n : i32) -> y[i] {\n  let a0[i] = x[i] where i < n\n" +
      `${lines(60, (n) => `  let a${n + 1}[i] = a${n}[i] + a${n}[i]`)}\n  y[i] = a60[i]\n}\n`,
    isEntry: true,
  },
  {
    name: "reals-found-late",
    text: body(
      `${lines(200, (n) => `  let a${n} = 0`)}\n  repeat 9 {\n` +
        `${lines(199, (n) => `    a${n} = a${n + 1}`)}\n    a199 = 0.5\n  }`,
    ),
    isEntry: true,
  },
  { name: "repeat-1000000000", text: body("  repeat 1000000000 { let a = 1 }"), isEntry: true },
  { name: "width-of-a-billion", text: body("  let q : u1000000000 = 0") },
  { name: "power-of-everything", text: body("  let a = 10^10^10^10^10"), isEntry: true },
  {
    name: "sums-rebound-1000",
    text: body(`  let a = ${"sum[i] x[i] + ".repeat(300)} 0`),
    isEntry: true,
  },
  { name: "factors-500", text: body(`  let a = ${"x[i] * ".repeat(500)} 1`), isEntry: true },
  {
    name: "table-of-5000",
    text: body(`  const T[c] = [${lines(5_000, (n) => `${n},`)} 0]`),
    isEntry: true,
  },
  {
    name: "monoid-without-fields",
    text: `monoid m {
  lift (x) (s = x)
  merge (a, b) (s = a.s)
  result s
}
`,
  },
  {
    name: "key-of-a-prototype",
    text: body(`  let constructor = 1
  let toString = constructor + 1
  let z = hasOwnProperty`),
  },
  {
    name: "expects-2000",
    text: body(`${lines(2_000, (n) => `  expect size(i) > ${n}`)}\n  let z = x[2001] else 0`),
    isEntry: true,
  },
];
