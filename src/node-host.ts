// Files for the compiler, which reads none itself.
//
// In:  paths, relative to the working directory or absolute.
// Out: sources, and a Host for imports: `std/` is the library of this package.
// Not here: what a path in a `use` may name (src/cascade/load.ts).

import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Source } from "../grammar/span.js";
import type { Host } from "./cascade/load.js";
import { BadInput } from "./runtime/errors.js";

/** A path as messages show it: relative to the working directory where it lies inside. */
function shown(path: string): string {
  const short = relative(process.cwd(), resolve(path));
  return (short.startsWith("..") ? resolve(path) : short).replaceAll("\\", "/");
}

/** The library next to the sources, also when they run compiled from dist/src. */
function libraryFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const folders = [join(here, "../stdlib"), join(here, "../../stdlib")];
  return folders.find((folder) => existsSync(folder)) ?? join(here, "../stdlib");
}

/** @throws {BadInput} when there is no such file. */
export function readSource(path: string): Source {
  const text = readText(path);
  if (text !== undefined) return { name: shown(path), text };
  throw new BadInput(`there is no file \`${path}\` in ${process.cwd()}`);
}

function readText(path: string): string | undefined {
  const isFile = statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  return isFile ? readFileSync(path, "utf8") : undefined;
}

/** The host of a source called `name`: its imports stay inside `root`, by default its project. */
export function fileHost(name: string, root = projectOf(dirname(resolve(name)))): Host {
  return {
    read: readText,
    list: (folder) => (existsSync(folder) ? readdirSync(folder) : undefined),
    root: shown(root),
    library: shown(libraryFolder()),
  };
}

/**
 * The nearest folder above with a package.json or a .git; else the working directory when the file
 * lies inside; else the folder above the file's own, so that `../formats` beside `optimizers` is
 * found.
 */
function projectOf(folder: string): string {
  for (let up = folder; dirname(up) !== up; up = dirname(up)) {
    if (existsSync(join(up, "package.json")) || existsSync(join(up, ".git"))) return up;
  }
  const isInside = !relative(process.cwd(), folder).startsWith("..");
  const above = dirname(folder);
  if (isInside) return process.cwd();
  return dirname(above) === above ? folder : above;
}
