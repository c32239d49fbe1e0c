import { describe, expect, it } from "vitest";
import type { Cascade } from "../../../src/cascade/cascade.js";
import { interpret, type Inputs, type Mode } from "../../../src/cascade/interpret/index.js";
import {
  at,
  build,
  index,
  int,
  introduce,
  map,
  otherwise,
  read,
  readInt,
  real,
  reduce,
  scalar,
  set,
  size,
  where,
  wholeNumber,
} from "./build.js";

function run(cascade: Cascade, inputs: Inputs, mode: Mode = "f64"): Record<string, number[]> {
  const result = interpret(cascade, inputs, { mode });
  if (!result.ok) throw new Error(`${result.errors[0].code}: ${result.errors[0].message}`);
  return Object.fromEntries(Object.entries(result.value).map(([id, t]) => [id, [...t.data]]));
}

function codeOf(cascade: Cascade, inputs: Inputs): string {
  const result = interpret(cascade, inputs, { mode: "f64" });
  return result.ok ? "ok" : result.errors[0].code;
}

const vector = (...data: readonly number[]): { shape: number[]; data: readonly number[] } => ({
  shape: [data.length],
  data,
});

const x = { role: "in", ranks: "i" } as const;
const y = { role: "out", ranks: "i" } as const;

describe("absence", () => {
  it("outside the extent is absent, and else takes its place", () => {
    const next = read("x", map("add", index("i"), int(1)));
    const cascade = build({ tensors: { x, y }, body: [set("y", "i", otherwise(next, real(9)))] });
    expect(run(cascade, { tensors: { x: vector(1, 2, 3) } }).y).toEqual([2, 3, 9]);
  });

  it("a point that is absent in the right side keeps what it had", () => {
    const w = { role: "param", ranks: "i" } as const;
    const isOdd = map("eq", map("mod", index("i"), int(2)), int(1));
    const cascade = build({ tensors: { w }, body: [set("w", "i", where(real(7), isOdd))] });
    expect(run(cascade, { tensors: { w: vector(1, 2, 3, 4) } }).w).toEqual([1, 7, 3, 7]);
  });

  it("an output that is never assigned is 0, and a reduction skips it", () => {
    const total = { role: "out", ranks: "" } as const;
    const first = set("y", "i", where(read("x", "i"), map("lt", index("i"), int(2))));
    const sum = set("total", "", reduce("mean", "i", read("y", "i")));
    const cascade = build({ tensors: { x, y, total }, body: [first, sum] });
    const outputs = run(cascade, { tensors: { x: vector(1, 2, 3) } });
    expect(outputs).toEqual({ y: [1, 2, 0], total: [1.5] });
  });

  it("or holds where either holds, and fails where either fails, absent or not", () => {
    const none = where(
      { kind: "boolean", value: true, type: "boolean", at },
      map("lt", int(1), int(0)),
    );
    const yes = map("eq", int(1), int(1));
    const no = map("eq", int(1), int(0));
    const out = { role: "out", ranks: "" } as const;
    const value = (p: Parameters<typeof where>[1]): number | undefined => {
      const e = otherwise(where(real(1), p), real(2));
      return run(build({ tensors: { out }, body: [set("out", "", e)] }), {}).out?.[0];
    };
    expect([map("or", none, yes), map("or", none, no), map("and", yes, none)].map(value)).toEqual([
      1, 2, 2,
    ]);
    expect(value(map("not", map("and", none, no)))).toBe(1);
    expect(value(map("not", map("and", none, yes)))).toBe(2);
  });

  it("a reduction of nothing is absent, but any, all and count have values", () => {
    const out = { role: "out", ranks: "" } as const;
    const tensors = { x, out };
    const nothing = where(map("gt", read("x", "i"), real(0)), map("lt", index("i"), int(0)));
    const bools = (["any", "all", "count"] as const).map((op) => {
      const cascade = build({ tensors, body: [set("out", "", reduce(op, "i", nothing))] });
      return run(cascade, { tensors: { x: vector(1, 2) } }).out?.[0];
    });
    expect(bools).toEqual([0, 1, 0]);
  });
});

describe("reductions", () => {
  it("argmax and topk take the lower index on ties", () => {
    const tensors = {
      x,
      best: { role: "out", ranks: "", format: wholeNumber },
      top: { role: "out", ranks: "c", format: { kind: "index", rank: "i" } },
    } as const;
    const topk = {
      kind: "topk",
      over: "i",
      into: "c",
      keys: [read("x", "i")],
      type: "integer",
      at,
    } as const;
    const body = [set("best", "", reduce("argmax", "i", read("x", "i"))), set("top", "c", topk)];
    const outputs = run(build({ tensors, body }), {
      tensors: { x: vector(3, 5, 5, 1) },
      extents: { c: 5 },
    });
    expect(outputs).toEqual({ best: [1], top: [1, 2, 0, 3, 4] });
  });

  it("a reduction inside an equation is taken once for each point that it varies over", () => {
    const norm = reduce("max", "k", read("x", "k"));
    const e = map("exp", map("sub", read("x", "i"), norm));
    const cascade = build({ tensors: { x, y }, variables: { k: "i" }, body: [set("y", "i", e)] });
    const data = Array.from({ length: 20_000 }, (_, n) => n % 7);
    const outputs = run(cascade, { tensors: { x: vector(...data) } });
    expect(outputs.y?.slice(0, 7)).toEqual([-6, -5, -4, -3, -2, -1, 0].map(Math.exp));
  });

  it("a product of three matrices is two products of two", () => {
    const n = 48;
    const square = (role: "in" | "out") => ({ role, ranks: "i,k:i" }) as const;
    const tensors = { A: square("in"), B: square("in"), C: square("in"), D: square("out") };
    const product = map(
      "mul",
      map("mul", read("A", "i", "l"), read("B", "l", "m")),
      read("C", "m", "k"),
    );
    const body = [set("D", "i,k", reduce("sum", "l,m", product, true))];
    const cascade = build({ tensors, variables: { l: "i", m: "i" }, body });
    const matrix = (seed: number): number[][] =>
      Array.from({ length: n }, (_, i) =>
        Array.from({ length: n }, (_, k) => ((i * 7 + k * 3 + seed) % 11) - 5),
      );
    const times = (a: number[][], b: number[][]): number[][] =>
      a.map((row) => row.map((_, k) => row.reduce((s, v, l) => s + v * (b[l]?.[k] ?? 0), 0)));
    const [A, B, C] = [matrix(1), matrix(2), matrix(3)];
    const given = (m: number[][]): { shape: number[]; data: number[] } => ({
      shape: [n, n],
      data: m.flat(),
    });
    const outputs = run(cascade, { tensors: { A: given(A), B: given(B), C: given(C) } });
    expect(outputs.D).toEqual(times(times(A, B), C).flat());
  });

  it("a fold merges in order and starts from the first", () => {
    const local = (name: string) => ({ kind: "local", name, type: "real", at }) as const;
    const monoids = new Map([
      [
        "digits",
        {
          id: "digits",
          parameters: ["x"],
          fields: ["v"],
          lift: { lets: [], fields: [local("x")] },
          merge: {
            lets: [{ name: "ten", value: map("mul", local("a.v"), real(10)) }],
            fields: [map("add", local("ten"), local("b.v"))],
          },
          result: local("v"),
          at,
        },
      ],
    ]);
    const fold = { kind: "fold", monoid: "digits", over: ["i"], type: "real", at } as const;
    const odd = where(read("x", "i"), map("ne", read("x", "i"), real(2)));
    const out = { role: "out", ranks: "" } as const;
    const body = [set("out", "", { ...fold, args: [odd] })];
    const cascade = build({ tensors: { x, out }, monoids, body });
    expect(run(cascade, { tensors: { x: vector(1, 2, 3, 4) } }).out).toEqual([134]);
  });

  it("an index that is absent is stored as the extent, where nothing is", () => {
    const tensors = {
      x,
      top: { role: "let", ranks: "c", format: { kind: "index", rank: "i" } },
      last: { role: "state", ranks: "c", format: { kind: "index", rank: "i" } },
      seen: { role: "out", ranks: "c" },
      code: { role: "out", ranks: "c", format: wholeNumber },
    } as const;
    const positive = where(read("x", "i"), map("gt", read("x", "i"), real(0)));
    const topk = {
      kind: "topk",
      over: "i",
      into: "c",
      keys: [positive],
      type: "integer",
      at,
    } as const;
    const body = [
      introduce("top", "c", topk),
      set("last", "c", topk),
      set("seen", "c", otherwise(read("x", readInt("top", "c")), real(-1))),
      set("code", "c", readInt("top", "c")),
    ];
    const inputs = { tensors: { x: vector(3, -5, 4) }, extents: { c: 3 } };
    const { seen, code, last } = run(build({ tensors, body }), inputs);
    expect([seen, code]).toEqual([
      [4, 3, -1],
      [2, 0, 3],
    ]);
    expect(last).toEqual([2, 0, 0]); // it started at 0, and the absent point kept that
  });

  it("several keys are compared in turn", () => {
    const tensors = {
      x,
      b: x,
      top: { role: "out", ranks: "c", format: { kind: "index", rank: "i" } },
    } as const;
    const keys = [read("x", "i"), read("b", "i")];
    const topk = { kind: "topk", over: "i", into: "c", keys, type: "integer", at } as const;
    const cascade = build({ tensors, body: [set("top", "c", topk)] });
    const inputs = { tensors: { x: vector(1, 2, 2, 1), b: vector(9, 1, 3, 8) }, extents: { c: 4 } };
    expect(run(cascade, inputs).top).toEqual([2, 1, 0, 3]);
  });

  it("a scatter is a reduction with an equality", () => {
    const tensors = {
      x,
      to: { role: "in", ranks: "i", format: { kind: "index", rank: "n" } },
      Y: { role: "out", ranks: "n" },
    } as const;
    const hit = map("eq", readInt("to", "i"), index("n"));
    const e = otherwise(reduce("sum", "i", where(read("x", "i"), hit)), real(-1));
    const cascade = build({ tensors, body: [set("Y", "n", e)] });
    const inputs = { tensors: { x: vector(1, 2, 3), to: vector(2, 0, 2) }, extents: { n: 4 } };
    expect(run(cascade, inputs).Y).toEqual([2, -1, 4, -1]);
  });
});

describe("control", () => {
  it("the right side is evaluated whole before it is written", () => {
    const w = { role: "param", ranks: "i" } as const;
    const turned = read("w", map("sub", map("sub", size("i"), int(1)), index("i")));
    const cascade = build({ tensors: { w }, body: [set("w", "i", turned)] });
    expect(run(cascade, { tensors: { w: vector(1, 2, 3) } }).w).toEqual([3, 2, 1]);
  });

  it("scans forwards and backwards carry what was declared before", () => {
    const before = otherwise(read("y", map("sub", index("i"), int(1))), real(0));
    const scan = (backwards: boolean, from: typeof before) =>
      build({
        tensors: { x, y },
        body: [
          {
            kind: "scan",
            variable: "i",
            backwards,
            body: [set("y", "i", map("add", from, read("x", "i")))],
            at,
          },
        ],
      });
    const after = otherwise(read("y", map("add", index("i"), int(1))), real(0));
    const inputs = { tensors: { x: vector(1, 2, 3) } };
    expect(run(scan(false, before), inputs).y).toEqual([1, 3, 6]);
    expect(run(scan(true, after), inputs).y).toEqual([6, 5, 3]);
  });

  it("until is tested before every pass, the first included", () => {
    const w = { role: "param", ranks: "" } as const;
    const cascade = build({
      tensors: { w },
      body: [
        {
          kind: "repeat",
          count: int(10),
          until: map("ge", read("w"), real(8)),
          body: [set("w", "", map("mul", read("w"), real(2)))],
          at,
        },
      ],
    });
    const from = (start: number): number[] | undefined =>
      run(cascade, { tensors: { w: { shape: [], data: [start] } } }).w;
    expect([from(1), from(9), from(0)]).toEqual([[8], [9], [0]]);
  });

  it("an await brings the input again, after everything above", () => {
    const tensors = {
      w: { role: "param", ranks: "i" },
      g: { role: "grad", ranks: "i" },
      h: { role: "let", ranks: "i" },
    } as const;
    const cascade = build({
      tensors,
      body: [
        set("w", "i", map("add", read("w", "i"), read("g", "i"))),
        { kind: "await", target: "h", input: "g", from: undefined, at },
        set("w", "i", map("sub", read("w", "i"), read("h", "i"))),
      ],
    });
    const result = interpret(
      cascade,
      { tensors: { w: vector(1, 2), g: vector(10, 20) } },
      {
        mode: "f64",
        onAwait: ({ read: look }) => [vector(...[...look(0, "w").data].map((v) => v * 2))],
      },
    );
    expect(result.ok && [...(result.value.w?.data ?? [])]).toEqual([-11, -22]);
    expect(codeOf(cascade, { tensors: { w: vector(1), g: vector(1) } })).toBe("E0811");
  });
});

describe("what is brought", () => {
  const cascade = build({
    tensors: { x, b: x, y },
    body: [set("y", "i", map("add", read("x", "i"), read("b", "i")))],
  });

  it.each([
    ["E0801", { tensors: { x: vector(1, 2), b: vector(1) } }],
    ["E0802", { tensors: {} }],
    ["E0804", { tensors: { x: vector(1) } }],
    ["E0806", { tensors: { x: { shape: [3], data: [1] } } }],
    ["E0808", { extents: { i: 1.5 } }],
    ["E0812", { tensors: { z: vector(1) } }],
  ])("is refused with %s", (code, inputs: Inputs) => {
    expect(codeOf(cascade, inputs)).toBe(code);
  });

  it("may be a single number for a vector of 1, but no vector for a matrix", () => {
    const one = { shape: [], data: [1] };
    expect(run(cascade, { tensors: { x: one, b: vector(2) } }).y).toEqual([3]);
    const matrix = { role: "in", ranks: "i,j" } as const;
    const sum = reduce("sum", "j", read("matrix", "i,j"));
    const wide = build({ tensors: { matrix, y }, body: [set("y", "i", sum)] });
    expect(codeOf(wide, { tensors: { matrix: vector(1) } })).toBe("E0805");
  });

  it("may have more ranks than are named", () => {
    const two = { shape: [2, 2], data: [1, 2, 3, 4] };
    expect(run(cascade, { tensors: { x: two, b: two } }).y).toEqual([2, 4, 6, 8]);
  });

  it("must meet the expected condition on extents", () => {
    const value = map("eq", map("mod", size("i"), int(2)), int(0));
    const expected = { kind: "extents", subject: undefined, value, at } as const;
    const even = { ...cascade, contracts: [expected] };
    expect(codeOf(even, { tensors: { x: vector(1), b: vector(1) } })).toBe("E0803");
    expect(codeOf(even, { tensors: { x: vector(1, 2), b: vector(1, 2) } })).toBe("ok");
  });
});

describe("f32", () => {
  const { fround } = Math;

  it("rounds every operation on tensor values, and a host scalar once", () => {
    const tensors = { x, y, c: { role: "let", ranks: "" } } as const;
    const c = introduce("c", "", map("sub", int(1), map("pow", scalar("beta"), real(30.5))));
    const e = map(
      "add",
      map("mul", read("x", "i"), read("c")),
      map("div", real(1), read("x", "i")),
    );
    const cascade = build({ tensors, scalars: { beta: 0.999 }, body: [c, set("y", "i", e)] });
    const data = [1.1, 3.3, 1e-3];
    const rounded = fround(1 - 0.999 ** 30.5);
    const expected = data.map(fround).map((v) => fround(fround(v * rounded) + fround(1 / v)));
    expect(run(cascade, { tensors: { x: vector(...data) } }, "f32").y).toEqual(expected);
  });

  it("multiplies for a small literal power, and sums in order", () => {
    const out = { role: "out", ranks: "" } as const;
    const e = reduce("sum", "i", map("pow", read("x", "i"), int(5)));
    const cascade = build({ tensors: { x, out }, body: [set("out", "", e)] });
    const fifth = (v: number): number => {
      const square = fround(v * v);
      return fround(fround(square * square) * v);
    };
    const data = [1.1, 2.7, 0.3].map(fround);
    const sum = data.map(fifth).reduce((a, b) => fround(a + b));
    expect(run(cascade, { tensors: { x: vector(...data) } }, "f32").out).toEqual([sum]);
  });

  it("wraps integers and keeps them exact", () => {
    const n = { role: "out", ranks: "i", format: wholeNumber } as const;
    const big = map("mul", map("add", index("i"), int(65536)), int(65536));
    const cascade = build({ tensors: { n }, body: [set("n", "i", big)] });
    expect(run(cascade, { extents: { i: 2 } }, "f32").n).toEqual([0, 65536]);
  });

  it("stores in the tensor's format", () => {
    const narrow = { ...y, format: { kind: "float", name: "bf16" } } as const;
    const cascade = build({ tensors: { x, y: narrow }, body: [set("y", "i", read("x", "i"))] });
    for (const mode of ["f32", "f64"] as const) {
      expect(run(cascade, { tensors: { x: vector(1.001, 3.14159) } }, mode).y).toEqual([
        1, 3.140625,
      ]);
    }
  });
});
