// What a device needs to know of a program, and what it makes of one.
//
// In:  src/compile.ts and generated modules make a Program.
// Out: `device.prepare(program)` makes a Prepared: the function that a caller calls at every step.
// Not here: compiling, launching.

import type { Executable } from "./executable.js";
import type { Tensor } from "./tensor.js";

export interface Program {
  readonly name: string;
  readonly tensors: readonly TensorInfo[];
  readonly scalars: readonly ScalarInfo[];
  /** Code for a WebAssembly machine; made when it is first asked for. */
  wasm(simd: Simd): Promise<WasmProgram>;
  /** Runs the equations one by one, in float64; generated modules have none. */
  readonly interpret?: Interpret;
}

export interface TensorInfo {
  readonly name: string;
  readonly role: "param" | "grad" | "state" | "input" | "in" | "out";
  readonly ranks: readonly string[];
  readonly format: string;
}

export interface ScalarInfo {
  readonly name: string;
  /** Undefined when it must be given, or follows from extents. */
  readonly default: number | undefined;
  readonly min?: number;
  readonly max?: number;
  /** Fixes shapes and loops: given to `prepare`. */
  readonly static: boolean;
}

export type Simd = "relaxed" | "simd128" | "none";

export interface WasmProgram {
  readonly executable: Executable;
  /** One module for each variant of the executable, its kernels in order. */
  readonly modules: readonly Uint8Array[];
}

/** Elements in float64, whatever the format; a boolean is 0 or 1. */
export interface Plain {
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

/** One step for the interpreter; scalars and extents by name, for each parameter. */
export interface Interpretation {
  readonly mode: "f64" | "f32";
  /** Extents and statics that the caller fixes by name. */
  readonly settings: ReadonlyMap<string, number>;
  readonly parameters: readonly {
    readonly scalars: ReadonlyMap<string, number>;
    readonly tensors: ReadonlyMap<string, Plain>;
  }[];
}

export interface Interpreted {
  readonly each: readonly ReadonlyMap<string, Plain>[];
  readonly common: ReadonlyMap<string, Plain>;
}

export type Interpret = (input: Interpretation) => Promise<Interpreted>;

/** Statics and extents by name. */
export type Settings = Readonly<Record<string, number | boolean>>;

/** Tensors and scalars by name; a rank-0 tensor may be given as a number. */
export type Call = Readonly<Record<string, Tensor | number | boolean | undefined>>;

/** Every param, state and out by name. */
export type Results = Readonly<Record<string, Tensor>>;

/** Takes tensors from the host. */
export interface Uploader {
  readonly name: string;
  /** A copy on the device: it stays there from step to step. */
  upload(tensor: Tensor): Promise<Tensor>;
}

/** The step of any program: everything by name. */
export type Prepared = Step<Call, Results>;

export interface Step<Arguments, Output> {
  /**
   * One step. A host tensor is copied to the device and never changed; a tensor of the device is
   * updated in place. States left out start at their initial value.
   */
  (call: Arguments): Promise<Output>;
  readonly program: Program;
  readonly device: Uploader;
  /** One step of many parameters; those that share a kernel share a launch. */
  many(calls: readonly Arguments[], shared?: Call): Promise<ManyResults<Output>>;
  /** Gives back the temporaries; results stay. */
  dispose(): void;
}

export interface ManyResults<Output = Results> {
  readonly each: readonly Output[];
  /** States and outputs that all parameters have in common. */
  readonly shared: Results;
}
