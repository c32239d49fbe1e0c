// The process: its arguments, and readers of its output that stop early, as `head` does.

import { main } from "./program.js";

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});

await main(process.argv.slice(2));
