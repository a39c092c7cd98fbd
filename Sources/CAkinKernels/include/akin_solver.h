// The arithmetic of weighted alternating least squares (WALS), by CPU level: Gramians, changes of basis, and one row's
// exact solution. No allocation, no I/O: the caller gives scratch space.
//
// A half-step fixes one side's vectors q (a table) and finds, for each row of the other side, the vector p that makes
//
//     sum over observed k of w_k (1 - p.q_k)^2  +  w0 * sum over unobserved of (p.q)^2  +  lambda |p|^2
//
// smallest. The table is first turned into the eigenbasis of its Gramian, so that w0 times the Gramian is a diagonal,
// the "spectrum"; p comes out in the same basis.
//
// solver_scalar.c is the specification. Every other level computes the same thing in single precision and in another
// order of additions.
#ifndef AKIN_SOLVER_H
#define AKIN_SOLVER_H

#include <stddef.h>
#include <stdint.h>

#include "akin_level.h"

#ifdef __cplusplus
extern "C" {
#endif

/// What all rows of one half-step share.
typedef struct akin_half_step {
  /// The fixed side's vectors in the eigenbasis of their Gramian.
  const float *table;
  /// Floats from one vector to the next: a multiple of 16. Components past the dimension are 0.
  size_t stride;
  /// `stride` numbers: w0 times the Gramian's eigenvalues, at least 0; past the dimension 1.
  const float *spectrum;
  /// The weight of an unobserved pair, at least 0.
  float w0;
} akin_half_step;

/// What one solved row adds to the loss, in terms of its scores s = p.q.
typedef struct akin_row_loss {
  double observed; // sum of w (1 - s)^2
  double squares;  // sum of s^2 over the observed
  double norm;     // |p|^2
} akin_row_loss;

/// The most vectors of one row that `solve` copies to its scratch space: half a megabyte of them.
static inline size_t akin_near_rows(size_t stride) { return stride <= 128 ? 1024 : (131072 / stride + 15) / 16 * 16; }

/// Floats of scratch that `solve` and `solve64` need for a stride; the space must be aligned to 64 bytes.
static inline size_t akin_solver_scratch(size_t stride) {
  const size_t direct = 3 * stride * stride + 2 * 64 * stride + 8 * stride;
  const size_t gradients = akin_near_rows(stride) * (stride + 4) + 8 * stride;
  return direct > gradients ? direct : gradients;
}

/// The loops of one level. Tables are as in akin_half_step; a stride is always a multiple of 16.
typedef struct akin_solver {
  const char *name;
  akin_level level;

  // sum (stride x stride, upper triangle of 16 x 16 blocks) += the Gramian of `count` rows. Sums 64 rows at a time in
  // single precision, the blocks of 64 in double. scratch: stride x stride floats.
  void (*gramian)(const float *rows, size_t stride, size_t count, float *scratch, double *sum);

  // out = rows x basis, for a stride x stride basis; out has the same stride and must not overlap rows.
  void (*rotate)(const float *rows, size_t stride, size_t count, const float *basis, float *out);

  // Solves one row exactly. rows[0..<count], at least one, are the observed rows of the table, weights[0..<count] their
  // weights (at least 0), lambda is above 0. Writes `stride` floats to out, and the row's part of the loss.
  // Returns 0, or 1 when single precision finds the system not positive definite: solve64 may still.
  int (*solve)(const akin_half_step *step, const uint32_t *rows, const float *weights, size_t count, float lambda,
               float *scratch, float *out, akin_row_loss *loss);

  // The same, and meanwhile prefetches the vectors next[0..<next_count] that the row after it will read.
  int (*solve_and_fetch)(const akin_half_step *step, const uint32_t *rows, const float *weights, size_t count,
                         float lambda, const uint32_t *next, size_t next_count, float *scratch, float *out,
                         akin_row_loss *loss);
} akin_solver;

/// The loops of a level, or null when this CPU or this build lacks it.
const akin_solver *akin_solver_at(akin_level level);

/// The same as `solve`, by the normal equations in double precision: slow, and the specification.
int akin_solve64(const akin_half_step *step, const uint32_t *rows, const float *weights, size_t count, float lambda,
                 float *scratch, float *out, akin_row_loss *loss);

/// The eigen-decomposition of a symmetric matrix: on return row k of `a` (n x n) is a unit eigenvector of values[k].
/// Householder reflections to a tridiagonal matrix, then QL steps with implicit shifts; about 7 n^3 flops.
/// work: 3 n doubles. Returns 0, or 1 when it does not converge (the matrix holds a NaN or an infinity).
int akin_eigen(double *a, size_t n, double *values, double *work);

#ifdef __cplusplus
}
#endif

#endif
