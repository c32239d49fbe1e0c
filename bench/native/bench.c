// The same work as plain C loops: what a compiler makes of them at -O3 -march=native, with OpenMP.
// usage: bench <case> <threads>     prints one JSON object
#include <math.h>
#include <omp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static int threads;

static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static double uniform(int32_t i, int stream) {  // as in bench/cases.ts
  uint32_t h = ((uint32_t)i + (uint32_t)stream * 0x9e3779b1u) * 0x85ebca6bu;
  h ^= h >> 13;
  h *= 0xc2b2ae35u;
  h ^= h >> 16;
  return (h >> 8) / 16777216.0;
}

static float *floats(size_t n) {
  float *p = aligned_alloc(64, (n * 4 + 63) / 64 * 64);
  if (!p) abort();
  return p;
}

static float *symmetric(size_t n, int stream) {
  float *p = floats(n);
#pragma omp parallel for schedule(static) num_threads(threads)
  for (size_t i = 0; i < n; i++) p[i] = 2 * uniform((int32_t)i, stream) - 1;
  return p;
}

typedef struct { float *w, *g, *m, *v; int n; } Step;

static void adamw_scaled(Step *s, float scale) {
  float *restrict w = s->w, *restrict g = s->g, *restrict m = s->m, *restrict v = s->v;
  const int n = s->n;
  const float beta1 = .9, beta2 = .999, gain1 = 1 - .9, gain2 = 1 - .999, eps = 1e-8, lr = 1e-3;
  const float c1 = 1 - pow(.9, 10), c2 = 1 - pow(.999, 10), keep = 1 - 1e-3 * .01;
#pragma omp parallel for simd schedule(static) num_threads(threads) aligned(w, g, m, v : 64)
  for (int i = 0; i < n; i++) {
    float d = g[i] * scale;
    float a = beta1 * m[i] + gain1 * d, b = beta2 * v[i] + gain2 * (d * d);
    m[i] = a;
    v[i] = b;
    w[i] = keep * w[i] - lr * (a / c1) / (sqrtf(b / c2) + eps);
  }
}

static void adamw(void *x) { adamw_scaled(x, 1); }

static void clip_adamw(void *x) {
  Step *s = x;
  double sum = 0;
#pragma omp parallel for schedule(static) num_threads(threads) reduction(+ : sum)
  for (int b = 0; b < s->n; b += 4096) {
    float part = 0;
    for (int i = b; i < b + 4096; i++) part += s->g[i] * s->g[i];
    sum += part;
  }
  adamw_scaled(s, fmin(1, 1 / sqrt(sum)));
}

typedef struct { float *a, *b, *c; int n; } Matrices;

// exp for |x| <= 87, relative error about 2e-7, of a form that vectorises
static inline float exp_poly(float x) {
  x = x < -87.f ? -87.f : x;
  float whole = floorf(x * 1.44269504f + .5f), r = (x * 1.44269504f - whole) * .693147181f;
  float y = 1.f + r * (1.f + r * (.5f + r * (.166666667f + r * (.0416666667f + r * (.00833333f + r * .00138889f)))));
  union { int32_t i; float f; } power = { ((int32_t)whole + 127) << 23 };
  return y * power.f;
}

static void softmax(void *x) {
  Matrices *s = x;
#pragma omp parallel for schedule(static) num_threads(threads)
  for (int row = 0; row < s->n / 1024; row++) {
    float *restrict in = s->a + (size_t)row * 1024, *restrict out = s->c + (size_t)row * 1024;
    float most = in[0], sum = 0;
    for (int j = 0; j < 1024; j++) most = in[j] > most ? in[j] : most;
    for (int j = 0; j < 1024; j++) { out[j] = exp_poly(in[j] - most); sum += out[j]; }
    for (int j = 0; j < 1024; j++) out[j] /= sum;
  }
}

// Rows in blocks of 8 by 32 columns held in registers, the inner dimension whole.
static void matmul(void *x) {
  Matrices *s = x;
  const int n = s->n;
#pragma omp parallel for schedule(static) num_threads(threads)
  for (int i = 0; i < n; i += 8)
    for (int j = 0; j < n; j += 32) {
      float sum[8][32] = { { 0 } };
      for (int k = 0; k < n; k++)
        for (int r = 0; r < 8; r++) {
          float a = s->a[(size_t)(i + r) * n + k];
#pragma omp simd
          for (int c = 0; c < 32; c++) sum[r][c] += a * s->b[(size_t)k * n + j + c];
        }
      for (int r = 0; r < 8; r++) memcpy(s->c + (size_t)(i + r) * n + j, sum[r], sizeof sum[r]);
    }
}

#define HEADS 8
#define D 64
#define ROWS 32
#define KEYS 64
typedef struct { float *q, *k, *v, *o; int s; } Attention;

static void scores(const float *q, const float *k, float s[ROWS][KEYS]) {
  float kt[D][KEYS] __attribute__((aligned(64)));
  for (int j = 0; j < KEYS; j++) for (int d = 0; d < D; d++) kt[d][j] = k[j * D + d];
  for (int i = 0; i < ROWS; i += 4) {
    float r[4][KEYS] __attribute__((aligned(64))) = { { 0 } };
    for (int d = 0; d < D; d++)
      for (int e = 0; e < 4; e++) {
        float x = q[(i + e) * D + d] * .125f;
#pragma omp simd
        for (int j = 0; j < KEYS; j++) r[e][j] += x * kt[d][j];
      }
    memcpy(s[i], r, sizeof r);
  }
}

static void attention(void *x) {  // online softmax over tiles
  Attention *a = x;
#pragma omp parallel for collapse(2) schedule(dynamic) num_threads(threads)
  for (int h = 0; h < HEADS; h++)
    for (int p = 0; p < a->s; p += ROWS) {
      float acc[ROWS][D] __attribute__((aligned(64))) = { { 0 } }, s[ROWS][KEYS] __attribute__((aligned(64)));
      float most[ROWS], sum[ROWS] = { 0 };
      for (int i = 0; i < ROWS; i++) most[i] = -1e30f;
      for (int m = 0; m < a->s; m += KEYS) {
        const float *v = a->v + ((size_t)h * a->s + m) * D;
        scores(a->q + ((size_t)h * a->s + p) * D, a->k + ((size_t)h * a->s + m) * D, s);
        for (int i = 0; i < ROWS; i++) {
          float top = most[i], part = 0;
          for (int j = 0; j < KEYS; j++) top = s[i][j] > top ? s[i][j] : top;
          float c = exp_poly(most[i] - top);
          for (int j = 0; j < KEYS; j++) { s[i][j] = exp_poly(s[i][j] - top); part += s[i][j]; }
          sum[i] = sum[i] * c + part;
          most[i] = top;
          for (int d = 0; d < D; d++) acc[i][d] *= c;
        }
        for (int i = 0; i < ROWS; i++)
          for (int j = 0; j < KEYS; j++) {
            float w = s[i][j];
#pragma omp simd
            for (int d = 0; d < D; d++) acc[i][d] += w * v[j * D + d];
          }
      }
      float *o = a->o + ((size_t)h * a->s + p) * D;
      for (int i = 0; i < ROWS; i++) for (int d = 0; d < D; d++) o[i * D + d] = acc[i][d] / sum[i];
    }
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

static void report(const char *name, void (*run)(void *), void *arg) {
  double times[51], begin = now_ms();
  while (now_ms() - begin < 400) run(arg);  // as bench/cases.ts
  for (int i = 0; i < 51; i++) {
    double start = now_ms();
    run(arg);
    times[i] = now_ms() - start;
  }
  qsort(times, 51, sizeof *times, ascending);
  printf("{\"case\":\"%s\",\"ms\":%.4f}\n", name, times[25]);
}

static Step step_of(int n) {
  Step s = { floats(n), floats(n), floats(n), floats(n), n };
#pragma omp parallel for schedule(static) num_threads(threads)
  for (int i = 0; i < n; i++) {
    double u = uniform(i, 4);
    s.w[i] = 2 * uniform(i, 1) - 1;
    s.g[i] = .2 * uniform(i, 2) - .1;
    s.m[i] = .1 * uniform(i, 3) - .05;
    s.v[i] = 1e-4 + .01 * u * u;
  }
  return s;
}

int main(int argc, char **argv) {
  const char *name = argc > 1 ? argv[1] : "adamw/16M";
  threads = argc > 2 ? atoi(argv[2]) : 1;
  int size = atoi(strchr(name, '/') + 1);
  if (strchr(name, 'M')) size <<= 20;
  if (!strncmp(name, "adamw", 5) || !strncmp(name, "clip", 4)) {
    Step s = step_of(size);
    report(name, name[0] == 'a' ? adamw : clip_adamw, &s);
  } else if (!strncmp(name, "softmax", 7)) {
    Matrices s = { symmetric(size, 5), 0, floats(size), size };
    report(name, softmax, &s);
  } else if (!strncmp(name, "matmul", 6)) {
    size_t n = (size_t)size * size;
    Matrices s = { symmetric(n, 5), symmetric(n, 6), floats(n), size };
    report(name, matmul, &s);
  } else {
    size_t n = (size_t)HEADS * size * D;
    Attention a = { symmetric(n, 5), symmetric(n, 6), symmetric(n, 7), floats(n), size };
    report(name, attention, &a);
  }
  return 0;
}
