import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import {
  BadInput,
  CompileError,
  ShapeError,
  Unsupported,
  compile,
  open,
  tensor,
} from "../src/index.js";

const root = fileURLToPath(new URL("../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "einfall-"));
afterAll(() => rmSync(folder, { recursive: true }));

const devices = { wasm: await open("wasm", { threads: 2 }), reference: await open("reference") };
afterAll(() => Object.values(devices).forEach((device) => device.close()));

const ramp = (length: number, f: (x: number) => number) =>
  Float32Array.from({ length }, (_, n) => f(n));
const source = `/// Heavy ball.
optimizer heavy(lr = 1e-3 in 0..1, beta = 0.9, static steps = 2) {
  param w[i]
  grad  g[i]
  state m[i]
  m[i] = beta * m[i] + g[i]
  w[i] = w[i] - lr * m[i]
}
/// Rows that sum to one.
cascade rows(X[i,j], scale = 1 / size(j)) -> Y[i,j] {
  Y[i,j] = scale * X[i,j]
}
`;

describe("compile", () => {
  it("tells what a definition takes and gives", async () => {
    const program = await compile({ source, name: "heavy.opt" });
    expect(program.tensors).toEqual([
      { name: "w", role: "param", ranks: ["i"], format: "f32" },
      { name: "g", role: "grad", ranks: ["i"], format: "f32" },
      { name: "m", role: "state", ranks: ["i"], format: "f32" },
    ]);
    expect(program.scalars).toEqual([
      { name: "lr", default: 1e-3, min: 0, max: 1, static: false },
      { name: "beta", default: 0.9, static: false },
      { name: "steps", default: 2, static: true },
      { name: "t", default: 1, min: 1, static: false },
      { name: "key", default: 0, static: false },
    ]);
    expect([program.name, program.doc]).toEqual(["heavy", "Heavy ball."]);
  });

  it("finds a definition by name, in the options or behind `#`", async () => {
    const path = join(folder, "two.opt");
    writeFileSync(path, source);
    expect((await compile(path)).name).toBe("heavy");
    const rows = await compile(`${path}#rows`);
    expect(rows.scalars).toEqual([{ name: "scale", default: undefined, static: false }]);
    expect((await compile(path, { entry: "rows" })).tensors).toEqual(rows.tensors);
    await expect(compile(`${path}#row`)).rejects.toThrow(CompileError);
  });

  it("shows every diagnostic with its line", async () => {
    const failure = compile({
      source: "cascade f(x[i]) -> y[i] {\n  y[i] = z[i] + q\n}\n",
      name: "f.opt",
    });
    const error = (await failure.catch((e: unknown) => e)) as CompileError;
    expect(error).toBeInstanceOf(CompileError);
    expect(error.message).toContain("--> f.opt:2:10");
    expect(error.diagnostics.map((d) => d.code)).toEqual(error.message.match(/E\d{4}/g));
  });

  it("imports from the library and from beside the file", async () => {
    mkdirSync(join(folder, "parts"));
    writeFileSync(join(folder, "package.json"), "{}");
    writeFileSync(
      join(folder, "parts/twice.opt"),
      "cascade twice(x[i]) -> y[i] {\n  y[i] = 2 * x[i]\n}\n",
    );
    const text = `use "./parts/twice" (twice)\nuse "std/nn/softmax" (softmax)
cascade f(x[i]) -> y[i] {\n  let z[i] = softmax(x)\n  y[i] = twice(z)\n}\n`;
    writeFileSync(join(folder, "f.opt"), text);
    const step = await devices.reference.prepare(await compile(join(folder, "f.opt")));
    expect([...((await (await step({ x: tensor([0, 0]) }))["y"]?.data()) ?? [])]).toEqual([1, 1]);
    const outside = join(folder, "nn/f.opt");
    mkdirSync(join(folder, "nn"));
    writeFileSync(outside, text.replace("./parts", "../parts"));
    expect((await compile(outside)).name).toBe("f");
    await expect(compile(outside, { root: join(folder, "nn") })).rejects.toThrow(
      "leaves the project",
    );
    await expect(compile("no/such.opt")).rejects.toThrow(/there is no file `no\/such.opt`/);
  });
});

describe.each(["wasm", "reference"] as const)("a step on %s", (kind) => {
  const device = devices[kind];

  it("runs the library's AdamW, and gives shapes back as they came", async () => {
    const step = await device.prepare(await compile(join(root, "stdlib/optimizers/adamw.opt")), {});
    const call = {
      w: tensor(ramp(960, Math.sin), [24, 40]),
      g: tensor(ramp(960, Math.cos), [24, 40]),
      lr: 1e-3,
      t: 1,
    };
    const out = await step(call);
    expect(Object.values(out).map(({ shape }) => shape)).toEqual([
      [24, 40],
      [24, 40],
      [24, 40],
    ]);
    const data = (await out["w"]?.data()) ?? [];
    expect(data[1]).toBeCloseTo(Math.fround(Math.sin(1)) * (1 - 1e-5) - 1e-3, 6);
    const next = await step({ ...out, g: call.g, lr: 1e-3, t: 2 });
    expect(await next["m"]?.data()).not.toEqual(ramp(960, (n) => 0.1 * Math.cos(n)));
  });

  it("names what does not fit", async () => {
    const step = await device.prepare(await compile({ source }, { entry: "rows" }));
    await expect(step({ X: tensor([1, 2]) })).rejects.toThrow(ShapeError);
    await expect(step({ X: tensor([1], [1, 1]), Z: tensor([1]) })).rejects.toThrow(BadInput);
    const heavy = await device.prepare(await compile({ source }));
    await expect(heavy({ w: tensor([1]), g: tensor([1]), lr: 2 })).rejects.toThrow(
      "is 2, its range is 0..1",
    );
    await expect(heavy({ w: tensor([1]), g: tensor([1]), lr: NaN })).rejects.toThrow(BadInput);
    const failure = heavy({ w: tensor([1, 2]), g: tensor([1, 2, 3]) });
    await expect(failure).rejects.toThrow(ShapeError);
    await expect(failure).rejects.toThrow(/2.*3|3.*2/);
  });

  it("uploads tensors that stay", async () => {
    const step = await device.prepare(await compile({ source }, { entry: "rows" }));
    const X = await step.device.upload(tensor([1, 2, 3, 4], [2, 2]));
    const { Y } = await step({ X });
    expect([...((await Y?.data()) ?? [])]).toEqual([0.5, 1, 1.5, 2]);
    expect([...(await X.data())]).toEqual([1, 2, 3, 4]);
  });
});

describe("the wasm device", () => {
  it.each(["heavy", "rows"])("computes `%s` as the reference does", async (entry) => {
    const program = await compile({ source }, { entry });
    const call = (): Record<string, ReturnType<typeof tensor>> =>
      entry === "rows"
        ? { X: tensor(ramp(35_000, Math.sin), [7, 5000]) }
        : { w: tensor(ramp(100_000, Math.sin)), g: tensor(ramp(100_000, Math.cos)) };
    const f32 = await open("reference", { mode: "f32" });
    const theirs = await (await f32.prepare(program))(call());
    const ours = await (await devices.wasm.prepare(program))(call());
    for (const [name, result] of Object.entries(ours)) {
      expect(await result.data()).toEqual(Float32Array.from((await theirs[name]?.data()) ?? []));
    }
  });
});

describe("open", () => {
  it("says what is to come and what there is not", async () => {
    await expect(open("webgpu")).rejects.toThrow(Unsupported);
    await expect(open("cuda")).rejects.toThrow("the cuda device is to come");
    await expect(open("tpu" as never)).rejects.toThrow(BadInput);
    const auto = await open();
    expect(auto.kind).toBe("wasm");
    auto.close();
  });
});

describe('import "einfall"', () => {
  it("works here", async () => {
    const api = await import("einfall");
    expect((await api.compile({ source })).name).toBe("heavy");
  });

  it("offers what the sources offer, and so does einfall/runtime", async () => {
    const names = async (module: Promise<object>) => Object.keys(await module).sort();
    expect(await names(import("einfall"))).toEqual(await names(import("../src/index.js")));
    const runtime = import("../src/runtime/index.js");
    expect(await names(import("einfall/runtime"))).toEqual(await names(runtime));
  });

  it("works in plain Node, and lets it end with a device still open", () => {
    const script = `import { compile, open, tensor } from "einfall";
      const program = await compile("stdlib/optimizers/adamw.opt");
      const step = await (await open("wasm")).prepare(program, {});
      const n = 400000;
      const [w, g] = [tensor(new Float32Array(n)), tensor(new Float32Array(n).fill(1))];
      const out = await step({ w, g, lr: 0.5, t: 1 });
      console.log((await out.w.data())[n - 1].toFixed(3));`;
    const printed = execFileSync(process.execPath, ["--input-type=module", "-e", script], {
      cwd: root,
      encoding: "utf8",
      timeout: 50_000,
      env: { ...process.env, VITEST: undefined },
    });
    expect(printed).toBe("-0.500\n");
  });
});
