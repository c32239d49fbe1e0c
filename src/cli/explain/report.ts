// What a definition costs, as data.
//
// In:  a compiled program, and extents and scalars from the command line.
// Out: passes over each rank, launches, bytes, kernels and contracts: what `explain --json` prints.
// Not here: text (text.ts), counting (src/schedule/passes.ts, src/tile/count.ts).

import type { Span } from "../../../grammar/span.js";
import { position } from "../../../grammar/span.js";
import type { Cascade } from "../../cascade/cascade.js";
import type { Bound } from "../../cascade/interpret/bind.js";
import { hostLets, withHostLets } from "../../schedule/hosts.js";
import { CompileError, type CompiledProgram } from "../../compile.js";
import { passesOf, type ValueOf } from "../../schedule/passes.js";
import type { Lowered } from "../../tile/tile.js";
import { diagnosticJson } from "../terminal.js";
import type { Assignments } from "../numbers.js";
import { boundNumbers, sortNumbers, withDefaults } from "../numbers.js";
import { contractsOf, type ContractReport } from "./contracts.js";
import { costOf, type CostReport } from "./cost.js";
import { chooseVariant, exchangedExtents } from "./variant.js";
import { valueIn } from "./value.js";

export interface Report {
  readonly name: string;
  readonly kind: string;
  readonly doc: string;
  readonly file: string;
  readonly extents: Readonly<Record<string, number>>;
  /** Ranks that nobody gave an extent. */
  readonly defaulted: readonly string[];
  /** Statics and hyper-parameters. */
  readonly scalars: Readonly<Record<string, number>>;
  /** Pairs of ranks that `orient` exchanged for these extents. */
  readonly exchanged: readonly (readonly string[])[];
  readonly passes: Readonly<Record<string, number>>;
  /** For each rank of several passes: what each further pass waits for. */
  readonly waits: Readonly<Record<string, readonly Place[]>>;
  /** Undefined where no target can run the definition yet: `notLowered` says why. */
  readonly cost: CostReport | undefined;
  readonly notLowered: readonly ReturnType<typeof diagnosticJson>[];
  readonly contracts: readonly ContractReport[];
}

export interface Place {
  readonly text: string;
  readonly file: string;
  readonly line: number;
}

export async function makeReport(
  program: CompiledProgram,
  define: Assignments,
  set: Assignments,
): Promise<Report> {
  const { cascade } = program;
  const { numbers, defaulted } = withDefaults(cascade, sortNumbers(cascade, define, set));
  const bound = boundNumbers(cascade, numbers);
  const chosen = chooseVariant(program.variants, bound);
  const own = { extents: exchangedExtents(chosen, bound.extents), scalars: bound.scalars };
  const passes = passesOf(chosen.cascade, valuesOf(chosen.cascade, own));
  const { lowered, notLowered } = await lower(program);
  const given = new Map([...Object.entries(numbers.scalars), ...own.extents]);
  const cost = lowered === undefined ? undefined : costOf(lowered, chosen.index, given);
  const contracts = contractsOf(chosen.cascade, valueIn(chosen.cascade, own), passes, cost);
  return {
    name: program.name,
    kind: cascade.kind,
    doc: cascade.doc,
    file: program.source.name,
    extents: Object.fromEntries(bound.extents),
    defaulted,
    scalars: Object.fromEntries(bound.scalars),
    exchanged: chosen.exchanged,
    passes: Object.fromEntries(passes.map(({ rank, passes: count }) => [rank, count])),
    waits: Object.fromEntries(
      passes.flatMap(({ rank, barriers }) =>
        barriers.length === 0 ? [] : [[rank, barriers.map(place)]],
      ),
    ),
    cost,
    notLowered: notLowered.map(diagnosticJson),
    contracts,
  };
}

/** What is not known before the step, as the element of a tensor, is undefined. */
function valuesOf(cascade: Cascade, own: Bound): ValueOf {
  const lets = hostLets(cascade);
  const value = valueIn(cascade, own);
  return (e) => value(withHostLets(e, lets));
}

async function lower(program: CompiledProgram): Promise<{
  readonly lowered: Lowered | undefined;
  readonly notLowered: CompileError["diagnostics"];
}> {
  try {
    return { lowered: await program.lower(), notLowered: [] };
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    return { lowered: undefined, notLowered: error.diagnostics };
  }
}

/** The first line of what stands there. */
function place({ source, start, end }: Span): Place {
  const text = source.text.slice(start, end).replace(/\s+/g, " ");
  return { text, file: source.name, line: position(source, start).line };
}
