import { describe, expect, it } from "vitest";
import {
  constantName,
  docText,
  keyText,
  lineComments,
  literal,
  typeName,
} from "../../../codegen/typescript/text.js";
import { map, number, scalar, size } from "../../runtime/fixtures.js";

describe("names", () => {
  it("keep away from the words of the language and from what the module imports", () => {
    expect(["adamw", "new", "await", "size", "__proto__", "8bit"].map(constantName)).toEqual([
      "adamw",
      "new_",
      "await_",
      "size_",
      "__proto__",
      "_8bit",
    ]);
  });

  it("of types are in capitals", () => {
    expect(["adamw", "adamw_clipped", "8bit_adam"].map(typeName)).toEqual([
      "Adamw",
      "AdamwClipped",
      "_8bitAdam",
    ]);
  });

  it("of properties are quoted where they must be", () => {
    expect(["w", "m.q", "a b"].map(keyText)).toEqual(["w", '"m.q"', '"a b"']);
  });
});

describe("a comment", () => {
  it("cannot be ended by its text", () => {
    expect(docText("a */ process.exit() /* b")).not.toContain("*/");
    expect(docText("@deprecated")).not.toContain("@");
  });

  it("has every line of its text behind slashes", () => {
    const text = "a\nb\r\nc\u2028process.exit()\u2029d\r";
    expect(
      lineComments(text)
        .split(/[\n\r\u2028\u2029]/)
        .every((line) => line.startsWith("//")),
    ).toBe(true);
  });
});

describe("a literal", () => {
  it("is data again", () => {
    const value = { a: [1, -0, 1e-8, 1e300], "b-c": '`${x}` " \\ \u2028', d: undefined, e: true };
    expect(new Function(`return ${literal(value)}`)()).toEqual(value);
    expect(literal("\u2028")).toBe('"\\u2028"');
  });

  it("of a host expression reads like the expression", () => {
    const e = map("sub", number(1), map("pow", scalar("beta1"), scalar("t")));
    expect(literal({ scalars: [e], grid: [number(3), size("i")] })).toBe(
      '{ scalars: [op("sub", 1, op("pow", scalar("beta1"), scalar("t")))], ' +
        'grid: [number(3), size("i")] }',
    );
  });
});
