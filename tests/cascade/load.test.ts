import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../grammar/diagnostic.js";
import { entry } from "../../src/cascade/entry.js";
import { loadModule, type Host } from "../../src/cascade/load.js";

const norm = `monoid norm {
  lift (x) (s = x^2)
  merge (a, b) (s = a.s + b.s)
  result sqrt(s)
}
`;
const scaled = "cascade scaled(x[i]) -> y[i] { y[i] = x[i] / norm[i] x[i] }\n";

type Files = Readonly<Record<string, string>>;

function hostOf(files: Files, more: Partial<Host> = {}): Host {
  const list = (folder: string): readonly string[] | undefined => {
    const inside = Object.keys(files).filter((path) => path.startsWith(`${folder}/`));
    return inside.length === 0 ? undefined : inside.map((path) => path.slice(folder.length + 1));
  };
  return { read: (path) => files[path], list, ...more };
}

function load(files: Files, more: Partial<Host> = {}, name = "main.opt") {
  return loadModule({ name, text: files[name] ?? "" }, hostOf(files, more));
}

function errorsOf(files: Files, more: Partial<Host> = {}): readonly Diagnostic["code"][] {
  const module = load(files, more);
  return module.ok ? [] : module.errors.map((error) => error.code);
}

describe("loadModule", () => {
  it("finds a file beside the one that imports it", () => {
    expect(errorsOf({ "main.opt": `use "norm" (norm)\n${scaled}`, "norm.opt": norm })).toEqual([]);
  });

  it("takes a path relative to the file that it stands in", () => {
    const files = {
      "main.opt": 'use "nn/scaled" (scaled)\ncascade f(x[i]) -> y[i] { y[i] = scaled(x) }\n',
      "nn/scaled.opt": `use "../linalg/norm" (norm)\n${scaled}`,
      "linalg/norm.opt": norm,
    };
    expect(errorsOf(files)).toEqual([]);
  });

  it("finds a name in a folder of files", () => {
    const files = {
      "main.opt": `use "linalg" (norm)
${scaled}`,
      "linalg/other.opt": scaled.replace("norm[i] x[i]", "2"),
      "linalg/norms.opt": norm,
    };
    expect(errorsOf(files)).toEqual([]);
  });

  it("finds the library under std", () => {
    const files = { "main.opt": `use "std/linalg" (norm)\n${scaled}`, "lib/linalg/norm.opt": norm };
    expect(errorsOf(files, { library: "lib" })).toEqual([]);
    expect(errorsOf(files)).toContain("E0205");
  });

  it("lets the library import itself, though it lies outside the project", () => {
    const files = {
      "project/main.opt":
        'use "std/scaled" (scaled)\ncascade f(x[i]) -> y[i] { y[i] = scaled(x) }\n',
      "lib/scaled.opt": `use "norm" (norm)\n${scaled}`,
      "lib/norm.opt": norm,
    };
    const module = load(files, { root: "project", library: "lib" }, "project/main.opt");
    expect(module.ok).toBe(true);
  });

  it.each([
    "../../../etc/passwd",
    "/etc/passwd",
    "a/../../b",
    "std/../../secret",
    "..",
    "c:/windows",
    "..\\b",
  ])("does not read %s", (path) => {
    const read: string[] = [];
    const module = loadModule(
      { name: "main.opt", text: `use "${path}" (norm)\n${scaled}` },
      {
        read: (file) => {
          read.push(file);
          return norm;
        },
        library: "lib",
      },
    );
    expect(module.ok ? [] : module.errors.map((error) => error.code)).toContain("E0206");
    expect(read).toEqual([]);
  });

  it("reads a file once, however many import it", () => {
    const read: string[] = [];
    const files: Files = {
      "a.opt": 'use "norm" (norm)\ncascade a(x[i]) -> y { y = norm[i] x[i] }\n',
      "b.opt": 'use "norm" (norm)\ncascade b(x[i]) -> y { y = norm[i] x[i] }\n',
      "norm.opt": norm,
    };
    const text = 'use "a" (a)\nuse "b" (b)\ncascade f(x[i]) -> y { y = a(x) + b(x) }\n';
    const host = {
      read: (path: string) => {
        read.push(path);
        return files[path];
      },
    };
    const module = loadModule({ name: "main.opt", text }, host);
    expect(module.ok).toBe(true);
    expect(read.filter((path) => path === "norm.opt")).toHaveLength(2);
  });

  it("says once what is wrong in an imported file", () => {
    const files = {
      "main.opt": 'use "bad" (bad)\ncascade f(x[i]) -> y[i] { y[i] = bad(x) + bad(x) }\n',
      "bad.opt": "cascade bad(x[i]) -> y[i] { y[i] = z[i] }\n",
    };
    const module = load(files);
    expect(module.ok ? [] : module.errors.map(({ code, at }) => [code, at.source.name])).toEqual([
      ["E0201", "bad.opt"],
    ]);
  });
});

describe("entry", () => {
  const files = {
    "main.opt": `cascade first(x[i]) -> y[i] { y[i] = x[i] }
cascade second(x[i]) -> y[i] { y[i] = x[i + 1] }
`,
  };
  const module = load(files);
  if (!module.ok) throw new Error("the entry's module does not check");

  it("is the first definition unless one is named", () => {
    const found = entry(module.value);
    expect(found.ok ? found.value.name : undefined).toBe("first");
  });

  it("asks for an else", () => {
    const found = entry(module.value, "second");
    expect(found.ok ? [] : found.errors.map((error) => error.code)).toEqual(["E0501"]);
  });

  it("knows no others", () => {
    const found = entry(module.value, "third");
    expect(found.ok ? [] : found.errors.map((error) => error.code)).toEqual(["E0210"]);
  });
});
