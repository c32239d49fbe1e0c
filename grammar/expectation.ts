// What Chevrotain expected, in our words: its messages are only carried as far as grammar/explain.ts.

import type { IParserErrorMessageProvider, TokenType } from "chevrotain";

function label(type: TokenType): string {
  return type.LABEL ?? type.name;
}

/** A few of the alternatives, each named once. */
function list(labels: readonly string[]): string {
  const [first, ...rest] = new Set(labels);
  const last = rest.pop();
  if (first === undefined) return "something else";
  if (last === undefined || rest.length > 2) return rest.length > 2 ? "something else" : first;
  return `${[first, ...rest].join(", ")} or ${last}`;
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
