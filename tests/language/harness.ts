// Runs a program as a user does, on all three devices, against values computed by hand.
//
// In:  `.opt` source, tensors and scalars by name, the values that LANGUAGE.md promises.
// Out: a failed expectation that names the device; the code of a refused program.
// Not here: programs of the standard library (tests/stdlib).

import { afterAll, expect, it } from "vitest";
import {
  CompileError,
  compile,
  open,
  tensor,
  type Device,
  type HostFormat,
  type Results,
  type Settings,
  type Tensor,
} from "../../src/index.js";

/** Nested lists give a shape, a flat list one rank; `of` gives shape and format. */
export type Nested = number | boolean | readonly Nested[];
export type Given = Nested | Tensor;

export interface Case {
  readonly source: string;
  /** Which definition; the first when left out. */
  readonly entry?: string;
  readonly given?: Readonly<Record<string, Given>>;
  readonly settings?: Settings;
  readonly want: Readonly<Record<string, Nested>>;
  /** The most that float32 may be off, absolutely; 0 by default: the numbers are exact. */
  readonly within?: number;
  /** The code with which this is not lowered yet. */
  readonly notLowered?: string;
}

const devices: readonly (readonly [string, Promise<Device>])[] = [
  ["reference", open("reference")],
  ["reference in f32", open("reference", { mode: "f32" })],
  ["wasm", open("wasm", { threads: 1 })],
];

afterAll(async () => {
  for (const [, device] of devices) (await device).close();
});

/** A tensor of this shape and format. */
export function of(
  data: readonly (number | boolean)[],
  shape: readonly number[] = [data.length],
  format: HostFormat = "f32",
): Tensor {
  return tensor(data, shape, format);
}

/** One test: the program gives the values that are wanted, on every device. */
export function gives(title: string, each: Case): void {
  it(title, () => check(each));
}

/** One test: the compiler refuses the source with this code. */
export function refuses(title: string, code: string, source: string): void {
  it(title, async () => expect(await codesOf(source)).toContain(code));
}

/** Codes of a source that is wrong; none when it compiles. */
export async function codesOf(source: string): Promise<readonly string[]> {
  try {
    await compile({ source, name: "case.opt" });
    return [];
  } catch (error) {
    if (!(error instanceof CompileError)) throw error;
    return error.diagnostics.map(({ code }) => code);
  }
}

async function check(each: Case): Promise<void> {
  const { source, entry, given = {}, settings = {}, want, within = 0, notLowered } = each;
  const program = await compile({ source, name: "case.opt" }, entry === undefined ? {} : { entry });
  for (const [name, opened] of devices) {
    const device = await opened;
    if (name === "wasm" && notLowered !== undefined) {
      const lowered = program.lower().then(() => [], codes);
      expect(await lowered, "what is not lowered").toContain(notLowered);
      continue;
    }
    const step = await device.prepare(program, settings);
    const found = await step(arguments_(given));
    const bound = name === "reference" ? Math.min(within, 1e-9) : within;
    for (const [key, value] of Object.entries(want)) {
      await agree(found, key, value, bound, `${key} on ${name}`);
    }
    step.dispose();
  }
}

function codes(error: unknown): readonly string[] {
  if (!(error instanceof CompileError)) throw error;
  return error.diagnostics.map(({ code }) => code);
}

async function agree(
  found: Results,
  key: string,
  value: Nested,
  within: number,
  where: string,
): Promise<void> {
  const { data, shape } = flat(value);
  const one = found[key];
  expect(one, where).toBeDefined();
  expect(one?.shape, where).toEqual(shape);
  const numbers = Array.from((await one?.data()) ?? [], Number);
  const off = numbers.map((each, n) => Math.abs(each - (data[n] ?? NaN)));
  if (off.every((each) => each <= within)) return;
  expect(numbers, where).toEqual(data);
}

/** Every tensor of a call; a number stays one. */
export function arguments_(
  given: Readonly<Record<string, Given>>,
): Readonly<Record<string, Tensor | number | boolean>> {
  const all = Object.entries(given).map(([name, value]) => {
    if (typeof value === "number" || typeof value === "boolean") return [name, value] as const;
    if (!Array.isArray(value)) return [name, value as Tensor] as const;
    const { data, shape } = flat(value as readonly Nested[]);
    return [name, tensor(data, shape)] as const;
  });
  return Object.fromEntries(all);
}

function flat(value: Nested): {
  readonly data: readonly number[];
  readonly shape: readonly number[];
} {
  if (typeof value === "number" || typeof value === "boolean") {
    return { data: [Number(value)], shape: [] };
  }
  const parts = value.map(flat);
  const inner = parts[0]?.shape ?? [];
  return { data: parts.flatMap(({ data }) => data), shape: [value.length, ...inner] };
}
