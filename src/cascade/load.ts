// A file and all that it imports, checked; and the definition that one asks for by name.
//
// In:  a source, and a host that reads files.
// Out: a Module; the cascade of an entry.
// Not here: any I/O of its own, and the rules of the language (check/).

import { diagnose } from "../../grammar/codes.js";
import type { Checked, Diagnostic } from "../../grammar/diagnostic.js";
import { parse } from "../../grammar/parser.js";
import type { Source, Span } from "../../grammar/span.js";
import type { File, Use } from "../../grammar/syntax.js";
import type { Definition } from "./check/definition.js";
import { check, type Imports, type Module } from "./check/module.js";
import { nearest } from "./check/scope.js";

export type { Definition } from "./check/definition.js";
export type { Module } from "./check/module.js";

/** Reads files. Paths use `/`, and are as `source.name` is: relative or absolute. */
export interface Host {
  /** The text of a file; undefined where there is none. */
  readonly read: (path: string) => string | undefined;
  /** Names of the `.opt` files in a folder, or undefined where there is none. */
  readonly list?: (folder: string) => readonly string[] | undefined;
  /** The folder that imports may not leave; by default the working directory. */
  readonly root?: string;
  /** The folder that `use "std/…"` means. */
  readonly library?: string;
}

/** Files that one program may bring together. */
const maxFiles = 1000;

interface Loading {
  readonly host: Host;
  /** By path; undefined: it is being loaded. */
  readonly modules: Map<string, Checked<Module> | undefined>;
  readonly path: string[];
  readonly errors: Diagnostic[];
  readonly warnings: Diagnostic[];
}

export function loadModule(source: Source, host: Host): Checked<Module> {
  const loading: Loading = { host, modules: new Map(), path: [], errors: [], warnings: [] };
  const name = normal(source.name);
  const module = loadSource(loading, { ...source }, name);
  const [first, ...rest] = loading.errors;
  if (first !== undefined) return { ok: false, errors: [first, ...rest] };
  if (!module.ok) return module;
  return { ok: true, value: module.value, warnings: loading.warnings };
}

function loadSource(loading: Loading, source: Source, path: string): Checked<Module> {
  loading.modules.set(path, undefined);
  loading.path.push(path);
  const { file, errors } = parse(source);
  const imports = importsOf(loading, file, path);
  const isWhole = errors.length === 0;
  const checked = isWhole ? check(source, file, imports) : failed(errors);
  loading.path.pop();
  loading.modules.set(path, checked);
  if (checked.ok) loading.warnings.push(...checked.warnings);
  else loading.errors.push(...checked.errors);
  return checked;
}

function failed(errors: readonly Diagnostic[]): Checked<Module> {
  const [first, ...rest] = errors;
  if (first === undefined) throw new Error("internal: failed without an error");
  return { ok: false, errors: [first, ...rest] };
}

function importsOf(loading: Loading, file: File, from: string): Imports {
  const imports = new Map<string, Definition | "failed">();
  for (const use of file.uses) {
    const folder = resolveUse(loading, use, from);
    for (const name of use.names) {
      const found = folder === undefined ? undefined : definitionIn(loading, folder, use, name);
      imports.set(name.text, found ?? "failed");
    }
  }
  return imports;
}

/** The path that a `use` means, without extension; undefined, and reported, when it leaves. */
function resolveUse(loading: Loading, use: Use, from: string): string | undefined {
  const { host } = loading;
  const library = host.library === undefined ? undefined : normal(host.library);
  const isLibrary = use.path === "std" || use.path.startsWith("std/");
  const isFromLibrary = library !== undefined && isInside(from, library);
  if (isLibrary && library === undefined) return fail(loading, "E0205", use.at, [use.path]);
  const root =
    library !== undefined && (isLibrary || isFromLibrary) ? library : normal(host.root ?? "");
  const written = isLibrary
    ? `${library}/${use.path.slice("std/".length)}`
    : use.path.startsWith("/")
      ? use.path
      : `${folderOf(from)}${use.path}`;
  const path = normal(written.replace(/\.opt$/, ""));
  const isOdd = /[\\\0]|^[a-z]:/i.test(use.path); // as other systems write paths
  if (isInside(path, root) && !isOdd) return path;
  return fail(loading, "E0206", use.at, [use.path]);
}

function fail<C extends Parameters<typeof diagnose>[0]>(
  loading: Loading,
  code: C,
  at: Span,
  facts: Parameters<typeof diagnose<C>>[2],
): undefined {
  loading.errors.push(diagnose(code, at, facts));
  return undefined;
}

/** A name of a file, or of one of the files in a folder. */
function definitionIn(
  loading: Loading,
  path: string,
  use: Use,
  name: Use["names"][number],
): Definition | "failed" | undefined {
  const files = filesOf(loading, path, name.text);
  if (files.length === 0) {
    const isFirst = use.names[0] === name;
    return isFirst ? fail(loading, "E0205", use.at, [use.path]) : "failed";
  }
  const known: string[] = [];
  for (const file of files) {
    const module = loadFile(loading, file, use);
    if (module === undefined) return "failed";
    if (!module.ok) return "failed";
    const found = module.value.definitions.get(name.text);
    if (found !== undefined) return found;
    if (module.value.broken.has(name.text)) return "failed";
    known.push(...module.value.definitions.keys());
  }
  const meant = nearest(name.text, known);
  return fail(loading, "E0207", name.at, [
    use.path,
    name.text,
    meant,
    known.slice(0, 8).join(", "),
  ]);
}

/** The file itself; else, of a folder, the file called like the name first. */
function filesOf(loading: Loading, path: string, name: string): readonly string[] {
  const { host, modules } = loading;
  const exists = (file: string): boolean => modules.has(file) || host.read(file) !== undefined;
  if (exists(`${path}.opt`)) return [`${path}.opt`];
  const own = `${path}/${name}.opt`;
  const listed = host.list?.(path)?.map((file) => `${path}/${file}`) ?? [];
  const others = listed.filter((file) => file.endsWith(".opt") && file !== own);
  return [...(exists(own) ? [own] : []), ...others.toSorted()];
}

function loadFile(loading: Loading, path: string, use: Use): Checked<Module> | undefined {
  const { modules, host } = loading;
  if (modules.has(path)) {
    const known = modules.get(path);
    if (known !== undefined) return known;
    const circle = [...loading.path.slice(loading.path.indexOf(path)), path];
    return fail(loading, "E0216", use.at, [circle.join(" → ")]);
  }
  if (modules.size >= maxFiles) return fail(loading, "E0217", use.at, [maxFiles]);
  const text = host.read(path);
  if (text === undefined) return fail(loading, "E0205", use.at, [use.path]);
  return loadSource(loading, { name: path, text }, path);
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

/** Without `.`, `..` and double slashes; what leaves a relative path keeps its `..`. */
function normal(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    const last = parts.at(-1);
    if (part !== ".." || last === undefined || last === "..") parts.push(part);
    else parts.pop();
  }
  return `${path.startsWith("/") ? "/" : ""}${parts.join("/")}`;
}

function isInside(path: string, folder: string): boolean {
  if (folder === "") return !path.startsWith("/") && path !== ".." && !path.startsWith("../");
  return path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}
