// The WebAssembly device as an executor: with and without SIMD, with one thread and with several.

import { emitWasm } from "../../codegen/wasm/emit.js";
import type { Program, Simd } from "../../src/runtime/program.js";
import { openWasm, type WasmDevice } from "../../src/runtime/wasm/device.js";
import type { Lowered } from "../../src/tile/tile.js";
import type { FuzzProgram } from "./program.js";
import { onDevice, onSmallTiles, onTiles, tilesFor, type Executor } from "./stages.js";
import type { Tiles } from "./tiles.js";

/** Devices are opened once and kept: opening one starts threads. */
const devices = new Map<string, Promise<WasmDevice>>();

function deviceOf(simd: Simd, threads: number): Promise<WasmDevice> {
  const key = `${simd} ${threads}`;
  const device = devices.get(key) ?? openWasm({ simd, threads });
  devices.set(key, device);
  return device;
}

/** Stops the threads. */
export async function closeDevices(): Promise<void> {
  for (const device of devices.values()) (await device).close();
  devices.clear();
}

function wasmProgram(lowered: Lowered, simd: Simd): Program {
  const modules = lowered.programs.map((programs) =>
    emitWasm(programs, { simd, sharedMemory: true }),
  );
  const variants = lowered.executable.variants.map((variant, n) => ({
    ...variant,
    kernels: modules[n]?.kernels ?? [],
  }));
  const executable = { ...lowered.executable, variants };
  return {
    name: executable.name,
    tensors: [],
    scalars: [],
    wasm: async () => ({ executable, modules: modules.map(({ bytes }) => bytes) }),
  };
}

function onWasm(simd: Simd, threads: number, tiles?: (program: FuzzProgram) => Tiles): Executor {
  const small = tiles === undefined ? "" : ", small tiles";
  return onDevice(
    `wasm, ${simd}, ${threads} threads${small}`,
    () => deviceOf(simd, threads),
    (lowered) => wasmProgram(lowered, simd),
    tiles,
  );
}

/**
 * Tile programs fix the order of every sum, so all of a chain give the same bits for any floats.
 */
export const wasmChains: readonly (readonly Executor[])[] = [
  [onTiles, onWasm("none", 1), onWasm("simd128", 1)],
  [
    onSmallTiles,
    onWasm("none", 1, tilesFor),
    onWasm("simd128", 2, tilesFor),
    onWasm("simd128", 4, tilesFor),
  ],
];
