// `einfall devices`: what can run a program here, and why the others cannot.

import type { Command } from "commander";
import { print, printJson } from "./terminal.js";

const kinds = ["wasm", "reference", "webgpu", "cuda"] as const;

export function addDevices(program: Command): void {
  program
    .command("devices")
    .description("List the devices of this machine, best first.")
    .option("--json", "for tools")
    .addHelpText("after", "\nExamples:\n  einfall devices\n  einfall devices --json")
    .action(async (options: { json?: boolean }) => {
      const found = await Promise.all(kinds.map(look));
      if (options.json === true) return printJson(found);
      for (const one of found) {
        print(`${one.kind.padEnd(10)} ${one.present ? one.name : `not here: ${one.reason}`}`);
      }
    });
}

async function look(kind: (typeof kinds)[number]) {
  const { open } = await import("../runtime/open.js");
  try {
    const device = await open(kind);
    const { name, limits } = device;
    device.close();
    return { kind, present: true, name, limits } as const;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind, present: false, reason } as const;
  }
}
