// A plan as text, for `explain` and for tests.
//
// In:  a plan.
// Out: one block for each launch: its axes, then what each of its loops computes.
// Not here: tile programs (src/tile/print.ts).

import { unreachable } from "../../grammar/span.js";
import type { Axis, Contract, Equation, Plan, PlanLeaf, Region, Step, Sweep } from "./plan.js";

export function printPlan(plan: Plan): string {
  const initial = plan.initial.flatMap(({ tensor, steps }) => [
    `initially ${tensor}`,
    ...printRegion(steps, "  "),
  ]);
  return [...initial, ...printRegion(plan.steps, "")].join("\n");
}

function printRegion(region: Region<PlanLeaf>, indent: string): readonly string[] {
  return region.flatMap((step) => printStep(step, indent));
}

function printStep(step: Step<PlanLeaf>, indent: string): readonly string[] {
  const inner = (region: Region<PlanLeaf>): readonly string[] => printRegion(region, `${indent}  `);
  switch (step.kind) {
    case "leaf":
      return printLeaf(step.leaf).map((line) => indent + line);
    case "repeat": {
      const before =
        step.until === undefined ? [] : [`${indent}until`, ...inner(step.until.before)];
      return [`${indent}repeat`, ...before, ...inner(step.body)];
    }
    case "scan":
      return [`${indent}scan ${step.variable}`, ...inner(step.body)];
    case "when":
      return [`${indent}when`, ...inner(step.then), `${indent}else`, ...inner(step.otherwise)];
    default:
      return unreachable(step);
  }
}

function printLeaf(leaf: PlanLeaf): readonly string[] {
  switch (leaf.kind) {
    case "move":
      return [`${leaf.to} becomes ${leaf.from}`];
    case "sweep":
      return printSweep(leaf);
    case "contract":
      return printContract(leaf);
    default:
      return unreachable(leaf);
  }
}

function printSweep({ kept, segments }: Sweep): readonly string[] {
  return [
    `launch over [${printAxes(kept)}]`,
    ...segments.flatMap(({ over, equations }) => [
      over.length === 0 ? "  at each point" : `  along [${printAxes(over)}]`,
      ...equations.map((eq) => `    ${printEquation(eq)}`),
    ]),
  ];
}

function printContract({
  batch,
  rows,
  columns,
  over,
  sums,
  epilogue,
}: Contract): readonly string[] {
  const each = batch.length === 0 ? "" : `[${printAxes(batch)}] times `;
  return [
    `contract ${each}[${printAxes(rows)}] by [${printAxes(columns)}] along [${printAxes(over)}]`,
    ...sums.map(({ equation }) => `    ${printEquation(equation)}`),
    ...(epilogue.length === 0 ? [] : ["  at each point"]),
    ...epilogue.map((eq) => `    ${printEquation(eq)}`),
  ];
}

function printAxes(axes: readonly Axis[]): string {
  return axes.map(({ ranks }) => ranks.join("*")).join(", ");
}

/** The target, and how its value is made. */
function printEquation({ target, indices, value }: Equation): string {
  const how = value.kind === "reduce" ? value.op : value.kind === "fold" ? value.monoid : "map";
  return `${target}[${indices.join(",")}] by ${how}`;
}
