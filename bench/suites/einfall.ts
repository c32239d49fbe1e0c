// Einfall itself, through its public interface: tensors stay on the device, as they would in
// training.

import { compile, open, tensor } from "../../src/index.js";
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

const library = new URL("../../stdlib/", import.meta.url).pathname;

export async function run(
  one: Case,
  threads: number,
): Promise<Omit<Row, "suite" | "threads" | "case">> {
  const device = await open("wasm", { threads });
  const prepared = async (file: string) => device.prepare(await compile(library + file), {});
  switch (one.kind) {
    case "adamw":
      return optimize(await prepared("optimizers/adamw.opt#adamw"), one);
    case "clip_adamw":
      return optimize(await prepared("optimizers/adamw.opt#adamw_clipped"), one);
    case "softmax": {
      const x = await device.upload(
        tensor(fill(one.size, data.q), [one.size / softmaxColumns, softmaxColumns]),
      );
      const step = await prepared("nn/softmax.opt#softmax_rows");
      return apply(
        () => step({ X: x }),
        "Y",
        (y) => checkSoftmax(one.size, y),
      );
    }
    case "matmul": {
      const side = [one.size, one.size];
      const a = await device.upload(tensor(fill(one.size ** 2, data.q), side));
      const b = await device.upload(tensor(fill(one.size ** 2, data.k), side));
      const step = await prepared("linalg/matmul.opt#matmul");
      return apply(
        () => step({ A: a, B: b }),
        "C",
        (c) => checkMatmul(one.size, c),
      );
    }
    case "attention": {
      const shape = [1, heads, one.size, headSize];
      const up = (of: (i: number) => number) =>
        device.upload(tensor(fill(heads * one.size * headSize, of), shape));
      const [q, k, x] = [await up(data.q), await up(data.k), await up(data.x)];
      const step = await prepared("attention/attention.opt#attention_full");
      const at = (o: Float32Array) => (h: number, p: number, d: number) =>
        o[(h * one.size + p) * headSize + d] ?? NaN;
      return apply(
        () => step({ Q: q, K: k, V: x }),
        "O",
        (o) => checkAttention(one.size, at(o)),
      );
    }
  }
}

type Step = Awaited<ReturnType<Awaited<ReturnType<typeof open>>["prepare"]>>;
type Result = Awaited<ReturnType<Step>>;

async function apply(
  f: () => Promise<Result>,
  output: string,
  check: (out: Float32Array) => number,
) {
  const first = await f();
  const error = check((await first[output]?.data()) as Float32Array);
  return { ...(await time(async () => dispose(await f()))), error };
}

function dispose(result: Result): void {
  for (const one of Object.values(result)) one.dispose();
}

async function optimize(step: Step, one: Case) {
  const up = (of: (i: number) => number) => tensor(fill(one.size, of), [one.size]);
  const scalars = { lr: hyper.lr, weight_decay: hyper.decay, t: hyper.step };
  const g = await step.device.upload(up(data.g));
  let state = await step({ w: up(data.w), g, m: up(data.m), v: up(data.v), ...scalars });
  const error = checkStep(
    one.kind as "adamw",
    one.size,
    (await state["w"]?.data()) as Float32Array,
  );
  const { w, m, v } = state;
  return {
    ...(await time(async () => {
      state = await step({ ...{ w, m, v }, g, ...scalars } as never);
    })),
    error,
  };
}
