// Modules that were loaded before: several definitions of one file are checked once.
//
// In:  a source and a host.
// Out: what `loadModule` gave, when the text of the file and of all that it imported is still the
//      same.
// Not here: the loading (src/cascade/load.ts).

import type { Checked } from "../grammar/diagnostic.js";
import type { Source } from "../grammar/span.js";
import { loadModule, type Host, type Module } from "./cascade/load.js";

/** Files of one program are few; what is used least recently goes first. */
const maxEntries = 64;

interface Entry {
  readonly text: string;
  readonly root: string | undefined;
  readonly read: ReadonlyMap<string, string | undefined>;
  readonly listed: ReadonlyMap<string, readonly string[] | undefined>;
  readonly module: Checked<Module>;
}

const entries = new Map<string, Entry>();

export function loadCached(source: Source, host: Host): Checked<Module> {
  const known = entries.get(source.name);
  entries.delete(source.name);
  const entry = known !== undefined && isFresh(known, source, host) ? known : load(source, host);
  entries.set(source.name, entry);
  const oldest = entries.keys().next().value;
  if (entries.size > maxEntries && oldest !== undefined) entries.delete(oldest);
  return entry.module;
}

function isFresh(entry: Entry, source: Source, host: Host): boolean {
  const isSame = entry.text === source.text && entry.root === host.root;
  const isRead = [...entry.read].every(([path, text]) => host.read(path) === text);
  const list = host.list ?? (() => undefined);
  return (
    isSame && isRead && [...entry.listed].every(([path, names]) => `${list(path)}` === `${names}`)
  );
}

function load(source: Source, host: Host): Entry {
  const read = new Map<string, string | undefined>();
  const listed = new Map<string, readonly string[] | undefined>();
  const { read: readFile, list } = host;
  const noting: Host = {
    ...host,
    read: (path) => noted(read, path, readFile),
    ...(list === undefined ? {} : { list: (path) => noted(listed, path, list) }),
  };
  return { text: source.text, root: host.root, read, listed, module: loadModule(source, noting) };
}

function noted<T>(seen: Map<string, T>, path: string, ask: (path: string) => T): T {
  const answer = ask(path);
  seen.set(path, answer);
  return answer;
}
