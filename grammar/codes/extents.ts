// Texts about what is brought to a run: extents, tensors, scalars (E0801 to E0815), and what the
// reference does not run (E1001).

type Text = { readonly message: string; readonly label?: string; readonly help?: string };

export const extentTexts = {
  E0801: (rank: string, first: number, from: string, second: number, other: string): Text => ({
    message: `rank \`${rank}\` is ${first} by ${from} and ${second} by ${other}`,
    help: `pass tensors that agree about \`${rank}\``,
  }),
  E0802: (rank: string): Text => ({
    message: `nothing binds the extent of rank \`${rank}\``,
    help: `pass a tensor that has it, or give the extent \`${rank}\``,
  }),
  E0803: (definition: string, extents: string): Text => ({
    message: `\`${definition}\` expects this, and it does not hold for ${extents}`,
  }),
  E0804: (role: string, tensor: string): Text => ({
    message: `the ${role} \`${tensor}\` was not given`,
  }),
  E0805: (tensor: string, wanted: number, given: number): Text => ({
    message: `\`${tensor}\` has ${wanted} ranks, and a tensor of ${given} was given`,
  }),
  E0806: (tensor: string, shape: string, wanted: number, given: number): Text => ({
    message: `\`${tensor}\` of shape ${shape} has ${wanted} elements, and ${given} were given`,
  }),
  E0807: (scalar: string): Text => ({
    message: `\`${scalar}\` has no default and was not given`,
  }),
  E0808: (rank: string, value: number): Text => ({
    message: `the extent of rank \`${rank}\` is ${value}, which is no whole number from 0`,
  }),
  E0809: (name: string): Text => ({
    message: `\`${name}\` is defined by itself`,
  }),
  E0810: (base: number, exponent: number): Text => ({
    message: `an integer power has a negative exponent: ${base}^${exponent}`,
    help: "write the base with a point, as in `10.0^n`",
  }),
  E0811: (input: string): Text => ({
    message: `\`${input}\` is awaited, and nobody answers for it`,
  }),
  E0812: (kind: string, name: string, definition: string): Text => ({
    message: `the ${kind} \`${name}\` was given, and \`${definition}\` has none of that name`,
  }),
  E1001: (tensor: string): Text => ({
    message: `the gradient of \`${tensor}\` is not run by the reference interpreter`,
    help: "derive it first",
  }),
} as const;
