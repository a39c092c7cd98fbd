// The loops of trainers that work in double precision, by CPU level: dot products, gradient steps, and one row of ridge
// regression. No allocation, no I/O: the caller gives scratch space.
//
// A table's rows are `stride` doubles apart, a multiple of 8, and start at multiples of 64 bytes. dense_scalar.c is the
// specification; the other levels compute the same in another order of additions. A result depends on the arguments
// alone, not on the thread.
#ifndef AKIN_DENSE_H
#define AKIN_DENSE_H

#include <stddef.h>
#include <stdint.h>

#include "akin_level.h"

#ifdef __cplusplus
extern "C" {
#endif

/// One row of ridge regression: the x that makes
///   sum over k of (row_k . x - target_k)^2 + sum over j of penalty_j x_j^2
/// smallest.
typedef struct akin_ridge {
  /// The fixed side's table.
  const double *table;
  size_t stride;
  /// `stride` numbers. Below 0: the component is not solved for and becomes 0.
  const double *penalty;
  /// 1 when no number of `penalty` is 0, else 0.
  int positive;
} akin_ridge;

/// Adam's numbers for one step.
typedef struct akin_adam {
  double beta1, beta2;
  /// The learning rate with the bias corrections of this step: eta sqrt(1 - beta2^t) / (1 - beta1^t).
  double rate;
  double epsilon;
} akin_adam;

/// Doubles of scratch that `ridge` needs for a stride.
static inline size_t akin_dense_scratch(size_t stride) { return stride * stride + 70 * stride; }

/// The loops of one level.
typedef struct akin_dense {
  akin_level level;

  double (*dot)(const double *a, const double *b, size_t stride);

  // y = keep * y + factor * x
  void (*add)(double *y, double keep, double factor, const double *x, size_t stride);

  // p = keep * p - rate * q and q = keep * q - rate * p, both from the old values.
  void (*step)(double *p, double *q, double keep_p, double keep_q, double rate, size_t stride);

  // m = beta1 m + (1 - beta1) g;  v = beta2 v + (1 - beta2) g^2;  x -= rate m / (sqrt(v) + epsilon).
  // count is a multiple of 8.
  void (*adam)(const akin_adam *step, const double *g, double *x, double *m, double *v, size_t count);

  // Writes the solution, `stride` doubles, to out. rows[0..<count] are rows of the table. Returns 0, or 1 when the
  // system is singular as far as double precision can tell.
  int (*ridge)(const akin_ridge *system, const uint32_t *rows, const double *targets, size_t count, double *scratch,
               double *out);

  // c (rows x width) += factor times a (rows x inner) times b (inner x width). Rows of a, b and c are as many doubles apart
  // as their strides say. width is a multiple of 8.
  void (*multiply)(const double *a, size_t a_stride, size_t rows, size_t inner, const double *b, size_t b_stride,
                   size_t width, double factor, double *c, size_t c_stride);

  // c (height x width) += the transpose of a (rows x height) times b (rows x width). width is a multiple of 8.
  void (*cross)(const double *a, size_t a_stride, size_t height, const double *b, size_t b_stride, size_t width,
                size_t rows, double *c, size_t c_stride);
} akin_dense;

/// The loops of a level, or null when this CPU or this build lacks it.
const akin_dense *akin_dense_at(akin_level level);

#ifdef __cplusplus
}
#endif

#endif
