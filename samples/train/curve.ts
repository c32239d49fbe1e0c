// Loss curves as a self-contained SVG: logarithmic height, one line for each run.

export interface Run {
  readonly name: string;
  readonly losses: readonly number[];
}

const width = 720;
const height = 400;
const margin = { left: 64, right: 140, top: 24, bottom: 40 };
const colours = ["#2563eb", "#d97706", "#059669", "#db2777"];

/** An SVG document with the loss over the steps. */
export function drawCurves(runs: readonly Run[]): string {
  const all = runs.flatMap((run) => run.losses).filter((loss) => loss > 0);
  const low = Math.floor(Math.log10(Math.min(...all)));
  const high = Math.ceil(Math.log10(Math.max(...all)));
  const steps = Math.max(...runs.map((run) => run.losses.length));
  const x = (step: number) =>
    margin.left + ((width - margin.left - margin.right) * step) / Math.max(1, steps - 1);
  const y = (log: number) =>
    margin.top + ((height - margin.top - margin.bottom) * (high - log)) / Math.max(1, high - low);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="white"/>`,
    ...decades(low, high, y),
    ...runs.flatMap((run, index) => line(run, index, x, y)),
    `<text x="${(margin.left + width - margin.right) / 2}" y="${height - 8}" text-anchor="middle">step, of ${steps}</text>`,
    `<text x="16" y="${height / 2}" transform="rotate(-90 16 ${height / 2})" text-anchor="middle">loss</text>`,
    "</svg>",
  ].join("\n");
}

function decades(low: number, high: number, y: (log: number) => number): string[] {
  return Array.from({ length: high - low + 1 }, (_, i) => low + i).flatMap((decade) => [
    `<line x1="${margin.left}" x2="${width - margin.right}" y1="${y(decade)}" y2="${y(decade)}" stroke="#ddd"/>`,
    `<text x="${margin.left - 8}" y="${y(decade) + 4}" text-anchor="end">${10 ** decade}</text>`,
  ]);
}

function line(
  run: Run,
  index: number,
  x: (step: number) => number,
  y: (log: number) => number,
): string[] {
  const colour = colours[index % colours.length] ?? "black";
  const points = run.losses
    .map((loss, step) => `${x(step).toFixed(1)},${y(Math.log10(loss)).toFixed(1)}`)
    .join(" ");
  const last = run.losses.at(-1) ?? 1;
  return [
    `<polyline fill="none" stroke="${colour}" stroke-width="1.5" points="${points}"/>`,
    `<text x="${width - margin.right + 8}" y="${margin.top + 18 * (index + 1)}" fill="${colour}">` +
      `${run.name}, ends at ${last.toPrecision(2)}</text>`,
  ];
}
