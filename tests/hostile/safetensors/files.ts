// Files that are not safetensors, each with the reason that must be given.

const encoder = new TextEncoder();

/** A file with this header, its true length in front, and `dataBytes` zero bytes behind. */
export function file(header: string | Uint8Array, dataBytes = 0, claimed?: bigint): Uint8Array {
  const text = typeof header === "string" ? encoder.encode(header) : header;
  const bytes = new Uint8Array(8 + text.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, claimed ?? BigInt(text.length), true);
  bytes.set(text, 8);
  return bytes;
}

const entry = (shape: string, offsets: string, dtype = '"F32"') =>
  `{"dtype":${dtype},"shape":${shape},"data_offsets":${offsets}}`;
const x = entry("[1]", "[0,4]");
const invalidUtf8 = Uint8Array.of(0x7b, 0x22, 0xc3, 0x28, 0x22, 0x7d);

export const hostile: readonly (readonly [name: string, bytes: Uint8Array, reason: RegExp])[] = [
  ["nothing", new Uint8Array(0), /has 0 bytes/],
  ["seven bytes", new Uint8Array(7), /has 7 bytes/],
  ["a header of no bytes", file(""), /does not begin with `\{`/],
  ["a header beyond the limit", file("{}", 0, 100_000_001n), /the limit is 100000000/],
  ["a header of 2^64 - 1 bytes", file("{}", 0, 2n ** 64n - 1n), /the limit/],
  ["a header beyond the file", file("{}", 0, 3n), /cut short/],
  ["a space before the header", file(" {}"), /does not begin/],
  ["a list as header", file("[]"), /does not begin/],
  ["a byte order mark", file("\ufeff{}"), /does not begin/],
  ["bytes that are not UTF-8", file(invalidUtf8), /not UTF-8/],
  [
    "a surrogate encoded alone",
    file(Uint8Array.of(0x7b, 0x22, 0xed, 0xa0, 0x80, 0x22, 0x7d)),
    /not UTF-8/,
  ],
  ["half a surrogate pair by escape", file(`{"\\ud800":${x}}`, 4), /surrogate/],
  ["a header without its end", file('{"x":'), /ends too soon/],
  ["text after the header", file("{} {}"), /after the end/],
  ["two equal names", file(`{"x":${x},"x":${x}}`, 4), /two keys "x"/],
  ["two equal names, one by escape", file(`{"x":${x},"\\u0078":${x}}`, 4), /two keys "x"/],
  [
    "two equal fields",
    file('{"x":{"dtype":"F32","dtype":"U8","shape":[1],"data_offsets":[0,4]}}', 4),
    /two keys/,
  ],
  ["levels without end", file(`{"x":${"[".repeat(100_000)}`), /more than 32 levels/],
  ["a tensor that is a number", file('{"x":5}'), /is not an object/],
  [
    "an unknown field",
    file('{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"y":1}}', 4),
    /a field "y"/,
  ],
  ["no dtype", file('{"x":{"shape":[1],"data_offsets":[0,4]}}', 4), /has dtype undefined/],
  ["an unknown dtype", file(`{"x":${entry("[1]", "[0,4]", '"F31"')}}`, 4), /has dtype "F31"/],
  [
    "a dtype named like a method",
    file(`{"x":${entry("[1]", "[0,4]", '"toString"')}}`, 4),
    /has dtype/,
  ],
  ["a dtype that is a list", file(`{"x":${entry("[1]", "[0,4]", "[]")}}`, 4), /has dtype/],
  ["no shape", file('{"x":{"dtype":"F32","data_offsets":[0,4]}}', 4), /has a shape/],
  ["a negative extent", file(`{"x":${entry("[-1]", "[0,4]")}}`, 4), /has a shape/],
  ["half an extent", file(`{"x":${entry("[0.5]", "[0,4]")}}`, 4), /not whole/],
  ["an extent written 1e0", file(`{"x":${entry("[1e0]", "[0,4]")}}`, 4), /not whole/],
  ["an extent of 2^53", file(`{"x":${entry("[9007199254740992]", "[0,4]")}}`, 4), /beyond 2\^53/],
  [
    "extents that overflow",
    file(`{"x":${entry("[4294967296,4294967296]", "[0,4]")}}`, 4),
    /beyond 2\^53/,
  ],
  [
    "extents that overflow to 0",
    file(`{"x":${entry("[4294967296,4294967296,0]", "[0,0]")}}`),
    /beyond 2\^53/,
  ],
  ["an extent written 01", file(`{"x":${entry("[01]", "[0,4]")}}`, 4), /not whole/],
  ["a shape for other bytes", file(`{"x":${entry("[2]", "[0,4]")}}`, 4), /takes 8/],
  ["one offset", file(`{"x":${entry("[1]", "[0]")}}`, 4), /data_offsets/],
  ["three offsets", file(`{"x":${entry("[1]", "[0,4,8]")}}`, 8), /data_offsets/],
  ["offsets in reverse", file(`{"x":${entry("[1]", "[4,0]")}}`, 4), /data_offsets/],
  ["a negative offset", file(`{"x":${entry("[1]", "[-4,0]")}}`, 4), /data_offsets/],
  [
    "offsets beyond the file",
    file(`{"x":${entry("[2]", "[0,8]")}}`, 4),
    /end at 8 .* the file at 4/,
  ],
  ["bytes behind the last tensor", file(`{"x":${x}}`, 5), /end at 4 .* the file at 5/],
  ["bytes without a tensor", file("{}", 1), /end at 0 .* the file at 1/],
  ["a hole at the beginning", file(`{"x":${entry("[1]", "[4,8]")}}`, 8), /leaves a hole/],
  ["a hole between", file(`{"x":${x},"y":${entry("[1]", "[8,12]")}}`, 12), /leaves a hole/],
  ["two tensors on the same bytes", file(`{"x":${x},"y":${x}}`, 4), /overlaps/],
  [
    "tensors that overlap by a byte",
    file(`{"x":${x},"y":${entry("[1]", "[3,7]")}}`, 7),
    /overlaps/,
  ],
  ["metadata that is a list", file('{"__metadata__":[]}'), /is not an object/],
  ["metadata with a number", file('{"__metadata__":{"t":1}}'), /not a string/],
  ["metadata with an object", file('{"__metadata__":{"t":{}}}'), /not a string/],
  ["a tensor named `__proto__` without bytes", file(`{"__proto__":${x}}`), /end at 4/],
  ["a control character in a name", file(`{"a\u0001":${x}}`, 4), /control character/],
  ["a comma too many", file(`{"x":${x},}`, 4), /expected/],
  ["a comment", file(`{/**/"x":${x}}`, 4), /expected/],
  ["a number that is not one", file('{"x":NaN}'), /unexpected/],
];
