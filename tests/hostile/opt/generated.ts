// Hostile sources that are too long, or too hard to see, to be kept as files.

export interface Hostile {
  readonly name: string;
  readonly text: string;
}

function body(lines: string): string {
  return `cascade f(x[i]) -> y[i] {\n${lines}\n}\n`;
}

function nested(open: string, close: string, times: number): string {
  return body(`  y[i] = ${open.repeat(times)}1${close.repeat(times)}`);
}

function ranks(count: number): string {
  return Array.from({ length: count }, (_, i) => `r${i}`).join(",");
}

/** Sums in sums: not deep in brackets, but too deep in all. */
const deepSum = `${"(".repeat(90)}1${`${" + 1".repeat(90)})`.repeat(90)}`;

const plain = body("  y[i] = x[i] // a comment");

const sources: Readonly<Record<string, string>> = {
  "identifier-of-50-megabytes": "a".repeat(50_000_000),
  "identifier-of-900-kilobytes": body(`  ${"a".repeat(900_000)} = 1`),
  "number-of-900-kilobytes": body(`  y[i] = ${"9".repeat(900_000)}`),
  "comment-of-900-kilobytes": body(`  y[i] = 1 // ${"*/ `${".repeat(150_000)}`),
  "doc-of-100000-lines": `${"/// a\n".repeat(90_000)}${plain}`,
  "terms-100000": body(`  y[i] = x[i]${" + x[i]".repeat(100_000)}`),
  "terms-20000": body(`  y[i] = 1${" + 1".repeat(20_000)}`),
  "ranks-100000": `cascade f(x[${ranks(100_000)}]) { y = 1 }`,
  "ranks-40000": `cascade f(x[${ranks(40_000)}]) { y = 1 }`,
  "statements-20000": body("  y[i] = 1\n".repeat(20_000)),
  "definitions-10000": "monoid m {}\n".repeat(10_000),
  "parentheses-100000": nested("(", ")", 40_000),
  "parentheses-unclosed": body(`  y[i] = ${"(".repeat(90_000)}`),
  "closers-90000": ")".repeat(90_000),
  "brackets-of-all-kinds": "([{".repeat(30_000),
  "calls-nested": nested("exp(", ")", 5_000),
  "indices-nested": nested("x[", "]", 5_000),
  "blocks-nested": body(`${"when a {\n".repeat(5_000)}${"}".repeat(5_000)}`),
  "else-blocks-nested": body(`${"when a { } else {\n".repeat(5_000)}${"}".repeat(5_000)}`),
  "minus-20000": body(`  y[i] = ${"-".repeat(20_000)}x[i]`),
  "not-20000": body(`  y[i] = 1 where ${"not ".repeat(20_000)}true`),
  "power-tower": body(`  y[i] = 2${"^2".repeat(20_000)}`),
  "else-chain": body(`  y[i] = x[i]${" else x[i]".repeat(5_000)}`),
  "reductions-in-a-row": body(`  y[i] = ${"sum[k] ".repeat(10_000)}x[i]`),
  "as-in-a-row": body(`  y[i] = x[i]${" as f16".repeat(10_000)}`),
  "sums-in-parentheses": body(`  y[i] = ${deepSum}`),
  "sums-in-a-default": `cascade f(x, a = ${deepSum}) -> y { y = x }`,
  "sums-in-a-monoid": `monoid m {\n  lift (x) (s = ${deepSum})\n  merge (a, b) (s = 1)\n  result s\n}`,
  "sums-in-a-format": body(`  state m : u(${deepSum})\n  let a : u(${deepSum}) = 1`),
  "sums-in-an-index": body(`  x[${deepSum}] = 1`),
  "arguments-20000": body(`  y[i] = max(${"1, ".repeat(20_000)}1)`),
  "bidi-override": body("  let isAdmin = false // \u202e } \u2066 ;let isAdmin = true\u2069"),
  "bidi-in-doc": `/// \u2067right to left\u2069\n${plain}`,
  "zero-width-name": body("  let ab = 1\n  let a\u200bb = 2\n  let a\u00adb = 3"),
  "homoglyphs": body("  let а = 1 // Cyrillic a\n  y[i] = a + ａ + ℯ"),
  "line-separators": body("  y[i] = 1 // a\u2028  y[i] = 2\u2029  y[i] = 3\u0085"),
  "nul-bytes": plain.replace("x[i] //", "x\u0000[i] // \u0000").concat("\u0000"),
  "control-characters": body("  y[i] = 1\u001b[31m\u0007\u0008 + \u007f2"),
  "lone-surrogates": body("  y[i] = \ud800 + \udfff // \ud83d"),
  "emoji": body("  let \u{1f469}\u200d\u{1f469}\u200d\u{1f467} = 1"),
  "no-break-space": body("  y[i]\u00a0= x[i]"),
  "byte-order-mark": `\ufeff${plain}`,
  "byte-order-mark-inside": plain.replace("y[i] =", "\ufeffy[i] ="),
  "crlf": plain.replaceAll("\n", "\r\n"),
  "crlf-with-mistakes": body("  y[i] = = 1\n  let\n  z = (1").replaceAll("\n", "\r\n"),
  "lone-carriage-returns": plain.replaceAll("\n", "\r"),
  "form-feeds": plain.replaceAll("\n", "\n\f\v"),
  "tabs": plain.replaceAll("  ", "\t\t"),
  "no-newline-at-end": plain.trimEnd(),
  "mistakes-on-one-line": body(`é ${"repeat 1 { x } ".repeat(15_000)}`),
  "mistakes-on-many-lines": body("  y[i] = = 1\n".repeat(12_000)),
  "strange-characters-400000": "é ".repeat(400_000),
  "hidden-characters-900000": "\u200b".repeat(900_000),
  "quotes-90000": '"'.repeat(89_999),
  "block-comments-90000": "/*/".repeat(90_000),
  "slashes": "/".repeat(900_000),
  "newlines-90000": "\n".repeat(90_000),
  "spaces-900000": " ".repeat(900_000),
};

export const generated: readonly Hostile[] =
  Object.entries(sources).map(([name, text]) => ({ name, text }));
