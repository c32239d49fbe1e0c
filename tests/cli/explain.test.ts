// What `einfall explain` says: counted passes, launches and bytes, and a definition after a pass.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Report } from "../../src/cli/explain/report.js";
import { inside, temporaryFolder } from "./cli.js";

async function explain(...args: readonly string[]): Promise<Report> {
  const { code, out, err } = await inside("explain", "--json", ...args);
  expect([code, err]).toEqual([0, ""]);
  return JSON.parse(out) as Report;
}

function source(text: string): string {
  const path = join(temporaryFolder(), "test.opt");
  writeFileSync(path, text);
  return path;
}

const slope = `cascade f(x[n]) -> y[n] {
  let s = sum[n] x[n]^2
  let d[n] = gradient s wrt x
  y[n] = d[n]
}
`;

const turned = `optimizer f(lr = 0.1) {
  param W[i,j]
  grad  G[i,j]
  orient size(i) <= size(j)
  state s[i]
  s[i] = s[i] + sum[j] G[i,j]
  W[i,j] = W[i,j] - lr * s[i]
  expect passes(j) <= 1, traffic(device) <= 100 * size(j), launches <= 9
}
`;

describe("einfall explain", () => {
  it("counts 28 bytes for each weight of AdamW", async () => {
    const { passes, cost, contracts, defaulted } = await explain(
      "stdlib/optimizers/adamw.opt",
      "-D",
      "i=1000000",
    );
    expect(passes).toEqual({ i: 1 });
    expect(defaulted).toEqual([]);
    expect(cost?.launches).toBe(1);
    expect(cost?.bytes.device).toEqual({ read: 16_000_000, written: 12_000_000 });
    expect(cost?.kernels.map(({ equations }) => equations.length)).toEqual([3]);
    expect(contracts.map(({ holds }) => holds)).toEqual([true, true]);
  });

  it("says which extents it assumed", async () => {
    const { extents, defaulted } = await explain("stdlib/nn/softmax.opt#softmax_rows", "-D", "p=3");
    expect(extents).toEqual({ p: 3, n: 8 });
    expect(defaulted).toEqual(["n"]);
  });

  it("explains the orientation that the extents take", async () => {
    const file = source(turned);
    const wide = await explain(file, "-D", "i=4", "-D", "j=32");
    const tall = await explain(file, "-D", "i=32", "-D", "j=4");
    expect([wide.exchanged, tall.exchanged]).toEqual([[], [["i", "j"]]]);
    expect(tall.extents).toEqual({ i: 32, j: 4 });
    expect(tall.cost?.bytes.device.written).toBe(wide.cost?.bytes.device.written);
    expect(tall.contracts.map(({ bound }) => bound)).toEqual([1, 3200, 9]);
  });

  it("counts passes of what is not lowered yet, and says what is missing", async () => {
    const { passes, cost, notLowered } = await explain(source(slope));
    expect(passes).toEqual({ n: 1 });
    expect(cost).toBeUndefined();
    expect(notLowered.map(({ code, line }) => [code, line])).toEqual([["E1011", 3]]);
  });

  it("shows a definition after a pass, as text that compiles again", async () => {
    const { out } = await inside(
      "explain",
      "stdlib/nn/softmax.opt#softmax_rows",
      "--after",
      "inline",
    );
    expect(out).toContain("max[");
    expect(out).not.toContain("softmax[n]");
    const again = await inside("explain", source(out), "--after", "inline");
    expect([again.code, again.out]).toEqual([0, out]);
  });

  it("shows both orientations", async () => {
    const { out } = await inside("explain", source(turned), "--after", "orient");
    const [, written = "", exchanged = ""] = out.split(/^\/\/ .*$/m);
    expect([written.includes("param W[i,j]"), exchanged.includes("param W[j,i]")]).toEqual([
      true,
      true,
    ]);
  });
});
