// A minimal writer of ONNX models (protobuf by hand): enough for the graphs measured here.

const encoder = new TextEncoder();

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(rest & 127n);
    rest >>= 7n;
    bytes.push(rest > 0n ? low | 128 : low);
  } while (rest > 0n);
  return Uint8Array.from(bytes);
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

const integer = (field: number, value: number) => join([varint(field << 3), varint(value)]);
const bytes = (field: number, value: Uint8Array | string) => {
  const payload = typeof value === "string" ? encoder.encode(value) : value;
  return join([varint((field << 3) | 2), varint(payload.length), payload]);
};

export type Attributes = Readonly<Record<string, number | readonly number[]>>;

function attribute(name: string, value: number | readonly number[]): Uint8Array {
  const entries =
    typeof value === "number"
      ? [integer(3, value), integer(20, 2)]
      : [...value.map((one) => integer(8, one)), integer(20, 7)];
  return bytes(5, join([bytes(1, name), ...entries]));
}

export function node(
  op: string,
  inputs: readonly string[],
  output: string,
  attributes: Attributes = {},
): Uint8Array {
  return bytes(
    1,
    join([
      ...inputs.map((name) => bytes(1, name)),
      bytes(2, output),
      bytes(4, op),
      ...Object.entries(attributes).map(([name, value]) => attribute(name, value)),
    ]),
  );
}

export function constant(name: string, value: number): Uint8Array {
  return bytes(
    5,
    join([integer(2, 1), bytes(8, name), bytes(9, new Uint8Array(Float32Array.of(value).buffer))]),
  );
}

type Shaped = Readonly<Record<string, readonly number[]>>;

function valueInfo(field: number, name: string, dims: readonly number[]): Uint8Array {
  const shape = join(dims.map((dim) => bytes(1, integer(1, dim))));
  return bytes(
    field,
    join([bytes(1, name), bytes(2, bytes(1, join([integer(1, 1), bytes(2, shape)])))]),
  );
}

export function model(
  nodes: readonly Uint8Array[],
  constants: readonly Uint8Array[],
  inputs: Shaped,
  outputs: Shaped,
) {
  const graph = join([
    ...nodes,
    bytes(2, "g"),
    ...constants,
    ...Object.entries(inputs).map(([name, dims]) => valueInfo(11, name, dims)),
    ...Object.entries(outputs).map(([name, dims]) => valueInfo(12, name, dims)),
  ]);
  return join([
    integer(1, 10),
    bytes(2, "bench"),
    bytes(7, graph),
    bytes(8, join([bytes(1, ""), integer(2, 17)])),
  ]);
}
