// TensorFlow.js on its WASM backend (one thread in Node): the same work in tf operations.

import * as tf from "@tensorflow/tfjs";
import "@tensorflow/tfjs-backend-wasm";
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

export async function run(one: Case): Promise<Omit<Row, "suite" | "threads" | "case">> {
  await tf.setBackend("wasm");
  await tf.ready();
  switch (one.kind) {
    case "adamw":
    case "clip_adamw":
      return step(one.kind, one.size);
    case "softmax": {
      const x = tf.tensor2d(fill(one.size, data.q), [one.size / softmaxColumns, softmaxColumns]);
      return measure(
        () => tf.softmax(x, -1),
        (y) => checkSoftmax(one.size, y),
      );
    }
    case "matmul": {
      const [a, b] = [fill(one.size ** 2, data.q), fill(one.size ** 2, data.k)].map((values) =>
        tf.tensor2d(values, [one.size, one.size]),
      ) as [tf.Tensor2D, tf.Tensor2D];
      return measure(
        () => tf.matMul(a, b),
        (c) => checkMatmul(one.size, c),
      );
    }
    case "attention":
      return attention(one.size);
  }
}

async function measure(f: () => tf.Tensor, check: (out: Float32Array) => number) {
  const first = tf.tidy(f);
  const error = check((await first.data()) as Float32Array);
  first.dispose();
  return { ...(await time(() => tf.tidy(f).dispose())), error };
}

async function step(kind: "adamw" | "clip_adamw", size: number) {
  let [w, m, v] = [data.w, data.m, data.v].map((of) =>
    tf.tensor1d(fill(size, of)),
  ) as tf.Tensor[] as [tf.Tensor, tf.Tensor, tf.Tensor];
  const given = tf.tensor1d(fill(size, data.g));
  const once = () => {
    const [w2, m2, v2] = tf.tidy(() => {
      const g =
        kind === "adamw"
          ? given
          : given.mul(tf.minimum(1, tf.scalar(1).div(given.square().sum().sqrt())));
      const a = m.mul(hyper.beta1).add(g.mul(1 - hyper.beta1));
      const b = v.mul(hyper.beta2).add(g.square().mul(1 - hyper.beta2));
      const root = b
        .mul(1 / (1 - hyper.beta2 ** hyper.step))
        .sqrt()
        .add(hyper.eps);
      const update = a
        .mul(1 / (1 - hyper.beta1 ** hyper.step))
        .div(root)
        .add(w.mul(hyper.decay));
      return [w.sub(update.mul(hyper.lr)), a, b] as [tf.Tensor, tf.Tensor, tf.Tensor];
    });
    for (const old of [w, m, v]) old.dispose();
    [w, m, v] = [w2, m2, v2];
  };
  once();
  const error = checkStep(kind, size, (await w.data()) as Float32Array);
  return { ...(await time(once)), error };
}

function attention(s: number) {
  const [q, k, x] = [data.q, data.k, data.x].map((of) =>
    tf.tensor4d(fill(heads * s * headSize, of), [1, heads, s, headSize]),
  ) as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
  return measure(
    () => tf.matMul(tf.softmax(tf.matMul(q, k, false, true).mul(1 / Math.sqrt(headSize)), -1), x),
    (out) => checkAttention(s, (h, p, d) => out[(h * s + p) * headSize + d] ?? NaN),
  );
}
