// Cascade → Plan.
//
// In:  a cascade without calls and orients; what a machine is like (not used yet).
// Out: launches, moves and the control around them.
// Not here: each step's own work; this file is the order of the steps.

import type { Cascade, TensorId } from "../cascade/cascade.js";
import { Names } from "../cascade/names.js";
import { absenceOf, coveringAssignments, findAbsences } from "./absence.js";
import { group } from "./group.js";
import { separateHazards } from "./hazards.js";
import { inlineLets } from "./inline.js";
import { normalize } from "./normalize.js";
import { separateParams } from "./params.js";
import type { Equation, Move, Plan, PlanLeaf, Region } from "./plan.js";
import { settlePlaceholders } from "./placeholders.js";
import { leaves, mapRuns } from "./region.js";
import { spacesOf } from "./spaces.js";
import { storedLets } from "./stored.js";

export function schedule(source: Cascade): Plan {
  const names = new Names(source);
  const normal = normalize(source, names);
  const tensors = new Map(normal.cascade.tensors);
  const cascade: Cascade = { ...normal.cascade, tensors };
  const covering = coveringAssignments(cascade, normal.steps);
  const marked = settlePlaceholders(
    mapEquations(normal.steps, (eq) => (covering.has(eq) ? { ...eq, isLet: true } : eq)),
  );
  const cheap = inlineLets(cascade, names, marked, normal.loops);
  const inlined = separateParams(cascade, names, tensors, cheap);
  const before = findAbsences(cascade, inlined);
  const isTotal = (eq: Equation): boolean => {
    const { empty, pointwise } = absenceOf(cascade, before, eq.value);
    const ranks = cascade.tensors.get(eq.target)?.ranks ?? [];
    return !pointwise && [...empty].every((rank) => ranks.includes(rank));
  };
  const steps = separateHazards(cascade, names, tensors, inlined, normal.loops, isTotal);
  const absences = findAbsences(cascade, equationsIn(steps));
  const spaces = spacesOf(cascade, steps);
  const setting = {
    cascade,
    loops: normal.loops,
    absences,
    spaceOf: (eq: Equation): "param" | "shared" =>
      spaces.get(eq.target) === "shared" ? "shared" : "param",
  };
  const grouped = mapRuns<Equation | Move, PlanLeaf>(steps, (run) => group(setting, run));
  const initial = normal.initial.map(({ tensor, steps: own }) => {
    const alone = inlineLets(cascade, names, own, normal.loops);
    return { tensor, steps: mapRuns<Equation, PlanLeaf>(alone, (run) => group(setting, run)) };
  });
  const all = [grouped, ...initial.map((one) => one.steps)];
  const stored = storedLets(cascade, all);
  const cleared = clearedTensors(cascade, marked);
  return { cascade, steps: grouped, initial, absences, stored, cleared, spaces };
}

function mapEquations(steps: Region<Equation>, f: (eq: Equation) => Equation): Region<Equation> {
  return mapRuns(steps, (run) => run.map(f));
}

/** The equations among `steps`; moves carry no absence of their own. */
function equationsIn(steps: Region<Equation | Move>): Region<Equation> {
  return mapRuns(steps, (run) => run.flatMap((leaf) => (leaf.kind === "equation" ? [leaf] : [])));
}

/** Outputs that no single assignment covers. */
function clearedTensors(cascade: Cascade, marked: Region<Equation>): ReadonlySet<TensorId> {
  const covered = new Set([...leaves(marked)].filter((eq) => eq.isLet).map((eq) => eq.target));
  const outputs = [...cascade.tensors.values()].filter((t) => t.role === "out");
  return new Set(outputs.map((t) => t.id).filter((id) => !covered.has(id)));
}
