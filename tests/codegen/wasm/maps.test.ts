import { describe, expect, it } from "vitest";
import { encodeFloat as encodeCode, roundFloat } from "../../../src/cascade/number-formats.js";
import { decodeFloat, encodeFloat, storage } from "../../../src/runtime/formats.js";
import type { ElementFormat } from "../../../src/runtime/executable.js";
import type { TileExpr, TileMap, TileProgram, TileType } from "../../../src/tile/tile.js";
import {
  axis,
  bind,
  buffer,
  f,
  grid,
  int,
  load,
  local,
  map,
  n,
  program,
  real,
  scalar,
  sizeOf,
  store,
  test,
} from "./build.js";
import { expectSameBits, numbers, runWasm } from "./run.js";

const [i, j] = [axis("i"), axis("j")];
const formatOf: Readonly<Record<TileType, ElementFormat>> = {
  f32: "f32",
  i32: "i32",
  bool: "bool",
};

/** y[i] = make(a[i], b[i]) */
function pointwise(
  from: TileType,
  to: TileType,
  make: (a: TileExpr, b: TileExpr) => TileExpr,
): TileProgram {
  return program({
    sizes: "I",
    buffers: [
      buffer("a", "I", "read", formatOf[from]),
      buffer("b", "I", "read", formatOf[from]),
      buffer("y", "I", "write", formatOf[to]),
    ],
    grid: [grid("i", "I", 256)],
    body: [
      bind("x", "i", load("a", [i], from), from),
      bind("z", "i", load("b", [i], from), from),
      store("y", [i], make(local("x", from), local("z", from))),
    ],
  });
}

const reals = Float32Array.of(
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  1.5,
  2.5,
  -2.5,
  1e-38,
  -1e-45,
  3e38,
  -3e38,
  88.9,
  -104,
  7.25,
  1e10,
  -3.7,
  0.1,
  2 ** -149,
  65519,
  65520,
  448,
  464,
  57344,
  2 ** -24,
  2 ** -25,
  ...numbers(24, 9, -20, 20),
);
const otherReals = numbers(reals.length, 11, -3, 3);

describe("maps of reals", () => {
  it.each(["add", "sub", "mul", "div", "min", "max", "pow"] as const)("%s", (op: TileMap) => {
    expectSameBits(
      pointwise("f32", "f32", (a, b) => real(op, a, b)),
      {
        sizes: [reals.length],
        buffers: [reals, otherReals, reals.length],
      },
    );
  });

  it.each([
    "neg",
    "abs",
    "sign",
    "sqrt",
    "floor",
    "ceil",
    "round",
    "exp",
    "log",
    "log2",
    "sin",
    "cos",
    "tanh",
    "erf",
    "sigmoid",
    "softplus",
    "logsigmoid",
    "silu",
    "gelu",
    "roundTo.bf16",
    "roundTo.f16",
  ] as const)("%s", (op: TileMap) => {
    const inputs = op === "log" || op === "log2" || op === "sqrt" ? reals.map(Math.abs) : reals;
    expectSameBits(
      pointwise("f32", "f32", (a) => real(op, a)),
      {
        sizes: [inputs.length],
        buffers: [inputs, otherReals, inputs.length],
      },
    );
  });

  it.each(["eq", "ne", "lt", "le", "gt", "ge"] as const)("%s gives a truth value", (op) => {
    expectSameBits(
      pointwise("f32", "bool", (a, b) => test(op, real("round", a), real("round", b))),
      {
        sizes: [reals.length],
        buffers: [reals, otherReals, reals.length],
      },
    );
  });

  it("turns into integers, and chooses", () => {
    const make = (a: TileExpr, b: TileExpr): TileExpr =>
      int("select", test("isfinite", a), int("toI32", real("floor", b)), n(7));
    expectSameBits(pointwise("f32", "i32", make), {
      sizes: [reals.length],
      buffers: [reals, otherReals, reals.length],
    });
  });
});

describe("maps of integers and truth values", () => {
  const integers = Int32Array.of(0, 1, -1, 5, -5, 7, 2147483647, -2147483648, 12, -13, 6);
  const divisors = Int32Array.of(1, -1, 2, 3, 3, -3, 2, -1, 5, 4, 1);
  const shifts = Int32Array.of(0, 1, 2, 31, 5, 3, 4, 9, 1, 2, 3);

  it.each([
    "add",
    "sub",
    "mul",
    "min",
    "max",
    "floordiv",
    "mod",
    "bitand",
    "bitor",
    "bitxor",
  ] as const)("%s", (op) => {
    expectSameBits(
      pointwise("i32", "i32", (a, b) => int(op, a, b)),
      {
        sizes: [11],
        buffers: [integers, divisors, 11],
      },
    );
  });

  it.each(["shl", "shr", "pow"] as const)("%s", (op) => {
    expectSameBits(
      pointwise("i32", "i32", (a, b) => int(op, a, b)),
      {
        sizes: [11],
        buffers: [integers, shifts, 11],
      },
    );
  });

  it.each(["neg", "abs", "sign"] as const)("%s", (op) => {
    expectSameBits(
      pointwise("i32", "i32", (a) => int(op, a)),
      {
        sizes: [11],
        buffers: [integers, shifts, 11],
      },
    );
  });

  it("compares, and turns into reals", () => {
    const make = (a: TileExpr, b: TileExpr): TileExpr =>
      real(
        "add",
        real("toF32", a),
        real("toF32", map("or", "bool", test("lt", a, b), map("not", "bool", test("ge", a, n(3))))),
      );
    expectSameBits(pointwise("i32", "f32", make), { sizes: [11], buffers: [integers, shifts, 11] });
  });

  it.each(["and", "or", "eq", "ne", "lt", "le", "gt", "ge"] as const)(
    "%s of truth values",
    (op) => {
      const [p, q] = [Uint8Array.of(0, 1, 0, 1, 1), Uint8Array.of(0, 0, 1, 1, 0)];
      expectSameBits(
        pointwise("bool", "bool", (a, b) => test(op, a, b)),
        { sizes: [5], buffers: [p, q, 5] },
      );
    },
  );
});

describe("element formats", () => {
  const copy = (from: ElementFormat, to: ElementFormat, type: TileType): TileProgram =>
    program({
      sizes: "I",
      buffers: [buffer("a", "I", "read", from), buffer("y", "I", "write", to)],
      grid: [grid("i", "I", 64)],
      body: [bind("x", "i", load("a", [i], type), type), store("y", [i], local("x", type))],
    });

  it.each(["i16", "u16", "i8", "u8", "i32", "u32"] as const)("reads and writes %s", (format) => {
    const values = storage(format, 13);
    values.forEach((_, at) => {
      values[at] = at * 40503 - 70000;
    });
    expectSameBits(copy(format, "i32", "i32"), { sizes: [13], buffers: [values, 13] });
    expectSameBits(copy("i32", format, "i32"), {
      sizes: [13],
      buffers: [Int32Array.from(values, (_, at) => at * 91193 - 400000), 13],
    });
  });

  it.each(["f16", "bf16", "f8e4m3", "f8e5m2"] as const)("decodes every %s", (format) => {
    const count = format.startsWith("f8") ? 256 : 65536;
    const codes = storage(format, count);
    codes.forEach((_, at) => {
      codes[at] = at;
    });
    const got = runWasm(
      copy(format, "f32", "f32"),
      { sizes: [count], buffers: [codes, count] },
      "simd128",
    )[1];
    const want = Float32Array.from({ length: count }, (_, bits) => decodeFloat(bits, format));
    expect(Array.from(got ?? [])).toEqual(Array.from(want));
  });

  it.each(["f16", "bf16"] as const)("encodes %s to the nearest, half to even", (format) => {
    const values = Float32Array.of(
      ...reals,
      ...numbers(200, 3, -1e-7, 1e-7),
      ...numbers(200, 4, -70000, 70000),
      Infinity,
      NaN,
    );
    for (const simd of ["simd128", "none"] as const) {
      const got = runWasm(
        copy("f32", format, "f32"),
        { sizes: [values.length], buffers: [values, values.length] },
        simd,
      )[1];
      expect(Array.from(got ?? [])).toEqual(Array.from(values, (x) => encodeFloat(x, format)));
    }
  });
});

describe("formats of 8 bits", () => {
  it.each(["f8e4m3", "f8e5m2"] as const)("stop %s at the largest number", (format) => {
    const values = Float32Array.of(
      ...reals,
      ...numbers(99, 5, -0.1, 0.1),
      ...numbers(99, 6, -500, 500),
      Infinity,
      NaN,
    );
    const encode = program({
      sizes: "I",
      buffers: [buffer("a", "I"), buffer("y", "I", "write", format), buffer("z", "I", "write")],
      grid: [grid("i", "I", 64)],
      body: [
        bind("x", "i", load("a", [i])),
        store("y", [i], local("x")),
        store("z", [i], real(`roundTo.${format}`, local("x"))),
      ],
    });
    for (const simd of ["simd128", "none"] as const) {
      const count = values.length;
      const [, codes = [], rounded = []] = runWasm(
        encode,
        { sizes: [count], buffers: [values, count, count] },
        simd,
      );
      expect(Array.from(codes)).toEqual(Array.from(values, (x) => encodeCode(format, x)));
      expect(Array.from(rounded)).toEqual(Array.from(values, (x) => roundFloat(format, x)));
    }
  });
});

describe("addresses", () => {
  it("gathers and scatters along the lanes", () => {
    const gather = program({
      sizes: "I J",
      buffers: [buffer("at", "I", "read", "i32"), buffer("a", "J 3"), buffer("y", "I 2", "write")],
      grid: [grid("i", "I", 16)],
      body: [
        bind("k", "i", load("at", [i], "i32"), "i32"),
        bind(
          "x",
          "i",
          load("a", [local("k", "i32"), n(1)], "f32", test("lt", local("k", "i32"), sizeOf("J"))),
        ),
        store("y", [i, n(0)], local("x")),
        store("y", [i, n(1)], real("neg", local("x")), test("lt", local("x"), f(0))),
      ],
    });
    const at = Int32Array.of(4, 0, 3, 3, 5, 1, 2, 4, 5, 0, 1);
    expectSameBits(gather, { sizes: [11, 5], buffers: [at, numbers(15), 22] });
  });

  it("reads a neighbour only where there is one", () => {
    const shifted = program({
      sizes: "I",
      buffers: [buffer("a", "I"), buffer("y", "I", "write")],
      grid: [grid("i", "I", 32)],
      body: [
        bind(
          "left",
          "i",
          load("a", [int("sub", i, n(1))], "f32", test("ge", int("sub", i, n(1)), n(0))),
        ),
        bind(
          "right",
          "i",
          load("a", [int("add", i, n(1))], "f32", test("lt", int("add", i, n(1)), sizeOf("I"))),
        ),
        store("y", [i], real("add", local("left"), local("right"))),
      ],
    });
    for (const count of [1, 2, 5, 9, 40])
      expectSameBits(shifted, { sizes: [count], buffers: [numbers(count), count] });
  });

  it("transposes, and takes rows and columns of one tile", () => {
    const transposed = program({
      sizes: "I J",
      buffers: [
        buffer("a", "J I"),
        buffer("r", "I"),
        buffer("c", "J"),
        buffer("y", "I J", "update"),
      ],
      grid: [grid("i", "I", 8), grid("j", "J", 8)],
      body: [
        bind("u", "i", load("r", [i])),
        bind("v", "j", load("c", [j])),
        bind("x", "i j", load("a", [j, i])),
        bind("old", "i j", load("y", [i, j])),
        store(
          "y",
          [i, j],
          real("add", local("old"), real("mul", real("mul", local("u"), local("x")), local("v"))),
        ),
      ],
    });
    for (const [rows, columns] of [
      [1, 1],
      [5, 9],
      [17, 30],
      [8, 0],
    ] as const) {
      expectSameBits(transposed, {
        sizes: [rows, columns],
        buffers: [
          numbers(rows * columns),
          numbers(rows, 2),
          numbers(columns, 3),
          numbers(rows * columns, 4),
        ],
      });
    }
  });

  it("stores a row's scalar after its points have read the old one", () => {
    const scaled = program({
      sizes: "I J",
      buffers: [buffer("s", "I", "update"), buffer("y", "I J", "write")],
      grid: [grid("i", "I"), grid("j", "J", 64)],
      body: [
        bind("old", "i j", load("s", [i])),
        store("y", [i, j], local("old")),
        store("s", [i], f(2)),
      ],
    });
    const values = Float32Array.of(3, 4, 5);
    const got = runWasm(scaled, { sizes: [3, 6], buffers: [values, 18] }, "simd128");
    expect(Array.from(got[1] ?? []).slice(5, 8)).toEqual([3, 4, 4]);
  });
});

describe("random draws", () => {
  it("are Philox, word by word, and normal by our own functions", () => {
    const word = (w: 0 | 1 | 2 | 3): TileExpr => ({
      kind: "philox",
      key: [scalar("key", "i32"), n(0)],
      counters: [i, n(5), n(0), n(0)],
      word: w,
      type: "i32",
    });
    const top = (w: 0 | 1): TileExpr => real("toF32", int("shr", word(w), n(8)));
    const u = real("mul", real("add", top(0), f(1)), f(2 ** -24));
    const v = real("mul", top(1), f(2 ** -24));
    const normal = real(
      "mul",
      real("sqrt", real("mul", f(-2), real("log", u))),
      real("cos", real("mul", f(2 * Math.PI), v)),
    );
    const draws = program({
      sizes: "I",
      scalars: "key:i32",
      buffers: [buffer("y", "I", "write"), buffer("z", "I", "write", "i32")],
      grid: [grid("i", "I", 64)],
      body: [
        bind("x", "i", normal),
        store("y", [i], local("x")),
        store("z", [i], int("bitxor", word(3), word(2))),
      ],
    });
    expectSameBits(draws, { sizes: [37], scalars: [1234567], buffers: [37, 37] });
  });
});
