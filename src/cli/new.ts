// `einfall new DIR`: a small project that minimises something, to start from.

import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { packageFile, packageVersion, print, UsageError } from "./terminal.js";

export function addNew(program: Command): void {
  program
    .command("new")
    .description("Make a starter project: one optimizer, one script that uses it.")
    .argument("<folder>", "a folder that does not exist yet, or is empty")
    .addHelpText("after", examples)
    .action(makeProject);
}

const examples = `
Example:
  einfall new my-optimizer && cd my-optimizer && npm install && npm start`;

function makeProject(folder: string): void {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found !== undefined && !found.isDirectory()) {
    throw new UsageError(`\`${folder}\` is a file; name another folder`);
  }
  if (found !== undefined && readdirSync(folder).length > 0) {
    throw new UsageError(`\`${folder}\` exists and is not empty; name another folder`);
  }
  mkdirSync(folder, { recursive: true });
  const files = starter(path.basename(path.resolve(folder)));
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    writeFileSync(file, text, { flag: "wx" });
    print(file);
  }
  print(`\nNext: cd ${folder} && npm install && npm start`);
}

function starter(name: string): Readonly<Record<string, string>> {
  const manifest = {
    name: packageName(name),
    private: true,
    type: "module",
    scripts: { start: "tsx main.ts", check: "einfall check my_optimizer.opt" },
    dependencies: { einfall: dependency(), tsx: "^4.23.0" },
  };
  return {
    "package.json": `${JSON.stringify(manifest, undefined, 2)}\n`,
    "my_optimizer.opt": optimizer,
    "main.ts": script,
  };
}

function packageName(folder: string): string {
  const name = folder
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return name === "" ? "my-optimizer" : name;
}

/** A published package by its version; a checkout, which has no dist/, by its folder. */
function dependency(): string {
  const folder = path.dirname(fileURLToPath(packageFile()));
  const isPublished = existsSync(path.join(folder, "dist"));
  return isPublished ? `^${packageVersion()}` : `file:${folder}`;
}

const optimizer = `/// Heavy ball: the gradient, and a share of the last step.  Polyak 1964.
optimizer heavy_ball(lr = 1e-2 in 0..1, momentum = 0.9) {
  param w[i]
  grad  g[i]
  state step[i]

  step[i] = momentum * step[i] - lr * g[i]
  w[i] = w[i] + step[i]

  expect passes(i) <= 1, traffic(device) <= 20 * size(i)
}
`;

const script = `import { compile, open, tensor } from "einfall";

// Minimises the sum of (w - 3)^2.
const program = await compile("my_optimizer.opt");
const device = await open("auto");
console.log(\`running on \${device.name}\`);
const update = await device.prepare(program, {});

const [w, g] = [new Float32Array(4), new Float32Array(4).fill(-6)];
let state = await update({ w: tensor(w), g: tensor(g), t: 1 });
for (let t = 2; t <= 100; t++) {
  const w = await state.w.data();
  const g = Float32Array.from(w, (x) => 2 * (Number(x) - 3));
  state = await update({ ...state, g: tensor(g), t });
}
console.log(await state.w.data());
device.close();
`;
