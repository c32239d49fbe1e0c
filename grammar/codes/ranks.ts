// Texts of ranks, indices and contraction: E0401 to E0420; of presence: E0501, E0502; of roles and
// assignments: E0601 to E0616.

type Text = { readonly message: string; readonly label?: string; readonly help?: string };

export const rankTexts = {
  E0401: (name: string, own: string, wanted: string, tensor: string): Text => ({
    message:
      name === own
        ? `rank \`${name}\` stands where \`${tensor}\` has rank \`${wanted}\``
        : `\`${name}\` walks \`${own}\`, and stands where \`${tensor}\` has rank \`${wanted}\``,
    help: `declare \`index … in ${wanted}\`, or use its value on purpose: \`${wanted}(${name})\``,
  }),
  E0402: (text: string, held: string, wanted: string, tensor: string): Text => ({
    message: `\`${text}\` holds indices of \`${held}\`, \`${tensor}\` takes those of \`${wanted}\``,
    help: `write \`${wanted}(${text})\` as an index to use the number on purpose`,
  }),
  E0403: (wanted: string, ranks: number, given: number): Text => ({
    message: `the tensor is \`${wanted}\`, with ${count(ranks, "rank")}, and here ${
      given === 1 ? "is 1 index" : `are ${given} indices`
    }`,
  }),
  E0404: (name: string, ranks: string, count: number): Text => ({
    message: `\`${name}\` has ${
      count === 1 ? "a rank" : `${count} ranks`
    }, and its value needs an index for each`,
    help: `write \`${name}[${ranks}]\``,
  }),
  E0405: (text: string): Text => ({
    message: `the left side names ranks and loop variables only, and \`${text}\` is neither`,
    help: "write a scatter as a reduction: `Y[n] = sum[t] (x[t] where idx[t] == n)`",
  }),
  E0406: (name: string): Text => ({
    message: `\`${name}\` is bound twice in one bracket`,
    help: "declare a second variable: `index k in i`",
  }),
  E0408: (): Text => ({
    message: "`params` is bound by a reduction only",
    help: "write `sum[params, i] g[i]^2`",
  }),
  E0409: (name: string, tensor: string): Text => ({
    message: `\`let ${tensor}\` names one value for each pass of the loop over \`${name}\``,
    help: `leave \`${name}\` out of its ranks, or introduce \`${tensor}\` before the loop`,
  }),
  E0410: (name: string): Text => ({
    message: `only \`topk\` numbers its results along a rank, and this is \`${name}\``,
    help: `write \`${name}[k]\``,
  }),
  E0411: (name: string, given: number): Text => ({
    message: `\`${name}\` gives a position along one rank, and here are ${given}`,
    help: "take one rank at a time",
  }),
  E0412: (name: string, tensor: string): Text => ({
    message: `rank \`${name}\` is neither in the result nor reduced`,
    label: `\`${name}\` comes in here`,
    help: `write \`sum[${name}] ${tensor}\`, or add the rank to the result`,
  }),
  E0413: (name: string, text: string): Text => ({
    message: `\`${name}\` is summed in one part of the expression and free in another`,
    label: `\`${name}\` is free here: \`${text}\``,
    help: `write the sum: \`sum[${name}] ( … )\` around what it is to cover`,
  }),
  E0414: (): Text => ({
    message: "`topk` numbers its results along a rank, and none is named",
    help: "write `topk[k; n]`: the best positions along k, numbered by n",
  }),
  E0415: (name: string): Text => ({
    message: `\`topk\` cannot number its results along \`${name}\`, a part of a split`,
    help: "number them along a rank of their own",
  }),
  E0416: (whole: string, outer: string): Text => ({
    message: `neither \`${whole}\` nor \`${outer}\` has an extent, so the split gives none`,
    help: `declare one of them: in a tensor, or \`static rank ${outer}\``,
  }),
  E0417: (name: string, rank: string): Text => ({
    message: `\`${name}\` stands twice among the ranks of one tensor`,
    help: `declare \`index k in ${rank}\`, and write the diagonal with \`where ${name} == k\``,
  }),
  E0418: (name: string, ranks: number, entries: number): Text => ({
    message: `a table has one rank and an entry at least, and \`${name}\` has ${count(
      ranks,
      "rank",
    )} and ${entries === 1 ? "1 entry" : `${entries} entries`}`,
  }),
  E0419: (name: string): Text => ({
    message: `\`${name}\` is an index in itself`,
    help: "an index walks a rank: one that a tensor, `rank` or `static rank` introduces",
  }),
  E0420: (whole: string, part: string): Text => ({
    message: `\`${whole}\` stands on the left, and does not move with \`${part}\` in a reduction`,
    help: `reduce to a \`let\` over the other part first, and read that here`,
  }),
  E0501: (tensor: string, why: string): Text => ({
    message: `output \`${tensor}\` may be absent at some points`,
    label: why,
    help: "say what stands there: end the equation in `else 0`",
  }),
  E0502: (tensor: string, cascade: string): Text => ({
    message: `\`${cascade}\` never assigns its output \`${tensor}\``,
  }),
} as const;

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? "" : "s"}`;
}

export const roleTexts = {
  E0601: (name: string, what: string): Text => ({
    message: `\`${name}\` is ${what} and cannot be assigned`,
    help: "assign an output, a param, a state or a `let`",
  }),
  E0602: (): Text => ({
    message: "`every` counts the steps of an optimizer, and this is none",
    help: "write `when … mod n == 0` with a counter of your own",
  }),
  E0603: (word: string): Text => ({
    message:
      word === "state"
        ? "a format has no state: what it keeps is written with `store`"
        : `\`${word}\` stands in a format only`,
  }),
  E0604: (role: string, tensor: string): Text => ({
    message: `${role} \`${tensor}\` has no initial value`,
    help: "a state has one, and a parameter may have a default",
  }),
  E0605: (tensor: string): Text => ({
    message: `\`${tensor}\` is not asked from the caller, so it cannot be awaited`,
    help: `declare it with \`grad\` or \`input\``,
  }),
  E0606: (): Text => ({
    message: "`await` names a tensor with the indices of its declaration",
    help: "write `let h[i] = await g[i]`",
  }),
  E0607: (word: string): Text => ({
    message: `\`${word}\` stands alone on a right side`,
    help: `name its result with \`let\`, and use the name here`,
  }),
  E0608: (count: number): Text => ({
    message: `the right side has one value, and the left side names ${count}`,
    help: "only a call and a `gradient` have several results",
  }),
  E0609: (name: string): Text => ({
    message: `a loop around this one walks \`${name}\` already`,
    help: `declare another variable: \`index … in ${name}\``,
  }),
  E0610: (name: string): Text => ({
    message: `\`${name}\` has its format from where it was introduced`,
    help: "leave the format out",
  }),
  E0611: (name: string, ranks: string): Text => ({
    message: `\`${name}\` must have the ranks [${ranks}] to take this`,
  }),
  E0612: (name: string): Text => ({
    message: `\`${name}\` is not real and has no derivative`,
  }),
  E0613: (wanted: number, given: number): Text => ({
    message: `\`gradient\` gives ${wanted} result${
      wanted === 1 ? "" : "s"
    }, one for each name after \`wrt\`, and the left side names ${given}`,
  }),
  E0614: (of: string, ranks: string, from: string | undefined): Text => ({
    message:
      from === undefined
        ? `\`${of}\` has ranks [${ranks}], so its gradient needs one of its own to start from`
        : `\`${from}\` must have the ranks [${ranks}] of \`${of}\``,
    help: `write \`from d${of}\`, a tensor \`d${of}[${ranks}]\``,
  }),
  E0615: (): Text => ({ message: "the format has a `read` already" }),
  E0616: (name: string): Text => ({
    message: `\`${name}\` does not say how it is read`,
    help: "end it with `read …`, an expression of what it stores",
  }),
} as const;
