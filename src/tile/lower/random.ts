// Draws of random numbers as tile expressions: the conversions of src/cascade/random.ts.
//
// In:  a random or stochastic node.
// Out: a Value.
// Not here: Philox itself, which every target has.

import type { Expr } from "../../cascade/cascade.js";
import type { TileExpr } from "../tile.js";
import type { Launch, Value } from "./launch.js";
import { both, constant, map, select, toF32, toI32, type Condition } from "./tile-expr.js";

type Random = Extract<Expr, { readonly kind: "random" | "stochastic" }>;

export function lowerRandom(launch: Launch, e: Random, lower: (part: Expr) => Value): Value {
  const { builder } = launch;
  const parts = [e.key, ...e.counters].map(lower);
  const [key, c0, c1, c2, c3] = parts.map((part) => toI32(part.value));
  const zero = constant("i32", 0);
  const counters = [c0 ?? zero, c1 ?? zero, c2 ?? zero, c3 ?? zero] as const;
  const present = parts.map((part) => part.present).reduce<Condition>(both, undefined);
  const word = (n: 0 | 1): TileExpr =>
    builder.bind(
      { kind: "philox", key: [key ?? zero, zero], counters, word: n, type: "i32" },
      "word",
    );
  if (e.kind === "random") {
    return { value: builder.bind(drawn(e.distribution, word), e.distribution), present };
  }
  const arg = lower(e.arg);
  const x = builder.bind(toF32(arg.value), "x");
  const down = builder.bind(map("floor", "f32", [x]), "down");
  const isUp = map("lt", "bool", [drawn("uniform", word), map("sub", "f32", [x, down])]);
  const value = select(isUp, map("add", "f32", [down, constant("f32", 1)]), down);
  const whole = e.type === "integer" ? toI32(value) : value;
  return { value: builder.bind(whole, "rounded"), present: both(present, arg.present) };
}

/** (word >> 8) as f32. */
function top24(word: TileExpr): TileExpr {
  return map("toF32", "f32", [map("shr", "i32", [word, constant("i32", 8)])]);
}

function drawn(
  distribution: Extract<Expr, { readonly kind: "random" }>["distribution"],
  word: (n: 0 | 1) => TileExpr,
): TileExpr {
  const unit = constant("f32", 2 ** -24);
  const times = (a: TileExpr, b: TileExpr): TileExpr => map("mul", "f32", [a, b]);
  switch (distribution) {
    case "uniform":
      return times(top24(word(0)), unit);
    case "normal": {
      const u = times(map("add", "f32", [top24(word(0)), constant("f32", 1)]), unit);
      const v = times(top24(word(1)), unit);
      const squared = times(constant("f32", -2), map("log", "f32", [u]));
      const angle = times(constant("f32", 2 * Math.PI), v);
      return times(map("sqrt", "f32", [squared]), map("cos", "f32", [angle]));
    }
    case "rademacher": {
      const isNegative = map("lt", "bool", [word(0), constant("i32", 0)]);
      return select(isNegative, constant("f32", -1), constant("f32", 1));
    }
  }
}
