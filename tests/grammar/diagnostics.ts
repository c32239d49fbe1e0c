// For each code of grammar/ a source that earns it.

const cascade = (lines: string) => `cascade f(x) -> y {\n${lines}\n}\n`;

export interface Mistake {
  readonly source: string;
  /** What the golden shows instead of a source that is too long to read. */
  readonly shown?: string;
}

const mistakes: Readonly<Record<string, string | Mistake>> = {
  E0101: cascade("  y = 2 × x"),
  E0102: {
    source: cascade("  y = x // \u202e hidden"),
    shown: "a comment with the character U+202E",
  },
  E0103: 'use "std/linalg (qr)\n',
  E0104: cascade("  /* the sum */\n  y = x"),
  E0105: cascade("  let a = 2x\n  let b = .5\n  y = 1. + a"),
  E0106: cascade("  y = 1e999 + 1e-999 + 9007199254740993"),
  E0107: cascade("  y = x % 2 && !x\n  y += x ** 2"),
  E0110: cascade("  let a b = 3\n  y = (1 + )\n  index k of i"),
  E0111: "cascade f(x[i] -> y {\n  let a = (1 + 2\n  let b = a\n  y = x\n}\n",
  E0112: cascade("  y = x)\n  let a = b[1)]"),
  E0113: cascade("  y = x z = 3\n  repeat 3 { y = 1 } y = 2"),
  E0114: cascade("  let a =\n  y = a +"),
  E0115: cascade("  y = 1 where 0 <= x < 3"),
  E0116: cascade("  y = norm[i] (x[i] - 1)^2"),
  E0117: "let a = 1\ncascade f(x) -> y { y = x }\ny = 2\n",
  E0118: "cascade f(x) -> y\ncascade g(x) -> y { y = x }\n",
  E0119: "format q of x[n] {\n  split n = b * 256 - l\n  read x[n]\n}\n",
  E0120: "monoid m {\n  lift (x) (s = x)\n  result s\n}\n",
  E0121: "monoid m {\n  lift (x) (s = x)\n  merge (a, b) (s = a.s + b.s)\n"
    + "  result s\n  result s\n}\n",
  E0122: cascade("  let where = 1\n  y = x"),
  E0123: cascade("  y = (x, 1) + 2"),
  E0124: cascade("  y = 1 where x = 2"),
  E0125: cascade("  y = x;"),
  E0126: cascade("  repeat 2 { y = x }\n  y = 3 { y = x }"),
  E0127: cascade("  repeat 3\n  y = x"),
  E0128: cascade("  let T[c] = [1, 2]\n  y = x"),
  E0129: cascade("  store y = x\n  result x"),
  E0130: cascade("  when a { y = 1 } else when b { y = 2 } else { y = 3 }"),
  E0131: cascade("  else { y = 1 }\n  repeat 3 { y = 2 } else { y = 3 }"),
  E0901: { source: "a".repeat(1_000_001), shown: "the letter a, 1000001 times" },
  E0902: {
    source: cascade(`  y = max(${"x, ".repeat(60_000)}x)`),
    shown: "a call of max with 60001 arguments",
  },
  E0903: {
    source: cascade(`  y = ${"(".repeat(100)}x${")".repeat(100)}`),
    shown: "100 parentheses in braces",
  },
  E0904: { source: cascade(`  y = x${" + x".repeat(1_001)}`), shown: "a sum of 1002 terms" },
  E0905: {
    source: cascade(`  y = ${"(".repeat(9)}x${`${" + x".repeat(120)})`.repeat(9)}`),
    shown: "sums of 121 terms, 9 of them one inside the other",
  },
  E0906: { source: cascade(`  y = ${"x".repeat(257)}`), shown: "a name of 257 letters" },
  E0907: cascade("  y = )\n".repeat(60)),
};

export const samples: readonly (Mistake & { readonly code: string })[] =
  Object.entries(mistakes).map(([code, mistake]) => {
    return typeof mistake === "string" ? { code, source: mistake } : { code, ...mistake };
  });
