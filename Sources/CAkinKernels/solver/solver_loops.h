// The solver's loops, written once in 16-wide vectors that the compiler turns into the registers of each CPU.
//
//     wide_tile: c += a b, of TILE_ROWS rows and 16 * TILE_WIDTH columns
//       sum[rows][columns] = 0                            in registers
//       for each step k: sum[r] += a[r][k] * b[k]         one load of b a vector, one number of a a row
//       c = sum, c + sum or c - sum
//     gramian: for each 64 rows x:
//                scratch = x^T x                          by tiles of the upper triangle, in floats
//                sum += scratch                           in doubles
//     rotate:  for each 16 * TILE_WIDTH columns of the basis, each TILE_ROWS rows: out = rows x columns, one tile
//     solve:   by conjugate gradients (solver_gradients.h), or, where these would take longer or fail, by factoring
//              (solver_direct.h)
//
// Cost. gramian count d^2 / 2 and rotate count d^2 multiply-adds, at 65 and 75 % of what the core can do (measured on
// Zen 4 with AVX-512). solver_gradients.h and solver_direct.h say what a row costs. Tools/bench/wals/run.py shows the
// seconds of an epoch.
//
// A per-CPU file defines SOLVER_TABLE, SOLVER_NAME, SOLVER_LEVEL, TILE_ROWS (a divisor of 16), TILE_WIDTH (vectors in a
// row of a tile) and GROUP (4 or 8: rows that conjugate gradients take at once), then includes this file.

#include <float.h>
#include <math.h>

typedef float lanes __attribute__((vector_size(64)));
typedef float loose_lanes __attribute__((vector_size(64), aligned(4))); // the same in memory, at any alignment
typedef float octet __attribute__((vector_size(32)));
typedef float loose_octet __attribute__((vector_size(32), aligned(4)));

#define LANES 16
#define BLOCK 64
#define AHEAD 8
#define LOAD(p) (*(const loose_lanes *)(p))
#define STORE(p) (*(loose_lanes *)(p))
#define INLINE static inline __attribute__((always_inline))

// c (height x 16 `width`) = keep * c + sign * a b, summed over `steps`. Element (r, k) of a is
// a[r * a_row + k * a_step]; row k of b is at b + k * b_step. `height`, `width` (1 or TILE_WIDTH) and `keep` (0 or 1)
// are constants at each call.
INLINE void wide_tile(size_t height, size_t width, int keep, const float *a, size_t a_row, size_t a_step,
                      const float *b, size_t b_step, size_t steps, float sign, float *c, size_t c_row) {
  lanes sum[TILE_ROWS][TILE_WIDTH] = {0};
  for (size_t k = 0; k < steps; k++) {
    lanes right[TILE_WIDTH];
#pragma clang loop unroll(full)
    for (size_t v = 0; v < width; v++) right[v] = LOAD(b + k * b_step + v * LANES);
#pragma clang loop unroll(full)
    for (size_t r = 0; r < height; r++) {
#pragma clang loop unroll(full)
      for (size_t v = 0; v < width; v++) sum[r][v] += a[r * a_row + k * a_step] * right[v];
    }
  }
#pragma clang loop unroll(full)
  for (size_t r = 0; r < height; r++) {
#pragma clang loop unroll(full)
    for (size_t v = 0; v < width; v++) {
      if (keep) STORE(c + r * c_row + v * LANES) += sign * sum[r][v];
      else STORE(c + r * c_row + v * LANES) = sum[r][v];
    }
  }
}

INLINE void tile(size_t height, int keep, const float *a, size_t a_row, size_t a_step, const float *b, size_t b_step,
                 size_t steps, float sign, float *c, size_t c_row) {
  wide_tile(height, 1, keep, a, a_row, a_step, b, b_step, steps, sign, c, c_row);
}

// The upper triangle of a (stride x stride, in blocks of 16 x 16) = keep * a + x^T y for two blocks of `count` rows.
INLINE void products(int keep, const float *x, const float *y, size_t stride, size_t count, float *a) {
  for (size_t i = 0; i < stride; i += TILE_ROWS) {
    size_t j = i & ~(size_t)15;
    for (; j + TILE_WIDTH * LANES <= stride; j += TILE_WIDTH * LANES) {
      wide_tile(TILE_ROWS, TILE_WIDTH, keep, y + i, 1, stride, x + j, stride, count, 1, a + i * stride + j, stride);
    }
    for (; j < stride; j += LANES) {
      tile(TILE_ROWS, keep, y + i, 1, stride, x + j, stride, count, 1, a + i * stride + j, stride);
    }
  }
}

static void add_products(const float *x, const float *y, size_t stride, size_t count, float *a) {
  products(1, x, y, stride, count, a);
}

// The sum of the lanes.
INLINE float total(const lanes *all) {
  const lanes sum = *all;
  const octet eight = __builtin_shufflevector(sum, sum, 0, 1, 2, 3, 4, 5, 6, 7) +
                      __builtin_shufflevector(sum, sum, 8, 9, 10, 11, 12, 13, 14, 15);
  const octet four = eight + __builtin_shufflevector(eight, eight, 4, 5, 6, 7, 0, 1, 2, 3);
  const octet two = four + __builtin_shufflevector(four, four, 2, 3, 0, 1, 6, 7, 4, 5);
  return two[0] + two[1];
}

INLINE float dot(const float *a, const float *b, size_t stride) {
  lanes sum = {0};
  for (size_t j = 0; j < stride; j += LANES) sum += LOAD(a + j) * LOAD(b + j);
  return total(&sum);
}

// y += factor * x.
INLINE void add(float *y, float factor, const float *x, size_t stride) {
  for (size_t j = 0; j < stride; j += LANES) STORE(y + j) += factor * LOAD(x + j);
}

static void clear(float *x, size_t count) {
  const lanes zero = {0};
  for (size_t j = 0; j < count; j += LANES) STORE(x + j) = zero;
}

// out (16-padded `stride` x `width`) = the transpose of x (width x stride); both sizes are multiples of 8.
static void transpose(const float *x, size_t stride, size_t width, float *out) {
  for (size_t r = 0; r < width; r += 8) {
    for (size_t j = 0; j < stride; j += 8) {
      octet row[8], pair[8], quad[8];
#pragma clang loop unroll(full)
      for (size_t k = 0; k < 8; k++) row[k] = *(const loose_octet *)(x + (r + k) * stride + j);
#pragma clang loop unroll(full)
      for (size_t k = 0; k < 8; k += 2) {
        pair[k] = __builtin_shufflevector(row[k], row[k + 1], 0, 8, 1, 9, 4, 12, 5, 13);
        pair[k + 1] = __builtin_shufflevector(row[k], row[k + 1], 2, 10, 3, 11, 6, 14, 7, 15);
      }
#pragma clang loop unroll(full)
      for (size_t k = 0; k < 8; k += 4) {
        quad[k] = __builtin_shufflevector(pair[k], pair[k + 2], 0, 1, 8, 9, 4, 5, 12, 13);
        quad[k + 1] = __builtin_shufflevector(pair[k], pair[k + 2], 2, 3, 10, 11, 6, 7, 14, 15);
        quad[k + 2] = __builtin_shufflevector(pair[k + 1], pair[k + 3], 0, 1, 8, 9, 4, 5, 12, 13);
        quad[k + 3] = __builtin_shufflevector(pair[k + 1], pair[k + 3], 2, 3, 10, 11, 6, 7, 14, 15);
      }
#pragma clang loop unroll(full)
      for (size_t k = 0; k < 4; k++) {
        *(loose_octet *)(out + (j + k) * width + r) =
            __builtin_shufflevector(quad[k], quad[k + 4], 0, 1, 2, 3, 8, 9, 10, 11);
        *(loose_octet *)(out + (j + k + 4) * width + r) =
            __builtin_shufflevector(quad[k], quad[k + 4], 4, 5, 6, 7, 12, 13, 14, 15);
      }
    }
  }
}

INLINE void prefetch(const float *row, size_t stride) {
  for (size_t j = 0; j < stride; j += LANES) __builtin_prefetch(row + j);
}

static void gramian(const float *rows, size_t stride, size_t count, float *scratch, double *sum) {
  for (size_t start = 0; start < count; start += BLOCK) {
    const size_t block = count - start < BLOCK ? count - start : BLOCK;
    const float *x = rows + start * stride;
    products(0, x, x, stride, block, scratch);
    for (size_t i = 0; i < stride; i++) {
      for (size_t j = i & ~(size_t)15; j < stride; j++) sum[i * stride + j] += scratch[i * stride + j];
    }
  }
}

// Some columns of the basis, `b_step` floats from row to row, for all rows.
INLINE void rotate_columns(size_t width, const float *rows, size_t stride, size_t count, const float *b, size_t b_step,
                           float *out) {
  size_t r = 0;
  for (; r + TILE_ROWS <= count; r += TILE_ROWS) {
    wide_tile(TILE_ROWS, width, 0, rows + r * stride, stride, 1, b, b_step, stride, 1, out + r * stride, stride);
  }
  for (; r < count; r++) {
    wide_tile(1, width, 0, rows + r * stride, stride, 1, b, b_step, stride, 1, out + r * stride, stride);
  }
}

#define MOST_STRIDE 1024

static void rotate(const float *rows, size_t stride, size_t count, const float *basis, float *out) {
  // Columns lie far apart, at addresses that fight for the same places in L1: for many rows a copy of them pays.
  float columns[MOST_STRIDE * TILE_WIDTH * LANES] __attribute__((aligned(64)));
  const int pays = count >= 32 && stride <= MOST_STRIDE;
  size_t j = 0;
  for (; j + TILE_WIDTH * LANES <= stride; j += TILE_WIDTH * LANES) {
    if (!pays) {
      rotate_columns(TILE_WIDTH, rows, stride, count, basis + j, stride, out + j);
      continue;
    }
    for (size_t k = 0; k < stride; k++) {
      for (size_t v = 0; v < TILE_WIDTH * LANES; v += LANES) {
        STORE(columns + k * TILE_WIDTH * LANES + v) = LOAD(basis + k * stride + j + v);
      }
    }
    rotate_columns(TILE_WIDTH, rows, stride, count, columns, TILE_WIDTH * LANES, out + j);
  }
  for (; j < stride; j += LANES) rotate_columns(1, rows, stride, count, basis + j, stride, out + j);
}

#include "solver_direct.h"
#include "solver_gradients.h"

static int solve_and_fetch(const akin_half_step *step, const uint32_t *rows, const float *weights, size_t count,
                           float lambda, const uint32_t *next, size_t next_count, float *scratch, float *out,
                           akin_row_loss *loss) {
  const size_t most = 65536 / step->stride; // as many as stay in L2 beside this row's own
  coming later = {step->table, next, next_count < most ? next_count : most};
  int status = solve_gradients(step, rows, weights, count, lambda, &later, scratch, out, loss);
  fetch(&later, step->stride, later.count);
  if (status != 0) status = solve_direct(step, rows, weights, count, lambda, scratch, out, loss);
  return status;
}

static int solve(const akin_half_step *step, const uint32_t *rows, const float *weights, size_t count, float lambda,
                 float *scratch, float *out, akin_row_loss *loss) {
  return solve_and_fetch(step, rows, weights, count, lambda, rows, 0, scratch, out, loss);
}

const akin_solver SOLVER_TABLE = {
    .name = SOLVER_NAME,
    .level = SOLVER_LEVEL,
    .gramian = gramian,
    .rotate = rotate,
    .solve = solve,
    .solve_and_fetch = solve_and_fetch,
};
