// The tutorial's program: a new optimizer compiled, compared with ten lines of TypeScript, and put
// to work.
//
//   npx tsx samples/new-optimizer/main.ts

import { fileURLToPath } from "node:url";
import { compile, open, tensor } from "einfall";

const hyper = { lr: 3e-2, beta1: 0.9, beta2: 0.99, eps: 1e-12, weight_decay: 0 };

/**
 * The equations again, one weight after the other, in float64: what a compiled step must agree
 * with.
 */
function softSign(w: ArrayLike<number>, g: ArrayLike<number>, m: ArrayLike<number>): Float64Array {
  const u = Float64Array.from(
    w,
    (_, i) => hyper.beta1 * (m[i] ?? 0) + (1 - hyper.beta1) * (g[i] ?? 0),
  );
  const r = Math.sqrt(u.reduce((sum, one) => sum + one * one, 0) / u.length);
  return u.map((one, i) => (w[i] ?? 0) - (hyper.lr * one) / (Math.abs(one) + r + hyper.eps));
}

/**
 * The gradient of ½ Σ (i + 1) (w[i] - 1)²: a bowl that is steep along some weights and flat along
 * others.
 */
function gradient(w: ArrayLike<number>): Float32Array {
  return Float32Array.from(w, (one, i) => (i + 1) * (one - 1));
}

const program = await compile(fileURLToPath(new URL("soft_sign.opt", import.meta.url)));
const device = await open("auto");
const step = await device.prepare(program, {});

const size = 37;
let w = new Float32Array(size);
let m = new Float32Array(size);
let gap = 0;
for (let t = 1; t <= 400; t++) {
  const g = gradient(w);
  const byHand = softSign(w, g, m);
  const out = await step({ w: tensor(w), g: tensor(g), m: tensor(m), ...hyper, t });
  w = (await out["w"]?.data()) as Float32Array<ArrayBuffer>;
  m = (await out["m"]?.data()) as Float32Array<ArrayBuffer>;
  gap = Math.max(gap, ...byHand.map((one, i) => Math.abs(one - (w[i] ?? NaN))));
}

const distance = Math.max(...w.map((one) => Math.abs(one - 1)));
console.log(`on ${device.name}: 400 steps end ${distance.toFixed(3)} from the minimum`);
console.log(`a compiled step and one by hand differ by at most ${gap.toExponential(1)}`);
device.close();
if (!(gap < 1e-6)) throw new Error("the compiled step does not follow the equations");
