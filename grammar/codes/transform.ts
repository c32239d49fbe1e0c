// Texts of what stands in the way of a call's equations: E0790 and E0910.

type Text = { readonly message: string; readonly label?: string; readonly help?: string };

export const transformTexts = {
  E0790: (tensor: string, callee: string, one: string, other: string): Text => ({
    message: `\`${tensor}\` of \`${callee}\` does not have both ranks that its \`orient\` exchanges`,
    label: `over \`${one}\` or over \`${other}\`?`,
    help: `give \`${tensor}\` both ranks, or leave \`orient\` to the definition that is compiled`,
  }),
  E0910: (callee: string, limit: number): Text => ({
    message: `with the equations of \`${callee}\` the definition has more than ${limit} nodes`,
    label: "inlined here",
    help: "compile the parts as definitions of their own",
  }),
} as const;
