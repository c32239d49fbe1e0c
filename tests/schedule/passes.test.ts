// How many times a cascade sweeps over a rank.

import { describe, expect, it } from "vitest";
import { compile } from "../../src/compile.js";
import { evaluate } from "../../src/runtime/host-expr.js";
import { isHost } from "../../src/schedule/hosts.js";
import { passesOf } from "../../src/schedule/passes.js";
import { toHost } from "../../src/tile/lower/host.js";

async function labels(source: string, extent = 8) {
  const { variants } = await compile(source.includes(".opt") ? source : { source });
  const cascade = variants[0]?.cascade;
  if (cascade === undefined) throw new Error("no variant");
  const scalar = (name: string): number => {
    const value = cascade.scalars.get(name)?.value;
    return value === undefined ? 1 : evaluate(toHost(cascade, value), names);
  };
  const names = { size: () => extent, scalar, local: () => NaN, element: () => NaN };
  return passesOf(cascade, (e) =>
    isHost(e, new Set()) ? evaluate(toHost(cascade, e), names) : undefined,
  );
}

async function passes(source: string, extent?: number) {
  const ranks = await labels(source, extent);
  return Object.fromEntries(ranks.map(({ rank, passes: count }) => [rank, count]));
}

describe("passes", () => {
  it("are one for an elementwise chain", async () => {
    expect(await passes("stdlib/optimizers/adamw.opt")).toEqual({ i: 1 });
  });

  it("are two where a sum over the rank scales the rank", async () => {
    const source = "cascade f(x[i]) -> y[i] {\n let s = sum[i] x[i]\n y[i] = x[i] / s\n}";
    expect(await passes(source)).toEqual({ i: 2 });
  });

  it("are one where only the result waits for the sum", async () => {
    const source = "cascade f(x[i]) -> y {\n let s = sum[i] x[i]\n y = s / 2\n}";
    expect(await passes(source)).toEqual({ i: 1 });
  });

  it("are three over the keys of attention as it is written", async () => {
    expect(await passes("stdlib/attention/attention.opt")).toMatchObject({ m: 3, p: 1, f: 1 });
  });

  it("are three for a softmax that stores its row", async () => {
    expect(await passes("stdlib/nn/softmax.opt")).toEqual({ n: 3 });
  });

  it("are two behind a clip of the global norm", async () => {
    expect(await passes("stdlib/optimizers/adamw.opt#adamw_clipped")).toEqual({ i: 2 });
  });

  it("grow with each pass of a loop that reduces", async () => {
    const source = (n: number) =>
      `cascade f(x[i]) -> y[i] {\n y[i] = x[i]\n repeat ${n} { y[i] = y[i] / max[i] y[i] }\n}`;
    expect(await passes(source(3))).toEqual({ i: 4 });
    expect(await passes(source(64))).toEqual({ i: 65 });
    expect(await passes(source(1_000_001))).toEqual({ i: 1_000_002 });
  });

  it("are one for a scan over its own rank, two where its end is used along it", async () => {
    const scan = "let h : f32 = 0\n scan t {\n h = 0.9 * h + x[t]\n y[t] = h\n }";
    expect(await passes(`cascade f(x[t]) -> y[t] {\n ${scan}\n}`)).toEqual({ t: 1 });
    const used = `cascade f(x[t]) -> y[t], z[t] {\n ${scan}\n z[t] = y[t] - h\n}`;
    expect(await passes(used)).toEqual({ t: 2 });
  });

  it("are of each step of a scan over another rank", async () => {
    const source = `cascade f(x[t,d], W[d, k in d]) -> y[t,d] {
      let h[d] : f32 = 0
      scan t {
        let s = sum[d] (h[d] * x[t,d])
        h[d] = x[t,d] + s
        y[t,d] = h[d]
      }
    }`;
    expect(await passes(source, 5)).toMatchObject({ t: 1, d: 6 });
  });

  it("count the step on which no run-time `when` is taken", async () => {
    const source = `optimizer f(gap = 10) {
      param w[i]
      grad g[i]
      state s : f32
      every gap { s = sum[i] g[i] }
      w[i] = w[i] - s * g[i]
    }`;
    expect(await passes(source)).toEqual({ i: 1 });
  });

  it("see reads along a split rank, and no gather", async () => {
    const split = "cascade f(x[n]) -> s[b] {\n split n = 4 * b + l\n s[b] = max[l] abs(x[n])\n}";
    expect(await passes(split, 8)).toEqual({ n: 1, b: 1, l: 1 });
    const gather = "cascade f(E[v,d], tok[t] : v) -> Y[t,d] { Y[t,d] = E[tok[t],d] else 0 }";
    expect(await passes(gather)).toEqual({ t: 1, d: 1 });
  });

  it("say which reduction each further pass waits for", async () => {
    const [n] = await labels("stdlib/nn/softmax.opt");
    const texts = n?.barriers.map(({ source, start, end }) => source.text.slice(start, end));
    expect(texts).toEqual(["max[n] x[n]", "sum[n] a[n]"]);
  });
});
