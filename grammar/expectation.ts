// What Chevrotain expected, in our words; grammar/explain.ts makes sentences of it.

import type { IParserErrorMessageProvider, TokenType } from "chevrotain";

function label(type: TokenType): string {
  return type.LABEL ?? type.name;
}

/** The alternatives, each named once; many of them can only be the beginnings of a value. */
function list(labels: readonly string[]): string {
  const [first = "a value", ...rest] = new Set(labels);
  const last = rest.pop();
  if (last === undefined) return first;
  return rest.length > 2 ? "a value" : `${[first, ...rest].join(", ")} or ${last}`;
}

/** Each message is what was expected and nothing else. */
export const expectation: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected }) => label(expected),
  buildNotAllInputParsedMessage: () => "the end of the line",
  buildNoViableAltMessage: ({ expectedPathsPerAlt, customUserDescription }) => {
    if (customUserDescription !== undefined) return customUserDescription;
    const firsts = expectedPathsPerAlt.flatMap((paths) => paths.map((path) => path[0]));
    return list(firsts.flatMap((type) => (type === undefined ? [] : [label(type)])));
  },
  buildEarlyExitMessage: ({ expectedIterationPaths, customUserDescription }) => {
    if (customUserDescription !== undefined) return customUserDescription;
    return list(expectedIterationPaths.flatMap(([type]) => (type ? [label(type)] : [])));
  },
};
