import { existsSync, readFileSync, readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { SafetensorsError } from "../../src/runtime/errors.js";
import type { Dtype, StoredTensor, StoredValues } from "../../src/runtime/safetensors.js";
import { readSafetensors, writeSafetensors } from "../../src/runtime/safetensors.js";

const stored = (dtype: Dtype, data: StoredValues, shape = [data.length]): StoredTensor => ({
  dtype,
  shape,
  data,
});

const everyDtype = new Map<string, StoredTensor>([
  ["F64", stored("F64", Float64Array.of(0.1, -0))],
  ["F32", stored("F32", Float32Array.of(1.5, NaN))],
  ["F16", stored("F16", Uint16Array.of(0x3c00))],
  ["BF16", stored("BF16", Uint16Array.of(0x3f80))],
  ["F8_E4M3", stored("F8_E4M3", Uint8Array.of(0x38))],
  ["F8_E5M2", stored("F8_E5M2", Uint8Array.of(0x3c))],
  ["I64", stored("I64", BigInt64Array.of(-(2n ** 63n)))],
  ["U64", stored("U64", BigUint64Array.of(2n ** 64n - 1n))],
  ["I32", stored("I32", Int32Array.of(-5))],
  ["U32", stored("U32", Uint32Array.of(4_000_000_000))],
  ["I16", stored("I16", Int16Array.of(-5))],
  ["U16", stored("U16", Uint16Array.of(65_535))],
  ["I8", stored("I8", Int8Array.of(-5))],
  ["U8", stored("U8", Uint8Array.of(1, 2, 3), [3, 1])],
  ["BOOL", stored("BOOL", Uint8Array.of(1, 0))],
]);

describe("safetensors", () => {
  it("gives every dtype back, and the metadata", () => {
    const metadata = new Map([
      ["t", "12"],
      ['a "b"', "ü\n"],
    ]);
    expect(readSafetensors(writeSafetensors({ tensors: everyDtype, metadata }))).toEqual({
      tensors: everyDtype,
      metadata,
    });
  });

  it("keeps empty tensors, rank 0 and names like `__proto__`", () => {
    const tensors = new Map<string, StoredTensor>([
      ["__proto__", stored("F32", Float32Array.of(1), [])],
      ["constructor", stored("I8", new Int8Array(0), [0, 3])],
    ]);
    const back = readSafetensors(writeSafetensors({ tensors, metadata: new Map() }));
    expect([...back.tensors.keys()].sort()).toEqual(["__proto__", "constructor"]);
    expect(back.tensors.get("__proto__")?.data).toEqual(Float32Array.of(1));
    expect(back.tensors.get("constructor")?.shape).toEqual([0, 3]);
  });

  it("writes the same bytes whatever the order, its data at a multiple of eight", () => {
    const reversed = new Map([...everyDtype].reverse());
    const bytes = writeSafetensors({ tensors: everyDtype, metadata: new Map() });
    expect(writeSafetensors({ tensors: reversed, metadata: new Map() })).toEqual(bytes);
    expect(Number(new DataView(bytes.buffer).getBigUint64(0, true)) % 8).toBe(0);
  });

  it("refuses to write what it would refuse to read", () => {
    const wrong = new Map([["x", stored("F32", Float32Array.of(1), [2])]]);
    expect(() => writeSafetensors({ tensors: wrong, metadata: new Map() })).toThrow(
      SafetensorsError,
    );
    const named = new Map([["__metadata__", stored("F32", Float32Array.of(1))]]);
    expect(() => writeSafetensors({ tensors: named, metadata: new Map() })).toThrow(
      /name of the metadata/,
    );
  });

  it("reads a file at any offset of a larger buffer", () => {
    const bytes = writeSafetensors({ tensors: everyDtype, metadata: new Map() });
    const within = new Uint8Array(bytes.length + 3);
    within.set(bytes, 3);
    expect(readSafetensors(within.subarray(3)).tensors).toEqual(everyDtype);
  });

  const oracles = new URL("../../../shared/oracles/", import.meta.url);
  it.skipIf(!existsSync(oracles))("reads what the reference implementation wrote", () => {
    const files = readdirSync(oracles).filter((name) => name.endsWith(".safetensors"));
    expect(files.length).toBeGreaterThan(5);
    for (const name of files) {
      const { tensors, metadata } = readSafetensors(readFileSync(new URL(name, oracles)));
      expect(tensors.size).toBeGreaterThan(0);
      expect(metadata.size).toBeGreaterThan(0);
    }
  });
});
