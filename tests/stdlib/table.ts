// `npm run trajectories`: the table, and a failure when a line does not hold.

import { hasOracles } from "./oracle.js";
import { allTrajectories, type Line } from "./trajectories.js";

if (!hasOracles) {
  console.log("skipped: ../shared/oracles, where the recordings lie, is not here");
} else {
  const lines = await allTrajectories();
  console.log("recording            device     parameters    states        tolerance");
  for (const each of lines) console.log(text(each));
  const broken = lines.filter((each) => !each.holds);
  console.log(`${lines.length - broken.length} of ${lines.length} hold`);
  process.exitCode = broken.length === 0 ? 0 : 1;
}

function text(each: Line): string {
  const number = (value: number) => value.toExponential(2).padEnd(13);
  const verdict = each.holds ? "" : `  STRAYS at ${each.worst}`;
  return `${each.oracle.padEnd(20)} ${each.device.padEnd(10)} ${number(each.parameters)} ${number(each.states)} ${each.tolerance.toExponential(
    1,
  )}${verdict}`;
}
