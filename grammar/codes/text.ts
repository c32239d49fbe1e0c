// Texts of what is wrong with characters, words and statements (E01xx) and of the limits of a
// file (E09xx).

type Text = { readonly message: string; readonly label?: string; readonly help?: string };

const foreign: ReadonlyMap<string, string> = new Map([
  ["&&", "write `and`"],
  ["&", "write `and`"],
  ["||", "write `or`"],
  ["|", "write `or`"],
  ["**", "write `^`"],
  ["%", "write `mod`, the remainder of floor division"],
  ["!", "write `not`"],
  ["<>", "write `!=`"],
  ["=>", "write `->`"],
  [":=", "write `=`"],
]);

function instead(operator: string): string {
  const name = operator.slice(0, 1);
  return foreign.get(operator) ?? `write the whole assignment: \`x = x ${name} y\``;
}

/** Backquotes, unless the text has some of its own. */
function quoted(text: string): string {
  return text.includes("`") ? `"${text}"` : `\`${text}\``;
}

export const wordTexts = {
  E0101: (text: string): Text => ({
    message: `the text ${quoted(text)} means nothing here`,
    help: "names are made of the letters a to z, digits and `_`; anything may stand in a comment",
  }),
  E0102: (name: string): Text => ({
    message: `the character ${name} cannot be seen and may hide what the file says`,
    help: "delete it",
  }),
  E0103: (): Text => ({
    message: "the path is not closed before the end of the line",
    label: "opened here",
    help: "write `\"` after the path",
  }),
  E0104: (): Text => ({
    message: "a comment does not begin with `/*`",
    help: "write `//` in front of each line",
  }),
  E0105: (text: string, better: string): Text => ({
    message: `\`${text}\` is not a number`,
    help: better,
  }),
  E0106: (text: string, limit: string): Text => ({
    message: `the number \`${text}\` is ${limit}`,
    help: "write a number that a 64-bit float holds",
  }),
  E0107: (operator: string): Text => ({
    message: `there is no operator \`${operator}\``,
    help: instead(operator),
  }),
} as const;

/** What is written here for the blocks of other languages. */
const blocks: ReadonlyMap<string, string> = new Map([
  ["if", "write `when`"],
  ["for", "write `scan k { … }` over a rank, or `repeat n { … }`"],
  ["while", "write `repeat n until c { … }`"],
  ["loop", "write `repeat n { … }`"],
]);

export const syntaxTexts = {
  E0110: (expected: string, found: string): Text => ({
    message: `${expected} is expected, but ${found} stands here`,
    label: `expected ${expected}`,
  }),
  E0111: (bracket: string, closer: string): Text => ({
    message: `\`${bracket}\` is never closed`,
    label: "opened here",
    help: `write \`${closer}\` where it ends`,
  }),
  E0112: (bracket: string): Text => ({
    message: `\`${bracket}\` closes nothing`,
    help: "delete it, or write the bracket that it closes",
  }),
  E0113: (found: string): Text => ({
    message: `what stands before ${found} is complete`,
    label: "does not belong to it",
    help: "begin a new line, or write the operator that is missing",
  }),
  E0114: (expected: string): Text => ({
    message: `the line ends where ${expected} must follow`,
    label: "ends here",
    help: "a statement goes on in the next line only if that line begins with an operator, "
      + "`where`, `else` or `->`",
  }),
  E0115: (left: string, right: string): Text => ({
    message: `comparisons do not chain: \`${left}\` is followed by \`${right}\``,
    label: "second comparison",
    help: "join two comparisons by `and`: `a <= b and b < c`",
  }),
  E0116: (name: string): Text => ({
    message: `what follows may belong to the arguments or to the value of \`${name}[…] (…)\``,
    label: "belongs to which?",
    help: `write \`(${name}[…] (…))\` and the rest after it, or \`${name}[…] ((…))\` around all`,
  }),
  E0117: (found: string): Text => ({
    message: `${found} stands outside of a definition`,
    help: "a file holds `use`, `cascade`, `optimizer`, `monoid` and `format`, nothing else",
  }),
  E0118: (kind: string, name: string): Text => ({
    message: `the ${kind} \`${name}\` has no body`,
    label: "a `{` must follow",
    help: "write its statements in braces after the header",
  }),
  E0119: (): Text => ({
    message: "a split is not of the form `n = 256 * b + l`",
    help: "write the whole, its factor, the outer rank and the inner rank in this order",
  }),
  E0120: (name: string, parts: readonly string[]): Text => ({
    message: `the monoid \`${name}\` lacks ${parts.map(quoted).join(" and ")}`,
    help: "a monoid has one `lift`, one `merge` and one `result`",
  }),
  E0121: (part: string): Text => ({
    message: `the monoid has a second \`${part}\``,
    help: "delete one of them",
  }),
  E0122: (word: string): Text => ({
    message: `\`${word}\` is a word of the language and cannot be a name`,
    help: "choose another name",
  }),
  E0123: (): Text => ({
    message: "several values stand in parentheses where one is expected",
    label: "one value only",
    help: "only a reduction or a call takes several values",
  }),
  E0124: (): Text => ({
    message: "`=` assigns and cannot stand in an expression",
    help: "write `==` to compare",
  }),
  E0125: (): Text => ({
    message: "a statement does not end with `;`",
    help: "delete it: the line's end is enough",
  }),
  E0126: (statement: string): Text => ({
    message: `\`${statement}\` takes no block`,
    help: blocks.get(statement) ?? "only `when`, `else`, `every`, `repeat` and `scan` have braces",
  }),
  E0127: (word: string): Text => ({
    message: `the block of \`${word}\` is missing`,
    label: "a `{` must follow",
    help: "write its statements in braces",
  }),
  E0128: (): Text => ({
    message: "a table stands outside of a constant",
    help: "name it first: `const T[c] = [-1, 0, 1]`",
  }),
  E0129: (word: string, place: string): Text => ({
    message: `\`${word}\` stands outside of a ${place}`,
    help: `only a ${place} has \`${word}\``,
  }),
  E0130: (): Text => ({
    message: "`else` is followed by `when` instead of a block",
    help: "write `else { when … { … } }`",
  }),
  E0131: (): Text => ({
    message: "`else` stands behind no `when`",
    help: "write it directly behind the block of a `when`",
  }),
} as const;

export const limitTexts = {
  E0901: (length: number, limit: number): Text => ({
    message: `the file has ${length} characters, more than ${limit}`,
    help: "divide it into several files and import them with `use`",
  }),
  E0902: (count: number, limit: number): Text => ({
    message: `the file has ${count} words and signs, more than ${limit}`,
    label: "the first beyond the limit",
    help: "divide it into several files and import them with `use`",
  }),
  E0903: (limit: number): Text => ({
    message: `more than ${limit} brackets are open at once`,
    label: "one too many",
    help: "name a part of it with `let`",
  }),
  E0904: (count: number, limit: number): Text => ({
    message: `the expression chains ${count} operators, more than ${limit}`,
    label: "the first beyond the limit",
    help: "name a part of it with `let`, or write a reduction",
  }),
  E0905: (limit: number): Text => ({
    message: `the expression is nested more than ${limit} levels deep`,
    help: "name a part of it with `let`",
  }),
  E0906: (length: number, limit: number): Text => ({
    message: `the word has ${length} characters, more than ${limit}`,
    help: "choose a shorter name",
  }),
  E0907: (limit: number): Text => ({
    message: `the file has more than ${limit} errors, and the rest is not shown`,
    help: "begin with the first: later ones may follow from it",
  }),
} as const;
