// The loops of akin_dense.h, written once in 8-wide vectors that the compiler turns into the registers of each CPU.
//
//     h rows q with targets, stride n
//     ridge_short, where all penalties are above 0 (or below) and 2 h <= n, by Woodbury's identity:
//       X = rows of q / sqrt(penalty); A = I + X X^T      h x h dot products
//       solve A t = targets; out = X^T t / sqrt(penalty)
//     ridge_long:
//       A = diag(penalty); for each 64 rows: A += sum of q q^T       by tiles of DENSE_ROWS x 8 sums in registers
//       solve A out = sum of target q
//     dense_solve: A = U^T U, 4 pivots at a time over all rows below, then back substitution
//     multiply, cross: dense_products.h
//     dot, add, step, adam: one pass over their vectors
//
// Cost, in multiply-adds:
//     ridge: short h^2 n / 2 + h^3 / 6, long h n^2 / 2 + n^3 / 6; each row is read from the table once
//     dense_solve of n unknowns: n^3 / 6 + n^2; each row is read and written once for PIVOTS above it
//     a number of a vector: dot and add 1; step 4 multiplications, two vectors read and written; adam 6, a square
//       root and a division, four vectors read and three written
// Tools/bench/mf/run.py shows the seconds of a fit.
//
// A per-CPU file defines DENSE_TABLE, DENSE_LEVEL and DENSE_ROWS (rows of a tile of sums), then includes this file.

#include <math.h>
#include <float.h>

typedef double lanes64 __attribute__((vector_size(64)));

#define WIDE 8
#define GATHER 64
#define PIVOTS 4
#define AT(p) (*(const lanes64 *)(p))
#define PUT(p) (*(lanes64 *)(p))
#define INLINE64 static inline __attribute__((always_inline))

INLINE64 double dense_dot(const double *a, const double *b, size_t stride) {
  lanes64 sum = {0};
  for (size_t j = 0; j < stride; j += WIDE) sum += AT(a + j) * AT(b + j);
  return ((sum[0] + sum[4]) + (sum[2] + sum[6])) + ((sum[1] + sum[5]) + (sum[3] + sum[7]));
}

static double dense_dot_entry(const double *a, const double *b, size_t stride) { return dense_dot(a, b, stride); }

INLINE64 void dense_add(double *y, double keep, double factor, const double *x, size_t stride) {
  for (size_t j = 0; j < stride; j += WIDE) PUT(y + j) = keep * AT(y + j) + factor * AT(x + j);
}

static void dense_add_entry(double *y, double keep, double factor, const double *x, size_t stride) {
  dense_add(y, keep, factor, x, stride);
}

static void dense_step(double *p, double *q, double keep_p, double keep_q, double rate, size_t stride) {
  for (size_t j = 0; j < stride; j += WIDE) {
    const lanes64 old_p = AT(p + j), old_q = AT(q + j);
    PUT(p + j) = keep_p * old_p - rate * old_q;
    PUT(q + j) = keep_q * old_q - rate * old_p;
  }
}

static void dense_adam(const akin_adam *step, const double *g, double *x, double *m, double *v, size_t count) {
  const double beta1 = step->beta1, beta2 = step->beta2, rate = step->rate, epsilon = step->epsilon;
  for (size_t j = 0; j < count; j += WIDE) {
    const lanes64 slope = AT(g + j);
    const lanes64 first = beta1 * AT(m + j) + (1 - beta1) * slope;
    const lanes64 second = beta2 * AT(v + j) + (1 - beta2) * slope * slope;
    PUT(m + j) = first;
    PUT(v + j) = second;
    PUT(x + j) -= rate * first / (__builtin_elementwise_sqrt(second) + epsilon);
  }
}

static void dense_clear(double *x, size_t count) {
  const lanes64 zero = {0};
  for (size_t j = 0; j < count; j += WIDE) PUT(x + j) = zero;
}

// a = U^T U in place (upper triangle, n rows of `width`), then a x = right: right is lost. before: `width` numbers of
// scratch; right and x: `width` numbers, right 0 past n. Returns 1 when a pivot is not safely away from the rounding of
// what was there before. PIVOTS rows are subtracted at a time, so that each row below is read and written once
// for all of them.
static int dense_solve(double *a, size_t width, size_t n, double *right, double *before, double *x) {
  dense_clear(x, width);
  for (size_t k = 0; k < n; k++) before[k] = a[k * width + k];
  for (size_t k0 = 0; k0 < n; k0 += PIVOTS) {
    const size_t k1 = k0 + PIVOTS < n ? k0 + PIVOTS : n, start = k0 & ~(size_t)7;
    for (size_t k = k0; k < k1; k++) {
      double *row = a + k * width;
      if (!(row[k] > 1e-13 * before[k]) || row[k] > DBL_MAX) return 1;
      const double scale = 1 / sqrt(row[k]);
      for (size_t j = start; j < width; j += WIDE) PUT(row + j) *= scale;
      for (size_t r = k + 1; r < k1; r++) dense_add(a + r * width + start, 1, -row[r], row + start, width - start);
      // U^T z = right, z kept in x: what this writes at or left of k is not read again.
      x[k] = right[k] * scale;
      dense_add(right + start, 1, -x[k], row + start, width - start);
    }
    if (k1 - k0 < PIVOTS) break;
    for (size_t i = k1; i < n; i++) {
      double factor[PIVOTS];
#pragma clang loop unroll(full)
      for (size_t r = 0; r < PIVOTS; r++) factor[r] = a[(k0 + r) * width + i];
      for (size_t j = i & ~(size_t)7; j < width; j += WIDE) {
        lanes64 rest = AT(a + i * width + j);
#pragma clang loop unroll(full)
        for (size_t r = 0; r < PIVOTS; r++) rest -= factor[r] * AT(a + (k0 + r) * width + j);
        PUT(a + i * width + j) = rest;
      }
    }
  }
  for (size_t k = n; k-- > 0;) {
    const double *row = a + k * width;
    const size_t next = (k + WIDE) & ~(size_t)7;
    double sum = x[k];
    for (size_t j = k + 1; j < next && j < n; j++) sum -= row[j] * x[j];
    if (next < width) sum -= dense_dot(row + next, x + next, width - next);
    x[k] = sum / row[k];
  }
  return 0;
}

// The short way, by Woodbury's identity: with X = the rows times penalty^(-1/2), (I + X X^T) t = targets and
// x = penalty^(-1/2) X^T t.
static int ridge_short(const akin_ridge *system, const uint32_t *rows, const double *targets, size_t h,
                       double *scratch, double *out) {
  const size_t stride = system->stride, width = (h + 7) & ~(size_t)7;
  double *x = scratch;                 // h x stride
  double *a = x + h * stride;          // h x width
  double *shrink = a + h * width;      // stride
  double *right = shrink + stride;     // width
  double *before = right + width;      // width
  double *t = before + width;          // width
  for (size_t j = 0; j < stride; j++) shrink[j] = system->penalty[j] > 0 ? 1 / sqrt(system->penalty[j]) : 0;
  for (size_t k = 0; k < h; k++) {
    const double *q = system->table + (size_t)rows[k] * stride;
    for (size_t j = 0; j < stride; j += WIDE) PUT(x + k * stride + j) = AT(q + j) * AT(shrink + j);
    right[k] = targets[k];
  }
  for (size_t k = h; k < width; k++) right[k] = 0;
  for (size_t i = 0; i < h; i++) {
    for (size_t j = 0; j < width; j++) {
      a[i * width + j] = j < i || j >= h ? 0 : dense_dot(x + i * stride, x + j * stride, stride);
    }
    a[i * width + i] += 1;
  }
  if (dense_solve(a, width, h, right, before, t) != 0) return 1;
  dense_clear(out, stride);
  for (size_t k = 0; k < h; k++) dense_add(out, 1, t[k], x + k * stride, stride);
  for (size_t j = 0; j < stride; j += WIDE) PUT(out + j) *= AT(shrink + j);
  return 0;
}

// The long way: (sum of rows x rows^T + penalty) x = sum of targets x rows, in blocks of gathered rows.
static int ridge_long(const akin_ridge *system, const uint32_t *rows, const double *targets, size_t h,
                      double *scratch, double *out) {
  const size_t stride = system->stride;
  double *a = scratch;               // stride x stride
  double *x = a + stride * stride;   // GATHER x stride
  double *mask = x + GATHER * stride; // stride: 1, or 0 for a component that is not solved for
  double *right = mask + stride;      // stride
  double *before = right + stride;    // stride
  dense_clear(a, stride * stride);
  dense_clear(right, stride);
  for (size_t j = 0; j < stride; j++) {
    mask[j] = system->penalty[j] >= 0;
    a[j * stride + j] = mask[j] > 0 ? system->penalty[j] : 1;
  }
  for (size_t start = 0; start < h; start += GATHER) {
    const size_t block = h - start < GATHER ? h - start : GATHER;
    for (size_t k = 0; k < block; k++) {
      const double *q = system->table + (size_t)rows[start + k] * stride;
      const double target = targets[start + k];
      for (size_t j = 0; j < stride; j += WIDE) {
        const lanes64 part = AT(q + j) * AT(mask + j);
        PUT(x + k * stride + j) = part;
        PUT(right + j) += target * part;
      }
    }
    for (size_t i = 0; i < stride; i += DENSE_ROWS) {
      for (size_t j = i & ~(size_t)7; j < stride; j += WIDE) {
        lanes64 sum[DENSE_ROWS] = {0};
        for (size_t k = 0; k < block; k++) {
          const lanes64 right = AT(x + k * stride + j);
#pragma clang loop unroll(full)
          for (size_t r = 0; r < DENSE_ROWS; r++) sum[r] += x[k * stride + i + r] * right;
        }
#pragma clang loop unroll(full)
        for (size_t r = 0; r < DENSE_ROWS; r++) PUT(a + (i + r) * stride + j) += sum[r];
      }
    }
  }
  return dense_solve(a, stride, stride, right, before, out);
}

static int dense_ridge(const akin_ridge *system, const uint32_t *rows, const double *targets, size_t count,
                       double *scratch, double *out) {
  return system->positive && count * 2 <= system->stride ? ridge_short(system, rows, targets, count, scratch, out)
                                                         : ridge_long(system, rows, targets, count, scratch, out);
}

#include "dense_products.h"

const akin_dense DENSE_TABLE = {
    .level = DENSE_LEVEL,
    .dot = dense_dot_entry,
    .add = dense_add_entry,
    .step = dense_step,
    .adam = dense_adam,
    .ridge = dense_ridge,
    .multiply = dense_multiply,
    .cross = dense_cross,
};
