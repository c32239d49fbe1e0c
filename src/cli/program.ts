// `einfall COMMAND …`: one file per command; commander reads the arguments.
//
// In:  what a user typed after `einfall`.
// Out: text on stdout and stderr, and process.exitCode.
// A command's file declares its options; what it needs of the compiler is loaded when it runs.

import { Command, CommanderError } from "commander";
import { addBuild } from "./build.js";
import { addCheck } from "./check.js";
import { addDevices } from "./devices.js";
import { addExplain } from "./explain.js";
import { addFmt } from "./fmt.js";
import { addNew } from "./new.js";
import { addRun } from "./run.js";
import { exitCode, fail, packageVersion } from "./terminal.js";

const exitCodes = `
Exit codes:
  0   done
  1   the source or the data is wrong; the message says where
  2   wrong usage
  3   the machine cannot: no such device, or no memory
  70  a bug of einfall`;

const commands = [addCheck, addFmt, addBuild, addRun, addExplain, addDevices, addNew];

function programOf(): Command {
  const program = new Command("einfall")
    .description("Compiles the equations of an optimizer or an attention variant to fused kernels.")
    .version(packageVersion(), "-V, --version")
    .addHelpText("after", exitCodes)
    .showHelpAfterError("(einfall --help shows the commands)")
    .exitOverride();
  for (const add of commands) add(program);
  for (const command of program.commands) {
    command.exitOverride().showHelpAfterError(`(einfall ${command.name()} --help shows more)`);
  }
  return program;
}

/** Never throws: what goes wrong is said on stderr and in the exit code. */
export async function main(args: readonly string[]): Promise<void> {
  try {
    await programOf().parseAsync(args, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? exitCode.done : exitCode.usage;
    } else {
      fail(error);
    }
  }
}
