import { describe, expect, it } from "vitest";
import {
  interpretMany,
  type InputTensor,
  type Options,
} from "../../../src/cascade/interpret/index.js";
import { cascadeOf, prepared } from "./source.js";

const vector = (...data: readonly number[]): InputTensor => ({ shape: [data.length], data });

/** One step over several parameters; what `w` and the states hold afterwards. */
function step(
  text: string,
  parameters: readonly Readonly<Record<string, InputTensor>>[],
  options: Partial<Options> = {},
): readonly Readonly<Record<string, number[]>>[] {
  const cascade = cascadeOf(text, "test");
  const given = parameters.map((tensors) => ({
    cascade: prepared(cascade, { tensors }),
    inputs: { tensors },
  }));
  const result = interpretMany(given, { mode: "f64", ...options });
  if (!result.ok) throw new Error(`${result.errors[0].code}: ${result.errors[0].message}`);
  return result.value.map((outputs) =>
    Object.fromEntries(Object.entries(outputs).map(([id, t]) => [id, [...t.data]])),
  );
}

describe("a step over several parameters", () => {
  it("sums over all of them, whatever their extents", () => {
    const text = `optimizer test() { param w[i]
      grad g[i]
      let all = sqrt(sum[params, i] g[i]^2)
      w[i] = w[i] - g[i] / all }`;
    const [a, b] = step(text, [
      { w: vector(1, 1), g: vector(1, 2) },
      { w: vector(1, 1, 1), g: vector(2, 4, 0) },
    ]);
    expect(a?.w).toEqual([1 - 1 / 5, 1 - 2 / 5]);
    expect(b?.w).toEqual([1 - 2 / 5, 1 - 4 / 5, 1]);
  });

  it("evaluates a statement on all before it writes the first", () => {
    const text = `optimizer test() { param w[i]
      w[i] = w[i] / sum[params, i] w[i] }`;
    const [a, b] = step(text, [{ w: vector(1, 2) }, { w: vector(5) }]);
    expect([a?.w, b?.w]).toEqual([[1 / 8, 2 / 8], [5 / 8]]);
  });

  it("has shared states once", () => {
    const text = `optimizer test() { param w[i]
      shared d = 1
      d = d + max[params, i] w[i]
      w[i] = d }`;
    const [a, b] = step(text, [{ w: vector(1, 2) }, { w: vector(5) }]);
    expect([a?.d, b?.d, a?.w, b?.w]).toEqual([[6], [6], [6, 6], [6]]);
  });

  it("takes branches and loops for each parameter by itself", () => {
    const text = `optimizer test() { param w[i]
      state n : i32
      repeat 10 until w[0] >= 8 {
        w[i] = 2 * w[i]
        n = n + 1
      }
      when w[0] > 8 { w[i] = 0 } else { n = -n } }`;
    const [a, b] = step(text, [{ w: vector(1) }, { w: vector(3, 1) }]);
    expect([a, b]).toEqual([
      { w: [8], n: [-3] },
      { w: [0, 0], n: [2] },
    ]);
  });

  it("asks for an input of all of them at once", () => {
    const text = `optimizer test() { param w[i]
      grad g[i]
      w[i] = w[i] + g[i]
      let h[i] = await g[i]
      w[i] = w[i] - h[i] + sum[params, i] h[i] }`;
    const seen: number[][][] = [];
    const given = [
      { w: vector(1), g: vector(1) },
      { w: vector(2, 3), g: vector(2, 3) },
    ];
    const after = step(text, given, {
      onAwait: ({ read, input }) => {
        seen.push([0, 1].map((n) => [...read(n, "w").data]));
        expect(input).toBe("g");
        return [vector(10), vector(20, 30)];
      },
    });
    expect(seen).toEqual([[[2], [4, 6]]]);
    expect(after.map(({ w }) => w)).toEqual([[52], [44, 36]]);
  });

  it("orients each by its own shape", () => {
    const text = `optimizer test() { param w[i,j]
      orient size(i) <= size(j)
      let all = sum[params, i, j] w[i,j]
      w[i,j] = i + all }`;
    const [wide, tall] = step(text, [
      { w: { shape: [1, 2], data: [1, 2] } },
      { w: { shape: [2, 1], data: [3, 4] } },
    ]);
    expect(wide?.w).toEqual([10, 10]);
    expect(tall?.w).toEqual([10, 10]); // i is the shorter side of both
  });

  it("draws by the key of each parameter", () => {
    const text = `optimizer test() { param w[i]
      w[i] = normal(key, t, i) }`;
    const cascade = prepared(cascadeOf(text, "test"), { tensors: { w: vector(0, 0) } });
    const inputs = { tensors: { w: vector(0, 0) } };
    const result = interpretMany(
      [
        { cascade, inputs, key: 1 },
        { cascade, inputs, key: 2 },
        { cascade, inputs, key: 1 },
      ],
      { mode: "f64" },
    );
    const [a, b, c] = result.ok ? result.value.map(({ w }) => [...(w?.data ?? [])]) : [];
    expect(a).toEqual(c);
    expect(a).not.toEqual(b);
  });
});

describe("parameters whose bodies differ by orient", () => {
  it("each take the statements of their own", () => {
    const text = `
      cascade doubled(a[n,m]) -> b[n,m] { b[n,m] = 2 * a[n,m] }
      optimizer test() { param w[i,j]
        orient size(i) <= size(j)
        w[i,j] = doubled(w)
        w[i,j] = w[i,j] + j }`;
    const [wide, tall] = step(text, [
      { w: { shape: [1, 2], data: [1, 2] } },
      { w: { shape: [2, 1], data: [3, 4] } },
    ]);
    expect([wide?.w, tall?.w]).toEqual([
      [2, 5],
      [6, 9],
    ]);
  });
});
