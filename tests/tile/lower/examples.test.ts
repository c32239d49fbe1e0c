// Every example that can be lowered gives what the reference gives.

import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { definitionsOf } from "../../cascade/interpret/source.js";
import { lower } from "../../../src/tile/lower/index.js";
import { extentsOf } from "./extents.js";
import { runBoth, variantsOf, worst } from "./run.js";

const root = fileURLToPath(new URL("../../../../shared/examples", import.meta.url));
const hasExamples = existsSync(root);
const folders = hasExamples ? readdirSync(root).filter((name) => !name.includes(".")) : [];
const paths = folders.flatMap((folder) =>
  readdirSync(`${root}/${folder}`).map((file) => `${folder}/${file}`),
);

/** A symmetric positive definite matrix, for what takes roots of it. */
const definite = (n: number): number => {
  const [row, column] = [Math.floor(n / 5), n % 5];
  return row === column ? 3 + row : 0.3 / (1 + Math.abs(row - column));
};
const needDefinite = ["cholesky", "cholesky_solve", "inverse_pth_root", "inverse_pth_root_eigh"];

describe.skipIf(!hasExamples)("examples, lowered (they stand beside the repository)", () => {
  it.each(paths)("%s", async (path) => {
    for (const [name, cascade] of definitionsOf(root, path)) {
      if (cascade.kind === "format") continue;
      const result = lower(variantsOf(cascade));
      if (!result.ok) {
        expect(result.errors.map((e) => e.code).join(" ")).toMatch(/^(E101\d ?)+$/);
        continue;
      }
      const isDefinite = needDefinite.includes(name);
      const extents = extentsOf(cascade);
      const tensors = isDefinite ? { A: definite } : {};
      expect(worst(await runBoth(cascade, { extents, tensors })), name).toBeLessThan(1e-5);
    }
  });
});
