// A strict reader of JSON for headers that come from anywhere.
//
// In:  text.
// Out: plain values; an object is a Map, so that `__proto__` is a key like any other.
// Refuses: equal keys, more than 32 levels, numbers that are not whole and safe, lone surrogates.

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export type JsonObject = ReadonlyMap<string, Json>;

/** `offset`: UTF-16 units from the beginning of the text. */
export class JsonError extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

export function parseJson(text: string): Json {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

const maxLevels = 32;
const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["\\", "\\"],
  ["/", "/"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
]);
const words: ReadonlyMap<string, Json> = new Map<string, Json>([
  ["true", true],
  ["false", false],
  ["null", null],
]);

class Reader {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  value(level: number): Json {
    if (level > maxLevels) throw this.error(`more than ${maxLevels} levels`);
    const next = this.peek();
    if (next === "{") return this.object(level);
    if (next === "[") return this.array(level);
    if (next === '"') return this.string();
    if (next === "-" || (next >= "0" && next <= "9")) return this.number();
    for (const [word, value] of words) if (this.skip(word)) return value;
    throw this.error(next === "" ? "the text ends too soon" : `unexpected ${JSON.stringify(next)}`);
  }

  end(): void {
    if (this.peek() !== "") throw this.error("text after the end");
  }

  private object(level: number): JsonObject {
    const entries = new Map<string, Json>();
    this.expect("{");
    if (this.skip("}")) return entries;
    do {
      this.peek();
      const start = this.at;
      const key = this.string();
      if (entries.has(key)) throw new JsonError(`two keys ${JSON.stringify(key)}`, start);
      this.expect(":");
      entries.set(key, this.value(level + 1));
    } while (this.skip(","));
    this.expect("}");
    return entries;
  }

  private array(level: number): readonly Json[] {
    const items: Json[] = [];
    this.expect("[");
    if (this.skip("]")) return items;
    do items.push(this.value(level + 1));
    while (this.skip(","));
    this.expect("]");
    return items;
  }

  private number(): number {
    const match = /-?(?:0|[1-9][0-9]*)(?![0-9.eE])/y;
    match.lastIndex = this.at;
    const digits = match.exec(this.text)?.[0];
    const value = Number(digits ?? NaN);
    if (digits === undefined || !Number.isSafeInteger(value)) {
      throw this.error("a number that is not whole, or beyond 2^53");
    }
    this.at += digits.length;
    return value;
  }

  private string(): string {
    this.expect('"');
    let result = "";
    for (;;) {
      const plain = /[^"\\\u0000-\u001f]*/y;
      plain.lastIndex = this.at;
      const run = plain.exec(this.text)?.[0] ?? "";
      result += run;
      this.at += run.length;
      const next = this.text[this.at];
      if (next === undefined) throw this.error("a string without an end");
      if (next < " ") throw this.error("a control character in a string");
      this.at += 1;
      if (next === '"') return this.wellFormed(result);
      result += this.escape();
    }
  }

  private escape(): string {
    const letter = this.text[this.at] ?? "";
    this.at += 1;
    const plain = escapes.get(letter);
    if (plain !== undefined) return plain;
    const digits = this.text.slice(this.at, this.at + 4);
    if (letter !== "u" || !/^[0-9a-fA-F]{4}$/.test(digits)) throw this.error("an unknown escape");
    this.at += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  private wellFormed(text: string): string {
    if (/[\ud800-\udfff]/u.test(text)) throw this.error("half a surrogate pair in a string");
    return text;
  }

  /** The next character after spaces; empty at the end. */
  private peek(): string {
    while (" \t\n\r".includes(this.text[this.at] ?? "x")) this.at += 1;
    return this.text[this.at] ?? "";
  }

  private skip(token: string): boolean {
    this.peek();
    if (!this.text.startsWith(token, this.at)) return false;
    this.at += token.length;
    return true;
  }

  private expect(token: string): void {
    if (!this.skip(token)) throw this.error(`expected ${JSON.stringify(token)}`);
  }

  private error(message: string): JsonError {
    return new JsonError(message, this.at);
  }
}
