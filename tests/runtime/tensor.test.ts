import { describe, expect, it } from "vitest";
import { BadInput, ShapeError } from "../../src/runtime/errors.js";
import { converted, tensor } from "../../src/runtime/tensor.js";

describe("tensor", () => {
  it("keeps a typed array and its format", async () => {
    const t = tensor(Int32Array.of(1, 2, 3, 4, 5, 6), [2, 3]);
    expect([t.shape, t.format, t.length, t.bytes]).toEqual([[2, 3], "i32", 6, 24]);
    expect(await t.data()).toEqual(Int32Array.of(1, 2, 3, 4, 5, 6));
  });

  it("takes plain numbers as f32 and truth values as bool", async () => {
    expect(await tensor([0.1, 2]).data()).toEqual(Float32Array.of(0.1, 2));
    expect(await tensor([true, false]).data()).toEqual(Uint8Array.of(1, 0));
    expect(tensor([5], []).shape).toEqual([]);
  });

  it("gives a copy", async () => {
    const t = tensor(Float32Array.of(1));
    (await t.data())[0] = 9;
    expect(await t.data()).toEqual(Float32Array.of(1));
  });

  it("names both numbers when the shape does not fit", () => {
    expect(() => tensor([1, 2, 3], [2, 2])).toThrow(ShapeError);
    expect(() => tensor([1, 2, 3], [2, 2])).toThrow(
      "shape [2, 2] holds 4 elements, the data has 3",
    );
    expect(() => tensor([1], [-1, -1])).toThrow("extent -1 in [-1, -1] is not a whole number ≥ 0");
    expect(() => tensor([1], [0.5, 2])).toThrow(ShapeError);
  });

  it("refuses a number that its format cannot hold", () => {
    expect(() => tensor([1, 256], [2], "u8")).toThrow(BadInput);
    expect(() => tensor([1, 256], [2], "u8")).toThrow(
      "element 1 is 256, u8 holds whole numbers from 0 to 255",
    );
    expect(() => tensor([0.5], [1], "i32")).toThrow("element 0 is 0.5");
    expect(() => tensor(Uint8Array.of(2), [1], "bool")).toThrow("element 0 is 2");
  });

  it("reads bit patterns of narrow floats as they are", async () => {
    const t = tensor(Uint16Array.of(0x3f80, 0xc000), [2], "bf16");
    expect(await t.data()).toEqual(Float32Array.of(1, -2));
    expect(await t.stored()).toEqual(Uint16Array.of(0x3f80, 0xc000));
    expect(await tensor([1, -2], [2], "bf16").stored()).toEqual(Uint16Array.of(0x3f80, 0xc000));
  });

  it("cannot be used after dispose()", async () => {
    const t = tensor([1]);
    t.dispose();
    t.dispose();
    expect(t.isDisposed).toBe(true);
    await expect(t.data()).rejects.toThrow("used after dispose()");
  });

  it("converts between formats, exactly or not at all for integers", () => {
    expect(converted(Float32Array.of(3, -1), "f32", "i8")).toEqual(Int8Array.of(3, -1));
    expect(() => converted(Float32Array.of(3.5), "f32", "i8")).toThrow(BadInput);
    expect(converted(Uint16Array.of(0x3c00), "f16", "f32")).toEqual(Float32Array.of(1));
  });
});
