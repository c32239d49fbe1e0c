// The words of the language. Few are reserved; the others are keywords only where they stand so.

/** Never a name. */
export const reservedWords = [
  "and", "as", "div", "else", "false", "let", "mod", "not", "or", "true", "where",
] as const;

/** Keywords at the beginning of a file's entries. */
export const definitionWords = ["cascade", "format", "monoid", "optimizer", "use"] as const;

/** Keywords at the beginning of a statement, unless `[`, `=`, `,` or `:` follows. */
export const statementWords = [
  "const", "deterministic", "every", "expect", "grad", "index", "input", "lift", "merge",
  "numerics", "orient", "param", "rank", "read", "repeat", "result", "scan", "shard", "shared",
  "split", "state", "store", "when",
] as const;

/** Keywords between two values, where no name can stand. */
export const infixWords = [
  "along", "backwards", "first", "from", "high", "in", "of", "over", "until", "wrt",
] as const;

/** Keywords before a name. */
export const prefixWords = ["await", "gradient", "static"] as const;

export const keywords = [
  ...reservedWords, ...definitionWords, ...statementWords, ...infixWords, ...prefixWords,
] as const;

export type Keyword = (typeof keywords)[number];

/** Reductions that need no import. `name[k]` with one of these names is never an access. */
export const reductions: ReadonlySet<string> = new Set([
  "sum", "prod", "max", "min", "mean", "any", "all", "count", "argmax", "argmin", "topk",
]);
