// A random program: its text, its extents, and what the caller brings.

import { integer, real } from "./expressions.js";
import { newInput } from "./inputs.js";
import { fresh, type Draft, type FuzzInput, type FuzzRank, type FuzzTensor } from "./scope.js";
import { statement, walksFor } from "./statements.js";
import { Tape } from "./tape.js";

/** What fast-check makes and shrinks: a tape for the extents, one for each statement. */
export interface Recipe {
  readonly head: readonly number[];
  readonly statements: readonly (readonly number[])[];
}

export interface FuzzProgram {
  readonly text: string;
  readonly name: string;
  readonly extents: Readonly<Record<string, number>>;
  readonly inputs: readonly FuzzInput[];
}

const extents: readonly number[] = [3, 1, 2, 5, 7, 8, 17, 31, 33, 0];
const letters: readonly string[] = ["i", "j", "k", "l", "n"];

/** The program that a recipe means. */
export function programOf({ head, statements }: Recipe): FuzzProgram {
  const tape = new Tape(head);
  const count = 1 + tape.below(letters.length);
  const ranks = letters.slice(0, count).map((name): FuzzRank => ({
    name,
    extent: tape.of(extents),
    second: `${name}${name}`,
  }));
  const draft: Draft = {
    ranks,
    inputs: [],
    lets: [],
    lines: [],
    helpers: new Map(),
    seconds: new Set(),
    names: 0,
  };
  const last = statements.length - 1;
  statements.forEach((numbers, n) => {
    const own = new Tape(numbers);
    if (n < last || statements.length === 1) statement(draft, own);
    if (n === last) outputs(draft, own);
  });
  bindRanks(draft, tape);
  return finished(draft);
}

/** One to three outputs, present everywhere. */
function outputs(draft: Draft, tape: Tape): void {
  const count = 1 + tape.below(3);
  for (let n = 0; n < count; n++) {
    const walks = walksFor(draft, tape);
    const name = fresh(draft, "O");
    const left = `${name}[${walks.map(({ variable }) => variable).join(", ")}]`;
    const scope = { draft, tape, walks, depth: 1 + tape.below(3) };
    if (tape.oneIn(5)) {
      draft.lines.push(`${left} = ${integer(scope)} else 0`);
      draft.lets.push(
        output(
          name,
          walks.map(({ rank }) => rank),
          "integer",
        ),
      );
      continue;
    }
    const x = real(scope);
    draft.lines.push(`${left} = ${x.text} else 0`);
    draft.lets.push({
      ...output(
        name,
        walks.map(({ rank }) => rank),
        "real",
      ),
      range: x.range,
    });
  }
}

function output(name: string, ranks: readonly FuzzRank[], kind: "real" | "integer"): FuzzTensor {
  const format = kind === "integer" ? "i32" : "f32";
  return { name, kind, ranks, format, range: { max: 40, grain: 1 }, indexOf: undefined };
}

/** Every rank in use has an extent from some tensor that the caller brings. */
function bindRanks(draft: Draft, tape: Tape): void {
  const text = draft.lines.join("\n");
  for (const rank of draft.ranks) {
    const isFormat = draft.inputs.some(({ tensor }) => tensor.indexOf === rank);
    const isUsed = isFormat || new RegExp(`\\b${rank.name}\\b`).test(text);
    const isBound = draft.inputs.some(({ tensor }) => tensor.ranks.includes(rank));
    if (isUsed && !isBound) newInput(draft, tape, [rank], "real");
  }
}

function declared({ tensor }: FuzzInput): string {
  const { name, ranks, format } = tensor;
  const indices = ranks.length === 0 ? "[]" : `[${ranks.map((rank) => rank.name).join(", ")}]`;
  return `${name}${indices}${format === undefined ? "" : ` : ${format}`}`;
}

function finished(draft: Draft): FuzzProgram {
  const own = draft.inputs.filter(({ role }) => role === "in");
  const results = draft.lets.filter(({ name }) => name.startsWith("O"));
  const out = results.map(
    ({ name, ranks, kind }) =>
      `${name}[${ranks.map((rank) => rank.name).join(", ")}]${kind === "integer" ? " : i32" : ""}`,
  );
  const lines = [
    ...draft.inputs.flatMap((input) =>
      input.role === "in" ? [] : [`${input.role} ${declared(input)}`],
    ),
    ...[...draft.seconds].map((rank) => `index ${rank.second} in ${rank.name}`),
    ...draft.lines,
  ];
  const text = [
    ...[...draft.helpers.values()].map((helper) => `${helper}\n`),
    `cascade fuzz(${own.map(declared).join(", ")}) -> ${out.join(", ")} {`,
    ...lines.map((line) => `  ${line}`),
    "}\n",
  ].join("\n");
  const used = new Set(draft.inputs.flatMap(({ tensor }) => tensor.ranks));
  const sizes = [...used].map(({ name, extent }) => [name, extent] as const);
  return { text, name: "fuzz", extents: Object.fromEntries(sizes), inputs: draft.inputs };
}

/**
 * The same program with values whose sums depend on their order, and without the rounding that kept
 * them exact: for executors that must agree in order too.
 */
export function withFloats(program: FuzzProgram): FuzzProgram {
  const text = program.text.replaceAll("(1.0 * round(", "(1.0 * (");
  const inputs = program.inputs.map((input) => {
    if (input.tensor.kind !== "real") return input;
    const data = input.data.map((x, n) => Math.fround(x + Math.sin(3 * n + x) / 3));
    return { ...input, data };
  });
  return { ...program, text, inputs };
}
