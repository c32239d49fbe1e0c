// Small programs as the compiler would hand them over, their kernels written by hand in WebAssembly
// text.

import binaryen from "binaryen";
import type {
  Executable,
  HostExpr,
  HostOp,
  KernelSpec,
  TensorSpec,
  Variant,
} from "../../src/runtime/executable.js";
import type { Program, WasmProgram } from "../../src/runtime/program.js";

export const number = (value: number): HostExpr => ({ kind: "number", value });
export const size = (rank: string): HostExpr => ({ kind: "size", rank });
export const scalar = (name: string): HostExpr => ({ kind: "scalar", name });
export const map = (
  op: Extract<HostExpr, { kind: "map" }>["op"],
  ...args: HostExpr[]
): HostExpr => ({
  kind: "map",
  op,
  args,
});

export function tensorSpec(
  name: string,
  role: TensorSpec["role"],
  ranks: readonly string[],
  more: Partial<TensorSpec> = {},
): TensorSpec {
  const dims = ranks.map(size);
  return {
    name,
    role,
    ranks,
    dims,
    format: "f32",
    space: "param",
    value: undefined,
    data: undefined,
    ...more,
  };
}

export function variant(more: Partial<Variant>): Variant {
  return {
    condition: undefined,
    ranks: [],
    tensors: [],
    checks: [],
    initial: [],
    steps: [],
    kernels: [],
    ...more,
  };
}

export function executable(more: Partial<Executable>): Executable {
  return {
    version: 1,
    name: "example",
    kind: "optimizer",
    doc: "",
    scalars: [],
    variants: [],
    ...more,
  };
}

/** A module of `functions`, with one memory that threads share. */
export function assemble(functions: string): Uint8Array {
  const module = binaryen.parseText(
    `(module (import "env" "memory" (memory 1 65536 shared)) ${functions})`,
  );
  module.setFeatures(binaryen.Features.All);
  return module.emitBinary();
}

export function programOf(exe: Executable, modules: readonly Uint8Array[]): Program {
  const wasm: WasmProgram = { executable: exe, modules };
  return { name: exe.name, tensors: [], scalars: [], wasm: async () => wasm };
}

const load = (word: number) => `(i32.load offset=${4 * word} (local.get $args))`;

/** w[i] -= lr * g[i], `blockSize` elements to a block. */
export const sgdText = (blockSize: number) => `
(func (export "sgd") (param $args i32) (param $begin i32) (param $end i32) (param $scratch i32)
  (local $i i32) (local $stop i32)
  (local.set $i (i32.mul (local.get $begin) (i32.const ${blockSize})))
  (local.set $stop (i32.mul (local.get $end) (i32.const ${blockSize})))
  (if (i32.gt_s (local.get $stop) ${load(2)}) (then (local.set $stop ${load(2)})))
  (block $out (loop $next
    (br_if $out (i32.ge_s (local.get $i) (local.get $stop)))
    (f32.store (i32.add ${load(0)} (i32.shl (local.get $i) (i32.const 2)))
      (f32.sub (f32.load (i32.add ${load(0)} (i32.shl (local.get $i) (i32.const 2))))
        (f32.mul (f32.load offset=12 (local.get $args))
          (f32.load (i32.add ${load(1)} (i32.shl (local.get $i) (i32.const 2)))))))
    (local.set $i (i32.add (local.get $i) (i32.const 1)))
    (br $next))))`;

export const sgdKernel: KernelSpec = {
  name: "sgd",
  equations: ["w[i] = w[i] - lr * g[i]"],
  buffers: [
    { name: "w", access: "update" },
    { name: "g", access: "read" },
  ],
  sizes: ["i"],
  scalars: [{ name: "lr", type: "f32" }],
  scratchBytes: 64,
};

export const sgdLaunch = (blockSize: number): HostOp => ({
  kind: "launch",
  kernel: "sgd",
  space: "param",
  buffers: ["w", "g"],
  sizes: [size("i")],
  scalars: [scalar("lr")],
  grid: [map("ceildiv", size("i"), number(blockSize))],
});

export function sgd(blockSize = 16): Program {
  const exe = executable({
    name: "sgd",
    scalars: [
      { name: "lr", role: "hyper", type: "real", value: number(0.5), low: 0, high: 1 },
      {
        name: "t",
        role: "step",
        type: "integer",
        value: undefined,
        low: undefined,
        high: undefined,
      },
    ],
    variants: [
      variant({
        ranks: [{ name: "i", isStatic: false, value: undefined }],
        tensors: [tensorSpec("w", "param", ["i"]), tensorSpec("g", "grad", ["i"])],
        steps: [sgdLaunch(blockSize)],
        kernels: [sgdKernel],
      }),
    ],
  });
  return programOf(exe, [assemble(sgdText(blockSize))]);
}
