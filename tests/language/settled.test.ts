// Rules that were settled while building: §13 of grammar/LANGUAGE.md.

import { describe, expect, it } from "vitest";
import { compile, open } from "../../src/index.js";
import { gives, of, refuses } from "./harness.js";

const cascade = (body: string, head = "x[i]"): string =>
  `cascade f(${head}) -> O[i] {\n  ${body}\n}\n`;

describe("text", () => {
  refuses("a line that ends with an operator", "E0114", cascade("O[i] = x[i] +\n  1"));
  refuses(
    "what follows the arguments of a reduction",
    "E0116",
    "cascade f(x[i]) -> o { o = g[i] (x[i])^2 }\n" + "cascade g(v[k]) -> o { o = sum[k] v[k] }",
  );
  refuses("a reserved word as a name", "E0122", cascade("let where = 1\n  O[i] = x[i]"));
  gives("other keywords are names where they can be", {
    source: `cascade f(param[i], state) -> when[i], t {
      let repeat[i] = param[i] * state
      when[i] = repeat[i]
      t = 1 }`,
    given: { param: [1, 2], state: 3 },
    want: { when: [3, 6], t: 1 },
  });
  refuses(
    "else when",
    "E0130",
    cascade("O[i] = x[i]\n  when size(i) > 1 { O[i] = 1 } else when size(i) > 0 { O[i] = 2 }"),
  );
  refuses("a table outside a const", "E0128", cascade("O[i] = [1, 2]"));
  refuses("a name with other letters", "E0101", cascade("let é = 1\n  O[i] = x[i]"));
  refuses("a hidden character in a comment", "E0102", cascade("O[i] = x[i] // a\u200Bb"));
  refuses("a number that underflows", "E0106", cascade("O[i] = x[i] * 1e-400"));
  refuses("an integer beyond 2^53", "E0106", cascade("O[i] = x[i] * 9007199254740993"));
  gives("a byte order mark at the start", {
    source: `\uFEFF${cascade("O[i] = x[i]")}`,
    given: { x: [1] },
    want: { O: [1] },
  });
  gives("a statement goes on before `as` and `{`, and after a comma", {
    source: "cascade f(x[i],\n  y[i]) -> O[i]\n{\n O[i] = max(x[i],\n  y[i])\n as bf16\n}",
    given: { x: [1], y: [2] },
    want: { O: [2] },
  });
});

describe("names and kinds", () => {
  gives("a let that starts as an integer and gets a real is real", {
    source: cascade("let v[i] = 0\n  repeat 2 { v[i] = v[i] + x[i] }\n  O[i] = v[i]"),
    given: { x: [0.5, 1] },
    want: { O: [1, 2] },
  });
  gives("a real that is whole goes into an integer format", {
    source: `cascade f(x[i]) -> O[i] : i8, P[i] : i32 {
      O[i] = floor(x[i] * 2)
      P[i] = sign(round(x[i])) }`,
    given: { x: [0.75, -3] },
    want: { O: [1, -6], P: [1, -1] },
  });
  it("hiding a name in a block is a warning", async () => {
    const { warnings } = await compile({
      source: cascade("let a = 1\n  O[i] = x[i] * a\n  when size(i) > 1 { let a = 2\n O[i] = a }"),
    });
    expect(warnings.map(({ code }) => code)).toEqual(["W0201"]);
  });
  it.each(["reference", "wasm"] as const)(
    "an integer scalar is a whole number, on %s",
    async (name) => {
      const device = await open(name);
      const step = await device.prepare(
        await compile({ source: cascade("O[i] = x[i] * n", "x[i], n = 2") }),
        {},
      );
      await expect(step({ x: of([1]), n: 1.5 })).rejects.toThrow(/whole number/);
      device.close();
    },
  );
  refuses(
    "`params` outside an optimizer",
    "E0211",
    "cascade f(x[i]) -> o { o = sum[params, i] x[i] }",
  );
  gives("an argument is rounded once to the format of its parameter", {
    source: `cascade f(x[i]) -> O[i] { O[i] = g(x) }
    cascade g(v[k] : bf16) -> o[k] { o[k] = v[k] + v[k] - 2 }`,
    given: { x: [1.00390625, 1.01171875] },
    want: { O: [0, 0.03125] },
  });
  refuses(
    "`t` of an optimizer is not hidden",
    "E0203",
    "optimizer f() { param w[i]\n let t = 2\n w[i] = w[i] * t }",
  );
  refuses("as does not make a boolean", "E0311", cascade("O[i] = 1 where x[i] as bool else 0"));
  refuses(
    "a let does not carry the variable of a loop",
    "E0409",
    cascade("scan i { let a[i] = x[i]\n O[i] = a[i] }"),
  );
  gives("div and mod by 0 are 0", {
    source: `cascade f(n[i] : i32, k[i] : i32) -> a[i], b[i] {
      a[i] = n[i] div k[i]
      b[i] = n[i] mod k[i] }`,
    given: { n: of([7, -7, 0], [3], "i32"), k: of([0, 2, 0], [3], "i32") },
    want: { a: [0, -4, 0], b: [0, 1, 0] },
  });
  gives("a masked assignment to an index keeps what it had, absent is the extent", {
    source: `cascade f(x[i,j]) { state at[i] : j
      let far[i] : j = argmax[j] (x[i,j] where x[i,j] > 2)
      at[i] = far[i] where far[i] < size(j)
      at[i] = 1 where at[i] == 0 and i == 0 }`,
    given: {
      x: [
        [1, 1, 1],
        [1, 3, 7],
      ],
      at: of([0, 0], [2], "i32"),
    },
    want: { at: [1, 2] },
  });
  gives("a tensor of indices is never absent when read as a number", {
    source: `cascade f(x[i]) -> O[i], P[i] {
      let at[i] : i = i + 1 where x[i] > 1
      O[i] = at[i] else -1
      P[i] = x[at[i]] else -1 }`,
    given: { x: [1, 2, 3] },
    want: { O: [3, 2, 3], P: [-1, 3, -1] },
  });
});
