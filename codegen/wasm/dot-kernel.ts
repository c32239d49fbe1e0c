// The text of a dot's function, for one depth of the left tile and one width of the state.
//
// In:  room along k, padded width, the kind of multiply-add.
// Out: a helper: (left, right, state, live rows, live columns, live k).
// Not here: layouts (stage.ts), the call (dot.ts).

import { get, i32, set, sx, withOffset } from "./text.js";

const rows = [0, 1, 2, 3] as const;
const halves = [0, 1] as const;
const sum = (r: number, h: number): string => `s${r}${h}`;
const step = (name: string, by: number): string => set(name, sx("i32.add", get(name), i32(by)));

/** A loop of `body` while `test` holds at its end; it runs at least once. */
const loop = (label: string, body: readonly string[], test: string): readonly string[] => [
  `(loop $${label}`,
  ...body.map((line) => `  ${line}`),
  `  (br_if $${label} ${test}))`,
];
const when = (test: string, body: readonly string[]): readonly string[] => [
  `(if ${test}`,
  "  (then",
  ...body.map((line) => `    ${line}`),
  "  ))",
];
const below = (a: string, b: string): string => sx("i32.lt_s", get(a), get(b));

export function dotFunction(
  name: string,
  depth: number,
  width: number,
  kind: "f32x4" | "relaxed" | "f32",
): string {
  const body = kind === "f32" ? scalarBody(depth, width) : vectorBody(depth, width, kind);
  const type = kind === "f32" ? "f32" : "v128";
  const vectors = [...rows.flatMap((r) => halves.map((h) => sum(r, h))), "b0", "b1", "x"];
  const counters = ["i", "j", "p", "q", "row", "stop", "body"];
  return (
    [
      `(func $${name} (param $left i32) (param $right i32) (param $state i32)`,
      "  (param $m i32) (param $n i32) (param $k i32)",
      `  ${counters.map((local) => `(local $${local} i32)`).join(" ")}`,
      `  ${vectors.map((local) => `(local $${local} ${type})`).join(" ")}`,
      ...body.map((line) => `  ${line}`),
    ].join("\n") + ")"
  );
}

/** Four rows by eight columns stay in registers while k runs; then the next four rows. */
function vectorBody(depth: number, width: number, kind: "f32x4" | "relaxed"): readonly string[] {
  const cell = (r: number, h: number): number => (r * width + 4 * h) * 4;
  const each = (make: (r: number, h: number) => string): string[] =>
    rows.flatMap((r) => halves.map((h) => make(r, h)));
  const unrolled = [0, 1, 2, 3].flatMap((u) => oneK(depth, u, kind));
  const block = [
    ...each((r, h) => set(sum(r, h), sx(withOffset("v128.load", cell(r, h)), get("row")))),
    set("q", get("right")),
    set("stop", sx("i32.add", get("p"), sx("i32.shl", get("k"), i32(2)))),
    set("body", sx("i32.add", get("p"), sx("i32.shl", sx("i32.and", get("k"), i32(-4)), i32(2)))),
    ...when(
      below("p", "body"),
      loop("four", [...unrolled, step("p", 16), step("q", 128)], below("p", "body")),
    ),
    ...when(
      below("p", "stop"),
      loop("one", [...oneK(depth, 0, kind), step("p", 4), step("q", 32)], below("p", "stop")),
    ),
    ...each((r, h) => sx(withOffset("v128.store", cell(r, h)), get("row"), get(sum(r, h)))),
    set(
      "p",
      sx("i32.add", sx("i32.sub", get("stop"), sx("i32.shl", get("k"), i32(2))), i32(16 * depth)),
    ),
    step("row", 16 * width),
    step("i", 4),
  ];
  const panel = [
    set("i", i32(0)),
    set("p", get("left")),
    set("row", sx("i32.add", get("state"), sx("i32.shl", get("j"), i32(2)))),
    ...loop("rows", block, below("i", "m")),
    step("right", 32 * depth),
    step("j", 8),
  ];
  const isLive = sx("i32.and", sx("i32.gt_s", get("m"), i32(0)), sx("i32.gt_s", get("n"), i32(0)));
  return when(isLive, loop("panels", panel, below("j", "n")));
}

/** The `u`-th k from where p and q point. */
function oneK(depth: number, u: number, kind: "f32x4" | "relaxed"): readonly string[] {
  const add = (into: string, b: string): string =>
    kind === "relaxed"
      ? sx("f32x4.relaxed_madd", get("x"), get(b), get(into))
      : sx("f32x4.add", get(into), sx("f32x4.mul", get("x"), get(b)));
  return [
    set("b0", sx(withOffset("v128.load", 32 * u), get("q"))),
    set("b1", sx(withOffset("v128.load", 32 * u + 16), get("q"))),
    ...rows.flatMap((r) => [
      set("x", sx(withOffset("v128.load32_splat", 4 * (r * depth + u)), get("p"))),
      ...halves.map((h) => set(sum(r, h), add(sum(r, h), `b${h}`))),
    ]),
  ];
}

/** Element by element: for machines without vectors, and for tests. */
function scalarBody(depth: number, width: number): readonly string[] {
  const panel = sx("i32.mul", sx("i32.shr_u", get("j"), i32(3)), i32(32 * depth));
  const column = sx("i32.shl", sx("i32.and", get("j"), i32(7)), i32(2));
  const product = sx("f32.mul", sx("f32.load", get("p")), sx("f32.load", get("q")));
  const alongK = [set("x", sx("f32.add", get("x"), product)), step("p", 4), step("q", 32)];
  const element = [
    set("p", sx("i32.add", get("left"), sx("i32.mul", get("i"), i32(4 * depth)))),
    set("q", sx("i32.add", get("right"), sx("i32.add", panel, column))),
    set(
      "row",
      sx(
        "i32.add",
        get("state"),
        sx("i32.shl", sx("i32.add", sx("i32.mul", get("i"), i32(width)), get("j")), i32(2)),
      ),
    ),
    set("x", sx("f32.load", get("row"))),
    set("stop", sx("i32.add", get("p"), sx("i32.shl", get("k"), i32(2)))),
    ...when(below("p", "stop"), loop("along", alongK, below("p", "stop"))),
    sx("f32.store", get("row"), get("x")),
    step("j", 1),
  ];
  const line = [
    set("j", i32(0)),
    ...when(below("j", "n"), loop("columns", element, below("j", "n"))),
    step("i", 1),
  ];
  return when(below("i", "m"), loop("lines", line, below("i", "m")));
}
