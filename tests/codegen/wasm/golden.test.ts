import { describe, expect, it } from "vitest";
import { emitWat } from "../../../codegen/wasm/index.js";
import { adamw, matmul, softmax } from "./programs.js";
import { expectSameBits, numbers } from "./run.js";

describe("the text of a module", () => {
  it.each([adamw, softmax, matmul(16, 16, 8)])("of $name", async (program) => {
    await expect(emitWat(program)).toMatchFileSnapshot(`../../golden/wasm/${program.name}.wat`);
  });

  it("is that of a softmax which runs", () => {
    expectSameBits(softmax, { sizes: [7, 45], buffers: [numbers(315), 315] });
  });
});
