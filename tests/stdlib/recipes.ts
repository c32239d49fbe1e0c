// Which definition follows which recording, and what its hyper-parameters are called there.

import type { Recipe } from "./follow.js";

type Hyper = Readonly<Record<string, unknown>>;

const number = (hyper: Hyper, key: string, otherwise: number) => {
  const value = hyper[key];
  return typeof value === "number" ? value : otherwise;
};
const beta = (hyper: Hyper, which: 0 | 1, otherwise: number, key = "betas") => {
  const value = hyper[key];
  return Array.isArray(value) ? Number(value[which]) : otherwise;
};
const isTrue = (hyper: Hyper, key: string) => hyper[key] === true;
const decay = (hyper: Hyper, otherwise = 0) =>
  number(hyper, "weight_decay", number(hyper, "wd", otherwise));

const momentumSgd = (oracle: string): Recipe => ({
  oracle,
  definition: () => "optimizers/sgd.opt#sgd",
  scalars: (h) => ({
    lr: number(h, "lr", 1e-3),
    momentum: number(h, "momentum", 0),
    dampening: number(h, "dampening", 0),
    weight_decay: decay(h),
    nesterov: isTrue(h, "nesterov"),
  }),
  states: { b: "momentum_buffer" },
});

const adamLike = (
  oracle: string,
  definition: string,
  states: Readonly<Record<string, string>>,
  defaults: { lr: number; weight_decay?: number; eps?: number },
): Recipe => ({
  oracle,
  definition: () => definition,
  scalars: (h) => ({
    lr: number(h, "lr", defaults.lr),
    beta1: beta(h, 0, 0.9),
    beta2: beta(h, 1, 0.999),
    eps: number(h, "eps", defaults.eps ?? 1e-8),
    weight_decay: decay(h, defaults.weight_decay ?? 0),
  }),
  states,
});

const moments = { m: "exp_avg", v: "exp_avg_sq" };

const muonLike = (oracle: string, entry: string, theirs: "keller" | "moonlight"): Recipe => ({
  oracle,
  definition: (shape) =>
    shape.length === 2
      ? `optimizers/muon.opt#${entry}`
      : theirs === "keller"
        ? "optimizers/adamw.opt#adamw"
        : "optimizers/adamw.opt#adamw_uncorrected_eps",
  scalars: (h, shape) =>
    theirs === "keller" ? kellerScalars(h, shape) : moonlightScalars(h, shape),
  states: {
    M: "momentum_buffer",
    m: theirs === "keller" ? "exp_avg" : "moment1",
    v: theirs === "keller" ? "exp_avg_sq" : "moment2",
  },
});

const kellerScalars = (h: Hyper, shape: readonly number[]): Record<string, number> =>
  shape.length === 2
    ? {
        lr: number(h, "muon_lr", 0.02),
        momentum: number(h, "momentum", 0.95),
        steps: number(h, "ns_steps", 5),
        weight_decay: number(h, "muon_weight_decay", 0),
      }
    : {
        lr: number(h, "adam_lr", 3e-4),
        beta1: beta(h, 0, 0.9, "adam_betas"),
        beta2: beta(h, 1, 0.95, "adam_betas"),
        eps: number(h, "adam_eps", 1e-10),
        weight_decay: number(h, "adam_weight_decay", 0),
      };

const moonlightScalars = (h: Hyper, shape: readonly number[]): Record<string, number> =>
  shape.length === 2
    ? {
        lr: number(h, "lr", 1e-3),
        momentum: number(h, "momentum", 0.95),
        steps: number(h, "ns_steps", 5),
        weight_decay: decay(h, 0.1),
      }
    : {
        lr: number(h, "lr", 1e-3),
        beta1: beta(h, 0, 0.9, "adamw_betas"),
        beta2: beta(h, 1, 0.95, "adamw_betas"),
        eps: number(h, "adamw_eps", 1e-8),
        weight_decay: decay(h, 0.1),
      };

export const recipes: readonly Recipe[] = [
  momentumSgd("sgd"),
  momentumSgd("sgd-momentum"),
  momentumSgd("sgd-nesterov"),
  adamLike("adam", "optimizers/adam.opt#adam", moments, { lr: 1e-3 }),
  adamLike(
    "adam-amsgrad",
    "optimizers/adam.opt#amsgrad",
    { ...moments, top: "max_exp_avg_sq" },
    { lr: 1e-3 },
  ),
  adamLike("adamw", "optimizers/adamw.opt#adamw", moments, { lr: 1e-3, weight_decay: 1e-2 }),
  {
    oracle: "adagrad",
    definition: () => "optimizers/adagrad.opt#adagrad",
    scalars: (h) => ({
      lr: number(h, "lr", 1e-2),
      lr_decay: number(h, "lr_decay", 0),
      eps: number(h, "eps", 1e-10),
      weight_decay: decay(h),
      initial: number(h, "initial_accumulator_value", 0),
    }),
    states: { s: "sum" },
  },
  {
    oracle: "rmsprop",
    definition: (_, h) =>
      isTrue(h, "centered")
        ? "optimizers/rmsprop.opt#rmsprop_centered"
        : number(h, "momentum", 0) > 0
          ? "optimizers/rmsprop.opt#rmsprop_momentum"
          : "optimizers/rmsprop.opt#rmsprop",
    scalars: (h) => ({
      lr: number(h, "lr", 1e-2),
      alpha: number(h, "alpha", 0.99),
      eps: number(h, "eps", 1e-8),
      weight_decay: decay(h),
      ...(isTrue(h, "centered") || number(h, "momentum", 0) > 0
        ? { momentum: number(h, "momentum", 0) }
        : {}),
    }),
    states: { v: "square_avg", a: "grad_avg", b: "momentum_buffer" },
  },
  adamLike("adamax", "optimizers/adamax.opt#adamax", { m: "exp_avg", u: "exp_inf" }, { lr: 2e-3 }),
  {
    ...adamLike(
      "nadam",
      "optimizers/nadam.opt#nadam",
      { ...moments, product: "mu_product" },
      { lr: 2e-3 },
    ),
    scalars: (h) => ({
      lr: number(h, "lr", 2e-3),
      beta1: beta(h, 0, 0.9),
      beta2: beta(h, 1, 0.999),
      eps: number(h, "eps", 1e-8),
      weight_decay: decay(h),
      decay: number(h, "momentum_decay", 4e-3),
    }),
  },
  adamLike("radam", "optimizers/radam.opt#radam", moments, { lr: 1e-3 }),
  {
    oracle: "lion",
    definition: () => "optimizers/lion.opt#lion",
    scalars: (h) => ({
      lr: number(h, "lr", 1e-4),
      beta1: beta(h, 0, 0.9),
      beta2: beta(h, 1, 0.99),
      weight_decay: decay(h),
    }),
    states: { m: "exp_avg" },
  },
  {
    oracle: "signum",
    definition: () => "optimizers/signum.opt#signum",
    scalars: (h) => ({
      lr: number(h, "lr", 1e-4),
      beta: number(h, "beta", 0.9),
      weight_decay: decay(h),
    }),
    states: { m: "m" },
  },
  adamLike("lamb", "optimizers/lamb.opt#lamb", moments, { lr: 1e-3, eps: 1e-6 }),
  {
    oracle: "lamb-apex",
    definition: () => "optimizers/lamb.opt#lamb_clipped",
    scalars: (h) => ({
      lr: number(h, "lr", 1e-3),
      beta1: beta(h, 0, 0.9),
      beta2: beta(h, 1, 0.999),
      eps: number(h, "eps", 1e-6),
      weight_decay: decay(h, 1e-2),
      clip: number(h, "max_grad_norm", 1),
    }),
    states: moments,
    together: true,
  },
  {
    oracle: "sophia-g",
    definition: () => "optimizers/sophia_g.opt#sophia_g",
    scalars: (h) => ({
      lr: number(h, "lr", 1e-4),
      beta1: beta(h, 0, 0.965),
      beta2: beta(h, 1, 0.99),
      rho: number(h, "rho", 0.04),
      tokens: number(h, "bs", 1),
      weight_decay: decay(h, 0.2),
      gap: number(h, "hessian_every", 10),
    }),
    states: { m: "exp_avg", h: "hessian" },
    inputs: { s: "hgrad" },
  },
  muonLike("muon", "muon", "keller"),
  muonLike("muon-moonlight", "muon_moonlight", "moonlight"),
];
