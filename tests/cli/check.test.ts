// What `einfall check` counts as an error.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { inside, temporaryFolder } from "./cli.js";

function source(text: string): string {
  const path = join(temporaryFolder(), "test.opt");
  writeFileSync(path, text);
  return path;
}

const slope = `cascade f(x[n]) -> y[n] {
  let s = sum[n] x[n]^2
  let d[n] = gradient s wrt x
  y[n] = d[n]
}
`;

const mask = "cascade causal(S[p,m]) -> T[p,m] { T[p,m] = S[p,m] where m <= p }\n";

describe("einfall check", () => {
  it("lets a cascade that others call leave points absent, and says so", async () => {
    const { code, out } = await inside("check", source(mask));
    expect(code).toBe(0);
    expect(out).toContain(
      ": 1 cascade, no errors\n  `causal` can be called, not run by itself: output `T`",
    );
  });

  it("refuses it when it is asked for by name", async () => {
    const { code, err } = await inside("check", `${source(mask)}#causal`);
    expect(code).toBe(1);
    expect(err).toContain("error[E0501]: output `T` may be absent at some points");
  });

  it("refuses a name that the file does not define", async () => {
    const { code, err } = await inside("check", `${source(mask)}#causel`);
    expect([code, err.includes("did you mean `causal`?")]).toEqual([1, true]);
  });

  it("reports what is not lowered yet when it is asked to", async () => {
    const file = source(slope);
    expect((await inside("check", file)).code).toBe(0);
    const { code, err } = await inside("check", "--lower", file);
    expect([code, err.includes("`gradient` is not lowered yet")]).toEqual([1, true]);
  });

  it("gives tools the code, the place and the help of a mistake", async () => {
    const file = source("cascade f(x[i]) -> y[i] {\n  y[i] = xx[i]\n}\n");
    const { code, out, err } = await inside("check", "--json", file);
    expect([code, err]).toEqual([1, ""]);
    const { files } = JSON.parse(out) as { files: { errors: object[] }[] };
    expect(files[0]?.errors).toMatchObject([
      { severity: "error", line: 2, column: 10, start: 35, end: 37, help: "did you mean `x`?" },
    ]);
  });
});
