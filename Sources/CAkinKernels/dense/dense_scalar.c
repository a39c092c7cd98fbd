// The dense loops' specification: what akin_dense.h says, one number at a time.
#include "dense_levels.h"

#include <math.h>

static double dot(const double *a, const double *b, size_t stride) {
  double sum = 0;
  for (size_t j = 0; j < stride; j++) sum += a[j] * b[j];
  return sum;
}

static void add(double *y, double keep, double factor, const double *x, size_t stride) {
  for (size_t j = 0; j < stride; j++) y[j] = keep * y[j] + factor * x[j];
}

static void step(double *p, double *q, double keep_p, double keep_q, double rate, size_t stride) {
  for (size_t j = 0; j < stride; j++) {
    const double old_p = p[j], old_q = q[j];
    p[j] = keep_p * old_p - rate * old_q;
    q[j] = keep_q * old_q - rate * old_p;
  }
}

static void adam(const akin_adam *step, const double *g, double *x, double *m, double *v, size_t count) {
  for (size_t j = 0; j < count; j++) {
    m[j] = step->beta1 * m[j] + (1 - step->beta1) * g[j];
    v[j] = step->beta2 * v[j] + (1 - step->beta2) * g[j] * g[j];
    x[j] -= step->rate * m[j] / (sqrt(v[j]) + step->epsilon);
  }
}

// The normal equations, by Gaussian elimination without exchanges: the matrix is positive definite or singular.
static int ridge(const akin_ridge *system, const uint32_t *rows, const double *targets, size_t count, double *scratch,
                 double *out) {
  const size_t n = system->stride;
  double *a = scratch, *diagonal = a + n * n;
  for (size_t i = 0; i < n * n; i++) a[i] = 0;
  for (size_t i = 0; i < n; i++) out[i] = 0;
  for (size_t k = 0; k < count; k++) {
    const double *q = system->table + (size_t)rows[k] * n;
    for (size_t i = 0; i < n; i++) {
      if (system->penalty[i] < 0) continue;
      out[i] += targets[k] * q[i];
      for (size_t j = 0; j < n; j++) a[i * n + j] += system->penalty[j] < 0 ? 0 : q[i] * q[j];
    }
  }
  for (size_t i = 0; i < n; i++) {
    a[i * n + i] += system->penalty[i] < 0 ? 1 : system->penalty[i];
    diagonal[i] = a[i * n + i];
  }
  for (size_t k = 0; k < n; k++) {
    if (!(a[k * n + k] > 1e-13 * diagonal[k]) || isinf(a[k * n + k])) return 1;
    for (size_t i = k + 1; i < n; i++) {
      const double factor = a[i * n + k] / a[k * n + k];
      for (size_t j = k; j < n; j++) a[i * n + j] -= factor * a[k * n + j];
      out[i] -= factor * out[k];
    }
  }
  for (size_t k = n; k-- > 0;) {
    for (size_t j = k + 1; j < n; j++) out[k] -= a[k * n + j] * out[j];
    out[k] /= a[k * n + k];
  }
  return 0;
}

static void multiply(const double *a, size_t a_stride, size_t rows, size_t inner, const double *b, size_t b_stride,
                     size_t width, double factor, double *c, size_t c_stride) {
  for (size_t i = 0; i < rows; i++) {
    for (size_t j = 0; j < width; j++) {
      double sum = 0;
      for (size_t k = 0; k < inner; k++) sum += a[i * a_stride + k] * b[k * b_stride + j];
      c[i * c_stride + j] += factor * sum;
    }
  }
}

static void cross(const double *a, size_t a_stride, size_t height, const double *b, size_t b_stride, size_t width,
                  size_t rows, double *c, size_t c_stride) {
  for (size_t i = 0; i < height; i++) {
    for (size_t j = 0; j < width; j++) {
      double sum = 0;
      for (size_t k = 0; k < rows; k++) sum += a[k * a_stride + i] * b[k * b_stride + j];
      c[i * c_stride + j] += sum;
    }
  }
}

const akin_dense akin_dense_scalar = {
    .level = AKIN_SCALAR,
    .dot = dot,
    .add = add,
    .step = step,
    .adam = adam,
    .ridge = ridge,
    .multiply = multiply,
    .cross = cross,
};
