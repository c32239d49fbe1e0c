import { describe, expect, it } from "vitest";
import { pipeline, runPipeline } from "../../src/transform/pipeline.js";
import { cascadeOf } from "../cascade/same.js";
import { shown, statementKinds } from "./run.js";

const text = `
  cascade f(a[i]) -> b[i] { b[i] = twice(a) }
  cascade twice(x[n]) -> y[n] { let one = 1 \n y[n] = 1 * (x[n] + x[n]) }`;

describe("runPipeline", () => {
  it("shows the cascade after each pass, in order", () => {
    const seen: string[] = [];
    runPipeline(cascadeOf(text), (pass, c) => seen.push(`${pass}: ${statementKinds(c).join()}`));
    expect(seen).toEqual(["inline: assign", "simplify: assign"]);
    expect(seen.length).toBe(pipeline.length);
  });

  it("gives what the last pass made", () => {
    const result = runPipeline(cascadeOf(text));
    expect(result.ok && shown(result.value)).toContain("  b[i] = a[i] + a[i]\n");
  });

  it("names the pass that leaves an invalid cascade", () => {
    const broken = { ...cascadeOf(text), ranks: new Map() };
    expect(() => runPipeline(broken)).toThrow(/^internal: after inline: cascade f: /);
  });

  it("stops with the diagnostics of a pass", () => {
    const level = (n: number): string =>
      `cascade f${n}(x) -> y { let a = f${n - 1}(x) \n let b = f${n - 1}(a) \n y = f${n - 1}(b) }`;
    const levels = Array.from({ length: 10 }, (_, n) => level(n + 1)).reverse();
    const result = runPipeline(cascadeOf(`${levels.join("\n")} cascade f0(x) -> y { y = x * x }`));
    expect(result.ok).toBe(false);
  });
});
