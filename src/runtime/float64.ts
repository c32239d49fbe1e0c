// Elementary functions in float64 that `Math` lacks: what they mean, on the host and in the
// reference.
//
// In:  numbers.
// Out: erf and the activations, to about 1e-15.
// Not here: the f32 programs that targets run (src/cascade/functions).

const twoOverRootPi = 2 / Math.sqrt(Math.PI);

/**
 * The error function, relative error about 1e-15.
 *
 * @source Abramowitz & Stegun 7.1.6 (a series of positive terms) and 7.1.14 (a continued fraction).
 */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (!(size < 6)) return Number.isNaN(x) ? NaN : Math.sign(x);
  const value = size < 2.5 ? erfSeries(size) : 1 - erfcFraction(size);
  return x < 0 ? -value : value;
}

function erfSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; term > sum * 1e-18; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return twoOverRootPi * Math.exp(-x * x) * sum;
}

function erfcFraction(x: number): number {
  let tail = x;
  for (let n = 50; n >= 1; n--) tail = x + n / 2 / tail;
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * tail);
}

export function sigmoid(x: number): number {
  const power = Math.exp(-Math.abs(x));
  return (x < 0 ? power : 1) / (1 + power);
}

export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

export function gelu(x: number): number {
  return x * 0.5 * (1 + erf(x * Math.SQRT1_2));
}

/** x^y with `x^0 = 1` and `1^y = 1`, as `pow` in f32. */
export function pow(x: number, y: number): number {
  return x === 1 ? 1 : x ** y;
}
