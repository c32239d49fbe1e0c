// A report as a person reads it.
//
// In:  what report.ts made.
// Out: text without colours, the short facts first, then kernel by kernel.

import { listed, table, bytesText, counted, grouped } from "../text.js";
import type { ContractReport } from "./contracts.js";
import type { CostReport, KernelReport } from "./cost.js";
import type { Report } from "./report.js";

export function reportText(report: Report): string {
  const { cost, notLowered } = report;
  const kernels = cost === undefined ? [] : cost.kernels.map(kernelText);
  const lowered = notLowered.map(
    ({ message, file, line, column }) => `  ${file}:${line}:${column}: ${message}`,
  );
  const missing =
    lowered.length === 0
      ? []
      : [["not yet lowered, so bytes are not counted:", ...lowered].join("\n")];
  return [headText(report), factsText(report), ...missing, ...kernels].join("\n\n");
}

function headText({ name, kind, doc, file, extents, defaulted, exchanged }: Report): string {
  const given = Object.entries(extents).map(([rank, n]) => `${rank} = ${grouped(n)}`);
  const said = given.length === 0 ? "" : `, for ${listed(given)}`;
  const [example = ""] = defaulted;
  const isOne = defaulted.length === 1 ? "it is" : "each is";
  const size = grouped(extents[example] ?? 0);
  const assumed = `(nothing says ${listed(defaulted)}: ${isOne} taken as ${size}; give -D ${example}=…)`;
  const turned = exchanged.map((pair) => `(ranks ${listed(pair)} are exchanged by \`orient\`)`);
  const [firstLine] = doc.split("\n");
  return [
    `${name}: ${kind} of ${file}${said}`,
    ...(defaulted.length === 0 ? [] : [assumed]),
    ...turned,
    ...(firstLine === undefined || firstLine === "" ? [] : [firstLine]),
  ].join("\n");
}

/** Of each rank; --json has more. */
const shownWaits = 4;

function factsText({ passes, waits, cost, contracts }: Report): string {
  const sweeps = Object.entries(passes).map(([rank, n]) => `${rank}: ${grouped(n)}`);
  const rows = [["passes", sweeps.length === 0 ? "none" : sweeps.join(", ")]];
  for (const [rank, places] of Object.entries(waits)) {
    for (const [n, { text, file, line }] of places.slice(0, shownWaits).entries()) {
      rows.push([
        "",
        `pass ${n + 2} over ${rank} waits for \`${shortened(text)}\` (${file}:${line})`,
      ]);
    }
    const more = (passes[rank] ?? 1) - 1 - shownWaits;
    if (more > 0) rows.push(["", `and so on, ${grouped(more)} more`]);
  }
  if (cost !== undefined) rows.push(...costRows(cost));
  for (const [n, contract] of contracts.entries())
    rows.push([n === 0 ? "contracts" : "", contractText(contract)]);
  return table(rows);
}

function costRows({ launches, bytes, isExact, moves }: CostReport): readonly string[][] {
  const least = isExact ? "" : ", at most: some masks depend on data";
  const { device, workgroup } = bytes;
  const rows = [
    ["launches", grouped(launches)],
    ["device", `${trafficText(device)}${least}`],
  ];
  if (workgroup.read + workgroup.written > 0) rows.push(["workgroup", trafficText(workgroup)]);
  if (moves.read + moves.written > 0)
    rows.push(["", `of it copies and fills: ${trafficText(moves)}`]);
  return rows;
}

function trafficText({
  read,
  written,
}: {
  readonly read: number;
  readonly written: number;
}): string {
  return `${bytesText(read)} read, ${bytesText(written)} written`;
}

function contractText({ text, counted: found, holds }: ContractReport): string {
  const verdict = holds === undefined ? "not counted yet" : holds ? "holds" : "does not hold yet";
  return `${text}: ${verdict}${found === undefined ? "" : ` (${grouped(found)})`}`;
}

function kernelText({
  name,
  equations,
  launches,
  blocks,
  grid,
  buffers,
  bytes,
}: KernelReport): string {
  const over = grid.map(({ axis, tile }) => (tile === 1 ? axis : `${axis} by ${grouped(tile)}`));
  const where = over.length === 0 ? "" : ` over ${over.join(", ")}`;
  const access = (kind: string, word: string) => {
    const names = buffers.filter((buffer) => buffer.access === kind).map((buffer) => buffer.name);
    return names.length === 0 ? [] : [`${word} ${listed(names)}`];
  };
  const times = counted(launches, "launch", "launches");
  const uses = [
    ...access("read", "reads"),
    ...access("update", "updates"),
    ...access("write", "writes"),
  ];
  return [
    `kernel ${name}: ${times}, ${counted(blocks, "block")}${where}`,
    `  ${trafficText(bytes.device)}; ${uses.join(", ")}`,
    ...equations.flatMap((equation) => equation.split("\n")).map((line) => `  ${line}`),
  ].join("\n");
}

function shortened(text: string): string {
  return text.length <= 60 ? text : `${text.slice(0, 57)}…`;
}
