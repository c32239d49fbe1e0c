// Texts of calls, monoids and formats: E0701 to E0731; of what holds for a body: E0821 to E0828.

type Text = { readonly message: string; readonly label?: string; readonly help?: string };

export const callTexts = {
  E0701: (name: string, meant: string | undefined): Text => ({
    message: `there is no format \`${name}\``,
    help:
      meant === undefined
        ? "there are f32, f16, bf16, f8e4m3, f8e5m2, u1 to u32, i2 to i32, bool, ranks, imports"
        : `did you mean \`${meant}\`?`,
  }),
  E0702: (target: string, given: number, ranks: string): Text => ({
    message: `the result has the ranks [${ranks}], and \`${target}\` names ${given}`,
  }),
  E0703: (name: string, why: string): Text => ({
    message: `\`${name}\` cannot be called: it ${why.startsWith("an") ? "is" : "has"} ${why}`,
    help: "a definition that keeps something is compiled, not called",
  }),
  E0704: (tensor: string, ranks: number, callee: string, wanted: string): Text => ({
    message: `\`${tensor}\` has too few ranks, ${ranks}, for \`${wanted}\` of \`${callee}\``,
  }),
  E0705: (rank: string, callee: string, one: string, other: string): Text => ({
    message: `rank \`${rank}\` of \`${callee}\` cannot be both \`${one}\` and \`${other}\``,
    help: "two ranks of a callee may stand for one of the caller, never one for two",
  }),
  E0706: (text: string, callee: string, binds: string): Text => ({
    message: `\`${text}\` is an expression, so its variables must be named at the call`,
    help: `write \`${callee}[${binds}]( … )\`, or name the value with \`let\` first`,
  }),
  E0707: (rank: string, callee: string): Text => ({
    message: `nothing here gives rank \`${rank}\` of \`${callee}\` an extent`,
    help: `give it: \`${rank} = …\` among the arguments, or in the index list on the left`,
  }),
  E0708: (callee: string, results: number, given: number): Text => ({
    message: `\`${callee}\` has ${results} result${
      results === 1 ? "" : "s"
    }, and the left side names ${given}`,
  }),
  E0709: (
    callee: string,
    label: string | undefined,
    known: string,
    meant: string | undefined,
  ): Text => ({
    message:
      label === undefined
        ? `\`${callee}\` takes fewer arguments`
        : `\`${callee}\` has no parameter \`${label}\``,
    help:
      meant !== undefined
        ? `did you mean \`${meant}\`?`
        : known === ""
          ? "it takes none"
          : `it takes ${known}`,
  }),
  E0710: (callee: string, parameter: string): Text => ({
    message: `\`${parameter}\` of \`${callee}\` is given twice`,
  }),
  E0711: (callee: string, variables: string, given: number): Text => ({
    message: `\`${callee}\` has the variables [${variables}], and here are ${given} names`,
  }),
  E0712: (callee: string, names: string): Text => ({
    message: `\`${callee}\` needs ${names}`,
    label: "not given here",
  }),
  E0713: (scalar: string, callee: string): Text => ({
    message: `\`${scalar}\` of \`${callee}\` is one number, and this varies over a rank`,
    help: "make it a tensor of no rank in the callee: `name : f32`",
  }),
  E0714: (callee: string): Text => ({
    message: `the brackets of \`${callee}\` name variables, no more`,
    help: `write \`${callee}[k]\``,
  }),
  E0715: (callee: string, where: string): Text => ({
    message: `\`${callee}\` cannot be called in ${where}`,
    help: "name its result with `let` before, and use the name here",
  }),
  E0716: (callee: string): Text => ({ message: `\`${callee}\` has no result` }),
  E0717: (monoid: string): Text => ({
    message: `\`${monoid}\` reduces, and no rank is named`,
    help: `write \`${monoid}[k] x[k]\``,
  }),
  E0718: (format: string): Text => ({
    message: `\`${format}\` is a block format, and \`as\` rounds single elements`,
    help: "assign it to a tensor of that format, and read that",
  }),
  E0719: (signed: boolean, bits: number): Text => ({
    message: `there is no integer format \`${signed ? "i" : "u"}${bits}\``,
    help: signed ? "signed integers are i2 to i32" : "unsigned integers are u1 to u32",
  }),
  E0720: (format: string): Text => ({
    message: `\`${format}\` has no blocks that could lie along a rank`,
    help: "leave `along` out",
  }),
  E0721: (name: string): Text => ({
    message: `\`${name}\` needs a number that is known here`,
    help: "write the number, or a static of the format",
  }),
  E0722: (along: string, variables: string): Text => ({
    message: `\`${along}\` is not a rank of this tensor, which has ${
      variables === "" ? "none" : variables
    }`,
  }),
  E0723: (tensor: string): Text => ({
    message: `\`read\` needs \`${tensor}\`, which the format does not keep`,
    help: "keep it: `store` instead of `let`",
  }),
  E0724: (callee: string, ranks: string): Text => ({
    message: `\`${callee}\` is mapped over ${
      ranks === "" ? "nothing" : ranks
    }, and the left side begins with other ranks`,
  }),
  E0725: (target: string, callee: string, ranks: string): Text => ({
    message: `\`${target}\` cannot take the result of \`${callee}\`, of ranks [${ranks}]`,
  }),
  E0726: (name: string, target: string): Text => ({
    message: `the loop over \`${name}\` takes one result at a time, \`${target}\` names all`,
    help: "take the result with `let`, and assign it in a statement of its own",
  }),
  E0727: (count: number): Text => ({
    message: `a format is of one rank, and here are ${count}`,
    help: "write `format f of x[n]`; a tensor of more ranks is seen in row-major order",
  }),
  E0728: (name: string): Text => ({
    message: `\`${name}\` of a format does not change from step to step`,
    help: `write \`static ${name}\``,
  }),
  E0729: (count: number): Text => ({
    message: `\`merge\` takes two states, and here are ${count}`,
  }),
  E0730: (fields: string, given: string): Text => ({
    message: `a state has the fields ${fields}, and here are ${given === "" ? "none" : given}`,
  }),
  E0731: (monoid: string, one: string, other: string, example: string): Text => ({
    message: `\`${monoid}\` is not a monoid: merging ${one} and merging ${other} differ`,
    label: `for ${example}`,
    help: "a reduction is cut anywhere and its parts are merged, so that both must agree",
  }),
} as const;

export const bodyTexts = {
  E0821: (what: string, wanted: string): Text => ({
    message: `\`${what}\` is expected of ${wanted}`,
    help: `write \`expect ${what}(${what === "passes" ? "k" : "device"}) <= …\``,
  }),
  E0822: (): Text => ({
    message: "`expect` speaks of extents and statics, and this needs values",
    help: "a condition on values is a `where`",
  }),
  E0824: (): Text => ({
    message: "`orient` compares the extents of two ranks",
    help: "write `orient size(i) <= size(j)`",
  }),
  E0825: (what: string): Text => ({
    message: `${what} is fixed before anything runs, and this is not`,
    label: "made of numbers, statics and extents only",
    help: "make the scalars in it `static`",
  }),
  E0826: (circle: string): Text => ({
    message: `the extents are given by each other: ${circle}`,
  }),
  E0827: (tier: string, tiers: string): Text => ({
    message: `there is no tier \`${tier}\``,
    help: `a tensor lives in one of ${tiers}`,
  }),
  E0828: (mode: string): Text => ({
    message: `there is no mode \`${mode}\` of numerics`,
    help: "write `numerics reassociate`",
  }),
} as const;
