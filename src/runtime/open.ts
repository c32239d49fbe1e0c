// Opens a device by name.
//
// In:  "auto", or which one, and what to ask of it.
// Out: a Device. Nothing falls back silently: `device.name` says what was chosen.
// Not here: the devices themselves.

import type { Device } from "./device.js";
import { BadInput, Unsupported } from "./errors.js";
import { openReference } from "./reference.js";
import { openWasm } from "./wasm/device.js";
import type { WasmOptions } from "./wasm/device.js";

export type DeviceName = "auto" | "wasm" | "reference" | "webgpu" | "cuda";

export interface OpenOptions extends WasmOptions {
  /** reference: rounds every operation to f32, as the targets do; by default all is float64. */
  readonly mode?: "f64" | "f32";
}

/**
 * Opens a device.
 *
 * @param name - `auto` takes the fastest there is here; today that is `wasm`.
 * @throws {Unsupported} for a device that this version does not have.
 * @example const device = await open("wasm", { threads: 2 });
 */
export async function open(name: DeviceName = "auto", options: OpenOptions = {}): Promise<Device> {
  switch (name) {
    case "auto":
    case "wasm":
      return openWasm(options);
    case "reference":
      return openReference(options.mode ?? "f64");
    case "webgpu":
    case "cuda":
      throw new Unsupported(`the ${name} device is to come; open("wasm") runs everywhere`);
    default:
      throw new BadInput(
        `there is no device \`${String(name)}\`; give "auto", "wasm" or "reference"`,
      );
  }
}
