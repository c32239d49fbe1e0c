import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { FloatName } from "../../src/cascade/cascade.js";
import {
  clampInteger,
  decodeFloat,
  encodeFloat,
  packCodes,
  roundFloat,
  unpackCodes,
} from "../../src/cascade/number-formats.js";

const small = ["f16", "bf16", "f8e4m3", "f8e5m2"] as const;
const widths = { f16: 16, bf16: 16, f8e4m3: 8, f8e5m2: 8 } as const;

describe("floating formats", () => {
  it.each(small)("%s gives every code back", (name) => {
    const codes = Array.from({ length: 2 ** widths[name] }, (_, code) => code);
    const values = codes.filter((code) => Number.isFinite(decodeFloat(name, code)));
    expect(values.map((code) => encodeFloat(name, decodeFloat(name, code)))).toEqual(values);
  });

  it.each(small)("%s rounds to the nearest code, half to even", (name) => {
    const top = 2 ** (widths[name] - 1);
    const finite = Array.from({ length: top - 1 }, (_, code) => code).filter((code) =>
      Number.isFinite(decodeFloat(name, code + 1)),
    );
    for (const code of finite) {
      const [low, high] = [decodeFloat(name, code), decodeFloat(name, code + 1)];
      const middle = (low + high) / 2;
      expect(encodeFloat(name, middle)).toBe(code % 2 === 0 ? code : code + 1);
      expect(encodeFloat(name, low + (high - low) * 0.49)).toBe(code);
      expect(encodeFloat(name, -(low + (high - low) * 0.51))).toBe(code + 1 + top);
    }
  });

  it("settles overflow by format", () => {
    const over = small.map((name) => roundFloat(name, 3.4e38));
    expect(over).toEqual([Infinity, Infinity, 448, 57344]);
    expect(roundFloat("f16", 65519.9)).toBe(65504);
    expect(roundFloat("f16", 65520)).toBe(Infinity);
    expect(roundFloat("f8e4m3", -Infinity)).toBe(-448);
  });

  it("keeps NaN", () => {
    const names: readonly Exclude<FloatName, "f64">[] = ["f32", ...small];
    for (const name of names) expect(decodeFloat(name, encodeFloat(name, NaN))).toBeNaN();
  });
});

const table = new URL("../../../shared/oracles/fp8-table-a.safetensors", import.meta.url);

describe("f8e4m3 against the OCP table", () => {
  it.skipIf(!existsSync(table))("encodes and decodes every vector as it does", () => {
    const file = readFileSync(table);
    const start = 8 + Number(file.readBigUInt64LE(0));
    const header = JSON.parse(file.toString("utf8", 8, start)) as Record<
      string,
      { data_offsets: [number, number] }
    >;
    const bytes = (name: string): Buffer => {
      const [from, to] = header[name]?.data_offsets ?? [0, 0];
      return Buffer.from(file.subarray(start + from, start + to));
    };
    const floats = (name: string): Float32Array => {
      const data = bytes(name);
      return new Float32Array(data.buffer, data.byteOffset, data.length / 4);
    };
    const codes = [...bytes("code_satfinite")];
    expect([...floats("x")].map((x) => encodeFloat("f8e4m3", x))).toEqual(codes);
    const values = Array.from({ length: 256 }, (_, code) => decodeFloat("f8e4m3", code));
    expect(values).toEqual([...floats("value")]);
    expect(codes.length).toBeGreaterThan(9000);
  });
});

describe("integer formats", () => {
  it("stop at their bounds", () => {
    expect([300, -300].map((x) => clampInteger(8, true, x))).toEqual([127, -128]);
    expect([300, -300, 2.5, NaN].map((x) => clampInteger(4, false, x))).toEqual([15, 0, 2, 0]);
  });
});

describe("packing", () => {
  it("puts the first code into the low bits", () => {
    expect([...packCodes([1, 2, 3], 4)]).toEqual([0x21, 0x03]);
    expect([...packCodes([1, 0, 1, 1], 1)]).toEqual([0b1101]);
  });

  it("puts the first code into the high bits when told so", () => {
    expect([...packCodes([1, 2, 3], 4, true)]).toEqual([0x12, 0x30]);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 12, 31, 32])("gives codes of %i bits back", (bits) => {
    const codes = Array.from({ length: 11 }, (_, n) => (n * 2654435761) % 2 ** bits);
    for (const highFirst of [false, true]) {
      const bytes = packCodes(codes, bits, highFirst);
      expect([...unpackCodes(bytes, 11, { bits, signed: false, highFirst })]).toEqual(codes);
    }
    const signed = codes.map((code) => code - 2 ** (bits - 1));
    const format = { bits, signed: true, highFirst: false };
    expect([...unpackCodes(packCodes(signed, bits), 11, format)]).toEqual(signed);
  });
});
