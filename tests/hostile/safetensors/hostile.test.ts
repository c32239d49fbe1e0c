import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SafetensorsError } from "../../../src/runtime/errors.js";
import { readSafetensors, writeSafetensors } from "../../../src/runtime/safetensors.js";
import { file, hostile } from "./files.js";

describe("a file that is not safetensors", () => {
  it.each(hostile)("%s", (_name, bytes, reason) => {
    expect(() => readSafetensors(bytes)).toThrow(SafetensorsError);
    expect(() => readSafetensors(bytes)).toThrow(reason);
  });

  it("is told apart from its neighbours that are", () => {
    expect(readSafetensors(file("{}")).tensors.size).toBe(0);
    expect(readSafetensors(file('{ "__metadata__" : {} } ')).tensors.size).toBe(0);
    const empty = '{"x":{"dtype":"F32","shape":[0,7],"data_offsets":[0,0]}}';
    expect(readSafetensors(file(empty)).tensors.get("x")?.shape).toEqual([0, 7]);
  });
});

const good = writeSafetensors({
  tensors: new Map([
    ["layer.weight", { dtype: "F32", shape: [2, 3], data: new Float32Array(6) }],
    ["layer.bias", { dtype: "BF16", shape: [3], data: new Uint16Array(3) }],
    ["flag", { dtype: "BOOL", shape: [], data: new Uint8Array(1) }],
  ]),
  metadata: new Map([["t", "12"]]),
});
const headerEnd = 8 + Number(new DataView(good.buffer).getBigUint64(0, true));

/** Overwrites, removes, repeats or swaps pieces of the header; sometimes its length follows. */
const mutation = fc.record({
  kind: fc.constantFrom("byte", "token", "remove", "repeat", "cut"),
  at: fc.integer({ min: 0, max: headerEnd - 1 }),
  length: fc.integer({ min: 1, max: 40 }),
  byte: fc.integer({ min: 0, max: 255 }),
  token: fc.constantFrom(
    '"',
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "-1",
    "99999999999999999999",
    "null",
    "\\u0000",
  ),
  fixLength: fc.boolean(),
});
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

function mutate(bytes: Uint8Array, m: Mutation): Uint8Array {
  const head = [...bytes.slice(0, m.at)];
  const piece = [...bytes.slice(m.at, m.at + m.length)];
  const tail = [...bytes.slice(m.at + m.length)];
  const middle = {
    byte: [m.byte, ...piece.slice(1)],
    token: [...new TextEncoder().encode(m.token), ...piece.slice(1)],
    remove: [],
    repeat: [...piece, ...piece],
    cut: piece,
  }[m.kind];
  const result = Uint8Array.from([...head, ...middle, ...(m.kind === "cut" ? [] : tail)]);
  if (m.fixLength && result.length >= 8) {
    const change = result.length - bytes.length;
    new DataView(result.buffer).setBigUint64(0, BigInt(Math.max(headerEnd - 8 + change, 0)), true);
  }
  return result;
}

describe("5,000 mutated headers", () => {
  it("are read, or refused with the typed error", () => {
    let refused = 0;
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
        const bytes = mutations.reduce(mutate, good);
        try {
          readSafetensors(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(SafetensorsError);
          refused += 1;
        }
      }),
      { numRuns: 5000 },
    );
    expect(refused).toBeGreaterThan(4000);
  });
});
