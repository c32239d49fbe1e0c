import { describe, expect, it } from "vitest";
import type { Assign, Cascade, Expr, Statement } from "../../src/cascade/cascade.js";
import { verify } from "../../src/cascade/verify.js";
import { rewrite } from "../../src/cascade/walk.js";
import { cascadeOf } from "./same.js";

const text = `
  cascade f(A[i,j], n : i32) -> b[i] {
    let s[i] = sum[j] A[i,j]
    when n > 0 { b[i] = s[i] } else { b[i] = A[i, 0] }
    repeat 2 { b[i] = 2 * b[i] + cube(s) }
  }
  cascade cube(x[k]) -> y { y = sum[k] x[k]^3 }`;
const good = cascadeOf(text);

/** The first statement replaced. */
function withFirst(change: (s: Assign) => Statement): Cascade {
  const [first, ...rest] = good.body;
  if (first?.kind !== "assign") throw new Error("no equation");
  return { ...good, body: [change(first), ...rest] };
}

/** Every node of the first equation rewritten. */
const withNodes = (f: (e: Expr) => Expr): Cascade =>
  withFirst((s) => ({ ...s, value: rewrite(s.value, f) }));

const without = <V>(map: ReadonlyMap<string, V>, id: string): ReadonlyMap<string, V> =>
  new Map([...map].filter(([key]) => key !== id));

const at = good.at;
const one: Expr = { kind: "number", value: 1, type: "integer", at };

describe("verify", () => {
  it("passes what the checker makes", () => {
    expect(() => verify(good, "check")).not.toThrow();
  });

  it.each<readonly [string, Cascade, RegExp]>([
    [
      "a tensor that does not exist",
      { ...good, tensors: without(good.tensors, "s") },
      /no tensor s/,
    ],
    ["a rank that does not exist", { ...good, ranks: without(good.ranks, "j") }, /no rank j/],
    ["a variable that does not exist", { ...good, variables: without(good.variables, "j") }, /j/],
    [
      "a scalar that does not exist",
      withNodes((e) =>
        e.kind === "read" ? { kind: "scalar", scalar: "lr", type: "real", at } : e,
      ),
      /no scalar lr/,
    ],
    [
      "a table under another name",
      {
        ...good,
        tensors: new Map(
          [...good.tensors].map(([id, t]) => [id, id === "A" ? { ...t, id: "B" } : t]),
        ),
      },
      /tensor A is stored as B/,
    ],
    [
      "a read with too few indices",
      withNodes((e) => (e.kind === "read" ? { ...e, indices: e.indices.slice(1) } : e)),
      /A has 2 ranks/,
    ],
    [
      "an index that is no integer",
      withNodes((e) => (e.kind === "index" ? { ...one, value: 0.5, type: "real" } : e)),
      /index of A is real/,
    ],
    [
      "a variable that nothing binds",
      withNodes((e) => (e.kind === "reduce" ? e.body : e)),
      /j is bound nowhere/,
    ],
    [
      "a variable bound twice",
      withNodes((e) => (e.kind === "reduce" ? { ...e, body: e } : e)),
      /j is bound twice/,
    ],
    [
      "a reduction over the left side",
      withNodes((e) => (e.kind === "reduce" ? { ...e, over: ["i"] } : e)),
      /i is bound twice/,
    ],
    [
      "a reduction over nothing",
      withNodes((e) => (e.kind === "reduce" ? { ...e, over: [] } : e)),
      /sum over nothing/,
    ],
    [
      "a kind that a read does not have",
      withNodes((e) => (e.kind === "read" ? { ...e, type: "boolean" } : e)),
      /read is boolean, not real/,
    ],
    [
      "a map of too many arguments",
      withNodes((e) =>
        e.kind === "read" ? { kind: "map", op: "exp", args: [e, e], type: "real", at } : e,
      ),
      /exp of 2/,
    ],
    [
      "arithmetic on truth",
      withNodes((e) =>
        e.kind === "read"
          ? {
              kind: "map",
              op: "neg",
              type: "real",
              at,
              args: [{ kind: "boolean", value: true, type: "boolean", at }],
            }
          : e,
      ),
      /boolean is boolean/,
    ],
    [
      "a local outside of a monoid",
      withNodes((e) => (e.kind === "read" ? { kind: "local", name: "x", type: "real", at } : e)),
      /local x outside/,
    ],
    [
      "a monoid that does not exist",
      withNodes((e) =>
        e.kind === "reduce"
          ? { kind: "fold", monoid: "norm", over: e.over, args: [e.body], type: "real", at }
          : e,
      ),
      /no monoid norm/,
    ],
    [
      "an index of another rank",
      withFirst((s) => ({ ...s, indices: ["j"], value: one })),
      /j is of rank j, not i/,
    ],
    [
      "an assignment to an input",
      withFirst((s) => ({
        ...s,
        target: "A",
        indices: ["i", "j"],
        isLet: false,
        value: one,
      })),
      /it is in/,
    ],
    ["a let of an output", withFirst((s) => ({ ...s, target: "b" })), /it is out/],
    ["a let read before it stands", { ...good, body: good.body.slice(1) }, /s is read before/],
    [
      "a let introduced twice",
      { ...good, body: good.body.flatMap((s, n) => (n === 0 ? [s, s] : [s])) },
      /s is introduced twice/,
    ],
    [
      "a let seen outside of its branch",
      {
        ...good,
        body: good.body.map((s, n) =>
          n === 0
            ? {
                kind: "when",
                condition: { kind: "boolean", value: true, type: "boolean", at },
                isStatic: true,
                then: [s],
                otherwise: [],
                at,
              }
            : s,
        ),
      },
      /s is read before/,
    ],
    [
      "a scan inside of itself",
      withFirst((s) => {
        const scan = (body: readonly Statement[]): Statement => ({
          kind: "scan",
          variable: "i",
          backwards: false,
          body,
          at,
        });
        return scan([scan([s])]);
      }),
      /i is bound outside/,
    ],
  ])("refuses %s", (_what, broken, message) => {
    expect(() => verify(broken, "simplify")).toThrow(message);
    expect(() => verify(broken, "simplify")).toThrow(/^internal: after simplify: cascade f: /);
  });

  it("looks into callees and formats", () => {
    const calls = good.body.map((s): Statement => {
      if (s.kind !== "repeat") return s;
      const body = s.body.map((inner): Statement =>
        inner.kind === "call" ? { ...inner, callee: { ...inner.callee, ranks: new Map() } } : inner,
      );
      return { ...s, body };
    });
    expect(() => verify({ ...good, body: calls }, "check")).toThrow(/cascade cube: /);
  });
});
