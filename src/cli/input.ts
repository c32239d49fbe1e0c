// What a user names on the command line: a file, and perhaps one definition of it.

/** `adamw.opt#adamw_clipped` */
export function splitInput(input: string): {
  readonly path: string;
  readonly name: string | undefined;
} {
  const cut = input.lastIndexOf("#");
  if (cut < 0) return { path: input, name: undefined };
  return { path: input.slice(0, cut), name: input.slice(cut + 1) };
}
