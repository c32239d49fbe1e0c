// What can go wrong at run time, as types a caller can tell apart.
//
// In:  thrown by everything in this folder.
// Out: messages that say what is wrong, where, and what to do now.
// Not here: mistakes in `.opt` text (grammar/diagnostic.ts).

/** Everything that this folder throws on purpose. */
export class EinfallError extends Error {
  override readonly name: string = "EinfallError";
}

/** The shapes passed do not fit the definition, or each other. */
export class ShapeError extends EinfallError {
  override readonly name = "ShapeError";
}

/** A value that the definition does not take: an unknown name, a wrong kind, outside its range. */
export class BadInput extends EinfallError {
  override readonly name = "BadInput";
}

/** A device has no room. Nothing was changed; what the call had allocated is free again. */
export class OutOfMemory extends EinfallError {
  override readonly name = "OutOfMemory";
  readonly bytes: number;

  constructor(message: string, bytes: number) {
    super(message);
    this.bytes = bytes;
  }
}

/** The device is closed, or a part of it ended on its own. Its tensors are gone. */
export class DeviceLost extends EinfallError {
  override readonly name = "DeviceLost";
}

/** A kernel stopped in the middle. The tensors that it wrote hold a mix of old and new. */
export class KernelFault extends EinfallError {
  override readonly name = "KernelFault";
  readonly kernel: string;

  constructor(kernel: string, reason: string) {
    super(
      `kernel \`${kernel}\` stopped: ${reason}; the tensors it writes hold a mix of old and new ` +
        "values: load them again before going on",
    );
    this.kernel = kernel;
  }
}

/** Something that this device, or this version, does not do. */
export class Unsupported extends EinfallError {
  override readonly name = "Unsupported";
}

/** A safetensors file that is not one. `offset`: bytes from its beginning. */
export class SafetensorsError extends EinfallError {
  override readonly name = "SafetensorsError";
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(`${message} (at byte ${offset})`);
    this.offset = offset;
  }
}

/** A checkpoint that cannot be written, or does not belong to this optimizer. */
export class CheckpointError extends EinfallError {
  override readonly name = "CheckpointError";
}

/** `7, 8 and 9`. */
export function listed(names: readonly string[]): string {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`;
}

/** For a `default:` branch: a new kind of node fails to compile where it is not handled. */
export function unreachable(value: never): never {
  throw new Error(`internal: unreachable node ${JSON.stringify(value)}`);
}
