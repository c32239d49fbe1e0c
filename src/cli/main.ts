// `einfall COMMAND …`: one file per command; commander reads the arguments.
//
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

const program = new Command("einfall")
  .description("Compiles the equations of an optimizer or an attention variant to fused kernels.")
  .version(packageVersion(), "-V, --version")
  .addHelpText("after", exitCodes)
  .showHelpAfterError("(einfall --help shows the commands)")
  .exitOverride();

for (const add of [addCheck, addFmt, addBuild, addRun, addExplain, addDevices, addNew])
  add(program);
for (const command of program.commands) command.exitOverride().showHelpAfterError();

// Whoever reads stdout may stop early, as `head` does.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : exitCode.usage;
  } else {
    fail(error);
  }
}
