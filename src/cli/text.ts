// Pieces of text that people read: tables, numbers, bytes.
//
// In:  plain values.
// Out: text without colours.

export { listed } from "../runtime/errors.js";

/** Columns side by side, two spaces apart. */
export function table(rows: readonly (readonly string[])[], indent = ""): string {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, n) =>
    Math.max(...rows.map((row) => (row[n] ?? "").length)),
  );
  const line = (row: readonly string[]) =>
    indent + row.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join("  ");
  return rows.map((row) => line(row).trimEnd()).join("\n");
}

/** `28,000,000 B` */
export function bytesText(bytes: number): string {
  return `${grouped(bytes)} B`;
}

/** `28,000,000` */
export function grouped(n: number): string {
  return Number.isInteger(n) ? String(n).replace(/\B(?=(\d{3})+$)/g, ",") : String(n);
}

/** Five digits are enough for an eye. */
export function numberText(x: number): string {
  if (Number.isInteger(x) && Math.abs(x) < 1e9) return String(x);
  return String(Number(x.toPrecision(5)));
}

/** `1 launch`, `2 launches`. */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${grouped(n)} ${n === 1 ? one : many}`;
}
