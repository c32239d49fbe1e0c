// onnxruntime-web on its WASM backend: the same work as ONNX graphs.

import * as ort from "onnxruntime-web";
import {
  checkAttention,
  checkMatmul,
  checkSoftmax,
  checkStep,
  data,
  fill,
  headSize,
  heads,
  hyper,
  softmaxColumns,
  time,
  type Case,
  type Row,
} from "../cases.js";
import { constant, model, node } from "./onnx-model.js";

type Feeds = Record<string, ort.Tensor>;

export async function run(
  one: Case,
  threads: number,
): Promise<Omit<Row, "suite" | "threads" | "case">> {
  ort.env.wasm.numThreads = threads;
  ort.env.logLevel = "error";
  switch (one.kind) {
    case "adamw":
    case "clip_adamw":
      return step(one.kind, one.size);
    case "softmax": {
      const shape = [one.size / softmaxColumns, softmaxColumns];
      const bytes = model(
        [node("Softmax", ["x"], "y", { axis: 1 })],
        [],
        { x: shape },
        { y: shape },
      );
      return measure(bytes, { x: feed(data.q, shape) }, (y) => checkSoftmax(one.size, y));
    }
    case "matmul": {
      const shape = [one.size, one.size];
      const bytes = model(
        [node("MatMul", ["a", "b"], "y")],
        [],
        { a: shape, b: shape },
        { y: shape },
      );
      const feeds = { a: feed(data.q, shape), b: feed(data.k, shape) };
      return measure(bytes, feeds, (c) => checkMatmul(one.size, c));
    }
    case "attention":
      return attention(one.size);
  }
}

function feed(of: (i: number) => number, shape: readonly number[]): ort.Tensor {
  return new ort.Tensor(
    "float32",
    fill(
      shape.reduce((a, b) => a * b, 1),
      of,
    ),
    shape,
  );
}

async function measure(bytes: Uint8Array, feeds: Feeds, check: (out: Float32Array) => number) {
  const session = await ort.InferenceSession.create(bytes, {
    executionProviders: ["wasm"],
    logSeverityLevel: 3,
  });
  const first = await session.run(feeds);
  const error = check(first["y"]?.data as Float32Array);
  return { ...(await time(() => session.run(feeds))), error };
}

async function attention(s: number) {
  const shape = [1, heads, s, headSize];
  const bytes = model(
    [
      node("Transpose", ["k"], "kt", { perm: [0, 1, 3, 2] }),
      node("MatMul", ["q", "kt"], "qk"),
      node("Mul", ["qk", "scale"], "s"),
      node("Softmax", ["s"], "p", { axis: 3 }),
      node("MatMul", ["p", "v"], "y"),
    ],
    [constant("scale", 1 / Math.sqrt(headSize))],
    { q: shape, k: shape, v: shape },
    { y: shape },
  );
  const feeds = { q: feed(data.q, shape), k: feed(data.k, shape), v: feed(data.x, shape) };
  return measure(bytes, feeds, (o) =>
    checkAttention(s, (h, p, d) => o[(h * s + p) * headSize + d] ?? NaN),
  );
}

async function step(kind: "adamw" | "clip_adamw", size: number) {
  const session = await ort.InferenceSession.create(stepModel(kind, size), {
    executionProviders: ["wasm"],
    logSeverityLevel: 3,
  });
  const feeds: Feeds = {
    w: feed(data.w, [size]),
    g: feed(data.g, [size]),
    m: feed(data.m, [size]),
    v: feed(data.v, [size]),
  };
  const once = async () => {
    const out = await session.run(feeds);
    for (const name of ["w", "m", "v"]) feeds[name] = out[`${name}2`] as ort.Tensor;
  };
  await once();
  const error = checkStep(kind, size, feeds["w"]?.data as Float32Array);
  return { ...(await time(once)), error };
}

function stepModel(kind: "adamw" | "clip_adamw", size: number): Uint8Array {
  const nodes: Uint8Array[] = [];
  const constants: Uint8Array[] = [];
  const op = (name: string, ...args: readonly (string | number)[]): string => {
    const inputs = args.map((arg, i) => {
      if (typeof arg === "string") return arg;
      const id = `c${nodes.length}_${i}`;
      constants.push(constant(id, arg));
      return id;
    });
    nodes.push(node(name, inputs, `t${nodes.length}`));
    return `t${nodes.length - 1}`;
  };
  const norm = () => op("Sqrt", op("ReduceSum", op("Mul", "g", "g")));
  const g = kind === "adamw" ? "g" : op("Mul", "g", op("Min", op("Div", hyper.clip, norm()), 1));
  const m = op("Add", op("Mul", "m", hyper.beta1), op("Mul", g, 1 - hyper.beta1));
  const v = op("Add", op("Mul", "v", hyper.beta2), op("Mul", op("Mul", g, g), 1 - hyper.beta2));
  const root = op("Add", op("Sqrt", op("Mul", v, 1 / (1 - hyper.beta2 ** hyper.step))), hyper.eps);
  const ratio = op("Div", op("Mul", m, 1 / (1 - hyper.beta1 ** hyper.step)), root);
  const update = op("Add", ratio, op("Mul", "w", hyper.decay));
  nodes.push(node("Sub", ["w", op("Mul", update, hyper.lr)], "w2"));
  nodes.push(node("Identity", [m], "m2"), node("Identity", [v], "v2"));
  const shape = [size];
  return model(
    nodes,
    constants,
    { w: shape, g: shape, m: shape, v: shape },
    { w2: shape, m2: shape, v2: shape },
  );
}
