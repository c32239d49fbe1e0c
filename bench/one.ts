// Runs one case of one suite in this process and prints its row: `tsx bench/one.ts SUITE THREADS
// CASE`.

import { cases, type Row } from "./cases.js";

const [suite = "", threadsText = "1", name = ""] = process.argv.slice(2);
const one = cases.find((each) => each.name === name);
if (!one) throw new Error(`no case ${name}`);
const threads = Number(threadsText);

let row: Row = { suite, threads, case: name };
try {
  if (suite === "jax-js") row = { ...row, ...(await (await import("./suites/jaxjs.js")).run(one)) };
  if (suite === "tfjs") row = { ...row, ...(await (await import("./suites/tfjs.js")).run(one)) };
  if (suite === "onnxruntime-web") {
    row = { ...row, ...(await (await import("./suites/onnx.js")).run(one, threads)) };
  }
  if (suite === "einfall")
    row = { ...row, ...(await (await import("./suites/einfall.js")).run(one, threads)) };
} catch (error) {
  row = { ...row, failure: (error instanceof Error ? error.message : String(error)).slice(0, 200) };
}
console.log(JSON.stringify(row));
process.exit(0);
