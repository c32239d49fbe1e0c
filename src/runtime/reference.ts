// The reference device: runs the equations one by one with the interpreter that a program carries.
//
// In:  a program, tensors and scalars.
// Out: host tensors in float64. It says what the others must compute; it is slow.
// Not here: the interpreter. This folder knows nothing of the compiler.

import type { Device, Limits } from "./device.js";
import { BadInput, DeviceLost, Unsupported, listed } from "./errors.js";
import { decode } from "./formats.js";
import type {
  Call,
  Interpret,
  ManyResults,
  Plain,
  Prepared,
  Program,
  Results,
  Settings,
} from "./program.js";
import { Tensor, tensor } from "./tensor.js";

export type ReferenceMode = "f64" | "f32";

export function openReference(mode: ReferenceMode): Device {
  return new ReferenceDevice(mode);
}

class ReferenceDevice implements Device {
  readonly kind = "reference";
  readonly name: string;
  readonly limits: Limits = { bufferBytes: Infinity, totalBytes: Infinity, threads: 1 };
  private readonly mode: ReferenceMode;
  private isClosed = false;

  constructor(mode: ReferenceMode) {
    this.mode = mode;
    this.name = mode === "f64" ? "reference" : "reference, f32";
  }

  async prepare(program: Program, settings: Settings = {}): Promise<Prepared> {
    const { interpret } = program;
    if (interpret === undefined) {
      throw new Unsupported(
        `\`${program.name}\` carries no equations to interpret; compile it from its source`,
      );
    }
    const many = async (calls: readonly Call[], shared: Call = {}): Promise<ManyResults> => {
      if (this.isClosed) throw new DeviceLost("the reference device was closed; open it again");
      return this.run(program, interpret, settings, calls, shared);
    };
    const step = async (call: Call): Promise<Results> => {
      const { each, shared } = await many([call]);
      return { ...shared, ...each[0] };
    };
    return Object.assign(step, { program, device: this, many, dispose: () => {} });
  }

  /** Its tensors live on the host. */
  async upload(given: Tensor): Promise<Tensor> {
    return tensor(await given.data(), given.shape);
  }

  async sync(): Promise<void> {}

  close(): void {
    this.isClosed = true;
  }

  private async run(
    program: Program,
    interpret: Interpret,
    settings: Settings,
    calls: readonly Call[],
    shared: Call,
  ): Promise<ManyResults> {
    const given = await Promise.all(calls.map((call) => sort(program, { ...shared, ...call })));
    const fixed = new Map(Object.entries(settings).map(([name, value]) => [name, Number(value)]));
    const { each, common } = await interpret({
      mode: this.mode,
      settings: fixed,
      parameters: given,
    });
    return { each: each.map(asResults), shared: asResults(common) };
  }
}

function asResults(plain: ReadonlyMap<string, Plain>): Results {
  const entries = [...plain].map(([name, { shape, values }]): [string, Tensor] => {
    return [name, tensor(values, shape, "f64")];
  });
  return Object.fromEntries(entries);
}

interface Sorted {
  readonly scalars: ReadonlyMap<string, number>;
  readonly tensors: ReadonlyMap<string, Plain>;
}

async function sort(program: Program, call: Call): Promise<Sorted> {
  const scalars = new Map<string, number>();
  const tensors = new Map<string, Plain>();
  const named = new Set(program.tensors.map((info) => info.name));
  for (const [name, value] of Object.entries(call)) {
    if (value === undefined) continue;
    if (value instanceof Tensor) tensors.set(name, await asPlain(value));
    else if (named.has(name))
      tensors.set(name, { shape: [], values: Float64Array.of(Number(value)) });
    else if (typeof value !== "object") scalars.set(name, inRange(program, name, Number(value)));
    else
      throw new BadInput(`\`${name}\` of \`${program.name}\` is no tensor; make one with tensor()`);
  }
  for (const name of tensors.keys()) {
    const whole = name.split(".")[0] ?? name; // the codes of \`m\` are \`m.q\`
    if (!named.has(whole)) throw unknown(program, name);
  }
  return { scalars, tensors };
}

function inRange(program: Program, name: string, value: number): number {
  const { min = -Infinity, max = Infinity } = program.scalars.find((s) => s.name === name) ?? {};
  if (value >= min && value <= max) return value;
  throw new BadInput(`\`${name}\` of \`${program.name}\` is ${value}, its range is ${min}..${max}`);
}

function unknown(program: Program, name: string): BadInput {
  const known = program.tensors.map((info) => `\`${info.name}\``);
  return new BadInput(`\`${program.name}\` has no tensor \`${name}\`; it takes ${listed(known)}`);
}

async function asPlain(given: Tensor): Promise<Plain> {
  const numbers = decode(await given.stored(), given.format);
  return { shape: given.shape, values: Float64Array.from(numbers) };
}
