// What every text may ask of the parser, the messages and the formatter.

import { format } from "../../grammar/format.js";
import { parse } from "../../grammar/parser.js";
import { render } from "../../grammar/render.js";
import { shape } from "./show.js";

const limitMs = 2_000;

/** What is wrong about the answer to a text; empty when nothing is. */
export function faults(text: string): readonly string[] {
  const found: string[] = [];
  const began = process.cpuUsage();
  const { file, errors } = parse({ name: "mutant.opt", text });
  for (const error of errors) {
    const { start, end } = error.at;
    const isInside = start >= 0 && start < end && end <= text.length;
    if (!isInside) found.push(`${error.code} has no place`);
    render(error);
  }
  if (errors.length === 0) found.push(...formatFaults(text, shape(file)));
  const { user, system } = process.cpuUsage(began);
  if ((user + system) / 1_000 > limitMs) found.push("it takes too long");
  return found;
}

function formatFaults(text: string, tree: string): readonly string[] {
  const once = format({ name: "mutant.opt", text });
  if (!once.ok) return ["it parses but cannot be formatted"];
  const again = parse({ name: "formatted.opt", text: once.value });
  if (again.errors.length > 0) return ["formatted, it does not parse"];
  const twice = format({ name: "formatted.opt", text: once.value });
  return [
    ...(shape(again.file) === tree ? [] : ["formatted, it is another program"]),
    ...(twice.ok && twice.value === once.value ? [] : ["formatted twice, it differs"]),
  ];
}
