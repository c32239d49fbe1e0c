// Removes calls: a call is the equations that it stands for.
//
// In:  a checked cascade. Its own `orient` is left; one of a callee becomes a static `when`.
// Out: an equal cascade without call statements, its formats' encode cascades included.
// Not here: what a call means to its arguments and results (inline/).

import type { Checked, Diagnostic } from "../../grammar/diagnostic.js";
import { diagnose } from "../../grammar/codes.js";
import type { BlockFormat, Cascade, Statement, VariableId } from "../cascade/cascade.js";
import { withInner } from "../cascade/statements.js";
import { constantTables } from "./inline/tables.js";
import { expandCall } from "./inline/call.js";
import { Caller } from "./inline/caller.js";
import { maxInlinedNodes } from "./limits.js";
import { withoutUnused } from "./unused.js";
import { tidyBody, withoutUnusedVariables } from "./tidy.js";

/** `cascade` without calls, or the call at which a limit was passed. */
export function inline(cascade: Cascade): Checked<Cascade> {
  const pass = new Inliner();
  const value = pass.cascade(cascade);
  const [first, ...rest] = pass.errors;
  if (first !== undefined) return { ok: false, errors: [first, ...rest] };
  return { ok: true, value, warnings: [] };
}

class Inliner {
  readonly errors: Diagnostic[] = [];
  /** Callees without calls, made once. */
  private readonly done = new Map<Cascade, Cascade>();

  cascade(c: Cascade): Cascade {
    const known = this.done.get(c);
    if (known !== undefined) return known;
    const formats = new Map([...c.formats].map(([id, f]) => [id, this.format(f)]));
    const caller = new Caller({ ...c, formats });
    const hasCalls = c.body.some(containsCall);
    const body = hasCalls ? this.body(c.body, caller, []) : c.body;
    const tidy = hasCalls ? tidyBody(body, caller.names, []) : body;
    const made = constantTables(caller.finished(tidy));
    const value = hasCalls ? withoutUnusedVariables(withoutUnused(made, c)) : made;
    this.done.set(c, value);
    return value;
  }

  private format(f: BlockFormat): BlockFormat {
    const encode = this.cascade(f.encode);
    return encode === f.encode ? f : { ...f, encode };
  }

  private body(
    body: readonly Statement[],
    caller: Caller,
    loops: readonly VariableId[],
  ): readonly Statement[] {
    return body.flatMap((s) => {
      const inner = s.kind === "scan" ? [...loops, s.variable] : loops;
      if (s.kind !== "call") return [withInner(s, (below) => this.body(below, caller, inner))];
      if (this.errors.length > 0) return [];
      const expansion = expandCall(s, this.cascade(s.callee), caller, loops);
      if (expansion.kind === "half") {
        const [one, other] = expansion.ranks;
        this.errors.push(diagnose("E0790", s.at, [expansion.tensor, s.callee.name, one, other]));
        return [];
      }
      if (caller.spend(expansion.body)) return expansion.body;
      this.errors.push(diagnose("E0910", s.at, [s.callee.name, maxInlinedNodes]));
      return [];
    });
  }
}

function containsCall(s: Statement): boolean {
  if (s.kind === "call") return true;
  if (s.kind === "repeat" || s.kind === "scan") return s.body.some(containsCall);
  return s.kind === "when" && (s.then.some(containsCall) || s.otherwise.some(containsCall));
}
