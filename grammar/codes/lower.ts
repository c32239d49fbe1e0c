// E1010 to E1014: what the language has and no target can do yet.

type Text = { readonly message: string; readonly label?: string; readonly help?: string };

export const lowerTexts = {
  E1010: (tensor: string): Text => ({
    message: `the format of \`${tensor}\` is not lowered yet`,
    help: "use f32, f16, bf16, an 8-bit float, an integer of 8, 16 or 32 bits, or bool",
  }),
  E1011: (what: string): Text => ({
    message: `\`${what}\` is not lowered yet`,
    help:
      what === "gradient"
        ? "write the derivative as equations"
        : "the reference interpreter runs it",
  }),
  E1012: (format: string): Text => ({
    message: `a sum in ${format} is not lowered yet`,
    help: "leave the suffix out to accumulate in f32",
  }),
  E1013: (): Text => ({
    message: "this reduction over `params` is not lowered yet",
    help: "reduce each parameter by itself, then sum over `params`",
  }),
  E1014: (tensor: string): Text => ({
    message: `a default of \`${tensor}\` that is not one number is not lowered yet`,
  }),
} as const;
