// The tutorial's program: a new optimizer compiled, compared with ten lines of TypeScript, and put to work.
//
//   npx tsx samples/new-optimizer/main.ts

import { fileURLToPath } from "node:url";
import { compile, open, tensor } from "einfall";

const hyper = { lr: 3e-2, beta1: 0.9, beta2: 0.99, eps: 1e-12, weight_decay: 0 };

/** The equations again, one weight after the other, in float64: what the compiled step must agree with. */
function softSign(w: Float64Array, g: Float64Array, m: Float64Array): void {
  const u = w.map((_, i) => hyper.beta1 * (m[i] ?? 0) + (1 - hyper.beta1) * (g[i] ?? 0));
  const r = Math.sqrt(u.reduce((sum, one) => sum + one * one, 0) / u.length);
  u.forEach((one, i) => {
    w[i] = (w[i] ?? 0) - (hyper.lr * one) / (Math.abs(one) + r + hyper.eps);
    m[i] = hyper.beta2 * (m[i] ?? 0) + (1 - hyper.beta2) * (g[i] ?? 0);
  });
}

/** The gradient of ½ Σ (i + 1) (w[i] - 1)²: a bowl that is steep along some weights and flat along others. */
function gradient(w: ArrayLike<number | bigint>): Float64Array {
  return Float64Array.from({ length: w.length }, (_, i) => (i + 1) * (Number(w[i]) - 1));
}

const program = await compile(fileURLToPath(new URL("soft_sign.opt", import.meta.url)));
const device = await open("auto");
const step = await device.prepare(program, {});

const size = 37;
const byHand = { w: new Float64Array(size), m: new Float64Array(size) };
let state = await step({ w: tensor(new Float32Array(size)), g: tensor(gradient(byHand.w)), ...hyper, t: 1 });
softSign(byHand.w, gradient(byHand.w), byHand.m);

for (let t = 2; t <= 400; t++) {
  const w = (await state["w"]?.data()) ?? [];
  state = await step({ ...state, g: tensor(Float32Array.from(gradient(w))), ...hyper, t });
  softSign(byHand.w, gradient(byHand.w), byHand.m);
}

const compiled = (await state["w"]?.data()) ?? [];
const gap = Math.max(...byHand.w.map((one, i) => Math.abs(one - Number(compiled[i]))));
const distance = Math.max(...Array.from(compiled, (one) => Math.abs(Number(one) - 1)));
console.log(`on ${device.name}: 400 steps end ${distance.toFixed(3)} from the minimum`);
console.log(`compiled and by hand differ by ${gap.toExponential(1)}`);
device.close();
if (!(gap < 1e-4)) throw new Error("the compiled step does not follow the equations");
