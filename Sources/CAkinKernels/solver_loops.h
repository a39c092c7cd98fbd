// The solver's loops, written once in 16-wide vectors that the compiler turns into the registers of each CPU: included
// by a per-CPU file that has defined SOLVER_TABLE, SOLVER_NAME, SOLVER_LEVEL and TILE_ROWS (which divides 16).
//
// Cost of `solve` for h observed pairs and dimension d, in multiply-adds: the short way (h up to about 3/4 d)
// h^2 d / 2 + h^3 / 6, the long way h d^2 / 2 + d^3 / 6. Tools/bench/wals shows what an epoch takes.

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

// c (height x 16) = keep * c + sign * a b, summed over `steps`: element (r, k) of a is a[r * a_row + k * a_step], row k
// of b is at b + k * b_step. `height` and `keep` (0 or 1) are constants where this is called.
INLINE void tile(size_t height, int keep, const float *a, size_t a_row, size_t a_step, const float *b, size_t b_step,
                 size_t steps, float sign, float *c, size_t c_row) {
  lanes sum[TILE_ROWS] = {0};
  for (size_t k = 0; k < steps; k++) {
    const lanes right = LOAD(b + k * b_step);
#pragma clang loop unroll(full)
    for (size_t r = 0; r < height; r++) sum[r] += a[r * a_row + k * a_step] * right;
  }
#pragma clang loop unroll(full)
  for (size_t r = 0; r < height; r++) {
    if (keep) STORE(c + r * c_row) += sign * sum[r];
    else STORE(c + r * c_row) = sum[r];
  }
}

// The upper triangle of a (stride x stride, in blocks of 16 x 16) += x^T y for two blocks of `count` rows.
static void add_products(const float *x, const float *y, size_t stride, size_t count, float *a) {
  for (size_t i = 0; i < stride; i += TILE_ROWS) {
    for (size_t j = i & ~(size_t)15; j < stride; j += LANES) {
      tile(TILE_ROWS, 1, y + i, 1, stride, x + j, stride, count, 1, a + i * stride + j, stride);
    }
  }
}

INLINE float dot(const float *a, const float *b, size_t stride) {
  lanes sum = {0};
  for (size_t j = 0; j < stride; j += LANES) sum += LOAD(a + j) * LOAD(b + j);
  const octet eight = __builtin_shufflevector(sum, sum, 0, 1, 2, 3, 4, 5, 6, 7) +
                      __builtin_shufflevector(sum, sum, 8, 9, 10, 11, 12, 13, 14, 15);
  const octet four = eight + __builtin_shufflevector(eight, eight, 4, 5, 6, 7, 0, 1, 2, 3);
  const octet two = four + __builtin_shufflevector(four, four, 2, 3, 0, 1, 6, 7, 4, 5);
  return two[0] + two[1];
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

// Solves a x = right, for a = U^T J U: upper triangle, n pivots, rows of `stride` (a multiple of 16 and at least n). J is
// +1 for the first `positive` pivots and -1 for the rest. U replaces a; `right` is `stride`
// floats, lost on the way; inverse: `stride` floats of scratch. Returns 1 when a pivot has the wrong sign or is not
// safely away from the rounding of the largest diagonal element.
static int factor_and_solve(float *a, size_t stride, size_t n, size_t positive, float *right, float *inverse,
                            float *x) {
  float largest = 0;
  for (size_t k = 0; k < n; k++) {
    const float size = fabsf(a[k * stride + k]);
    if (size > largest) largest = size;
  }
  const float least = 16 * FLT_EPSILON * largest;
  clear(x, stride);
  for (size_t k0 = 0; k0 < n; k0 += LANES) {
    const size_t k1 = k0 + LANES < n ? k0 + LANES : n;
    const size_t middle = positive <= k0 ? k0 : positive < k1 ? positive : k1;
    for (size_t k = k0; k < k1; k++) {
      const float sign = k < middle ? 1 : -1;
      float *row = a + k * stride;
      const float pivot = sign * row[k];
      if (!(pivot > least) || pivot > FLT_MAX) return 1;
      const float scale = 1 / sqrtf(pivot);
      inverse[k] = scale;
      for (size_t j = k0; j < stride; j += LANES) STORE(row + j) *= sign * scale;
      for (size_t r = k + 1; r < k1; r++) add(a + r * stride + k0, -sign * row[r], row + k0, stride - k0);
      // U^T z = right, then x = J z: what this writes at or left of k is not read again.
      const float z = right[k] * scale;
      add(right + k0, -z, row + k0, stride - k0);
      x[k] = sign * z;
    }
    for (size_t i = k1; i < n; i += TILE_ROWS) {
      for (size_t j = i & ~(size_t)15; j < stride; j += LANES) {
        float *c = a + i * stride + j;
        if (middle > k0) {
          tile(TILE_ROWS, 1, a + k0 * stride + i, 1, stride, a + k0 * stride + j, stride, middle - k0, -1, c, stride);
        }
        if (middle < k1) {
          tile(TILE_ROWS, 1, a + middle * stride + i, 1, stride, a + middle * stride + j, stride, k1 - middle, 1, c,
               stride);
        }
      }
    }
  }
  // U x = x, 16 unknowns at a time from the last; columns of the block on the diagonal are rows of its transpose.
  float block[LANES * LANES] = {0}, across[LANES * LANES], rest[LANES] = {0};
  for (size_t k0 = (n - 1) & ~(size_t)15;; k0 -= LANES) {
    const size_t k1 = k0 + LANES < n ? k0 + LANES : n;
    for (size_t k = k0; k < k1; k++) {
      const float *row = a + k * stride;
      STORE(block + (k - k0) * LANES) = LOAD(row + k0);
      rest[k - k0] = x[k];
      if (k0 + LANES < stride) rest[k - k0] -= dot(row + k0 + LANES, x + k0 + LANES, stride - k0 - LANES);
    }
    transpose(block, LANES, LANES, across);
    for (size_t k = k1 - k0; k-- > 0;) {
      const float found = rest[k] * inverse[k0 + k];
      add(rest, -found, across + k * LANES, LANES);
      x[k0 + k] = found;
    }
    if (k0 == 0) break;
  }
  return 0;
}

static void gramian(const float *rows, size_t stride, size_t count, float *scratch, double *sum) {
  for (size_t start = 0; start < count; start += BLOCK) {
    const size_t block = count - start < BLOCK ? count - start : BLOCK;
    const float *x = rows + start * stride;
    clear(scratch, stride * stride);
    add_products(x, x, stride, block, scratch);
    for (size_t i = 0; i < stride; i++) {
      for (size_t j = i & ~(size_t)15; j < stride; j++) sum[i * stride + j] += scratch[i * stride + j];
    }
  }
}

static void rotate(const float *rows, size_t stride, size_t count, const float *basis, float *out) {
  size_t r = 0;
  for (; r + TILE_ROWS <= count; r += TILE_ROWS) {
    for (size_t j = 0; j < stride; j += LANES) {
      tile(TILE_ROWS, 0, rows + r * stride, stride, 1, basis + j, stride, stride, 1, out + r * stride + j, stride);
    }
  }
  for (; r < count; r++) {
    for (size_t j = 0; j < stride; j += LANES) {
      tile(1, 0, rows + r * stride, stride, 1, basis + j, stride, stride, 1, out + r * stride + j, stride);
    }
  }
}

INLINE void prefetch(const float *row, size_t stride) {
  for (size_t j = 0; j < stride; j += LANES) __builtin_prefetch(row + j);
}

// The short way. With c = w - w0, S = diag(sqrt|c|), J = diag(sign c), D = spectrum + lambda and X = S Q D^(-1/2), one
// row for each observed pair (Woodbury's identity):
//   (J + X X^T) t = J w / sqrt|c|,   v = X^T t,   p = D^(-1/2) v,   score k = (X v)_k / sqrt|c_k|.
// Pairs with c >= 0 stand first, then those with c < 0: then J + X X^T = U^T J U, because the system as a whole is
// positive definite.
static int solve_short(const akin_half_step *step, const uint32_t *rows, const float *weights, size_t h,
                       size_t positive, float lambda, float *scratch, float *out, akin_row_loss *loss) {
  const size_t stride = step->stride, width = (h + 15) & ~(size_t)15;
  float *x = scratch;                 // width x stride
  float *across = x + width * stride; // stride x width
  float *a = across + stride * width; // width x width
  float *t = a + width * width;       // width
  float *inverse = t + width;         // width
  float *right = inverse + width;     // width
  float *v = right + width;           // stride
  float *shrink = v + stride;         // stride: D^(-1/2)
  // A weight that equals w0 adds nothing to the left side; the floor keeps its row of X from being 0 / 0.
  const float floor = 1e-8f * step->w0 + 1e-30f;

  for (size_t j = 0; j < stride; j++) shrink[j] = 1 / sqrtf(step->spectrum[j] + lambda);
  clear(right, width);
  size_t next[2] = {positive, 0};
  for (size_t k = 0; k < h; k++) {
    const float *q = step->table + (size_t)rows[k] * stride;
    const float above = weights[k] - step->w0;
    const float root = sqrtf(fmaxf(fabsf(above), floor));
    const size_t slot = next[above >= 0]++;
    for (size_t j = 0; j < stride; j += LANES) STORE(x + slot * stride + j) = root * LOAD(q + j) * LOAD(shrink + j);
    right[slot] = (above >= 0 ? weights[k] : -weights[k]) / root;
  }
  clear(x + h * stride, (width - h) * stride);
  transpose(x, stride, width, across);
  for (size_t i = 0; i < width; i += TILE_ROWS) {
    for (size_t j = i & ~(size_t)15; j < width; j += LANES) {
      tile(TILE_ROWS, 0, across + i, 1, width, across + j, width, stride, 1, a + i * width + j, width);
    }
  }
  for (size_t i = 0; i < width; i++) a[i * width + i] += i < positive ? 1 : -1;
  if (factor_and_solve(a, width, h, positive, right, inverse, t) != 0) return 1;
  clear(v, stride);
  for (size_t k = 0; k < h; k++) add(v, t[k], x + k * stride, stride);
  akin_row_loss sum = {0, 0, 0};
  for (size_t j = 0; j < stride; j++) {
    out[j] = v[j] * shrink[j];
    sum.norm += (double)out[j] * out[j];
  }
  next[0] = positive;
  next[1] = 0;
  for (size_t k = 0; k < h; k++) {
    const float above = weights[k] - step->w0;
    const double score = dot(x + next[above >= 0]++ * stride, v, stride) / sqrtf(fmaxf(fabsf(above), floor));
    sum.observed += weights[k] * (1 - score) * (1 - score);
    sum.squares += score * score;
  }
  *loss = sum;
  return 0;
}

// The long way: (diag(spectrum + lambda) + sum of (w - w0) q q^T) p = sum of w q, in blocks of gathered rows.
static int solve_long(const akin_half_step *step, const uint32_t *rows, const float *weights, size_t h, float lambda,
                      float *scratch, float *out, akin_row_loss *loss) {
  const size_t stride = step->stride;
  float *a = scratch;                // stride x stride
  float *x = a + stride * stride;    // BLOCK x stride
  float *y = x + BLOCK * stride;     // BLOCK x stride
  float *inverse = y + BLOCK * stride;
  float *right = inverse + stride;
  clear(a, stride * stride);
  for (size_t j = 0; j < stride; j++) a[j * stride + j] = step->spectrum[j] + lambda;
  clear(right, stride);
  for (size_t start = 0; start < h; start += BLOCK) {
    const size_t block = h - start < BLOCK ? h - start : BLOCK;
    for (size_t k = 0; k < block; k++) {
      if (start + k + BLOCK < h) prefetch(step->table + (size_t)rows[start + k + BLOCK] * stride, stride);
      const float *q = step->table + (size_t)rows[start + k] * stride;
      const float weight = weights[start + k], above = weight - step->w0;
      for (size_t j = 0; j < stride; j += LANES) {
        const lanes part = LOAD(q + j);
        STORE(x + k * stride + j) = part;
        STORE(y + k * stride + j) = above * part;
        STORE(right + j) += weight * part;
      }
    }
    add_products(x, y, stride, block, a);
  }
  if (factor_and_solve(a, stride, stride, stride, right, inverse, out) != 0) return 1;
  akin_row_loss sum = {0, 0, 0};
  for (size_t j = 0; j < stride; j++) sum.norm += (double)out[j] * out[j];
  for (size_t k = 0; k < h; k++) {
    if (k + AHEAD < h) prefetch(step->table + (size_t)rows[k + AHEAD] * stride, stride);
    const double score = dot(step->table + (size_t)rows[k] * stride, out, stride);
    sum.observed += weights[k] * (1 - score) * (1 - score);
    sum.squares += score * score;
  }
  *loss = sum;
  return 0;
}

static int solve(const akin_half_step *step, const uint32_t *rows, const float *weights, size_t count, float lambda,
                 float *scratch, float *out, akin_row_loss *loss) {
  if (count * 4 > step->stride * 3) return solve_long(step, rows, weights, count, lambda, scratch, out, loss);
  uint32_t positive = 0;
  for (size_t k = 0; k < count; k++) positive += weights[k] >= step->w0;
  return solve_short(step, rows, weights, count, positive, lambda, scratch, out, loss);
}

const akin_solver SOLVER_TABLE = {
    .name = SOLVER_NAME,
    .level = SOLVER_LEVEL,
    .gramian = gramian,
    .rotate = rotate,
    .solve = solve,
};
