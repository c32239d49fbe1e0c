// What a source file may ask of the compiler. Each limit has a diagnostic (E09xx).

/** UTF-16 units of one file. */
export const maxFileLength = 1_000_000;

export const maxTokens = 100_000;

/** UTF-16 units of one name, number or path. */
export const maxWordLength = 256;

/** Brackets of all kinds that are open at once. */
export const maxNesting = 100;

/** Operators and reductions between two brackets: a chain of them is a tree as deep. */
export const maxOperators = 1_000;

/** Nodes from the root of an expression to its deepest leaf. Later passes recurse over it. */
export const maxDepth = 1_000;

/** Errors of one file that are shown; the rest are counted. */
export const maxErrors = 50;

/** Errors after which statements are not read any more. */
export const maxErrorsRead = 500;
