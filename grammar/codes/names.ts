// Texts of names, imports and what they mean: E0201 to E0218. Of kinds of values: E0301 to E0313.

type Text = { readonly message: string; readonly label?: string; readonly help?: string };

function meantHelp(meant: string | undefined, otherwise: string): { readonly help: string } {
  return { help: meant === undefined ? otherwise : `did you mean \`${meant}\`?` };
}

const articles: Readonly<Record<string, string>> = {
  rank: "a rank",
  variable: "an index",
  tensor: "a tensor",
  scalar: "a scalar",
  local: "a value of the monoid",
  cascade: "a cascade",
  monoid: "a monoid",
  format: "a format",
};

/** `rank` → `a rank` */
function article(kind: string): string {
  return articles[kind] ?? kind;
}

export const nameTexts = {
  E0201: (name: string, meant: string | undefined, isCalled = false): Text => ({
    message: `\`${name}\` is not declared`,
    ...meantHelp(
      meant,
      isCalled
        ? `define it in this file, or import it: \`use "…" (${name})\``
        : "declare it: as a parameter, a `let` above, or `index … in …`",
    ),
  }),
  E0202: (name: string): Text => ({
    message: `\`${name}\` is used before its \`let\``,
    help: "text order is evaluation order: move the `let` up",
  }),
  E0203: (name: string): Text => ({
    message: `\`${name}\` is introduced twice`,
    help: "ranks, tensors and scalars share their names: choose another, or assign without `let`",
  }),
  E0204: (name: string, meant: string | undefined): Text => ({
    message: `\`${name}\` is neither a rank nor an index`,
    label: "a `let` stands over known ranks",
    ...meantHelp(meant, `declare it: \`index ${name} in …\`, or \`rank ${name} = …\``),
  }),
  E0205: (path: string): Text => ({
    message: `there is no file \`${path}.opt\` and no folder \`${path}\``,
    help: "a path is relative to the file that it stands in; `std/` is the library",
  }),
  E0206: (path: string): Text => ({
    message: `the path \`${path}\` leaves the project`,
    help: "move what is imported into the project",
  }),
  E0207: (path: string, name: string, meant: string | undefined, known: string): Text => ({
    message: `\`${path}\` does not define \`${name}\``,
    ...meantHelp(meant, known === "" ? "it defines nothing" : `it defines ${known}`),
  }),
  E0208: (circle: string): Text => ({
    message: `the definition needs itself: ${circle}`,
    help: "a call is the equations that it stands for: write a loop instead",
  }),
  E0209: (name: string, is: string, wanted: string): Text => ({
    message: `\`${name}\` is ${article(is)}, and ${wanted} is needed here`,
    ...(is === "cascade" ? { help: `call it: \`${name}(x)\`` } : {}),
  }),
  E0210: (name: string | undefined, meant: string | undefined, known: string): Text => ({
    message:
      name === undefined
        ? "the file defines no cascade and no optimizer"
        : `there is no cascade or optimizer \`${name}\` in this file`,
    ...meantHelp(
      meant,
      known === "" ? "a monoid or a format is used by a cascade" : `there is ${known}`,
    ),
  }),
  E0211: (name: string): Text => ({
    message: `\`${name}\` is known only in an optimizer`,
    help:
      name === "key"
        ? "add a parameter `key : u32`"
        : "write `optimizer` instead of `cascade`, or add a parameter",
  }),
  E0212: (): Text => ({ message: "`size` takes the name of a rank", help: "write `size(i)`" }),
  E0214: (object: string, field: string): Text => ({
    message: `there is no state \`${object}\` with a field \`${field}\``,
    help: "fields are those that `lift` gives, and states are the parameters of `merge`",
  }),
  E0215: (name: string, kind: string): Text => ({
    message: `\`${name}\` is ${article(kind)} and cannot be called`,
    help:
      kind === "rank" || kind === "variable"
        ? `\`${name}(k)\` stands as an index only: \`x[${name}(k)]\``
        : `write \`${name}[ … ]\` for its elements`,
  }),
  E0216: (circle: string): Text => ({
    message: `the files import each other: ${circle}`,
    help: "move what both need to a third file",
  }),
  E0217: (limit: number): Text => ({
    message: `the imports bring together more than ${limit} files`,
    help: "import the file that defines the name, not one that imports it",
  }),
  E0218: (limit: number): Text => ({
    message: `the calls of definitions go more than ${limit} deep`,
    help: "make one definition of some of them",
  }),
  W0201: (name: string): Text => ({
    message: `\`${name}\` hides another \`${name}\` until the block ends`,
    help: "write it without `let` to assign the other one, or choose another name",
  }),
} as const;

export const kindTexts = {
  E0301: (what: string, wanted: string, given: string): Text => ({
    message: `${what} takes ${wanted}, and this is ${given}`,
    ...(wanted === "integers"
      ? { help: "round it first: `floor`, `ceil`, `round` or `as i32`" }
      : {}),
  }),
  E0302: (tensor: string, given: string): Text => ({
    message: `an index of \`${tensor}\` is an integer, and this is ${given}`,
    help: "round it first: `floor`, `ceil`, `round` or `as i32`",
  }),
  E0303: (): Text => ({
    message: "an integer to a negative power is not an integer",
    help: "write a real base: `10.0^-2`",
  }),
  E0304: (name: string, wanted: string, given: string): Text => ({
    message: `\`${name}\` is ${wanted}, and this is ${given}`,
  }),
  E0305: (what: string, given: string): Text => ({
    message: `${what} takes a condition, and this is ${given}`,
    help: "compare it: `x != 0`",
  }),
  E0306: (): Text => ({
    message: "`inf` stands in comparisons only",
    help: "no value is infinite: leave points out with `where`, and give them a value with `else`",
  }),
  E0307: (name: string, wanted: string, given: number): Text => ({
    message: `\`${name}\` takes ${
      wanted === "1" ? "1 argument" : `${wanted} arguments`
    }, and here are ${given}`,
  }),
  E0308: (name: string): Text => ({
    message: `a contraction cannot accumulate in \`${name}\``,
    help: "write `in f64`, `in f32`, `in f16` or `in bf16`",
  }),
  E0309: (): Text => ({
    message: "nothing is summed here that could accumulate in a format",
    help: "put `in f64` behind the product or the reduction itself",
  }),
  E0310: (name: string, label: string): Text => ({
    message: `\`${name}\` takes its arguments in order, not by name`,
    help: `leave \`${label} =\` out`,
  }),
  E0311: (from: string, to: string): Text => ({
    message: `\`as\` does not make a ${to} of a ${from}`,
    help: to === "boolean" ? "compare it: `x != 0`" : "write `1 where x else 0`",
  }),
  E0312: (rank: string): Text => ({
    message: `the extent of \`${rank}\` is an integer, and this is not`,
    help: "round it: `floor(0.25 * size(j))`",
  }),
  E0313: (tensor: string, format: string, wanted: string, given: string): Text => ({
    message: `\`${tensor}\` : ${format} holds ${wanted}, and this is ${given}`,
    ...(wanted === "an integer"
      ? { help: "round it first: `floor`, `ceil`, `round` or `as i32`" }
      : { help: `give \`${tensor}\` another format, or make the value ${wanted}` }),
  }),
} as const;
