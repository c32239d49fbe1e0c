// Trains a small network on spirals, once with AdamW and once with Muon, and draws both loss
// curves.
//
//   npm run demo                    writes loss.svg beside this file npm run demo -- --steps=1000
// --device=reference --out=/tmp/loss.svg
//
// The network, its loss and its gradients are network.opt; the optimizers come from the standard
// library.

import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  compile,
  createOptimizer,
  open,
  tensor,
  type Device,
  type DeviceName,
  type Group,
  type Prepared,
  type Results,
  type Tensor,
} from "einfall";
import { drawCurves, type Run } from "./curve.js";
import { glorot, spirals, type Batch } from "./data.js";

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const library = (name: string) => here(`../../stdlib/${name}`);
const hidden = 64;

function option(name: string, otherwise: string): string {
  const prefix = `--${name}=`;
  return process.argv.find((arg) => arg.startsWith(prefix))?.slice(prefix.length) ?? otherwise;
}

/** Weights as the network names them; the same start for every run. */
function startingWeights(classes: number): Record<string, Tensor> {
  const matrix = (rows: number, columns: number, seed: number) =>
    tensor(glorot(rows, columns, seed), [rows, columns]);
  return {
    W1: matrix(2, hidden, 1),
    b1: tensor(new Float32Array(hidden)),
    W2: matrix(hidden, hidden, 2),
    b2: tensor(new Float32Array(hidden)),
    W3: matrix(hidden, classes, 3),
    b3: tensor(new Float32Array(classes)),
  };
}

async function train(
  name: string,
  device: Device,
  network: Prepared,
  batch: Batch,
  groups: readonly Group[],
  steps: number,
): Promise<Run> {
  const optimizer = await createOptimizer(device, {
    params: startingWeights(batch.classes),
    groups,
  });
  const x = await device.upload(tensor(batch.x, [batch.count, 2]));
  const y = await device.upload(tensor(batch.y));
  const losses: number[] = [];
  for (let t = 1; t <= steps; t++) {
    const out = await network({ X: x, y, ...optimizer.params });
    losses.push(Number((await need(out, "loss").data())[0]));
    await optimizer.step(gradients(out, Object.keys(optimizer.params)));
    if (t === 1 || t % Math.ceil(steps / 6) === 0) await progress(name, t, losses, out, batch);
    for (const each of Object.values(out)) each.dispose();
  }
  optimizer.dispose();
  return { name, losses };
}

function gradients(out: Results, names: readonly string[]): Record<string, Tensor> {
  return Object.fromEntries(names.map((name) => [name, need(out, `d${name}`)]));
}

function need(out: Results, name: string): Tensor {
  const found = out[name];
  if (found === undefined) throw new Error(`the network gave no ${name}`);
  return found;
}

async function progress(
  name: string,
  t: number,
  losses: readonly number[],
  out: Results,
  batch: Batch,
) {
  const right = Number((await need(out, "right").data())[0]) / batch.count;
  const loss = (losses.at(-1) ?? NaN).toFixed(4);
  console.log(
    `${name.padEnd(6)} step ${String(t).padStart(4)}   loss ${loss}   right ${(100 * right).toFixed(1)} %`,
  );
}

async function main(): Promise<void> {
  const steps = Number(option("steps", "300"));
  const out = option("out", here("loss.svg"));
  const device = await open(option("device", "auto") as DeviceName);
  const network = await device.prepare(await compile(here("network.opt")), {});
  const adamw = await compile(library("optimizers/adamw.opt"));
  const muon = await compile(library("optimizers/muon.opt"));
  const batch = spirals(1500);
  console.log(`three spirals, ${batch.count} points, on ${device.name}`);

  const everything: Group = { match: "*", program: adamw, scalars: { lr: 1e-2 } };
  const hiddenMatrix: Group = { match: "W2", program: muon, scalars: { lr: 5e-2 } };
  const runs = [
    await train("AdamW", device, network, batch, [everything], steps),
    await train("Muon", device, network, batch, [hiddenMatrix, everything], steps),
  ];
  writeFileSync(out, drawCurves(runs));
  for (const { name, losses } of runs) {
    console.log(
      `${name.padEnd(6)} loss ${losses[0]?.toFixed(3)} → ${losses.at(-1)?.toPrecision(3)}`,
    );
  }
  console.log(`curves in ${out}`);
  device.close();
}

await main();
