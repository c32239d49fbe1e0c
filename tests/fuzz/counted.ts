// Bytes and operations that are predicted equal those that the interpreter counts.

import type { HostOp } from "../../src/runtime/executable.js";
import { countStep } from "../../src/tile/count.js";
import { addCounters, newCounters } from "../../src/tile/counters.js";
import { tileDevice, tileProgram } from "../../src/tile/device.js";
import { callOf, tilesFor, type Executor } from "./stages.js";

/** No values of its own: it throws when a count is wrong. */
export const counted: Executor = {
  name: "counts",
  run: async ({ program, lowered }): Promise<undefined> => {
    const made = lowered(tilesFor(program));
    const steps = made.executable.variants[0]?.steps ?? [];
    const predicted = countStep(made, new Map(Object.entries(program.extents)));
    const device = tileDevice();
    const step = await device.prepare(tileProgram(made));
    await step.many([callOf(program)]);
    const found = newCounters();
    for (const counters of device.counters.values()) addCounters(found, counters);
    const isKnown = predicted.isExact && !steps.some(dependsOnData);
    const kernels = newCounters();
    for (const { counters } of predicted.kernels) addCounters(kernels, counters);
    const [a, b] = [JSON.stringify(kernels), JSON.stringify(found)];
    if (isKnown && a !== b) throw new Error(`predicted ${a}, counted ${b}`);
    if (!isKnown && !steps.some(dependsOnData) && kernels.device.read < found.device.read) {
      throw new Error(
        `predicted at most ${kernels.device.read} bytes read, counted ${found.device.read}`,
      );
    }
    return undefined;
  },
};

/** Whether what is launched depends on values. */
function dependsOnData(op: HostOp): boolean {
  if (op.kind === "if") return true;
  return op.kind === "loop" && (op.until !== undefined || op.body.some(dependsOnData));
}
