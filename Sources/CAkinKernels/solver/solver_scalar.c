// The solver's specification: the normal equations as they are written in akin_solver.h, in double precision.
#include "solver_levels.h"

#include <math.h>

static void gramian(const float *rows, size_t stride, size_t count, float *scratch, double *sum) {
  (void)scratch;
  for (size_t r = 0; r < count; r++) {
    const float *x = rows + r * stride;
    for (size_t i = 0; i < stride; i++) {
      for (size_t j = i & ~(size_t)15; j < stride; j++) sum[i * stride + j] += (double)x[i] * x[j];
    }
  }
}

static void rotate(const float *rows, size_t stride, size_t count, const float *basis, float *out) {
  for (size_t r = 0; r < count; r++) {
    for (size_t j = 0; j < stride; j++) {
      double sum = 0;
      for (size_t i = 0; i < stride; i++) sum += (double)rows[r * stride + i] * basis[i * stride + j];
      out[r * stride + j] = (float)sum;
    }
  }
}

// a = U^T U, the upper triangle in place.
static int factor(double *a, size_t n) {
  for (size_t k = 0; k < n; k++) {
    const double pivot = a[k * n + k];
    if (!(pivot > 0) || isinf(pivot)) return 1;
    const double inverse = 1 / sqrt(pivot);
    for (size_t j = k; j < n; j++) a[k * n + j] *= inverse;
    for (size_t i = k + 1; i < n; i++) {
      for (size_t j = i; j < n; j++) a[i * n + j] -= a[k * n + i] * a[k * n + j];
    }
  }
  return 0;
}

int akin_solve64(const akin_half_step *step, const uint32_t *rows, const float *weights, size_t count, float lambda,
                 float *scratch, float *out, akin_row_loss *loss) {
  const size_t n = step->stride;
  double *a = (double *)(void *)scratch; // n x n
  double *p = a + n * n;                 // n
  for (size_t i = 0; i < n * n; i++) a[i] = 0;
  for (size_t i = 0; i < n; i++) {
    a[i * n + i] = (double)step->spectrum[i] + lambda;
    p[i] = 0;
  }
  for (size_t k = 0; k < count; k++) {
    const float *q = step->table + (size_t)rows[k] * n;
    const double above = (double)weights[k] - step->w0;
    for (size_t i = 0; i < n; i++) {
      p[i] += (double)weights[k] * q[i];
      for (size_t j = i; j < n; j++) a[i * n + j] += above * q[i] * q[j];
    }
  }
  if (factor(a, n) != 0) return 1;
  for (size_t k = 0; k < n; k++) { // U^T z = right side
    p[k] /= a[k * n + k];
    for (size_t j = k + 1; j < n; j++) p[j] -= p[k] * a[k * n + j];
  }
  for (size_t k = n; k-- > 0;) { // U p = z
    for (size_t j = k + 1; j < n; j++) p[k] -= a[k * n + j] * p[j];
    p[k] /= a[k * n + k];
  }
  akin_row_loss sum = {0, 0, 0};
  for (size_t i = 0; i < n; i++) {
    out[i] = (float)p[i];
    sum.norm += (double)out[i] * out[i];
  }
  for (size_t k = 0; k < count; k++) {
    const float *q = step->table + (size_t)rows[k] * n;
    double score = 0;
    for (size_t i = 0; i < n; i++) score += (double)q[i] * out[i];
    sum.observed += weights[k] * (1 - score) * (1 - score);
    sum.squares += score * score;
  }
  *loss = sum;
  return 0;
}

static int solve_and_fetch(const akin_half_step *step, const uint32_t *rows, const float *weights, size_t count,
                           float lambda, const uint32_t *next, size_t next_count, float *scratch, float *out,
                           akin_row_loss *loss) {
  (void)next;
  (void)next_count;
  return akin_solve64(step, rows, weights, count, lambda, scratch, out, loss);
}

const akin_solver akin_solver_scalar = {
    .name = "scalar",
    .level = AKIN_SCALAR,
    .gramian = gramian,
    .rotate = rotate,
    .solve = akin_solve64,
    .solve_and_fetch = solve_and_fetch,
};
