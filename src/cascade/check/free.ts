// What is left unbound when a statement ends.

import type { Context, Value } from "./context.js";
import { report } from "./draft.js";

/** Says of each variable that nothing binds that it wants a sum; false when there is one. */
export function reportFree(c: Context, value: Value): boolean {
  for (const [v, use] of value.free) report(c.draft, "E0412", use.at, [v, use.text]);
  return value.free.size === 0;
}
