import { describe, expect, it } from "vitest";
import { printTile } from "../../src/tile/print.js";
import { matmul, momentum, rowMax } from "./programs.js";

describe("printTile", () => {
  it("shows an update under its equations", () => {
    expect(printTile(momentum)).toMatchInlineSnapshot(`
      "// m[i] = 0.9 * m[i] + 0.1 * g[i]
      // w[i] = w[i] - lr * m[i]
      kernel momentum
        update w[n]: f32
        read g[n]: f32
        update m[n]: f32
        size n = size(n)
        scalar lr: f32 = lr
        grid i < n by 8
      {
        let w0[i]: f32 = w[i]
        let g0[i]: f32 = g[i]
        let m0[i]: f32 = m[i]
        let m1[i]: f32 = ((0.8999999761581421 * m0) + (0.10000000149011612 * g0))
        store m[i] = m1
        store w[i] = (w0 - (lr * m1))
      }
      "
    `);
  });

  it("shows a reduction with its laws", () => {
    expect(printTile(rowMax)).toMatchInlineSnapshot(`
      "kernel row_max
        read x[p, k]: f32
        write y[p]: f32
        size p = size(p)
        size k = size(k)
        grid p < p by 4
      {
        state m[p] over k: max, lanes 4, tracks presence
          fields (m: f32)
          lift (arg0)
          merge (max(a.m, b.m))
          finish (m)
        loop k from 0 to k by 8 {
          let x0[p, k]: f32 = x[p, k]
          merge m (x0)
        }
        store y[p] = m.result
      }
      "
    `);
  });

  it("indents what a loop holds", () => {
    expect(printTile(matmul)).toMatchInlineSnapshot(`
      "kernel matmul
        read A[m, k]: f32
        read B[k, n]: f32
        write C[m, n]: f32
        size m = size(m)
        size n = size(n)
        size k = size(k)
        grid m < m by 16
        grid n < n by 16
      {
        state c[m, n] over k: sum, lanes 1
          fields (s: f32 = 0.0)
          lift (arg0)
          merge ((a.s + b.s))
          finish (s)
        loop k from 0 to k by 8 {
          let a0[m, k]: f32 = A[m, k]
          let b0[k, n]: f32 = B[k, n]
          stage a[m, k] = a0
          stage b[k, n] = b0
          barrier
          dot c += sum[k] a * b
          barrier
        }
        store C[m, n] = c.result
      }
      "
    `);
  });
});
