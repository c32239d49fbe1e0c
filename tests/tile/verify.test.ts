import { describe, expect, it } from "vitest";
import type { TileProgram } from "../../src/tile/tile.js";
import {
  assertTile,
  proveAccesses,
  verifyTile,
  webgpuLimits,
  workgroupBytes,
} from "../../src/tile/verify.js";
import {
  and,
  axis,
  barrier,
  bind,
  buffer,
  f,
  i,
  iadd,
  idiv,
  imul,
  load,
  local,
  loop,
  lt,
  map,
  max,
  merge,
  program,
  result,
  scalar,
  sizeOf,
  stage,
  state,
  store,
  sum,
} from "./build.js";
import { drop, mapLets, mapLoops, mapOps, mapStates, mapStores, plusOne } from "./mutate.js";
import { causalSum, gather, handmade, matmul, momentum, rowMax } from "./programs.js";

const first = (p: TileProgram): string | undefined => verifyTile(p)[0];

describe("verifyTile accepts", () => {
  it.each(handmade.map((p) => [p.name, p] as const))("%s", (_, p) => {
    expect(verifyTile(p, webgpuLimits)).toEqual([]);
    expect(proveAccesses(p).every(({ status }) => status === "proven")).toBe(true);
  });
});

describe("verifyTile names", () => {
  it("a loop that goes one point too far", () => {
    expect(first(mapLoops(rowMax, (op) => ({ ...op, to: plusOne(op.to) })))).toBe(
      "load x[p, k]: not proven: k < k",
    );
  });

  it("a causal loop that ends past the extent", () => {
    const open = mapLoops(causalSum, (op) => ({
      ...op,
      to: iadd(imul(idiv(axis("p"), i(4)), i(4)), i(4)),
    }));
    expect(first(open)).toBe("load x[k]: not proven: k < n");
  });

  it("a gather without its mask", () => {
    const open = mapLets(gather, (op) =>
      op.value.kind === "load" ? { ...op, value: { ...op.value, where: undefined } } : op,
    );
    expect(verifyTile(open)).toEqual([
      "load x[j]: not proven: 0 <= j",
      "load x[j]: not proven: j < n",
    ]);
  });

  it("a gather whose mask tests one side", () => {
    const open = mapLets(gather, (op) =>
      op.value.kind === "load" && op.value.where !== undefined
        ? { ...op, value: { ...op.value, where: lt(local("j", "i32"), sizeOf("n")) } }
        : op,
    );
    expect(verifyTile(open)).toEqual(["load x[j] where (j < n): not proven: 0 <= j"]);
  });

  it("a store shifted by one", () => {
    const shifted = mapStores(momentum, (op) => ({ ...op, indices: op.indices.map(plusOne) }));
    expect(first(shifted)).toBe("store m[(i + 1)]: not proven: (i + 1) < n");
  });

  it("a dropped barrier before the product", () => {
    expect(first(drop(matmul, "barrier", 0))).toBe("dot c: no barrier between stage a and its use");
  });

  it("a dropped barrier before the next trip", () => {
    expect(first(drop(matmul, "barrier", 1))).toBe(
      "stage a: no barrier between its last use and the next trip",
    );
  });

  it("a name used before it is defined", () => {
    expect(first(drop(momentum, "let", 1))).toBe("let m1: no local g0 here");
  });

  it("a name defined twice", () => {
    expect(first({ ...momentum, body: [...momentum.body, ...momentum.body] })).toBe(
      "name w0 is defined twice",
    );
  });

  it("a let that leaves out an axis", () => {
    expect(first(mapLets(rowMax, (op) => ({ ...op, axes: ["k"] })))).toBe(
      "let x0: varies over p, which is none of its axes",
    );
  });

  it("a load that is carried out again for an axis it does not use", () => {
    const p = program("again", {
      buffers: [buffer("x", ["n"]), buffer("y", ["n", "m"], "write")],
      sizes: ["n", "m"],
      grid: [
        ["i", "n", 4],
        ["j", "m", 4],
      ],
      body: [
        bind("x0", ["i", "j"], load("x", [axis("i")])),
        store("y", [axis("i"), axis("j")], local("x0")),
      ],
    });
    expect(first(p)).toBe("let x0: loads again for each j");
  });

  it("a load inside an expression", () => {
    const p = mapStores(momentum, (op) => ({ ...op, value: load("g", [axis("i")]) }));
    expect(first(p)).toBe("store m: g[i] does not stand alone in a let");
  });

  it("a read of what is only written", () => {
    const p = { ...momentum, buffers: [buffer("w", ["n"], "write"), ...momentum.buffers.slice(1)] };
    expect(first(p)).toBe("let w0: buffer w is not to be read");
  });

  it("a state merged outside its loop", () => {
    const p = mapOps(rowMax, (op) => (op.kind === "loop" ? op.body : [op]));
    expect(first(p)).toBe("let x0: no axis k here");
    const outside = { ...rowMax, body: [...rowMax.body.slice(0, 1), merge("m", f(1))] };
    expect(first(outside)).toBe("merge m: outside the loop over k");
  });

  it("a state merged in a loop that it does not know", () => {
    const nested = mapLoops(rowMax, (op) => loop("r", i(0), i(2), 1, [op]));
    expect(verifyTile(nested)).toEqual([]);
    const inside = mapLoops(rowMax, (op) => ({ ...op, body: [loop("r", i(0), i(2), 1, op.body)] }));
    expect(first(inside)).toBe("merge m: also in the loop over r");
  });

  it("a state read inside its loop", () => {
    const p = mapLoops(rowMax, (op) => ({
      ...op,
      body: [...op.body, store("y", [axis("p")], result("m"))],
    }));
    expect(first(p)).toBe("store y: state m is read inside the loop over k");
  });

  it("a state that nothing is merged into", () => {
    expect(first(drop(rowMax, "merge"))).toBe("store y: nothing is merged into state m before");
  });

  it("a field without a value for nothing", () => {
    expect(first(mapStates(rowMax, (op) => ({ ...op, tracksPresence: false })))).toBe(
      "state m: a field without a value for nothing, and presence is not tracked",
    );
  });

  it("lanes that are no power of two", () => {
    expect(first(mapStates(rowMax, (op) => ({ ...op, lanes: 3 })))).toBe(
      "state m: 3 lanes are no power of two",
    );
  });

  it("an end of a loop that varies within the tile", () => {
    const ragged = mapLoops(causalSum, (op) => ({ ...op, to: plusOne(axis("p")) }));
    expect(first(ragged)).toBe("loop k: (p + 1) varies within the tile");
  });

  it("points that store one element", () => {
    const p = mapStores(matmul, (op) => ({ ...op, indices: [axis("m"), i(0)] }));
    expect(first(p)).toBe("store C: points along n store one element");
  });

  it("types that do not fit", () => {
    expect(first(mapStores(gather, (op) => ({ ...op, value: local("j", "i32") })))).toBe(
      "store y: j is i32, not f32",
    );
    const mixed = mapStores(momentum, (op) => ({ ...op, value: map("add", [scalar("lr"), i(1)]) }));
    expect(first(mixed)).toBe("store m: (lr + 1) does not fit add");
    const huge = mapStores(momentum, (op) => ({ ...op, value: f(1e300) }));
    expect(first(huge)).toBe("store m: 1e+300 is no f32");
  });

  it("more buffers and stages than the target has", () => {
    const nine = Array.from({ length: 9 }, (_, n) => buffer(`b${n}`, ["n"]));
    expect(
      verifyTile({ ...momentum, buffers: [...momentum.buffers, ...nine] }, webgpuLimits),
    ).toEqual(["12 buffers, the target binds 8"]);
    const wide = { ...matmul, grid: matmul.grid.map((g) => ({ ...g, tile: 512 })) };
    expect(workgroupBytes(wide)).toBe(2 * 512 * 8 * 4);
    expect(verifyTile(wide, webgpuLimits)).toEqual([
      "stages take 32768 bytes, the target has 16384",
    ]);
  });
});

describe("assertTile", () => {
  it("names the program and the rule", () => {
    expect(() => assertTile(drop(matmul, "barrier"))).toThrow(
      /^internal: matmul: dot c: no barrier between stage a and its use \(and 1 more\)$/,
    );
  });
});

/** A program that loads x[index] for i < n, j < m and stores it. */
function indexed(
  dims: readonly string[],
  indices: readonly ReturnType<typeof i>[],
  where?: ReturnType<typeof i>,
  more: Partial<TileProgram> = {},
): TileProgram {
  const p = program("indexed", {
    buffers: [buffer("x", dims), buffer("y", ["n", "m"], "write")],
    sizes: ["n", "m", "h", "g"],
    grid: [
      ["i", "n", 4],
      ["j", "m", 4],
    ],
    body: [
      bind("x0", ["i", "j"], load("x", indices, where)),
      store("y", [axis("i"), axis("j")], local("x0")),
    ],
  });
  return { ...p, ...more };
}

const size = (rank: string) => ({ kind: "size", rank }) as const;
const call = (op: "mul" | "ceildiv", ...args: readonly ReturnType<typeof size>[]) =>
  ({ kind: "map", op, args }) as const;
const both = imul(axis("i"), sizeOf("m"));

describe("proveAccesses", () => {
  const status = (p: TileProgram): readonly string[] =>
    proveAccesses(p)
      .filter((proof) => proof.buffer === "x")
      .map((proof) => proof.status);
  const sized = (name: string, value: ReturnType<typeof call>): Partial<TileProgram> => ({
    sizes: [...["n", "m", "h", "g"].map((s) => ({ name: s, value: size(s) })), { name, value }],
  });

  it("knows a flattened pair of axes", () => {
    const flat = iadd(both, axis("j"));
    expect(
      status(indexed(["nm"], [flat], undefined, sized("nm", call("mul", size("n"), size("m"))))),
    ).toEqual(["proven"]);
  });

  it("takes a flat index apart", () => {
    const p = program("apart", {
      buffers: [buffer("x", ["n", "m"]), buffer("y", ["nm"], "write")],
      sizes: ["n", "m"],
      grid: [["q", "nm", 8]],
      body: [
        bind(
          "x0",
          ["q"],
          load("x", [idiv(axis("q"), sizeOf("m")), map("mod", [axis("q"), sizeOf("m")], "i32")]),
        ),
        store("y", [axis("q")], local("x0")),
      ],
    });
    const nm = { name: "nm", value: call("mul", size("n"), size("m")) };
    expect(status({ ...p, sizes: [...p.sizes, nm] })).toEqual(["proven", "proven"]);
  });

  it("groups heads when there is a group", () => {
    const group = idiv(imul(axis("i"), sizeOf("g")), sizeOf("n"));
    expect(status(indexed(["g"], [iadd(group, imul(axis("j"), i(0)))]))).toEqual(["nonempty"]);
    expect(status(indexed(["g"], [iadd(group, iadd(axis("j"), i(1)))]))).toEqual(["unproven"]);
  });

  it("knows the last, short block", () => {
    const blocks = {
      name: "nb",
      value: {
        kind: "map",
        op: "ceildiv",
        args: [size("n"), { kind: "number", value: 32 }],
      },
    } as const;
    const p = indexed(["nb", "m"], [idiv(axis("i"), i(32)), axis("j")]);
    expect(status({ ...p, sizes: [...p.sizes, blocks] })).toEqual(["proven", "proven"]);
    const short = indexed(["nb", "m"], [idiv(axis("i"), i(31)), axis("j")]);
    expect(status({ ...short, sizes: [...short.sizes, blocks] })).toEqual(["unproven", "proven"]);
  });

  it("uses masks: and, or, not, comparisons, lets", () => {
    const shifted = iadd(axis("i"), axis("j"));
    expect(status(indexed(["h"], [shifted], lt(shifted, sizeOf("h"))))).toEqual(["proven"]);
    expect(status(indexed(["h"], [shifted], map("not", [lt(sizeOf("h"), shifted)])))).toEqual([
      "unproven",
    ]);
    const either = map("or", [lt(shifted, i(3)), lt(shifted, i(5))]);
    expect(status(indexed(["h"], [shifted], and(either, map("le", [i(5), sizeOf("h")]))))).toEqual([
      "proven",
    ]);
    expect(status(indexed(["h"], [shifted], and(either, map("le", [i(4), sizeOf("h")]))))).toEqual([
      "unproven",
    ]);
    expect(status(indexed(["h"], [shifted], map("eq", [shifted, i(0)])))).toEqual(["nonempty"]);
  });

  it("takes what cannot happen as proven", () => {
    const never = lt(sizeOf("n"), sizeOf("n"));
    expect(status(indexed(["n", "m"], [sizeOf("n"), axis("j")], never))).toEqual([
      "proven",
      "proven",
    ]);
    expect(
      status(indexed(["n", "m"], [sizeOf("n"), axis("j")], lt(axis("i"), sizeOf("n")))),
    ).toEqual(["unproven", "proven"]);
  });

  it("bounds a select by both of its sides", () => {
    const clipped = (top: number) =>
      map(
        "select",
        [lt(axis("i"), sizeOf("h")), axis("i"), map("sub", [sizeOf("h"), i(top)], "i32")],
        "i32",
      );
    expect(status(indexed(["h", "m"], [clipped(1), axis("j")]))).toEqual(["nonempty", "proven"]);
    expect(status(indexed(["h", "m"], [clipped(0), axis("j")]))).toEqual(["unproven", "proven"]);
  });

  it("opens a long chain of selects", () => {
    const chain = Array.from({ length: 20 }, (_, n) => n).reduce(
      (e, n) => map("select", [lt(i(n), sizeOf("g")), e, i(0)], "i32"),
      axis("i"),
    );
    expect(status(indexed(["n", "m"], [chain, axis("j")]))).toEqual(["proven", "proven"]);
    expect(status(indexed(["h", "m"], [chain, axis("j")]))).toEqual(["unproven", "proven"]);
  });

  it("takes the range of a narrow format", () => {
    const table = program("table", {
      buffers: [buffer("q", ["n"], "read", "u8"), buffer("T", ["c"]), buffer("y", ["n"], "write")],
      sizes: ["n", "c"],
      grid: [["i", "n", 4]],
      body: [
        bind("code", ["i"], load("q", [axis("i")], undefined, "i32"), "i32"),
        bind("v", ["i"], load("T", [local("code", "i32")])),
        store("y", [axis("i")], local("v")),
      ],
    });
    const long = (count: number): TileProgram => ({
      ...table,
      buffers: table.buffers.map((b) =>
        b.name === "T" ? { ...b, dims: [{ kind: "number", value: count }] } : b,
      ),
    });
    expect(verifyTile(long(256))).toEqual([]);
    expect(verifyTile(long(255))).toEqual(["load T[code]: not proven: code < 255"]);
  });

  it("never calls an access proven that small extents refute", () => {
    const offsets = [-2, -1, 0, 1, 2];
    for (const shift of offsets)
      for (const by of [1, 2, 3])
        for (const top of offsets) {
          const index = iadd(idiv(axis("i"), i(by)), i(shift));
          const p = indexed(
            ["n", "m"],
            [index, axis("j")],
            lt(axis("i"), iadd(sizeOf("n"), i(top))),
          );
          const inside = [1, 2, 3, 4, 7].every((n) =>
            Array.from({ length: n }, (_, at) => at).every((at) => {
              const element = Math.floor(at / by) + shift;
              return at >= n + top || (element >= 0 && element < n);
            }),
          );
          const [proof] = status(p);
          expect(proof === "unproven" || inside, `${shift} ${by} ${top}: ${proof}`).toBe(true);
          if (by === 1) expect(proof !== "unproven", `${shift} ${top}`).toBe(inside);
        }
  });
});

describe("a stage", () => {
  it("may be read by a let after a barrier", () => {
    const p = (between: readonly (typeof barrier)[]): TileProgram =>
      program("share", {
        buffers: [buffer("x", ["n"]), buffer("y", ["n"], "write")],
        sizes: ["n"],
        grid: [["i", "n", 4]],
        body: [
          bind("x0", ["i"], load("x", [axis("i")])),
          stage("s", ["i"], local("x0")),
          ...between,
          store("y", [axis("i")], local("s")),
        ],
      });
    expect(verifyTile(p([barrier]))).toEqual([]);
    expect(first(p([]))).toBe("store y: no barrier between stage s and its use");
  });
});

describe("a state of two axes", () => {
  it("keeps one and reduces the other", () => {
    const p = program("rows", {
      buffers: [buffer("x", ["n", "m"]), buffer("y", ["n"], "write")],
      sizes: ["n", "m"],
      grid: [["i", "n", 4]],
      body: [
        state("s", ["i"], ["k"], sum),
        state("t", ["i"], ["k"], max),
        loop("k", i(0), sizeOf("m"), 4, [
          bind("x0", ["i", "k"], load("x", [axis("i"), axis("k")])),
          merge("s", local("x0")),
          merge("t", local("x0")),
        ]),
        store("y", [axis("i")], map("div", [result("s"), result("t")])),
      ],
    });
    expect(verifyTile(p)).toEqual([]);
  });
});
