// The command line as a whole: what a user types, reads, and gets as an exit code.

import { existsSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { distance, einfall, inside, readFloats, temporaryFolder, tensorFile } from "./cli.js";

const adamw = "stdlib/optimizers/adamw.opt";

describe("einfall", () => {
  it("shows its commands and exit codes", async () => {
    const { code, out } = await einfall("--help");
    expect(code).toBe(0);
    for (const command of ["check", "fmt", "build", "run", "explain", "devices", "new"]) {
      expect(out).toContain(`\n  ${command} `);
    }
    expect(out).toContain("Exit codes:");
  });
});

describe("einfall check", () => {
  it("shows what is wrong, with its place, and fails", async () => {
    const { code, out, err } = await inside("check", "tests/cli/fixtures/wrong.opt");
    expect(code).toBe(1);
    await expect(`${err}${out}`).toMatchFileSnapshot("../golden/cli/check-wrong.txt");
  });

  it("passes the library, and tells the time of each file", async () => {
    const files = readdirSync("stdlib/optimizers").map((name) => `stdlib/optimizers/${name}`);
    const { code, out } = await inside("check", "--json", ...files);
    expect(code).toBe(0);
    const checked = JSON.parse(out) as { files: { file: string; milliseconds: number }[] };
    expect(checked.files.map(({ file }) => file)).toEqual(files);
    expect(checked.files.every(({ milliseconds }) => milliseconds > 0)).toBe(true);
  });
});

describe("einfall explain", () => {
  it.each(["optimizers/adamw", "nn/softmax"])("tells what %s costs", async (name) => {
    const { code, out } = await inside("explain", `stdlib/${name}.opt`);
    expect(code).toBe(0);
    const golden = `../golden/cli/explain-${name.replace(/.*\//, "")}.txt`;
    await expect(out).toMatchFileSnapshot(golden);
  });

  it("lists the passes for one that there is not", async () => {
    const { code, err } = await inside("explain", adamw, "--after", "sinplify");
    expect(code).toBe(2);
    expect(err).toContain("did you mean `simplify`? the passes are `check`, `orient`, `inline`");
  });
});

describe("einfall run", () => {
  it("gives the same parameters of a model on the reference and on wasm", async () => {
    const folder = temporaryFolder();
    const shapes = { "layer.0.weight": [5, 7], "layer.0.bias": [7], embedding: [3, 2, 4] };
    const grads = Object.entries(shapes).map(([name, shape]) => [`${name}.grad`, shape]);
    writeFileSync(
      join(folder, "a.safetensors"),
      tensorFile({ ...shapes, ...Object.fromEntries(grads) }),
    );
    const outputs = ["reference", "wasm"].map((device) => join(folder, `${device}.safetensors`));
    const ran = await Promise.all(
      ["reference", "wasm"].map((device, n) => {
        const files = ["--in", join(folder, "a.safetensors"), "--out", outputs[n] ?? ""];
        return einfall(
          "run",
          adamw,
          "--device",
          device,
          ...files,
          "--steps",
          "3",
          "--set",
          "lr=1e-2",
        );
      }),
    );
    expect(ran.map(({ code, err }) => [code, err])).toEqual([
      [0, ""],
      [0, ""],
    ]);
    const [reference = {}, wasm = {}] = outputs.map(readFloats);
    expect(Object.keys(wasm).toSorted()).toEqual(Object.keys(shapes).toSorted());
    for (const [name, values] of Object.entries(reference)) {
      expect(distance(values, wasm[name] ?? [])).toBeLessThan(1e-6);
    }
  });

  it("draws the tensors where no file is given, and says so", async () => {
    const { code, out, err } = await inside("run", adamw, "--device", "reference", "-D", "i=3");
    expect(code).toBe(0);
    expect(err).toBe("note: no --in: w and g drawn with --seed 0\n");
    expect(out).toMatch(/^adamw on reference, 1 step, for i = 3\n\ntensor +shape +format/);
  });

  it("says that a device is not here", async () => {
    const { code, err } = await inside("run", adamw, "--device", "cuda");
    expect(code).toBe(3);
    expect(err).toContain("error: --device cuda is not here: ");
  });
});

describe("einfall build", () => {
  it("writes kernels and a module under --out, and through no link", async () => {
    const folder = join(temporaryFolder(), "out");
    const { code, out } = await inside("build", adamw, "--out", folder, "--target", "wasm");
    expect(code).toBe(0);
    expect(readdirSync(folder).toSorted()).toEqual([
      "adamw.json",
      "adamw.relaxed.wasm",
      "adamw.relaxed.wat",
      "adamw.simd128.wasm",
      "adamw.simd128.wat",
    ]);
    expect(out).toContain(join(folder, "adamw.json"));
    expect(WebAssembly.validate(readFileSync(join(folder, "adamw.simd128.wasm")))).toBe(true);

    const elsewhere = join(temporaryFolder(), "kept.ts");
    writeFileSync(elsewhere, "kept");
    symlinkSync(elsewhere, join(folder, "adamw.opt.ts"));
    const second = await inside("build", adamw, "--out", folder, "--target", "ts");
    expect([second.code, second.out]).toEqual([1, ""]);
    expect(second.err).toContain("adamw.opt.ts` is a link and is not written over");
    expect(readFileSync(elsewhere, "utf8")).toBe("kept");
  });
});

describe("einfall fmt", () => {
  it("formats in place, checks without writing, and goes on after a file with mistakes", async () => {
    const folder = temporaryFolder();
    const file = join(folder, "a.opt");
    const broken = join(folder, "broken.opt");
    writeFileSync(file, "cascade f(x[i])->y[i]{\ny[i]=2*x[i]\n}\n");
    writeFileSync(broken, "cascade f(");
    const checked = await inside("fmt", "--check", broken, file);
    expect([checked.code, checked.out]).toEqual([1, `${file} is not formatted\n`]);
    expect((await inside("fmt", file)).code).toBe(0);
    expect(readFileSync(file, "utf8")).toBe("cascade f(x[i]) -> y[i] {\n  y[i] = 2 * x[i]\n}\n");
  });
});

describe("einfall devices", () => {
  it("names what is here and why the others are not", async () => {
    const { code, out } = await inside("devices", "--json");
    expect(code).toBe(0);
    const found = JSON.parse(out) as { kind: string; present: boolean; reason?: string }[];
    expect(found.map(({ kind, present }) => [kind, present])).toEqual([
      ["wasm", true],
      ["reference", true],
      ["webgpu", false],
      ["cuda", false],
    ]);
    expect(found[3]?.reason).toContain("cuda");
  });
});

describe("einfall new", () => {
  it("makes a project whose optimizer checks, and leaves what is there alone", async () => {
    const folder = join(temporaryFolder(), "My Optimizer");
    const made = await inside("new", folder);
    expect(made.code).toBe(0);
    expect(JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))).toMatchObject({
      name: "my-optimizer",
    });
    expect((await inside("check", join(folder, "my_optimizer.opt"))).code).toBe(0);
    const again = await inside("new", folder);
    expect(again.code).toBe(2);
    expect(existsSync(join(folder, "main.ts"))).toBe(true);
  });
});
