// jax-js under jit, on its WASM backend (one thread in Node: it needs a global Worker for more).

import * as jax from "@jax-js/jax";
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

const { numpy: np, nn, jit, blockUntilReady, init, defaultDevice } = jax;
type JaxArray = ReturnType<typeof np.array>;

addIteratorHelpers();

export async function run(one: Case): Promise<Omit<Row, "suite" | "threads" | "case">> {
  await init("wasm");
  defaultDevice("wasm");
  switch (one.kind) {
    case "adamw":
    case "clip_adamw":
      return step(one.kind, one.size);
    case "softmax":
      return softmax(one.size);
    case "matmul":
      return matmul(one.size);
    case "attention":
      return attention(one.size);
  }
}

async function up(values: Float32Array, shape: number[]): Promise<JaxArray> {
  const array = np.array(values as Float32Array<ArrayBuffer>).reshape(shape);
  await blockUntilReady(array);
  return array;
}

function adamw(w: JaxArray, g: JaxArray, m: JaxArray, v: JaxArray): JaxArray[] {
  const m2 = m.mul(hyper.beta1).add(g.ref.mul(1 - hyper.beta1));
  const v2 = v.mul(hyper.beta2).add(g.ref.mul(g).mul(1 - hyper.beta2));
  const root = np.sqrt(v2.ref.mul(1 / (1 - hyper.beta2 ** hyper.step))).add(hyper.eps);
  const update = m2.ref
    .mul(1 / (1 - hyper.beta1 ** hyper.step))
    .div(root)
    .add(w.ref.mul(hyper.decay));
  return [w.sub(update.mul(hyper.lr)), m2, v2];
}

function clipped(w: JaxArray, g: JaxArray, m: JaxArray, v: JaxArray): JaxArray[] {
  const norm = np.sqrt(g.ref.mul(g.ref).sum());
  return adamw(w, g.mul(np.minimum(np.array(1), np.array(hyper.clip).div(norm))), m, v);
}

async function step(kind: "adamw" | "clip_adamw", size: number) {
  const f = jit(kind === "adamw" ? adamw : clipped);
  let [w, m, v] = [
    await up(fill(size, data.w), [size]),
    await up(fill(size, data.m), [size]),
    await up(fill(size, data.v), [size]),
  ];
  const g = await up(fill(size, data.g), [size]);
  const once = async () => {
    const [w2, m2, v2] = f(w, g.ref, m, v) as [JaxArray, JaxArray, JaxArray];
    await blockUntilReady([w2, m2, v2]);
    [w, m, v] = [w2, m2, v2];
  };
  await once();
  const error = checkStep(kind, size, (await w.ref.data()) as Float32Array);
  return { ...(await time(once)), error };
}

async function softmax(size: number) {
  const x = await up(fill(size, data.q), [size / softmaxColumns, softmaxColumns]);
  const f = jit((a: JaxArray) => nn.softmax(a, -1));
  const error = checkSoftmax(size, (await f(x.ref).data()) as Float32Array);
  return { ...(await time(() => finish(f(x.ref)))), error };
}

async function matmul(n: number) {
  const [a, b] = [await up(fill(n * n, data.q), [n, n]), await up(fill(n * n, data.k), [n, n])];
  const f = jit((x: JaxArray, y: JaxArray) => np.matmul(x, y));
  const error = checkMatmul(n, (await f(a.ref, b.ref).data()) as Float32Array);
  return { ...(await time(() => finish(f(a.ref, b.ref)))), error };
}

/** jax-js wants [batch, position, head, channel]. */
async function attention(s: number) {
  const turned = (of: (i: number) => number) => {
    const out = new Float32Array(heads * s * headSize);
    for (let h = 0; h < heads; h++) {
      for (let p = 0; p < s; p++) {
        for (let d = 0; d < headSize; d++)
          out[(p * heads + h) * headSize + d] = of((h * s + p) * headSize + d);
      }
    }
    return up(out, [1, s, heads, headSize]);
  };
  const [q, k, x] = [await turned(data.q), await turned(data.k), await turned(data.x)];
  const f = jit((a: JaxArray, b: JaxArray, c: JaxArray) => nn.dotProductAttention(a, b, c));
  const out = (await f(q.ref, k.ref, x.ref).data()) as Float32Array;
  const error = checkAttention(s, (h, p, d) => out[(p * heads + h) * headSize + d] ?? NaN);
  return { ...(await time(() => finish(f(q.ref, k.ref, x.ref)))), error };
}

async function finish(result: JaxArray): Promise<void> {
  await blockUntilReady(result);
  result.dispose();
}

/** jax-js uses iterator helpers, which Node has from version 22. */
function addIteratorHelpers(): void {
  const prototype = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())) as Record<
    string,
    unknown
  >;
  const add = (name: string, value: unknown) => {
    prototype[name] ??= value;
  };
  add("map", function* (this: Iterable<unknown>, f: (x: unknown, i: number) => unknown) {
    let i = 0;
    for (const x of this) yield f(x, i++);
  });
  add("filter", function* (this: Iterable<unknown>, f: (x: unknown, i: number) => boolean) {
    let i = 0;
    for (const x of this) if (f(x, i++)) yield x;
  });
  add(
    "flatMap",
    function* (this: Iterable<unknown>, f: (x: unknown, i: number) => Iterable<unknown>) {
      let i = 0;
      for (const x of this) yield* f(x, i++);
    },
  );
  add("toArray", function (this: Iterable<unknown>) {
    return [...this];
  });
  for (const name of ["some", "every", "find", "reduce", "forEach"] as const) {
    add(name, function (this: Iterable<unknown>, ...args: [never]) {
      return ([...this][name] as (...args: never[]) => unknown)(...args);
    });
  }
}
