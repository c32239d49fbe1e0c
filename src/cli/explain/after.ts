// A definition as `.opt`, after a pass of the pipeline.
//
// In:  a compiled program and the name of a pass.
// Out: text that compiles to the same values; both orientations where there are two.
// Not here: the passes (src/transform), printing (src/cascade/print.ts).

import type { Cascade } from "../../cascade/cascade.js";
import { nearest } from "../../cascade/check/scope.js";
import { print } from "../../cascade/print.js";
import type { CompiledProgram } from "../../compile.js";
import { orientVariants } from "../../transform/orient.js";
import { pipeline, runPipeline } from "../../transform/pipeline.js";
import { UsageError } from "../terminal.js";
import { listed } from "../text.js";

/** In the order in which they run; `check` is the source as it was understood. */
const passNames: readonly string[] = ["check", "orient", ...pipeline.map(({ name }) => name)];

/** @throws {UsageError} that lists the passes, for another name. */
export function textAfter({ cascade }: Pick<CompiledProgram, "cascade">, pass: string): string {
  if (!passNames.includes(pass)) throw unknownPass(pass);
  if (pass === "check") return lines(print(cascade));
  const variants = orientVariants(cascade).map((variant) => lines(after(variant.cascade, pass)));
  if (variants.length === 1) return variants.join("");
  const titled = variants.map((text, n) => {
    return `// ${n === 0 ? "as written" : "where a condition of `orient` fails"}\n${text}`;
  });
  return titled.join("\n");
}

function after(cascade: Cascade, pass: string): string {
  let found = cascade;
  runPipeline(cascade, (name, result) => {
    if (name === pass) found = result;
  });
  return print(found);
}

function lines(text: string): string {
  return text.endsWith("\n") ? text : `${text}\n`;
}

function unknownPass(name: string): UsageError {
  const meant = nearest(name, passNames);
  const names = listed(passNames.map((each) => `\`${each}\``));
  const hint = meant === undefined ? "" : `did you mean \`${meant}\`? `;
  return new UsageError(`there is no pass \`${name}\`; ${hint}the passes are ${names}`);
}
